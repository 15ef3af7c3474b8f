import TestSupport
import Testing

@testable import Regimes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What to time, and on which series: 10⁶ Doubles as little-endian bytes.
private enum Compared {
    static let path = ProcessInfo.processInfo.environment["BALLAST_COMPARE"]
    static let task = ProcessInfo.processInfo.environment["BALLAST_COMPARE_TASK"] ?? ""
    static let repetitions = ProcessInfo.processInfo.environment["BALLAST_COMPARE_REPETITIONS"].flatMap(Int.init) ?? 1
}

/// Our half of `Benchmarks/Comparisons/compare_hmmlearn.py`, which sets the environment and reads what is printed.
///
/// One task a process, so that the peak of its memory is that task's.
@Suite("Comparisons", .enabled(if: Compared.path != nil, "run by Benchmarks/Comparisons/compare_hmmlearn.py"))
struct ComparisonTests {
    private static let model = Result {
        try HiddenMarkovModel(
            initialDistribution: [0.3, 0.4, 0.3],
            transitionMatrix: [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]],
            means: [-1.2, -0.6, 0],
            variances: [0.3, 0.1, 0.15]
        )
    }

    @Test("twenty EM steps over 100,000 bars", .enabled(if: Compared.task == "fit"))
    func fit() throws {
        let model = try Self.model.get()
        let series = try series(100_000)
        let before = peakKilobytes()
        var likelihood = 0.0
        for _ in 0..<Compared.repetitions {
            try time("fit") {
                let flat = try ForwardBackward.flatten(series)
                var passes = ForwardBackward(barCount: flat.count, stateCount: 3)
                var current = model
                for _ in 0..<20 {
                    let statistics = try passes.run(current, flat)
                    likelihood = statistics.logLikelihood
                    current = BaumWelch.maximize(current, statistics, varianceFloor: .leastNormalMagnitude)
                }
            }
        }
        report("likelihood", likelihood)
        reportMemory(since: before)
    }

    @Test("Viterbi over a million bars", .enabled(if: Compared.task == "decode"))
    func decode() throws {
        let model = try Self.model.get()
        let series = try series(1_000_000)
        let before = peakKilobytes()
        var decoded: Viterbi?
        for _ in 0..<Compared.repetitions { try time("decode") { decoded = try Viterbi(model, observations: series) } }
        reportMemory(since: before)
        let path = try #require(decoded).path
        report("likelihood", try #require(decoded).logProbability)
        // FNV-1a over the regimes.
        let digest = path.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        print("comparison/path: \(digest)")
    }

    @Test("the filter, bar by bar, over 100,000 bars", .enabled(if: Compared.task == "filter"))
    func filter() throws {
        let model = try Self.model.get()
        let series = try series(100_000)
        let before = peakKilobytes()
        var filter = ForwardFilter(model)
        for _ in 0..<Compared.repetitions {
            filter = ForwardFilter(model)
            try time("filter") { for observation in series { try filter.update(observation) } }
        }
        report("likelihood", filter.logLikelihood)
        reportMemory(since: before)
    }

    @Test("a thousand updates, and the probabilities after each", .enabled(if: Compared.task == "update"))
    func update() throws {
        let series = try series(1_000)
        var filter = ForwardFilter(try Self.model.get())
        let before = peakKilobytes()
        var sum = 0.0
        for _ in 0..<Compared.repetitions {
            try time("update") {
                for observation in series {
                    try filter.update(observation)
                    for regime in 0..<3 { sum += filter.filteredProbability(of: regime) }
                }
            }
        }
        #expect(abs(sum - Double(1_000 * Compared.repetitions)) < 1e-6)
        reportMemory(since: before)
    }

    private func series(_ count: Int) throws -> [Double?] {
        let path = try #require(Compared.path)
        let data = try #require(FileManager.default.contents(atPath: path))
        try #require(data.count >= 8 * count)
        return data.withUnsafeBytes { bytes in
            (0..<count).map { index in
                Double(
                    bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
                )
            }
        }
    }

    /// Prints the processor time of `work`, so that a busy machine disturbs it little.
    private func time(_ name: String, _ work: () throws -> Void) rethrows {
        func now() -> Double {
            var moment = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &moment)
            return Double(moment.tv_sec) + Double(moment.tv_nsec) * 1e-9
        }
        let start = now()
        try work()
        report(name, now() - start)
    }

    private func peakKilobytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    private func reportMemory(since before: Int) {
        report("growth", Double(peakKilobytes() - before))
        report("peak", Double(peakKilobytes()))
    }

    private func report(_ name: String, _ value: Double) { print("comparison/\(name): \(value)") }
}
