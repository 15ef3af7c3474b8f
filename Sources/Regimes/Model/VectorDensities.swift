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
/// With C the covariance of the observed dimensions, C = L·Lᵀ and z = L⁻¹(x − μ): ln p = −Σ (½ ln 2π + ln Lᵢᵢ + ½ zᵢ²).
struct VectorDensities: Sendable {
    private let gaussians: [MultivariateGaussian]
    private let dimension: Int
    /// The first subset that is factored; a subset has a bit for each dimension.
    private let firstSubset: Int
    /// For each regime and subset: ½ ln 2π + ln Lᵢᵢ for each observed dimension, then the rows of L; NaN where C is not
    /// positive definite.
    private let factors: [Double]

    private var everything: Int { 1 << dimension - 1 }
    private var factorSize: Int { dimension + dimension * (dimension + 1) / 2 }

    init(_ gaussians: [MultivariateGaussian]) {
        self.gaussians = gaussians
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

    /// The Cholesky factor of the covariance of the `observed` dimensions; NaN where there is none.
    private static func factor(_ gaussian: MultivariateGaussian, _ observed: [Int]) -> [Double] {
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
            return gaussians[state].logDensity((0..<dimension).map { vector[$0] })
        }
        let base = (state * (everything - firstSubset + 1) + subset - firstSubset) * factorSize
        if factors[base].isNaN { return -.infinity }
        var whitened = PaddedVector(repeating: 0)
        var entry = base + subset.nonzeroBitCount
        var row = 0
        var result = 0.0
        for index in 0..<dimension where subset >> index & 1 == 1 {
            var difference = vector[index] - gaussians[state].mean[index]
            for column in 0..<row {
                difference -= factors[entry] * whitened[column]
                entry += 1
            }
            whitened[row] = difference / factors[entry]
            entry += 1
            result -= factors[base + row] + 0.5 * whitened[row] * whitened[row]
            row += 1
        }
        return result
    }

    /// The same for a vector of exactly *D* numbers.
    func logDensity(of state: Int, _ vector: [Double]) -> Double {
        logDensity(of: state, PaddedVector { $0 < vector.count ? vector[$0] : .nan })
    }
}
