/// Prints median and minimum time of each operation; see Benchmarks/README.md.
@main
enum MicroBenchmarks {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let bench = Bench(
            isSmoke: arguments.contains("--smoke"),
            words: arguments.filter { !$0.hasPrefix("--") }
        )
        bench.printHeader()
        fieldBenchmarks(bench)
        scalarBenchmarks(bench)
        groupBenchmarks(bench)
        multiscalarBenchmarks(bench)
        bigIntegerBenchmarks(bench)
        regimeBenchmarks(bench)
        liquidityBenchmarks(bench)
        rebalancingBenchmarks(bench)
        proofBenchmarks(bench)
        attestationBenchmarks(bench)
    }
}
