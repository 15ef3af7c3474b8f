#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Vectors grouped by which of their dimensions are missing: what is alike is conditioned once.
struct MissingPatterns: Sendable {
    /// The bars that observe the same dimensions.
    struct Pattern: Sendable {
        /// The observed dimensions, ascending; at least one.
        let observed: [Int]
        fileprivate(set) var bars: [Int] = []
        /// The observed values, one row a bar.
        fileprivate(set) var values: [Double] = []
    }

    /// *D*.
    let dimension: Int
    /// The patterns in the order of their first bar; bars without any observation are in none.
    let patterns: [Pattern]

    /// Groups vectors with NaN for missing dimensions.
    init(_ vectors: [[Double]], dimension: Int) {
        var patterns: [Pattern] = []
        var positions: [[Int]: Int] = [:]
        for (bar, vector) in vectors.enumerated() {
            let observed = vector.indices.filter { !vector[$0].isNaN }
            guard !observed.isEmpty else { continue }
            let position = positions[observed] ?? patterns.count
            if position == patterns.count {
                positions[observed] = position
                patterns.append(Pattern(observed: observed))
            }
            patterns[position].bars.append(bar)
            patterns[position].values += observed.map { vector[$0] }
        }
        self.dimension = dimension
        self.patterns = patterns
    }
}

/// What one pass expects of one regime's vectors, completed by what their observed part says of the rest.
///
/// With O the observed and M the missing dimensions of a pattern, a deviation d from the old mean is completed to B d,
/// B the identity on O and V_MO V_OO⁻¹ on M, and R = V_MM − V_MO V_OO⁻¹ V_OM stays uncertain. Both depend on the pattern
/// alone, so the sums over bars are of observed deviations only.
struct MultivariateMoments {
    /// Σ γ over bars with an observation.
    private(set) var weight = 0.0
    /// Σ γ u, u the expected precision under a Student t; Σ γ for a Gaussian.
    private(set) var precision = 0.0
    /// Σ γ (E(ln u) − u) under a Student t.
    private(set) var logPrecision = 0.0
    /// Σ γ u E(x − μ | observed), `[D]`.
    private(set) var sum: [Double]
    /// Σ γ E(u (x − μ)(x − μ)ᵀ | observed), `[D][D]`: what stays uncertain of missing dimensions has covariance R/u, so R adds unweighted.
    private(set) var products: [Double]

    init(_ patterns: MissingPatterns, _ posteriors: [Double], state: Int, _ model: MultivariateHiddenMarkovModel) {
        let count = model.stateCount
        let old = model.emissions[state]
        let student = model.degreesOfFreedom.map {
            StudentVector(degreesOfFreedom: $0[state], dimension: model.dimension)
        }
        let dimension = patterns.dimension
        sum = [Double](repeating: 0, count: dimension)
        products = [Double](repeating: 0, count: dimension * dimension)
        for pattern in patterns.patterns {
            let width = pattern.observed.count
            var share = 0.0
            var first = [Double](repeating: 0, count: width)
            var second = [Double](repeating: 0, count: width * width)
            var deviation = first
            let factor = student == nil ? [] : VectorDensities.factor(old, pattern.observed)
            let correction = student.map { DegreesOfFreedom.correction($0.degreesOfFreedom, observed: width) } ?? 0
            for (row, bar) in pattern.bars.enumerated() {
                let posterior = posteriors[bar * count + state]
                guard posterior > 0 else { continue }
                share += posterior
                for index in 0..<width {
                    deviation[index] = pattern.values[row * width + index] - old.mean[pattern.observed[index]]
                }
                var weighted = posterior
                if let student {
                    let precision = student.expectedPrecision(
                        squaredDistance: Self.squaredDistance(deviation, factor),
                        observed: width
                    )
                    weighted = posterior * precision
                    logPrecision += posterior * (log(precision) + correction - precision)
                }
                precision += weighted
                for index in 0..<width {
                    first[index] += weighted * deviation[index]
                    for other in 0...index {
                        second[index * width + other] += weighted * deviation[index] * deviation[other]
                    }
                }
            }
            for index in 0..<width {
                for other in 0..<index { second[other * width + index] = second[index * width + other] }
            }
            guard share > 0, let completion = Completion(old, observed: pattern.observed) else { continue }
            weight += share
            completion.add(share, first, second, to: &sum, &products)
        }
    }

    /// z·z with L z = d, L the rows of a factor behind its constants.
    private static func squaredDistance(_ deviation: [Double], _ factor: [Double]) -> Double {
        var whitened = deviation
        var entry = deviation.count
        var sum = 0.0
        for row in deviation.indices {
            for column in 0..<row {
                whitened[row] -= factor[entry] * whitened[column]
                entry += 1
            }
            whitened[row] /= factor[entry]
            entry += 1
            sum += whitened[row] * whitened[row]
        }
        return sum
    }

    /// How the dimensions of one pattern complete a vector of one regime.
    private struct Completion {
        private let dimension: Int
        private let width: Int
        /// B, `[D][|O|]`.
        private var loadings: [Double]
        /// R, `[D][D]`.
        private var remaining: [Double]

        /// nil where V_OO is singular.
        init?(_ gaussian: MultivariateGaussian, observed: [Int]) {
            dimension = gaussian.dimension
            width = observed.count
            loadings = [Double](repeating: 0, count: dimension * width)
            remaining = [Double](repeating: 0, count: dimension * dimension)
            for (index, row) in observed.enumerated() { loadings[row * width + index] = 1 }
            let missing = (0..<dimension).filter { !observed.contains($0) }
            let rows = observed.map { row in observed.map { gaussian.covariance[row * dimension + $0] } }
            for row in missing {
                let crossed = observed.map { gaussian.covariance[row * dimension + $0] }
                guard let solution = LinearSystem.solve(rows, crossed) else { return nil }
                for index in 0..<width { loadings[row * width + index] = solution[index] }
                for column in missing {
                    let explained = (0..<width).reduce(0.0) {
                        $0 + solution[$1] * gaussian.covariance[column * dimension + observed[$1]]
                    }
                    remaining[row * dimension + column] = gaussian.covariance[row * dimension + column] - explained
                }
            }
        }

        func add(
            _ share: Double,
            _ first: [Double],
            _ second: [Double],
            to sum: inout [Double],
            _ products: inout [Double]
        ) {
            for row in 0..<dimension {
                for index in 0..<width { sum[row] += loadings[row * width + index] * first[index] }
                for column in 0..<dimension {
                    var total = share * remaining[row * dimension + column]
                    for index in 0..<width where loadings[row * width + index] != 0 {
                        for other in 0..<width {
                            total +=
                                loadings[row * width + index] * second[index * width + other]
                                * loadings[column * width + other]
                        }
                    }
                    products[row * dimension + column] += total
                }
            }
        }
    }
}
