import MarketData

extension FixedPoint {
    /// log₂ of a positive number; nil for zero and below.
    ///
    /// Below the true value by less than 2⁻⁶⁰. The mantissa is squared 64 times: each time, whether the square reaches 2 is
    /// the next binary place of the logarithm. A squaring cuts off less than 2⁻⁶³ of a number of at least 1, hence less than
    /// 1.45 · 2⁻⁶³ of its logarithm, and later places weigh half as much each.
    ///
    /// - Note: Source: Majithia and Levan (1973), *Proc. IEEE* 61(10).
    func binaryLogarithm() -> FixedPoint? {
        guard units > 0 else { return nil }
        return Self.binaryLogarithm(of: units.magnitude) - FixedPoint(64)
    }

    /// log₂ of a positive whole number.
    static func binaryLogarithm(of integer: UInt128) -> FixedPoint {
        let exponent = 127 - integer.leadingZeroBitCount
        // The 64 leading bits: a number in [1, 2) with 63 places.
        var mantissa = UInt64(
            truncatingIfNeeded: exponent >= 63 ? integer >> (exponent - 63) : integer << (63 - exponent)
        )
        var fraction: UInt64 = 0
        for place in stride(from: 63, through: 0, by: -1) {
            let square = mantissa.multipliedFullWidth(by: mantissa)
            if square.high >= 1 << 63 {
                fraction |= 1 << UInt64(place)
                mantissa = square.high
            } else {
                mantissa = square.high << 1 | square.low >> 63
            }
        }
        return FixedPoint(units: Int128(exponent) << 64 | Int128(fraction))
    }

    /// ln of a positive exact decimal, a price: within 2⁻⁵⁹ · (1 + its size).
    static func naturalLogarithm(of price: ExactDecimal) -> FixedPoint {
        precondition(price.significand > 0, "candles have positive prices")
        let digits = binaryLogarithm(of: price.significand.magnitude)
        return (digits + FixedPoint(price.exponent) * binaryLogarithmOfTen) * naturalLogarithmOfTwo
    }

    /// 2 to the power of a number that is not positive, within 2⁻⁵⁸ of its size or one unit.
    ///
    /// 2^f = Σ (f ln 2)ᵏ ÷ k! for the fractional part, cut off where less than 2⁻⁶⁶ remains.
    func binaryExponential() -> FixedPoint {
        precondition(units <= 0, "a probability is at most 1")
        // An arithmetic shift rounds down: the fraction that remains is not negative.
        let whole = units >> 64
        guard whole >= -64 else { return .zero }
        let fraction = UInt64(truncatingIfNeeded: units)
        var power: UInt64 = 0
        for coefficient in Self.powersOfLogarithmOfTwo.reversed() {
            power = coefficient + power.multipliedFullWidth(by: fraction).high
        }
        let shift = Int(whole) + 1
        return FixedPoint(units: shift >= 0 ? Int128(power) << shift : Int128(power) >> -shift)
    }

    /// ln 2.
    static let naturalLogarithmOfTwo = FixedPoint(units: 12_786_308_645_202_655_660)
    /// log₂ 10.
    static let binaryLogarithmOfTen = FixedPoint(units: 61_278_757_397_652_712_441)
    /// (ln 2)ᵏ ÷ k! for k = 0, 1, …, 18, in units of 2⁻⁶³, rounded to the nearest; a test computes them anew.
    static let powersOfLogarithmOfTwo: [UInt64] = [
        9_223_372_036_854_775_808, 6_393_154_322_601_327_830, 2_215_698_446_797_868_712, 511_935_043_789_664_227,
        88_711_583_058_159_475, 12_298_036_735_954_530, 1_420_724_914_991_586, 140_681_638_453_955, 12_189_135_131_364,
        938_762_738_863, 65_070_074_566, 4_100_285_339, 236_841_768, 12_628_170, 625_227, 28_892, 1_252, 51, 2,
    ]
}
