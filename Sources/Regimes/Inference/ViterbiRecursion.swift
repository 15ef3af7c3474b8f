#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The recursion of ``Viterbi`` for `count` regimes, for observations of any kind: it asks for log densities by blocks.
///
/// `Pointers` holds the best predecessor of every regime at one bar, two bits each up to four regimes, else three.
struct ViterbiRecursion<let count: Int, Pointers: FixedWidthInteger & UnsignedInteger> {
    /// Bars in a block; a multiple of 4.
    var blockLength: Int { 64 }
    private static var pointerWidth: Int { count <= 4 ? 2 : 3 }

    private let logInitial: InlineArray<count, Double>
    private let logTransitions: InlineArray<count, InlineArray<count, Double>>

    init(initial: [Double], transitions: [Double]) {
        logInitial = InlineArray { log(initial[$0]) }
        logTransitions = InlineArray { from in InlineArray { log(transitions[from * count + $0]) } }
    }

    init(_ model: HiddenMarkovModel) {
        self.init(initial: model.initialDistribution, transitions: model.transitionMatrix)
    }

    /// Decodes `barCount` bars.
    ///
    /// - Parameter fill: Writes the log densities of the bars from `start` to before `end`, `[K][blockLength]`.
    /// - Throws: ``ObservationError/impossible(index:got:)`` without the observation, or what `fill` throws.
    func decode(
        barCount: Int,
        fill: (_ start: Int, _ end: Int, _ rows: UnsafeMutablePointer<Double>) throws(ObservationError) -> Void
    ) throws(ObservationError) -> Viterbi {
        guard barCount > 0 else { return Viterbi(path: [], logProbability: 0) }
        let length = blockLength
        var pointers = [Pointers](repeating: 0, count: barCount)
        var scores = logInitial
        // SAFETY: written by `fill` before they are read, and freed below.
        let rows = UnsafeMutablePointer<Double>.allocate(capacity: count * length)
        defer { rows.deallocate() }
        for start in stride(from: 0, to: barCount, by: length) {
            let end = min(barCount, start + length)
            try fill(start, end, rows)
            let before = scores
            pointers.withUnsafeMutableBufferPointer { pointers in
                // SAFETY: `start..<end` lies in the array.
                guard let base = pointers.baseAddress else { return }
                for bar in start..<end { base[bar] = advance(&scores, isFirst: bar == 0, rows + (bar &- start)) }
            }
            if !Self.isPossible(scores) {
                // Once nothing is possible nothing ever is again: the first such bar is in this block.
                scores = before
                for bar in start..<end {
                    _ = advance(&scores, isFirst: bar == 0, rows + (bar - start))
                    if !Self.isPossible(scores) { throw .impossible(index: bar, got: .nan) }
                }
            }
        }
        var last = 0
        for state in 1..<max(1, count) where scores[state] > scores[last] { last = state }
        return Viterbi(path: Self.trace(pointers, from: last), logProbability: scores[last])
    }

    /// Moves the scores one bar on, and returns where each of them came from.
    @inline(__always)
    private func advance(
        _ scores: inout InlineArray<count, Double>,
        isFirst: Bool,
        _ logDensities: UnsafePointer<Double>
    ) -> Pointers {
        var pointers: Pointers = 0
        var next = scores
        if !isFirst {
            for to in 0..<count {
                var best = scores[0] + logTransitions[0][to]
                var pointer: Pointers = 0
                for from in 1..<count {
                    let score = scores[from] + logTransitions[from][to]
                    // Strictly greater: a tie stays with the lower index.
                    pointer = score > best ? Pointers(truncatingIfNeeded: from) : pointer
                    best = score > best ? score : best
                }
                next[to] = best
                pointers |= pointer &<< Pointers(truncatingIfNeeded: to &* Self.pointerWidth)
            }
        }
        for state in 0..<count { scores[state] = next[state] + logDensities[state &* blockLength] }
        return pointers
    }

    private static func isPossible(_ scores: InlineArray<count, Double>) -> Bool {
        for state in 0..<count where scores[state] > -.infinity { return true }
        return false
    }

    private static func trace(_ pointers: [Pointers], from last: Int) -> [Int] {
        [Int](unsafeUninitializedCapacity: pointers.count) { path, initializedCount in
            let mask = Pointers(truncatingIfNeeded: 1 << pointerWidth &- 1)
            var state = last
            path[pointers.count - 1] = state
            for bar in stride(from: pointers.count - 1, to: 0, by: -1) {
                let shift = Pointers(truncatingIfNeeded: state &* pointerWidth)
                state = Int(truncatingIfNeeded: pointers[bar] &>> shift & mask)
                path[bar &- 1] = state
            }
            initializedCount = pointers.count
        }
    }
}
