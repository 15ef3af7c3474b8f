import Ristretto

/// Sums of many multiples, in constant time and not.
func multiscalarBenchmarks(_ bench: Bench) {
    var random = BenchRandom(seed: 4)
    let largest = 8_192
    let scalars = (0..<largest).map { _ in Scalar(wide: random.bytes(64)) }
    let points = (0..<largest).map { _ in RistrettoPoint(uniform: random.bytes(64)) }
    for count in [2, 16, 64, 128, 192, 256, 512, 1_024, 4_096, 8_192] {
        let (s, p) = (Array(scalars[..<count]), Array(points[..<count]))
        bench.measure("multiscalar/vartime/\(count)", time: .wall) {
            consume(RistrettoPoint.vartimeMultiscalarMultiplication(s, p))
        }
    }
    for count in [16, 128, 1_024, 8_192] {
        let (s, p) = (Array(scalars[..<count]), Array(points[..<count]))
        bench.measure("multiscalar/constant-time/\(count)", time: .wall) {
            consume(RistrettoPoint.multiscalarMultiplication(s, p))
        }
    }
}
