#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Regimes

/// Our half of `Comparisons/compare_hmmlearn.py`: one task a process, so that the peak of its memory is that task's.
///
///     RegimeComparison fit|decode|filter|update FILE REPETITIONS
///
/// FILE holds Doubles as little-endian bytes. Prints the processor seconds of each repetition, and what the script compares.
@main
enum RegimeComparison {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let repetitions = Int(arguments[3]) else {
            print("usage: RegimeComparison fit|decode|filter|update FILE REPETITIONS")
            exit(2)
        }
        do {
            try run(arguments[1], arguments[2], max(1, repetitions))
        } catch {
            print("\(error)")
            exit(3)
        }
    }

    private static func run(_ task: String, _ path: String, _ repetitions: Int) throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [0.3, 0.4, 0.3],
            transitionMatrix: [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]],
            means: [-1.2, -0.6, 0],
            variances: [0.3, 0.1, 0.15]
        )
        let series = read(path, count: task == "decode" ? 1_000_000 : 100_000)
        let before = peakKilobytes()
        var likelihood = 0.0
        var path: [Int] = []
        var filter = ForwardFilter(model)
        for _ in 0..<repetitions {
            // Not beside the next one: the peak is that of a single path.
            path = []
            let start = processorSeconds()
            switch task {
            case "fit": likelihood = try BaumWelch.steps(20, from: model, observations: series).logLikelihoods[19]
            case "decode":
                let decoded = try Viterbi(model, observations: series)
                (path, likelihood) = (decoded.path, decoded.logProbability)
            case "filter":
                filter = ForwardFilter(model)
                for observation in series { try filter.update(observation) }
                likelihood = filter.logLikelihood
            default:
                for observation in series[..<1_000] {
                    try filter.update(observation)
                    likelihood += filter.filteredProbability(of: 0)
                }
            }
            report(task, processorSeconds() - start)
        }
        report("growth", Double(peakKilobytes() - before))
        report("peak", Double(peakKilobytes()))
        report("likelihood", likelihood)
        // FNV-1a over the regimes.
        let digest = path.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        print("comparison/path: \(digest)")
    }

    private static func read(_ path: String, count: Int) -> [Double?] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var series: [Double?] = []
        series.reserveCapacity(count)
        var chunk = [UInt64](repeating: 0, count: 4_096)
        while series.count < count {
            let read = fread(&chunk, 8, min(chunk.count, count - series.count), file)
            if read == 0 { break }
            for bits in chunk[..<read] { series.append(Double(bitPattern: UInt64(littleEndian: bits))) }
        }
        return series
    }

    /// Processor time of all threads, so that a busy machine disturbs it little.
    private static func processorSeconds() -> Double {
        var moment = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &moment)
        return Double(moment.tv_sec) + Double(moment.tv_nsec) * 1e-9
    }

    /// The most memory that the process has held, in KiB; 0 where the system does not say.
    ///
    /// Not `ru_maxrss`, which a process inherits from what started it.
    private static func peakKilobytes() -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("VmHWM:") {
                return text.split { " \t".contains($0) }.lazy.compactMap { Int($0) }.first ?? 0
            }
        }
        return 0
    }

    private static func report(_ name: String, _ value: Double) { print("comparison/\(name): \(value)") }
}
