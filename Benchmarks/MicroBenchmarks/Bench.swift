import AllocationCount

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures operations and prints one line each.
struct Bench {
    /// Which time counts.
    enum Time {
        /// Processor time of the calling thread, for operations that stay on it.
        case thread
        /// Elapsed time, for operations that use several threads.
        case wall
    }

    /// Whether to run each operation once, to see that it still runs.
    let isSmoke: Bool
    /// Only operations whose name contains one of these are run; all if there are none.
    let words: [String]

    private static let sampleCount = 31
    private static let nanosecondsPerSample = 2_000_000.0

    func printHeader() {
        print(line("operation", "median", "minimum", "allocations", ""))
    }

    /// Measures `operation`, which performs `repetitions` of the named operation in a row.
    ///
    /// Operations of a few nanoseconds repeat inside, each on the result before it, so that a call costs nothing: their time
    /// is the latency of a chain.
    func measure(_ name: String, time: Time = .thread, repetitions: Int = 1, _ operation: () -> Void) {
        guard words.isEmpty || words.contains(where: name.contains) else { return }
        operation()
        if isSmoke {
            print(line(name, "ran", "ran", "", ""))
            return
        }
        var batch = 1
        while elapsed(time, batch, operation) < Bench.nanosecondsPerSample / 2, batch < 1 << 20 { batch *= 2 }
        let processorStart = now(CLOCK_PROCESS_CPUTIME_ID)
        let samples = (0..<Bench.sampleCount).map { _ in elapsed(time, batch, operation) }.sorted()
        let processorTime = now(CLOCK_PROCESS_CPUTIME_ID) - processorStart
        let allocationStart = allocation_count()
        operation()
        let allocations = Double(allocation_count() - allocationStart) / Double(repetitions)
        let scale = 1 / Double(batch * repetitions)
        let mean = format(processorTime * scale / Double(Bench.sampleCount))
        print(
            line(
                name,
                format(samples[Bench.sampleCount / 2] * scale),
                format(samples[0] * scale),
                // Of this thread alone: those of others are not counted.
                time == .wall || allocations < 0 ? "" : tenths(allocations),
                time == .wall ? "wall; \(mean) of processor time" : ""
            )
        )
    }

    private func elapsed(_ time: Time, _ batch: Int, _ operation: () -> Void) -> Double {
        let clock = time == .thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC
        let start = now(clock)
        for _ in 0..<batch { operation() }
        return now(clock) - start
    }

    private func now(_ clock: clockid_t) -> Double {
        var moment = timespec()
        clock_gettime(clock, &moment)
        return Double(moment.tv_sec) * 1e9 + Double(moment.tv_nsec)
    }

    private func line(
        _ name: String,
        _ median: String,
        _ minimum: String,
        _ allocations: String,
        _ mark: String
    ) -> String {
        func left(_ text: String, _ width: Int) -> String { text + spaces(width - text.count) }
        func right(_ text: String, _ width: Int) -> String { spaces(width - text.count) + text }
        return left(name, 44) + right(median, 12) + right(minimum, 12) + right(allocations, 13)
            + (mark.isEmpty ? "" : "  " + mark)
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    private func tenths(_ value: Double) -> String {
        let rounded = Int((value * 10).rounded())
        return "\(rounded / 10).\(rounded % 10)"
    }

    private func format(_ nanoseconds: Double) -> String {
        if nanoseconds < 10_000 { return tenths(nanoseconds) + " ns" }
        if nanoseconds < 10_000_000 { return tenths(nanoseconds / 1e3) + " µs" }
        return tenths(nanoseconds / 1e6) + " ms"
    }
}

/// Keeps a result alive without the optimiser knowing that nobody wants it.
@inline(never)
@_optimize(none)
func consume<T>(_ value: T) {}

/// A small reproducible generator (SplitMix64), so that every run measures the same inputs.
struct BenchRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }
}
