/// A covariance matrix of returns: symmetric, finite, positive semidefinite.
///
/// Floating point: it steers a plan, and never decides what is admissible.
public struct Covariance: Sendable, Hashable {
    /// The number of assets, *n*.
    public let count: Int
    /// `[n][n]`, row by row, in squared returns per period.
    let elements: [Double]

    /// Takes a matrix `[n][n]`.
    ///
    /// - Throws: ``OptimisationError`` unless it is square, finite, symmetric to a relative 1e-9 and has no eigenvalue below
    ///   −10⁻⁹ of its largest variance.
    /// - Complexity: O(n³).
    public init(_ rows: [[Double]]) throws(OptimisationError) {
        let count = rows.count
        for row in rows where row.count != count {
            throw .countMismatch(name: "elements in a row of the covariance", got: row.count, expected: count)
        }
        guard count > 0 else { throw .countMismatch(name: "rows of the covariance", got: 0, expected: 1) }
        let largest = rows.indices.map { rows[$0][$0] }.max() ?? 0
        for row in 0..<count {
            for column in 0..<count {
                let value = rows[row][column]
                guard value.isFinite, abs(value - rows[column][row]) <= 1e-9 * max(largest, abs(value)) else {
                    throw .unusableParameter(
                        name: "covariance of assets \(row + 1) and \(column + 1)",
                        got: "\(value)",
                        expected: "a finite number, the same both ways"
                    )
                }
            }
        }
        var elements = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count { elements[row * count + column] = (rows[row][column] + rows[column][row]) / 2 }
        }
        guard Self.isPositiveSemidefinite(elements, count, tolerance: 1e-9 * largest) else {
            throw .unusableParameter(
                name: "covariance",
                got: "a matrix under which some portfolio has a negative variance",
                expected: "a positive semidefinite matrix"
            )
        }
        (self.count, self.elements) = (count, elements)
    }

    init(unchecked elements: [Double], count: Int) {
        (self.count, self.elements) = (count, elements)
    }

    /// The covariance of two assets.
    public subscript(row: Int, column: Int) -> Double { elements[row * count + column] }

    /// The covariance of a period this many times as long, for returns that do not depend on each other.
    ///
    /// - Precondition: `periods` is a number that is not negative.
    public func scaled(by periods: Double) -> Covariance {
        precondition(periods >= 0 && periods.isFinite, "a length of time")
        return Covariance(unchecked: elements.map { periods * $0 }, count: count)
    }

    /// xᵀΣx: the variance of a portfolio with these weights, or of its return against another if they are differences.
    public func variance(of weights: [Double]) -> Double {
        zip(weights, times(weights)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// √((w − t)ᵀΣ(w − t)).
    public func trackingError(of weights: [Double], against targets: [Double]) -> Double {
        max(variance(of: zip(weights, targets).map { $0 - $1 }), 0).squareRoot()
    }

    /// What rebalancing to these weights gains over holding each asset alone: γ* = ½(Σ wᵢσᵢᵢ − wᵀΣw), per period.
    ///
    /// - Note: Source: Fernholz (2002), *Stochastic Portfolio Theory*, section 1.1, the excess growth rate.
    public func rebalancingPremium(of weights: [Double]) -> Double {
        (weights.indices.reduce(0) { $0 + weights[$1] * self[$1, $1] } - variance(of: weights)) / 2
    }

    /// Σx.
    func times(_ vector: [Double]) -> [Double] {
        (0..<count).map { row in
            var sum = 0.0
            for column in 0..<count { sum += elements[row * count + column] * vector[column] }
            return sum
        }
    }

    /// Cholesky's factorisation with a multiple of 1 added that covers rounding.
    private static func isPositiveSemidefinite(_ elements: [Double], _ count: Int, tolerance: Double) -> Bool {
        var factor = elements
        for row in 0..<count {
            for column in 0...row {
                var sum = elements[row * count + column]
                if row == column { sum += tolerance }
                for inner in 0..<column { sum -= factor[row * count + inner] * factor[column * count + inner] }
                if row == column {
                    guard sum >= 0 else { return false }
                    factor[row * count + row] = max(sum, tolerance * 1e-6).squareRoot()
                } else {
                    let pivot = factor[column * count + column]
                    factor[row * count + column] = pivot > 0 ? sum / pivot : 0
                }
            }
        }
        return true
    }
}
