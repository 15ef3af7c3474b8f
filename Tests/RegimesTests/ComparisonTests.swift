import Regimes
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The series to time, 10⁶ Doubles as little-endian bytes.
private enum ComparedSeries {
    static let path = ProcessInfo.processInfo.environment["BALLAST_COMPARE"]
}

/// Our half of `Benchmarks/Comparisons/compare_hmmlearn.py`, which names the series in `BALLAST_COMPARE` and reads what is printed.
@Suite("Comparisons", .enabled(if: ComparedSeries.path != nil, "run by Benchmarks/Comparisons/compare_hmmlearn.py"))
struct ComparisonTests {
    @Test("twenty EM steps over 100,000 bars, and Viterbi over a million")
    func timesFitAndDecode() throws {
        let bytes = try Fixtures.bytes(try #require(ComparedSeries.path))
        let series: [Double?] = stride(from: 0, to: bytes.count, by: 8).map { start in
            Double(bitPattern: (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[start + $1]) })
        }
        try #require(series.count == 1_000_000)
        let model = try HiddenMarkovModel(
            initialDistribution: [0.3, 0.4, 0.3],
            transitionMatrix: [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]],
            means: [-1.2, -0.6, 0],
            variances: [0.3, 0.1, 0.15]
        )
        var options = BaumWelch.Options()
        options.restarts = 1
        options.threads = 1
        options.iterations = 20
        options.tolerance = -1
        let short = Array(series.prefix(100_000))
        var steps = 1
        let fit = try bestOfThree { steps = try BaumWelch.fit(short, states: 3, options: options).iterations }
        var decoded: Viterbi?
        let decode = try bestOfThree { decoded = try Viterbi(model, observations: series) }
        #expect(decoded?.path.count == series.count)
        // A fit polishes its best start for more than twenty steps: seconds for twenty of them, set-up included.
        print("comparison/fit: \(fit * 20 / Double(steps))")
        print("comparison/decode: \(decode)")
    }

    private func bestOfThree(_ work: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<3 {
            let time = try ContinuousClock().measure(work).components
            best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
        }
        return best
    }
}
