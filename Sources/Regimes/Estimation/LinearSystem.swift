/// Small square systems of linear equations, by elimination with the largest pivot.
enum LinearSystem {
    /// x with rows · x = right; nil where the rows are singular to rounding.
    static func solve(_ rows: [[Double]], _ right: [Double]) -> [Double]? {
        let count = right.count
        var matrix = zip(rows, right).map { $0 + [$1] }
        let scale = matrix.flatMap { $0.dropLast() }.reduce(0) { max($0, abs($1)) }
        for column in 0..<count {
            let pivot = (column..<count).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) } ?? column
            guard abs(matrix[pivot][column]) > 1e-14 * scale else { return nil }
            matrix.swapAt(column, pivot)
            for row in 0..<count where row != column {
                let factor = matrix[row][column] / matrix[column][column]
                guard factor != 0 else { continue }
                for entry in column...count { matrix[row][entry] -= factor * matrix[column][entry] }
            }
        }
        return (0..<count).map { matrix[$0][count] / matrix[$0][$0] }
    }
}
