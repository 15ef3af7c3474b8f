import TestSupport
import Testing

@testable import Ristretto

@Suite("Multiscalar multiplication")
struct MultiscalarTests {
    @Test("is the sum of the products, in constant time and not", arguments: [0, 1, 2, 3, 7, 31, 129, 190, 600])
    func sums(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let scalars = (0..<count).map { _ in random.scalar() }
        let points = (0..<count).map { _ in random.point() }
        let expected = zip(scalars, points).reduce(RistrettoPoint.identity) { $0 + plainProduct($1.0, $1.1) }
        #expect(RistrettoPoint.multiscalarMultiplication(scalars, points) == expected)
        #expect(RistrettoPoint.vartimeMultiscalarMultiplication(scalars, points) == expected)
        #expect(StrausSum.vartime(scalars, points) == expected)
        #expect(PippengerSum.vartime(scalars, points) == expected)
    }

    @Test("agrees between its methods for every small count", arguments: 1...40)
    func smallCounts(count: Int) {
        var random = SplitMix64(seed: 1_000 + UInt64(count))
        let scalars = (0..<count).map { _ in random.scalar() }
        let points = (0..<count).map { _ in random.point() }
        let expected = RistrettoPoint.multiscalarMultiplication(scalars, points)
        #expect(StrausSum.vartime(scalars, points) == expected)
        #expect(PippengerSum.vartime(scalars, points) == expected)
    }

    @Test("takes zeros, ones, −1, equal points, opposite points and neutral elements", arguments: [4, 40, 300])
    func degenerateInputs(count: Int) {
        var random = SplitMix64(seed: 5)
        let point = random.point()
        let scalarChoices = [Scalar.zero, .one, -Scalar.one, Scalar(8), -Scalar(8), random.scalar()]
        let pointChoices = [point, -point, .identity, .basepoint, GroupLawTests.torsion[2]]
        let scalars = (0..<count).map { scalarChoices[$0 % scalarChoices.count] }
        let points = (0..<count).map { pointChoices[$0 % pointChoices.count] }
        let expected = zip(scalars, points).reduce(RistrettoPoint.identity) { $0 + plainProduct($1.0, $1.1) }
        #expect(RistrettoPoint.multiscalarMultiplication(scalars, points) == expected)
        #expect(StrausSum.vartime(scalars, points) == expected)
        #expect(PippengerSum.vartime(scalars, points) == expected)
    }

    @Test("of zeros only is the neutral element", arguments: [1, 5, 200])
    func zeros(count: Int) {
        let scalars = [Scalar](repeating: .zero, count: count)
        let points = [RistrettoPoint](repeating: .basepoint, count: count)
        #expect(RistrettoPoint.multiscalarMultiplication(scalars, points).isIdentity)
        #expect(RistrettoPoint.vartimeMultiscalarMultiplication(scalars, points).isIdentity)
        #expect(PippengerSum.vartime(scalars, points).isIdentity)
    }

    @Test("picks wider digits for more points, within the width that digits have")
    func widths() {
        let widths = [1, 100, 1_000, 10_000, 100_000, 10_000_000].map(PippengerSum.cheapestWidth)
        #expect(widths == widths.sorted())
        #expect(widths.allSatisfy { (2...15).contains($0) })
    }
}
