import Ristretto

/// Single points: addition, encoding, multiplication by one scalar.
func groupBenchmarks(_ bench: Bench) {
    var random = BenchRandom(seed: 3)
    let scalar = Scalar(wide: random.bytes(64))
    let uniform = random.bytes(64)
    let point = RistrettoPoint(uniform: uniform)
    let other = RistrettoPoint(uniform: random.bytes(64))
    let repetitions = 100
    bench.measure("point/add", repetitions: repetitions) {
        var sum = point
        for _ in 0..<repetitions { sum += other }
        consume(sum)
    }
    bench.measure("point/double", repetitions: repetitions) {
        var result = point
        for _ in 0..<repetitions { result = result.doubled() }
        consume(result)
    }
    let encoding = point.compressed()
    bench.measure("point/compress") { consume(point.compressed()) }
    bench.measure("point/decompress") { consume(encoding.decompressed()) }
    bench.measure("point/from-uniform-bytes") { consume(RistrettoPoint(uniform: uniform)) }
    bench.measure("multiply/fixed-base") { consume(RistrettoPoint.multiplyBase(scalar)) }
    bench.measure("multiply/variable-base") { consume(scalar * point) }
    bench.measure("multiply/vartime") {
        consume(RistrettoPoint.vartimeMultiscalarMultiplication([scalar], [point]))
    }
    bench.measure("fixed-base-table/build") { consume(FixedBaseTable(point)) }
}
