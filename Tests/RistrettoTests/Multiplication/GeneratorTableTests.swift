import TestSupport
import Testing

@testable import Ristretto

@Suite("A table of generators")
struct GeneratorTableTests {
    @Test("gives the sums of the plain multiplication, in constant time and not", arguments: [0, 1, 2, 65, 300])
    func sums(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let points = (0..<count + 5).map { _ in random.point() }
        var table = GeneratorTable(Array(points.prefix(3)))
        table.append(points[min(3, points.count)...])
        #expect(table.count == points.count)
        let ends = [Scalar.zero, .one, -Scalar.one, Scalar(1_024), -Scalar(1_024), Scalar(8), -Scalar(9)]
        for start in [0, 5] {
            let scalars = (0..<count).map { $0 < ends.count ? ends[$0] : random.scalar() }
            let used = Array(points[start..<start + count])
            let expected = RistrettoPoint.multiscalarMultiplication(scalars, used)
            #expect(table.sum(scalars[...], from: start) == expected)
            let half = count / 2
            let terms = [
                GeneratorTable.Terms(table, from: start, Array(scalars[..<half])),
                GeneratorTable.Terms(table, from: start + half, Array(scalars[half...])),
            ]
            #expect(GeneratorTable.vartimeSum(terms) == expected)
        }
    }

    @Test("sums short scalars up to their bound", arguments: 1...20)
    func shortScalars(bits: Int) {
        var random = SplitMix64(seed: UInt64(bits))
        let points = (0..<9).map { _ in random.point() }
        let top = (UInt64(1) << UInt64(bits)) - 1
        let scalars = [top, 0, 1, top / 2, top / 3, 7 & top, 8 & top, 15 & top, top - 1].map { Scalar($0) }
        let expected = RistrettoPoint.multiscalarMultiplication(scalars, points)
        #expect(GeneratorTable(points).sum(scalars[...], from: 0, bits: bits) == expected)
    }

    @Test("chooses between its points and the opposites of another's", arguments: UInt64(0)..<8)
    func choices(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (points, others) = ((0..<270).map { _ in random.point() }, (0..<270).map { _ in random.point() })
        let bits = points.map { _ in UInt64.random(in: 0...1, using: &random) }
        let sum = GeneratorTable(points).sum(
            where: bits.map { ConstantTimeMask(bit: $0) },
            elseSubtracting: GeneratorTable(others)
        )
        #expect(sum == bits.indices.reduce(.identity) { bits[$1] == 1 ? $0 + points[$1] : $0 - others[$1] })
    }

    @Test("knows every top digit: the scalars nearest to the order")
    func topDigits() {
        let table = GeneratorTable([.basepoint])
        for distance in UInt64(1)...64 {
            let scalar = -Scalar(distance)
            #expect(GeneratorTable.vartimeSum([.init(table, from: 0, [scalar])]) == scalar * .basepoint)
        }
    }
}
