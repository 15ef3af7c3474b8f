import BigIntegers

/// Powers in fixed point, to the last unit of Balancer's `LogExpMath`.
///
/// ln a is read off by dividing a by the tabled powers e^(2^k), largest first, and adding up their exponents; what is left is
/// near 1, where ln a = 2·artanh((a − 1)/(a + 1)) converges quickly. exp reverses this: tabled factors are split off the
/// exponent, and Taylor's series gives the rest. Every division truncates where the contract's does.
///
/// - Note: Source: Balancer v2, `LogExpMath.sol` (Fernando Martinelli, Sergio Yuhjtman, Daniel Fernandez).
enum LogarithmTable {
    private static let one18 = FixedPoint.one
    private static let one20 = BigInteger(100_000_000_000_000_000_000)
    private static let one36 = one18 * one18

    private static let largestExponent = one18 * 130
    private static let smallestExponent = one18 * -41
    private static let largestFactor = (BigInteger(1) << 254) / one20

    /// The two largest exponents, with 18 decimals, and e to their power, without any.
    private static let large: [(exponent: BigInteger, factor: BigInteger)] = [
        (128_000_000_000_000_000_000, 38_877_084_059_945_950_922_200_000_000_000_000_000_000_000_000_000_000_000),
        (64_000_000_000_000_000_000, 6_235_149_080_811_616_882_910_000_000),
    ]

    /// The exponents 32, 16, …, 1/16, and e to their power, both with 20 decimals.
    private static let small: [(exponent: BigInteger, factor: BigInteger)] = [
        (3_200_000_000_000_000_000_000, 7_896_296_018_268_069_516_100_000_000_000_000),
        (1_600_000_000_000_000_000_000, 888_611_052_050_787_263_676_000_000),
        (800_000_000_000_000_000_000, 298_095_798_704_172_827_474_000),
        (400_000_000_000_000_000_000, 5_459_815_003_314_423_907_810),
        (200_000_000_000_000_000_000, 738_905_609_893_065_022_723),
        (100_000_000_000_000_000_000, 271_828_182_845_904_523_536),
        (50_000_000_000_000_000_000, 164_872_127_070_012_814_685),
        (25_000_000_000_000_000_000, 128_402_541_668_774_148_407),
        (12_500_000_000_000_000_000, 113_314_845_306_682_631_683),
        (6_250_000_000_000_000_000, 106_449_445_891_785_942_956),
    ]

    /// x^y for x and y with 18 decimals.
    ///
    /// - Throws: ``LiquidityError/outsideFixedPointDomain(got:)`` where the contract reverts.
    static func power(_ x: BigInteger, _ y: BigInteger) throws(LiquidityError) -> BigInteger {
        if y.isZero { return one18 }
        if x.isZero { return 0 }
        if x.bitWidth > 255 || y >= largestFactor { throw .outsideFixedPointDomain(got: x) }
        var product: BigInteger
        if abs(x - one18) < one18 / 10 {
            // Near 1 the logarithm is needed with 36 decimals, and its product with y is taken in two parts to stay within a word.
            let (whole, part) = nearOne(x).quotientAndRemainder(dividingBy: one18)
            product = whole * y + part * y / one18
        } else {
            product = logarithm(x) * y
        }
        product = product / one18
        guard product >= smallestExponent, product <= largestExponent else { throw .outsideFixedPointDomain(got: x) }
        return exponential(product)
    }

    private static func abs(_ value: BigInteger) -> BigInteger { value.magnitude }

    /// e^x for −41 ≤ x ≤ 130, with 18 decimals.
    private static func exponential(_ x: BigInteger) -> BigInteger {
        if x.isNegative { return one36 / exponential(-x) }
        var rest = x
        var first = BigInteger(1)
        for (exponent, factor) in large where rest >= exponent {
            rest -= exponent
            first = factor
            break
        }
        rest *= 100
        var product = one20
        // Below 1/4 the series alone is exact enough.
        for (exponent, factor) in small.prefix(8) where rest >= exponent {
            rest -= exponent
            product = product * factor / one20
        }
        var term = rest
        var sum = one20 + term
        for divisor in 2...12 {
            term = term * rest / one20 / BigInteger(divisor)
            sum += term
        }
        return product * sum / one20 * first / 100
    }

    /// ln a for a > 0, with 18 decimals.
    private static func logarithm(_ a: BigInteger) -> BigInteger {
        if a < one18 { return -logarithm(one36 / a) }
        var a = a
        var sum = BigInteger()
        for (exponent, factor) in large where a >= factor * one18 {
            a = a / factor
            sum += exponent
        }
        sum *= 100
        a *= 100
        for (exponent, factor) in small where a >= factor {
            a = a * one20 / factor
            sum += exponent
        }
        return (sum + artanhSeries((a - one20) * one20 / (a + one20), unit: one20, lastPower: 11)) / 100
    }

    /// ln x with 36 decimals, for x within a tenth of 1.
    private static func nearOne(_ x: BigInteger) -> BigInteger {
        let x = x * one18
        return artanhSeries((x - one36) * one36 / (x + one36), unit: one36, lastPower: 15)
    }

    /// 2·(z + z³/3 + z⁵/5 + …).
    private static func artanhSeries(_ z: BigInteger, unit: BigInteger, lastPower: Int) -> BigInteger {
        let square = z * z / unit
        var power = z
        var sum = z
        for divisor in stride(from: 3, through: lastPower, by: 2) {
            power = power * square / unit
            sum += power / BigInteger(divisor)
        }
        return sum * 2
    }
}
