/// The factor L of a symmetric positive definite matrix M = L·Lᵀ, scaled to a unit diagonal first.
///
/// The scaling keeps digits where variables differ by orders of magnitude, as the barrier terms of an interior point do.
///
/// The router's Newton steps and the optimiser of trades, a layer above, both solve by it.
package struct CholeskyFactor: Sendable {
    private let count: Int
    private let scale: [Double]
    private let factor: [Double]

    /// Factors an `[n][n]` matrix given row by row; `nil` if a diagonal element is not a positive number.
    ///
    /// Pivots below `floor` of their diagonal are raised to it: rounding may leave a direction without curvature.
    ///
    /// - Complexity: O(n³).
    package init?(_ matrix: [Double], count: Int, floor: Double = 1e-15) {
        var scale = [Double](repeating: 1, count: count)
        for index in 0..<count {
            let diagonal = matrix[index * count + index]
            guard diagonal > 0, diagonal.isFinite else { return nil }
            scale[index] = 1 / diagonal.squareRoot()
        }
        var factor = matrix
        for row in 0..<count {
            for column in 0...row {
                var sum = matrix[row * count + column] * scale[row] * scale[column]
                for inner in 0..<column { sum -= factor[row * count + inner] * factor[column * count + inner] }
                factor[row * count + column] =
                    row == column ? max(sum, floor).squareRoot() : sum / factor[column * count + column]
            }
        }
        (self.count, self.scale, self.factor) = (count, scale, factor)
    }

    /// x with M·x = `right`.
    package func solve(_ right: [Double]) -> [Double] {
        var result = right
        for row in 0..<count {
            var sum = result[row] * scale[row]
            for inner in 0..<row { sum -= factor[row * count + inner] * result[inner] }
            result[row] = sum / factor[row * count + row]
        }
        for row in (0..<count).reversed() {
            var sum = result[row]
            for inner in row + 1..<count { sum -= factor[inner * count + row] * result[inner] }
            result[row] = sum / factor[row * count + row]
        }
        for row in 0..<count { result[row] *= scale[row] }
        return result
    }
}
