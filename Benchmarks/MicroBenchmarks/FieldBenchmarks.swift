import Ristretto

/// The field operations of both backends, as chains: each works on the result before it.
func fieldBenchmarks(_ bench: Bench) {
    var random = BenchRandom(seed: 1)
    let limbs = (0..<8).map { _ in random.next() }
    backend(bench, "field/4x64", FieldElement4x64.self, limbs)
    backend(bench, "field/gmp", FieldElementGMP.self, limbs)
}

@inline(__always)
private func backend<Field: FieldArithmetic>(_ bench: Bench, _ name: String, _ field: Field.Type, _ limbs: [UInt64]) {
    let a = Field(limbs: (limbs[0], limbs[1], limbs[2], limbs[3]))
    let b = Field(limbs: (limbs[4], limbs[5], limbs[6], limbs[7]))
    let repetitions = 1_000
    bench.measure("\(name)/multiply", repetitions: repetitions) {
        var result = a
        for _ in 0..<repetitions { result = result * b }
        consume(result)
    }
    bench.measure("\(name)/square", repetitions: repetitions) {
        var result = a
        for _ in 0..<repetitions { result = result.squared() }
        consume(result)
    }
    bench.measure("\(name)/multiply-throughput", repetitions: 4 * repetitions) {
        var (w, x, y, z) = (a, b, a + b, a - b)
        for _ in 0..<repetitions {
            w = w * b
            x = x * b
            y = y * b
            z = z * b
        }
        consume((w, x, y, z))
    }
    bench.measure("\(name)/add-subtract", repetitions: repetitions) {
        var (x, y) = (a, b)
        for _ in 0..<repetitions {
            let sum = x + y
            y = x - y
            x = sum
        }
        consume((x, y))
    }
    bench.measure("\(name)/invert") { consume(a.inverted()) }
}
