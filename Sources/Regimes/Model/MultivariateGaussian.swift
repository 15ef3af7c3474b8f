#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The normal distribution of a vector, with a full covariance matrix and any subset of the vector missing.
public struct MultivariateGaussian: Sendable, Hashable {
    /// The largest number of dimensions.
    public static let maximumDimension = 8

    /// The mean, `[D]`.
    public let mean: [Double]
    /// The covariance, `[D][D]` in one flat array.
    public let covariance: [Double]

    /// *D*, the number of dimensions.
    public var dimension: Int { mean.count }

    /// Creates a distribution after checking it.
    ///
    /// - Parameters:
    ///   - mean: `[D]`, finite, D from 1 to ``maximumDimension``.
    ///   - covariance: `[D][D]`, symmetric, and positive definite in the arithmetic of a Double.
    ///   - state: The regime that errors name.
    /// - Throws: ``RegimeModelError`` that names regime `state`.
    public init(mean: [Double], covariance: [[Double]], state: Int = 0) throws(RegimeModelError) {
        let dimension = mean.count
        for value in mean where !value.isFinite { throw .meanNotFinite(state: state, got: value) }
        guard (1...Self.maximumDimension).contains(dimension), covariance.count == dimension,
            covariance.allSatisfy({ $0.count == dimension && $0.allSatisfy(\.isFinite) })
        else { throw .covarianceNotPositive(state: state) }
        for row in 0..<dimension {
            for column in 0..<row where covariance[row][column] != covariance[column][row] {
                throw .covarianceNotPositive(state: state)
            }
        }
        self.init(unchecked: mean, covariance: covariance.flatMap(\.self))
        guard Conditioned(self, on: Array(repeating: 0, count: dimension)) != nil else {
            throw .covarianceNotPositive(state: state)
        }
    }

    init(unchecked mean: [Double], covariance: [Double]) {
        self.mean = mean
        self.covariance = covariance
    }
}

/// A normal vector given some of its dimensions: the density of these, and what they say about the others.
///
/// With C the covariance of the observed dimensions, C = L·Lᵀ by Cholesky and z = L⁻¹(x − μ):
/// ln p = −½(D ln 2π + z·z) − Σ ln Lᵢᵢ, E(rest) = μ + B z and V(rest) = V − B Bᵀ with B = cov(rest, observed)·L⁻ᵀ.
struct Conditioned {
    /// The observation with missing dimensions replaced by their expectations, `[D]`.
    private(set) var completed: [Double]
    /// The covariance of what is missing, `[D][D]`, 0 in rows and columns of observed dimensions.
    private(set) var remaining: [Double]
    private(set) var logDensity = 0.0
    /// The log density of a vector whose observed dimensions are at the mean.
    private(set) var logDensityAtCenter = 0.0
    /// z·z, the squared distance of the observed dimensions from the mean in units of their covariance.
    private(set) var squaredDistance = 0.0

    /// nil where the covariance of the observed dimensions is not positive definite.
    init?(_ gaussian: MultivariateGaussian, on observation: [Double]) {
        let dimension = gaussian.dimension
        let observed = (0..<dimension).filter { !observation[$0].isNaN }
        let missing = (0..<dimension).filter { observation[$0].isNaN }
        let size = observed.count
        var factor = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0...row {
                var sum = gaussian.covariance[observed[row] * dimension + observed[column]]
                for inner in 0..<column { sum -= factor[row * size + inner] * factor[column * size + inner] }
                if row == column {
                    guard sum > 0 else { return nil }
                    factor[row * size + row] = sum.squareRoot()
                } else {
                    factor[row * size + column] = sum / factor[column * size + column]
                }
            }
        }
        func solved(_ right: [Double]) -> [Double] {
            var result = right
            for row in 0..<size {
                for inner in 0..<row { result[row] -= factor[row * size + inner] * result[inner] }
                result[row] /= factor[row * size + row]
            }
            return result
        }
        let whitened = solved(observed.map { observation[$0] - gaussian.mean[$0] })
        for index in 0..<size {
            let z = whitened[index]
            logDensity -= 0.5 * log(2 * Double.pi) + log(factor[index * size + index]) + 0.5 * z * z
            logDensityAtCenter -= 0.5 * log(2 * Double.pi) + log(factor[index * size + index])
            squaredDistance += z * z
        }
        completed = observation
        remaining = [Double](repeating: 0, count: dimension * dimension)
        let loadings = missing.map { row in solved(observed.map { gaussian.covariance[row * dimension + $0] }) }
        for (index, row) in missing.enumerated() {
            completed[row] = gaussian.mean[row] + zip(loadings[index], whitened).reduce(0) { $0 + $1.0 * $1.1 }
            for (other, column) in missing.enumerated() {
                let explained = zip(loadings[index], loadings[other]).reduce(0) { $0 + $1.0 * $1.1 }
                remaining[row * dimension + column] = gaussian.covariance[row * dimension + column] - explained
            }
        }
    }
}
