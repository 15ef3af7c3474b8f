import BigIntegers
import TestSupport
import Testing

/// An integer of up to `bits` bits and of either sign.
func randomInteger(bits: Int, using random: inout SplitMix64) -> BigInteger {
    let count = Int.random(in: 0...bits, using: &random)
    var value = BigInteger(0)
    for _ in 0..<(count + 63) / 64 { value = (value << 64) + BigInteger(random.next()) }
    value >>= (count + 63) / 64 * 64 - count
    return Bool.random(using: &random) ? -value : value
}

@Suite("Big integers")
struct BigIntegerTests {
    @Test("agree with Int128 where it does not overflow", arguments: UInt64(0)..<500)
    func agreesWithInt128(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let shift = Int.random(in: 0...63, using: &random)
        let a = Int128(Int64(truncatingIfNeeded: random.next()) >> Int64(shift))
        let b = Int128(Int64(truncatingIfNeeded: random.next()))
        let (x, y) = (BigInteger(a), BigInteger(b))
        #expect(Int128(exactly: x + y) == a + b)
        #expect(Int128(exactly: x - y) == a - b)
        #expect(Int128(exactly: x * y) == a * b)
        #expect(Int128(exactly: -x) == -a)
        #expect((x < y) == (a < b))
        #expect((x == y) == (a == b))
        #expect(x.signum() == Int(a.signum()))
        #expect((x * y).description == (a * b).description)
        #expect(Int128(exactly: (x * y) >> shift) == (a * b) >> Int128(shift))
        if b != 0 {
            let (quotient, remainder) = (x * y + x).quotientAndRemainder(dividingBy: y)
            #expect(Int128(exactly: quotient) == (a * b + a) / b)
            #expect(Int128(exactly: remainder) == (a * b + a) % b)
        }
    }

    @Test("form a commutative ring", arguments: UInt64(0)..<200)
    func ring(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let a = randomInteger(bits: 700, using: &random)
        let b = randomInteger(bits: 700, using: &random)
        let c = randomInteger(bits: 300, using: &random)
        #expect((a + b) + c == a + (b + c))
        #expect((a * b) * c == a * (b * c))
        #expect(a * (b + c) == a * b + a * c)
        #expect(a + b == b + a && a * b == b * a)
        #expect(a - b == -(b - a))
        #expect((a - a).isZero)
        #expect((a + b) * (a - b) == a * a - b * b)
    }

    @Test("divide so that quotient and remainder give the dividend back", arguments: UInt64(0)..<200)
    func division(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let n = randomInteger(bits: 600, using: &random)
        let d = randomInteger(bits: 300, using: &random) * 2 + 1
        let (quotient, remainder) = n.quotientAndRemainder(dividingBy: d)
        #expect(quotient * d + remainder == n)
        #expect(remainder.magnitude < d.magnitude)
        #expect(remainder.isZero || remainder.isNegative == n.isNegative)
        #expect(n / d == quotient && n % d == remainder)

        let floor = n.floorDivided(by: d)
        let floorRemainder = n.floorRemainder(dividingBy: d)
        #expect(floor * d + floorRemainder == n)
        #expect(floorRemainder.isZero || floorRemainder.isNegative == d.isNegative)
        #expect(floorRemainder.magnitude < d.magnitude)
        #expect(n.ceilingDivided(by: d) == -(-n).floorDivided(by: d))
    }

    @Test(
        "round as named: towards zero, down, up",
        arguments: [
            (7, 2, 3, 3, 4), (-7, 2, -3, -4, -3), (7, -2, -3, -4, -3), (-7, -2, 3, 3, 4), (6, 3, 2, 2, 2),
            (0, 5, 0, 0, 0),
        ]
    )
    func rounding(n: Int, d: Int, truncated: Int, floor: Int, ceiling: Int) {
        #expect(BigInteger(n) / BigInteger(d) == BigInteger(truncated))
        #expect(BigInteger(n).floorDivided(by: BigInteger(d)) == BigInteger(floor))
        #expect(BigInteger(n).ceilingDivided(by: BigInteger(d)) == BigInteger(ceiling))
    }

    @Test("shift as multiplication and floor division by powers of two", arguments: UInt64(0)..<100)
    func shifts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let a = randomInteger(bits: 500, using: &random)
        let count = Int.random(in: 0...300, using: &random)
        let power = BigInteger(2).raised(to: count)
        #expect(a << count == a * power)
        #expect(a >> count == a.floorDivided(by: power))
        #expect((a << count) >> count == a)
    }

    @Test("have floor square roots", arguments: UInt64(0)..<100)
    func squareRoots(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let a = randomInteger(bits: 500, using: &random).magnitude
        let root = a.isqrt()
        #expect(root * root <= a)
        #expect((root + 1) * (root + 1) > a)
        #expect((a * a).isqrt() == a)
    }

    @Test("have greatest common divisors", arguments: UInt64(0)..<100)
    func divisors(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b) = (randomInteger(bits: 200, using: &random), randomInteger(bits: 200, using: &random))
        let divisor = BigInteger.greatestCommonDivisor(a, b)
        #expect(!divisor.isNegative)
        guard !divisor.isZero else { return }
        #expect((a % divisor).isZero && (b % divisor).isZero)
        #expect(BigInteger.greatestCommonDivisor(a / divisor, b / divisor) == 1)
        #expect(BigInteger.greatestCommonDivisor(0, a) == a.magnitude)
    }

    @Test("are values: a change of one copy leaves the others alone")
    func valueSemantics() {
        let original: BigInteger = 1_000
        var copy = original
        copy += 1
        #expect(original == 1_000 && copy == 1_001)
        copy *= copy
        copy -= 1_000_000
        #expect(copy == 2_001)
        copy.negate()
        #expect(copy == -2_001)
        var unique: BigInteger = 7
        unique += unique
        unique *= unique
        unique -= unique
        #expect(unique.isZero)
    }

    @Test("shared between tasks, are read and changed independently")
    func sharing() async {
        let shared: BigInteger = (1 << 2_000) - 1
        let sums = await withTaskGroup(of: BigInteger.self) { group in
            for index in 0..<32 {
                group.addTask {
                    var mine = shared
                    for _ in 0..<100 { mine += BigInteger(index) }
                    return mine - shared
                }
            }
            return await group.reduce(into: BigInteger(0)) { $0 += $1 }
        }
        #expect(sums == BigInteger((0..<32).reduce(0, +) * 100))
        #expect(shared.bitWidth == 2_000)
    }

    @Test("hash alike when equal, however they came about")
    func hashing() {
        let direct: BigInteger = 5
        let computed = ((BigInteger(1) << 900) + 5) - (BigInteger(1) << 900)
        #expect(Set([direct, computed]).count == 1)
        #expect(Set([direct, -direct, 0, -BigInteger(0)]).count == 3)
    }

    @Test("raise to powers: 3^200 by two roads")
    func powers() {
        #expect(BigInteger(3).raised(to: 200) == BigInteger(9).raised(to: 100))
        #expect(BigInteger(-2).raised(to: 3) == -8)
        #expect(BigInteger(0).raised(to: 0) == 1)
    }
}
