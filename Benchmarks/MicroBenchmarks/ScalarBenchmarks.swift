import Ristretto

/// Scalars modulo the group's order.
func scalarBenchmarks(_ bench: Bench) {
    var random = BenchRandom(seed: 2)
    let a = Scalar(wide: random.bytes(64))
    let b = Scalar(wide: random.bytes(64))
    let repetitions = 1_000
    bench.measure("scalar/multiply", repetitions: repetitions) {
        var result = a
        for _ in 0..<repetitions { result *= b }
        consume(result)
    }
    bench.measure("scalar/add", repetitions: repetitions) {
        var result = a
        for _ in 0..<repetitions { result += b }
        consume(result)
    }
    bench.measure("scalar/invert-constant-time") { consume(a.inverted()) }
    bench.measure("scalar/invert-vartime") { consume(a.invertedVartime()) }
    let many = (0..<1_024).map { _ in Scalar(wide: random.bytes(64)) }
    bench.measure("scalar/invert-batch", repetitions: many.count) {
        var inverses = many
        Scalar.batchInvert(&inverses)
        consume(inverses)
    }
}
