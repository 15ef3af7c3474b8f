#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Forward–backward with scaled probabilities: the fast path.
///
/// With wₜ(i) = bᵢ(yₜ) ÷ maxⱼ bⱼ(yₜ), the two recursions have one shape, once with the matrix *a* and once with its transpose:
///
///     pₜ₊₁(j) = Σᵢ pₜ(i) wₜ(i) aᵢⱼ         p₁ = π           (forward: predicted)
///     βₜ(i)  = Σⱼ aᵢⱼ wₜ₊₁(j) βₜ₊₁(j)       β_T = 1          (backward)
///     γₜ(i) ∝ pₜ(i) wₜ(i) βₜ(i)            ξₜ(i, j) ∝ pₜ(i) wₜ(i) aᵢⱼ wₜ₊₁(j) βₜ₊₁(j)
///
/// **The series is folded in the middle.** Fold *s* holds bar *s* in one lane of a register and bar T − 1 − s in the other, and
/// a single loop takes the forward recursion up the first half beside the backward recursion down the second. They meet in
/// the middle, where their product is the likelihood, and each then crosses the half that the other has been through: there
/// both factors of γ and ξ are at hand, and the statistics are added up on the way. An odd series has a bar of its own in the
/// middle.
///
/// **Memory** is T·K Doubles: the weights, over which γ is written once they are used up. Of the recursions only the start of
/// each block of 16 folds is kept; a block is run again, K² multiplications a bar, just before it is crossed.
///
/// **Scales.** Probabilities are scaled at the start of a block only, by a power of two: nothing is rounded, and the scales'
/// logarithms add up as integers. Crossing, γ is made to sum to 1 at the start of each block.
///
/// **When it may be trusted.** All terms are positive, so rounding does no harm; what may is underflow. Within a block the sum
/// of p, and the largest β, only fall, as w ≤ 1. So where a block ends with sums of at least 10⁻¹⁰⁰ after starting near 1, what
/// was lost (below 10⁻³²³), or gained by holding weights above e⁻⁷⁰⁰, is below 10⁻²⁰⁰ of them throughout. It would have
/// contributed to γ in the ratio Σp·Σβ ÷ Σ p w β at most; where that is below 10¹⁴⁹ at the start of every block crossed, what
/// was lost is below 10⁻⁵⁰. Elsewhere `run` returns nil, and the caller repeats the pass in log space (``LogSpacePass``).
struct ScaledPass {
    /// Folds in a block.
    static let blockLength = 16

    /// *T*.
    private let barCount: Int
    /// Weights, then γ, `[(T + 1) / 2][K]`; then the starts of the blocks and the two blocks at work.
    private var storage: [SIMD2<Double>]

    /// Allocates the memory for passes over `barCount` bars with chains of `stateCount` regimes.
    init(barCount: Int, stateCount: Int) {
        self.barCount = barCount
        let blocks = barCount / (2 * Self.blockLength) + 1
        let working = 3 * Self.blockLength + 1
        storage = [SIMD2<Double>](repeating: .zero, count: ((barCount + 1) / 2 + blocks + working) * stateCount)
    }

    /// One pass. nil where the scaled arithmetic may not be trusted.
    ///
    /// - Precondition: `emissions` has the bars, and `chain` the regimes, that memory was allocated for.
    mutating func run<let count: Int, Emissions: FoldedEmissions>(
        _ chain: FoldedChain<count>,
        _ emissions: Emissions
    ) -> ExpectedStatistics? {
        guard barCount > 0 else { return nil }
        return storage.withUnsafeMutableBufferPointer { storage in
            // SAFETY: `init` allocated what a recursion over `barCount` bars and `count` regimes uses.
            guard let base = storage.baseAddress else { return nil }
            let recursion = FoldedRecursion(chain, emissions, barCount: barCount, memory: base)
            guard let meeting = recursion.meet() else { return nil }
            return recursion.cross(from: meeting)
        }
    }

    /// γₜ(i) of the last pass, `[T][K]` in one flat array.
    func posteriors(stateCount: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: barCount * stateCount) { buffer, initializedCount in
            for bar in 0..<barCount {
                let (fold, lane) = 2 * bar < barCount ? (bar, 0) : (barCount - 1 - bar, 1)
                for state in 0..<stateCount {
                    buffer[bar * stateCount + state] = storage[fold * stateCount + state][lane]
                }
            }
            initializedCount = barCount * stateCount
        }
    }
}

/// π and *a* of a chain of `count` regimes.
struct FoldedChain<let count: Int> {
    var initial: InlineArray<count, Double>
    var transitions: InlineArray<count, InlineArray<count, Double>>

    init(initial: [Double], transitions: [Double]) {
        self.initial = InlineArray { initial[$0] }
        self.transitions = InlineArray { from in InlineArray { transitions[from * count + $0] } }
    }
}
