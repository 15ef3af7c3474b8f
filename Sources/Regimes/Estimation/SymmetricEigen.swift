/// The eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
///
/// - Note: Source: Golub and Van Loan (2013), *Matrix Computations*, algorithm 8.5.2, in cyclic order.
struct SymmetricEigen {
    /// λ, `[N]`, in no order.
    let values: [Double]
    /// The eigenvector of λⱼ is column *j*: `[N][N]` in one flat array.
    let vectors: [Double]

    /// Decomposes `matrix`, `[N][N]` in one flat array; the lower half is not read.
    init(_ matrix: [Double], count: Int) {
        var matrix = matrix
        for row in 0..<count {
            for column in 0..<row { matrix[row * count + column] = matrix[column * count + row] }
        }
        var vectors = [Double](repeating: 0, count: count * count)
        for index in 0..<count { vectors[index * count + index] = 1 }
        for _ in 0..<60 {
            var isDiagonal = true
            for first in 0..<count {
                for second in first + 1..<max(first + 1, count) {
                    let off = matrix[first * count + second]
                    let (upper, lower) = (matrix[first * count + first], matrix[second * count + second])
                    guard abs(off) > 1e-17 * (abs(upper) * abs(lower)).squareRoot(), off != 0 else { continue }
                    isDiagonal = false
                    let ratio = (lower - upper) / (2 * off)
                    let tangent = (ratio >= 0 ? 1 : -1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
                    let cosine = 1 / (1 + tangent * tangent).squareRoot()
                    Self.rotate(&matrix, &vectors, count, first, second, cosine, cosine * tangent)
                }
            }
            if isDiagonal { break }
        }
        values = (0..<count).map { matrix[$0 * count + $0] }
        self.vectors = vectors
    }

    private static func rotate(
        _ matrix: inout [Double],
        _ vectors: inout [Double],
        _ count: Int,
        _ first: Int,
        _ second: Int,
        _ cosine: Double,
        _ sine: Double
    ) {
        for row in 0..<count {
            let (left, right) = (matrix[row * count + first], matrix[row * count + second])
            matrix[row * count + first] = cosine * left - sine * right
            matrix[row * count + second] = sine * left + cosine * right
        }
        for column in 0..<count {
            let (upper, lower) = (matrix[first * count + column], matrix[second * count + column])
            matrix[first * count + column] = cosine * upper - sine * lower
            matrix[second * count + column] = sine * upper + cosine * lower
            let (left, right) = (vectors[column * count + first], vectors[column * count + second])
            vectors[column * count + first] = cosine * left - sine * right
            vectors[column * count + second] = sine * left + cosine * right
        }
    }

    /// Σⱼ f(λⱼ) vⱼ vⱼᵀ, `[N][N]` in one flat array.
    func mapped(_ transform: (Double) -> Double) -> [Double] {
        let count = values.count
        let images = values.map(transform)
        var result = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0...row {
                var sum = 0.0
                for index in 0..<count {
                    sum += images[index] * vectors[row * count + index] * vectors[column * count + index]
                }
                result[row * count + column] = sum
                result[column * count + row] = sum
            }
        }
        return result
    }
}
