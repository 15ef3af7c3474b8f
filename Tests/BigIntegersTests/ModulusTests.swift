import BigIntegers
import TestSupport
import Testing

@Suite("Arithmetic modulo an integer")
struct ModulusTests {
    @Test("a modulus is at least 2", arguments: [-7, -1, 0, 1])
    func refused(value: Int) {
        #expect(Modulus(BigInteger(value)) == nil)
    }

    @Test("reduces into 0 ..< m, whatever the sign", arguments: UInt64(0)..<100)
    func reduction(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let modulus = try #require(Modulus(randomInteger(bits: 200, using: &random).magnitude + 2))
        let a = randomInteger(bits: 500, using: &random)
        let reduced = modulus.reduce(a)
        #expect(!reduced.isNegative && reduced < modulus.value)
        #expect(((a - reduced) % modulus.value).isZero)
        #expect(modulus.multiply(a, a) == modulus.reduce(a * a))
    }

    @Test("inverts exactly what shares no divisor with a small modulus", arguments: 2...60)
    func exhaustiveInverses(m: Int) throws {
        let modulus = try #require(Modulus(BigInteger(m)))
        for a in -m...m {
            let inverse = modulus.inverse(of: BigInteger(a))
            let isUnit = BigInteger.greatestCommonDivisor(BigInteger(a), modulus.value) == 1
            #expect((inverse != nil) == isUnit)
            if let inverse {
                #expect(modulus.multiply(inverse, BigInteger(a)) == 1)
                #expect(!inverse.isNegative && inverse < modulus.value)
            }
        }
    }

    @Test("raises to powers as repeated multiplication does, negative exponents included", arguments: 2...30)
    func exhaustivePowers(m: Int) throws {
        let modulus = try #require(Modulus(BigInteger(m)))
        for a in 0..<m {
            var power = modulus.reduce(1)
            for exponent in 0..<12 {
                #expect(modulus.power(BigInteger(a), BigInteger(exponent)) == power)
                let inverse = modulus.power(BigInteger(a), BigInteger(-exponent))
                if exponent > 0 { #expect((inverse != nil) == (modulus.inverse(of: BigInteger(a)) != nil)) }
                if let inverse { #expect(modulus.multiply(inverse, power) == modulus.reduce(1)) }
                power = modulus.multiply(power, BigInteger(a))
            }
        }
    }

    @Test("keeps Fermat's little theorem at 2^521 − 1")
    func fermat() throws {
        let prime: BigInteger = (1 << 521) - 1
        let modulus = try #require(Modulus(prime))
        #expect(modulus.power(3, prime - 1) == 1)
        #expect(modulus.power(3, prime - 2) == modulus.inverse(of: 3))
    }
}
