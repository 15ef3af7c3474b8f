/// One number for each of `count` regimes at two bars at once; see ``ScaledPass`` for which two.
typealias RegimePairs<let count: Int> = InlineArray<count, SIMD2<Double>>

/// A matrix for each of the two bars.
typealias RegimePairMatrix<let count: Int> = InlineArray<count, InlineArray<count, SIMD2<Double>>>

// All loops below run over `count`, which is known where a pass is specialized: they are unrolled, and the arrays live in
// registers.
extension InlineArray where Element == SIMD2<Double> {
    @inline(__always)
    static var zeros: Self { Self(repeating: .zero) }

    @inline(__always)
    init(loading pointer: UnsafePointer<SIMD2<Double>>) {
        self.init(repeating: .zero)
        for state in 0..<count { self[state] = pointer[state] }
    }

    @inline(__always)
    func store(to pointer: UnsafeMutablePointer<SIMD2<Double>>) {
        for state in 0..<count { pointer[state] = self[state] }
    }

    /// The sum over the regimes.
    @inline(__always)
    var total: SIMD2<Double> {
        var total = self[0]
        for state in 1..<count { total += self[state] }
        return total
    }

    @inline(__always)
    static func * (left: Self, right: Self) -> Self {
        var product = left
        for state in 0..<count { product[state] *= right[state] }
        return product
    }

    @inline(__always)
    static func * (left: Self, right: SIMD2<Double>) -> Self {
        var product = left
        for state in 0..<count { product[state] *= right }
        return product
    }

    /// Σᵢ selfᵢ · rows[i].
    @inline(__always)
    func times(_ rows: InlineArray<count, Self>) -> Self {
        var result = Self.zeros
        for to in 0..<count {
            var sum = self[0] * rows[0][to]
            for from in 1..<count { sum += self[from] * rows[from][to] }
            result[to] = sum
        }
        return result
    }

    /// The same numbers with the two bars exchanged.
    @inline(__always)
    var exchanged: Self {
        var result = self
        for state in 0..<count { result[state] = SIMD2(self[state][1], self[state][0]) }
        return result
    }
}
