#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// eˣ, for files that would otherwise need the C library for this alone.
func exponential(_ exponent: Double) -> Double { exp(exponent) }

/// ln x, for the same files.
func naturalLogarithm(_ argument: Double) -> Double { log(argument) }

extension SIMD4<Double> {
    /// eˣ in each lane for −700 ≤ x ≤ 700; lower arguments count as −700.
    ///
    /// eˣ = 2ᵏ·eʳ with k = round(x ÷ ln 2), |r| ≤ ln(2)/2, and eʳ by the polynomial of degree 11 whose largest relative error
    /// there is least: 3.1·10⁻¹⁸ before its coefficients are rounded, by Remez's algorithm in 60 digits. ln 2 is subtracted in
    /// two parts, so that r is exact to 10⁻¹⁹. With the rounding of the sums, the result is within 2 units in the last place.
    @inline(__always)
    var boundedExponential: Self {
        let clamped = self.replacing(with: -700, where: self .< -700)
        // Adding 1.5·2⁵² rounds to an integer and leaves that integer in the low bits of the sum.
        let shifter = 0x1.8p52
        let shifted = clamped * 1.4426950408889634 + shifter
        let rounded = shifted - shifter
        let reduced = (clamped - rounded * 0x1.62e42fee00000p-1) - rounded * 0x1.a39ef35793c76p-33
        // Even and odd powers apart: two chains of half the length, which the processor runs side by side.
        let square = reduced * reduced
        var even = square * 0x1.28b31c48ebd6dp-22 + 0x1.a01992c5b57bfp-16
        var odd = square * 0x1.ad66108cafa56p-26 + 0x1.71df453b57fd7p-19
        even = even * square + 0x1.6c16c18785410p-10
        odd = odd * square + 0x1.a01a011041631p-13
        even = even * square + 0x1.555555554f35cp-5
        odd = odd * square + 0x1.1111111130e3dp-7
        even = even * square + 0x1.0000000000010p-1
        odd = odd * square + 0x1.55555555554a2p-3
        even = even * square + 1
        odd = odd * square + 1
        let sum = odd * reduced + even
        // SAFETY: both types are 32 bytes of plain data. Adding k to the exponent field multiplies by 2ᵏ: |k| ≤ 1011, so the
        // result is a normal number.
        let scale = unsafeBitCast(shifted, to: SIMD4<Int64>.self) &<< 52
        return unsafeBitCast(unsafeBitCast(sum, to: SIMD4<Int64>.self) &+ scale, to: Self.self)
    }

    /// ln x in each lane for normal x > 0 and x = ∞.
    ///
    /// With x = 2ᵏ·m, √½ ≤ m < √2 and s = (m − 1) ÷ (m + 1): ln m = 2·artanh s = 2s + s·z·Q(z), z = s² ≤ 0.0295, where Q is the
    /// polynomial of degree 6 nearest to its series; what is left of it is below 1.6·10⁻¹⁸, by Remez's algorithm in 60 digits.
    /// 2s is put together as f − s·f with f = m − 1, which is exact, so the result is within 2 units in the last place.
    @inline(__always)
    var normalLogarithm: Self {
        // SAFETY: all types are 32 bytes of plain data, and every pattern of bits is a number.
        let bits = unsafeBitCast(self, to: SIMD4<UInt64>.self)
        // Less the bits of √½ the exponent field counts from √½ · 2ᵏ on; 1023 keeps it from falling below 0.
        let power = (bits &- 0x3fe6_a09e_667f_3bcd &+ 1023 << 52) &>> 52
        let mantissa = unsafeBitCast(bits &- power &<< 52 &+ 1023 << 52, to: Self.self)
        // An integer below 2⁵² in the low bits of 2⁵² is a Double already.
        let exponent = unsafeBitCast(power | 0x4330_0000_0000_0000, to: Self.self) - (0x1p52 + 1023)
        let excess = mantissa - 1
        let ratio = excess / (mantissa + 1)
        let square = ratio * ratio
        var series = square * 0x1.2b5fc0e2e8c57p-3 + 0x1.39fdb9147f73cp-3
        series = series * square + 0x1.7462ba29e76a7p-3
        series = series * square + 0x1.c71c62d035b0ap-3
        series = series * square + 0x1.2492492e03ec8p-2
        series = series * square + 0x1.9999999995223p-2
        series = series * square + 0x1.5555555555558p-1
        let low = ratio * (square * series - excess) + exponent * 0x1.a39ef35793c76p-33
        let sum = exponent * 0x1.62e42fee00000p-1 + (excess + low)
        return sum.replacing(with: .infinity, where: self .> .greatestFiniteMagnitude)
    }
}
