#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One vector, NaN where a dimension is missing, in the first *D* places.
typealias PaddedVector = InlineArray<8, Double>

/// The log densities of vectors in every regime, with the covariances factored once: for each subset of the dimensions up to
/// three of them, else for all dimensions together. Other subsets are factored when they come.
///
/// With C the covariance of the n observed dimensions, C = L·Lᵀ and z = L⁻¹(x − μ): ln p = −Σ (½ ln 2π + ln Lᵢᵢ + ½ zᵢ²). A Student t
/// of ν degrees has C as its scale matrix, and
///
///     ln p = ln Γ((ν + n)/2) − ln Γ(ν/2) − n/2·ln νπ − Σ ln Lᵢᵢ − (ν + n)/2·ln(1 + z·z/ν)
///
/// - Note: Source: Lange, Little, Taylor (1989), *JASA* 84(408), section 2.
struct VectorDensities: Sendable {
    private let gaussians: [MultivariateGaussian]
    private let dimension: Int
    /// The first subset that is factored; a subset has a bit for each dimension.
    private let firstSubset: Int
    /// For each regime and subset: ½ ln 2π + ln Lᵢᵢ for each observed dimension, then the rows of L; NaN where C is not
    /// positive definite.
    private let factors: [Double]
    private let students: [StudentVector]?

    private var everything: Int { 1 << dimension - 1 }
    private var factorSize: Int { dimension + dimension * (dimension + 1) / 2 }

    init(_ model: MultivariateHiddenMarkovModel) {
        let gaussians = model.emissions
        self.gaussians = gaussians
        students = model.degreesOfFreedom?.map { StudentVector(degreesOfFreedom: $0, dimension: model.dimension) }
        let dimension = gaussians.first?.dimension ?? 0
        self.dimension = dimension
        let everything = 1 << dimension - 1
        let firstSubset = dimension <= 3 ? min(1, everything) : everything
        self.firstSubset = firstSubset
        let size = dimension + dimension * (dimension + 1) / 2
        factors = gaussians.flatMap { gaussian in
            (firstSubset...everything).flatMap { subset in
                let factor = Self.factor(gaussian, (0..<dimension).filter { subset >> $0 & 1 == 1 })
                return factor + [Double](repeating: .nan, count: size - factor.count)
            }
        }
    }

    /// ½ ln 2π + ln Lᵢᵢ for each of the `observed` dimensions, then the rows of L; NaN where C is not positive definite.
    static func factor(_ gaussian: MultivariateGaussian, _ observed: [Int]) -> [Double] {
        var constants: [Double] = []
        var rows: [[Double]] = []
        for (row, first) in observed.enumerated() {
            var entries: [Double] = []
            for (column, second) in observed.prefix(row + 1).enumerated() {
                var sum = gaussian.covariance[first * gaussian.dimension + second]
                let other = column == row ? entries : rows[column]
                for inner in 0..<column { sum -= entries[inner] * other[inner] }
                guard column == row || sum.isFinite, column < row || sum > 0 else { return [.nan] }
                entries.append(column == row ? sum.squareRoot() : sum / other[column])
            }
            constants.append(0.5 * log(2 * Double.pi) + log(entries[row]))
            rows.append(entries)
        }
        return constants + rows.flatMap(\.self)
    }

    /// The natural logarithm of the density of the observed dimensions in regime `state`; 0 if there are none, −∞ if their
    /// covariance is not positive definite.
    func logDensity(of state: Int, _ vector: PaddedVector) -> Double {
        var subset = 0
        for index in 0..<dimension where !vector[index].isNaN { subset |= 1 << index }
        if subset == 0 { return 0 }
        guard subset >= firstSubset else {
            guard let given = Conditioned(gaussians[state], on: (0..<dimension).map { vector[$0] }) else {
                return -.infinity
            }
            guard let students else { return given.logDensity }
            return students[state].logDensity(
                atCenter: given.logDensityAtCenter,
                squaredDistance: given.squaredDistance,
                observed: subset.nonzeroBitCount
            )
        }
        let base = (state * (everything - firstSubset + 1) + subset - firstSubset) * factorSize
        if factors[base].isNaN { return -.infinity }
        var whitened = PaddedVector(repeating: 0)
        var entry = base + subset.nonzeroBitCount
        var row = 0
        var result = 0.0
        var center = 0.0
        var squaredDistance = 0.0
        for index in 0..<dimension where subset >> index & 1 == 1 {
            var difference = vector[index] - gaussians[state].mean[index]
            for column in 0..<row {
                difference -= factors[entry] * whitened[column]
                entry += 1
            }
            whitened[row] = difference / factors[entry]
            entry += 1
            result -= factors[base + row] + 0.5 * whitened[row] * whitened[row]
            // Apart for a Student t: far out, taking the Gaussian's square off again would leave no digit.
            center -= factors[base + row]
            squaredDistance += whitened[row] * whitened[row]
            row += 1
        }
        guard let students else { return result }
        return students[state].logDensity(atCenter: center, squaredDistance: squaredDistance, observed: row)
    }

    /// The same for a vector of exactly *D* numbers.
    func logDensity(of state: Int, _ vector: [Double]) -> Double {
        logDensity(of: state, PaddedVector { $0 < vector.count ? vector[$0] : .nan })
    }
}

/// What a Student t regime of vectors has beside its center and scale matrix.
struct StudentVector: Sendable {
    let degreesOfFreedom: Double
    /// For n observed dimensions: ln Γ((ν + n)/2) − ln Γ(ν/2) − n/2·ln νπ, less the n/2·ln 2π of a Gaussian taken off.
    private let constants: [Double]

    init(degreesOfFreedom degrees: Double, dimension: Int) {
        degreesOfFreedom = degrees
        let base: Double = lgamma(degrees / 2)
        constants = (0...dimension).map { observed -> Double in
            let half = Double(observed) / 2
            let gamma: Double = lgamma(degrees / 2 + half)
            return gamma - base - half * log(degrees / 2)
        }
    }

    /// The log density, from that of the Gaussian of the same center and matrix at its center.
    func logDensity(atCenter gaussian: Double, squaredDistance: Double, observed: Int) -> Double {
        // Beyond 10¹⁵⁴ widths the square is infinite; the largest Double stands in, so that the density stays one.
        let tail = log1p(min(squaredDistance, .greatestFiniteMagnitude) / degreesOfFreedom)
        return gaussian + constants[observed] - (degreesOfFreedom + Double(observed)) / 2 * tail
    }

    /// u = (ν + n) ÷ (ν + z·z): what an outlier is given less of.
    func expectedPrecision(squaredDistance: Double, observed: Int) -> Double {
        (degreesOfFreedom + Double(observed)) / (degreesOfFreedom + squaredDistance)
    }
}
