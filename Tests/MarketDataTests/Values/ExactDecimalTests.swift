import MarketData
import TestSupport
import Testing

@Suite("Exact decimals")
struct ExactDecimalTests {
    @Test(
        "reads the value that is written, exponents included",
        arguments: [
            ("0", 0, 0), ("-0", 0, 0), ("000.000", 0, 0), ("0e999999999999", 0, 0), ("12", 12, 0), ("+12", 12, 0),
            ("-12.50", -125, -1), ("1200", 12, 2), (".5", 5, -1), ("5.", 5, 0), ("10.0", 1, 1), ("100.010", 10_001, -2),
            ("1.9389592e+09", 19_389_592, 2), ("9.8339697e-05", 98_339_697, -12), ("1E3", 1, 3), ("0.001e3", 1, 0),
            ("000000000000000000000000000000000000000000000001", 1, 0),
            ("18446744073709551615", 18_446_744_073_709_551_615, 0),
            ("184467440737095516159", 184_467_440_737_095_516_159, 0),
            ("170141183460469231731687303715884105727", .max, 0),
            ("1000000000000000000000000000000000000000000000000000000", 1, 54),
            ("0.00000000000000000000000000000000000000000000000001", 1, -50),
        ] as [(String, Int128, Int)]
    )
    func reads(text: String, significand: Int128, exponent: Int) throws {
        let decimal = try ExactDecimal(text)
        #expect(decimal.significand == significand)
        #expect(decimal.exponent == exponent)
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", ".", "-", "+", "e5", ".e5", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "1_0", "0x1", "--1", "1e5.5",
            "nan", "NaN", "inf", "-Infinity", "1e401", "1e-401", "１", "1\u{0}", "1e999999999999999999999",
            "170141183460469231731687303715884105728", "1000000000000000000000000000000000000000000000000000000001",
        ]
    )
    func refuses(text: String) {
        #expect(throws: DecimalError.self) { try ExactDecimal(text) }
    }

    @Test("names infinity and not-a-number for what they are")
    func namesNonFinite() {
        #expect(throws: DecimalError.notFinite(got: "-inf")) { try ExactDecimal("-inf") }
        #expect(throws: DecimalError.notFinite(got: "NaN")) { try ExactDecimal("NaN") }
        #expect(throws: DecimalError.notADecimal(got: "n/a")) { try ExactDecimal("n/a") }
    }

    @Test("prints what reads back to the same value", arguments: UInt64(0)..<300)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let decimal = random.decimal(exponents: -60...60)
        #expect(try ExactDecimal(decimal.description) == decimal)
    }

    @Test("compares by value, across any exponents", arguments: UInt64(0)..<300)
    func compares(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let left = random.decimal(exponents: -6...6)
        let right = random.decimal(exponents: -6...6)
        // 64-bit significands at 10⁻⁶ fit 128 bits: the plain comparison is exact.
        let plainLeft = left.scaled(byPowerOfTen: 6, rounding: .down)
        let plainRight = right.scaled(byPowerOfTen: 6, rounding: .down)
        #expect((left < right) == (try #require(plainLeft) < #require(plainRight)))
        #expect(!(left < left))
        let far = try ExactDecimal("1e300")
        #expect(left < far)
        #expect(try ExactDecimal("-1e300") < left)
        #expect(try ExactDecimal("-1e-300") < ExactDecimal("1e-300"))
    }

    @Test(
        "becomes the nearest double, as the C library reads the same text",
        arguments: [
            "0.1", "57953.86", "9.8339697e-05", "1e22", "1e23", "9007199254740993", "5e-324", "1.7976931348623157e308",
            "-2.5", "123456789012345678901234567890.5",
        ]
    )
    func convertsToDouble(text: String) throws {
        #expect(Double(try ExactDecimal(text)) == Double(text))
    }

    @Test("becomes the nearest double for random digits", arguments: UInt64(0)..<300)
    func convertsRandomToDouble(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let decimal = random.decimal(exponents: -30...30)
        #expect(Double(decimal) == Double("\(decimal.significand)e\(decimal.exponent)"))
    }

    @Test("adds exactly")
    func adds() throws {
        #expect(try ExactDecimal("0.1").adding(ExactDecimal("0.2")) == ExactDecimal("0.3"))
        #expect(
            try ExactDecimal("1e20").adding(ExactDecimal("1e-10")) == ExactDecimal("100000000000000000000.0000000001")
        )
        #expect(try ExactDecimal("1e60").adding(ExactDecimal("1")) == nil)
        #expect(try ExactDecimal("5").adding(ExactDecimal("-5")) == .zero)
    }

    @Test(
        "rounds half to even and floors",
        arguments: [
            ("0.5", 0, 0), ("1.5", 2, 1), ("2.5", 2, 2), ("2.51", 3, 2), ("-0.5", 0, -1), ("-1.5", -2, -2),
            ("-2.5", -2, -3), ("1e-50", 0, 0), ("-1e-50", 0, -1), ("7", 7, 7), ("-2.49", -2, -3),
        ] as [(String, Int128, Int128)]
    )
    func rounds(text: String, nearest: Int128, floor: Int128) throws {
        let decimal = try ExactDecimal(text)
        #expect(decimal.scaled(byPowerOfTen: 0, rounding: .halfToEven) == nearest)
        #expect(decimal.scaled(byPowerOfTen: 0, rounding: .down) == floor)
    }
}

extension SplitMix64 {
    fileprivate mutating func decimal(exponents: ClosedRange<Int>) -> ExactDecimal {
        let bits = Int.random(in: 0...63, using: &self)
        let significand = Int64(truncatingIfNeeded: next()) >> bits
        return ExactDecimal(significand: Int128(significand), exponent: Int.random(in: exponents, using: &self))
            ?? .zero
    }
}
