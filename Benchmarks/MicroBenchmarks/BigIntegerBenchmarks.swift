import BigIntegers

/// Integers of the size of an obligation's terms.
func bigIntegerBenchmarks(_ bench: Bench) {
    let a = BigInteger(1) << 140 + BigInteger(12_345)
    let b = BigInteger(1) << 60 + BigInteger(6_789)
    bench.measure("big-integer/multiply") { consume(a * b) }
    bench.measure("big-integer/add") { consume(a + b) }
    bench.measure("big-integer/compare") { consume(a < b) }
}
