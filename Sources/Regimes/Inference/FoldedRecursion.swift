#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two recursions of ``ScaledPass``, on their way to each other.
struct FoldedRecursion<let count: Int, Emissions: FoldedEmissions> {
    let chain: FoldedChain<count>
    let emissions: Emissions
    /// *T*.
    let barCount: Int
    /// Folds of two bars: ⌊T ÷ 2⌋.
    let foldCount: Int
    /// w of each fold, `[(T + 1) / 2][K]`.
    let weights: UnsafeMutablePointer<SIMD2<Double>>
    /// p and β at the start of each block, scaled, `[blocks][K]`.
    let starts: UnsafeMutablePointer<SIMD2<Double>>
    /// Room for three blocks and a fold.
    let working: UnsafeMutablePointer<SIMD2<Double>>

    /// Where the recursions meet.
    struct Meeting {
        /// p and β after the last fold: of the bar in the middle, or each of the other's last bar.
        var state: RegimePairs<count>
        /// ln of all that was divided out of the product of the two.
        var logScale: Double
    }

    /// - Parameter memory: As ``ScaledPass`` lays it out; outlives the recursion.
    init(
        _ chain: FoldedChain<count>,
        _ emissions: Emissions,
        barCount: Int,
        memory: UnsafeMutablePointer<SIMD2<Double>>
    ) {
        self.chain = chain
        self.emissions = emissions
        self.barCount = barCount
        foldCount = barCount / 2
        weights = memory
        starts = memory + (barCount + 1) / 2 * count
        working = starts + (barCount / (2 * ScaledPass.blockLength) + 1) * count
    }

    /// *a* in the first lane and its transpose in the second.
    @inline(__always)
    var matrix: RegimePairMatrix<count> {
        InlineArray { from in InlineArray { SIMD2(chain.transitions[from][$0], chain.transitions[$0][from]) } }
    }

    /// Runs both recursions over all folds. nil if a block underflows or an observation is impossible.
    @inline(__always)
    func meet() -> Meeting? {
        let length = ScaledPass.blockLength
        let matrix = matrix
        var state = RegimePairs<count> { SIMD2(chain.initial[$0], 1) }
        var exponents = SIMD2<Int64>.zero
        var largest = SIMD4<Double>.zero
        var logScale = weighTail()
        let pairedFolds = foldCount & ~1
        for fold in stride(from: 0, to: min(length, pairedFolds), by: 2) {
            largest += weigh(fold, fold &+ 1)
        }
        var start = 0
        var block = starts
        while start < foldCount {
            let end = min(foldCount, start &+ length)
            guard let exponent = Self.normalize(&state) else { return nil }
            exponents &+= exponent
            state.store(to: block)
            block += count
            // The weights of the next block beside the recursion of this one: they fill the time in which it waits for itself.
            var next = end
            let nextEnd = min(pairedFolds, end &+ length)
            var weight = weights + start &* count
            var fold = start
            while fold < end {
                if next < nextEnd {
                    largest += weigh(next, next &+ 1)
                    next &+= 2
                }
                for _ in 0..<(fold &+ 1 < end ? 2 : 1) {
                    state = (state * RegimePairs(loading: weight)).times(matrix)
                    weight += count
                }
                fold &+= 2
            }
            start = end
        }
        // Not scaled again: where there is no bar in the middle, the recursions meet inside the last block.
        guard state.total[0] >= 1e-100, state.total[1] >= 1e-100 else { return nil }
        logScale += largest.sum()
        // ln 2 in two parts, the first of 32 bits: its product with the exponents is exact.
        let power = Double(exponents[0] &+ exponents[1])
        logScale += power * 0x1.62e42fee00000p-1 + power * 0x1.a39ef35793c76p-33
        return logScale.isFinite ? Meeting(state: state, logScale: logScale) : nil
    }

    /// The weights of the folds that have no partner, the bar in the middle included, and the sum of what was divided out.
    @inline(__always)
    private func weighTail() -> Double {
        let tail = foldCount & ~1
        let last = (barCount + 1) / 2 - 1
        guard tail <= last else { return 0 }
        let largest = weigh(tail, last)
        func sum(_ half: SIMD2<Double>, of fold: Int) -> Double { fold < foldCount ? half.sum() : half[0] }
        return sum(largest.lowHalf, of: tail) + (last > tail ? sum(largest.highHalf, of: last) : 0)
    }

    /// Writes the weights of two folds, and returns the logarithms that they were divided by.
    @inline(__always)
    private func weigh(_ first: Int, _ second: Int) -> SIMD4<Double> {
        let logDensities = InlineArray<count, SIMD4<Double>> { emissions.logDensities(of: $0, first, second) }
        var largest = logDensities[0]
        for state in 1..<count {
            largest = largest.replacing(with: logDensities[state], where: largest .< logDensities[state])
        }
        let low = weights + first &* count
        let high = weights + second &* count
        for state in 0..<count {
            let weight = (logDensities[state] - largest).boundedExponential
            low[state] = weight.lowHalf
            high[state] = weight.highHalf
        }
        return largest
    }

    /// Scales each lane by a power of two to a sum from 1 to 2, and returns the exponents; nil if a sum is below 10⁻¹⁰⁰.
    @inline(__always)
    private static func normalize(_ state: inout RegimePairs<count>) -> SIMD2<Int64>? {
        let total = state.total
        // Not a number fails this comparison too.
        guard total[0] >= 1e-100, total[1] >= 1e-100 else { return nil }
        // SAFETY: both types are 16 bytes of plain data. The sums are normal numbers below 2¹⁰⁰⁰, so that the scale is one.
        let biased = unsafeBitCast(total, to: SIMD2<Int64>.self) & 0x7ff0_0000_0000_0000
        state = state * unsafeBitCast(2046 << 52 &- biased, to: SIMD2<Double>.self)
        return biased &>> 52 &- 1023
    }
}
