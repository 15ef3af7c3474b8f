/// A vector register that holds one number for each regime, unused lanes 0.
///
/// Two widths conform: four lanes for up to four regimes, eight for more. Everything is written out lane by lane, because
/// a loop over a variable lane index spills the register to memory at each step.
protocol ProbabilityLanes: SIMD where Scalar == Double {
    /// eˣ in each lane for −700 ≤ x ≤ 0; lower arguments count as −700.
    static func exponential(_ exponent: Self) -> Self
    /// Σᵢ vectorᵢ · rows[i].
    static func combine(_ vector: Self, _ rows: UnsafePointer<Self>) -> Self
    /// rows[i] += vectorᵢ · row, for every i.
    static func accumulate(_ vector: Self, _ row: Self, into rows: UnsafeMutablePointer<Self>)
    /// The sum of the lanes.
    var total: Double { get }
    /// The largest lane.
    var largest: Double { get }
}

extension SIMD4<Double>: ProbabilityLanes {
    /// eˣ = 2ᵏ·eʳ with k = round(x ÷ ln 2), |r| ≤ ln(2)/2, and eʳ by its Taylor polynomial of degree 13.
    ///
    /// The remainder of the polynomial is below r¹⁴/14! < 4·10⁻¹⁸; ln 2 is subtracted in two parts, so that r is exact to
    /// 10⁻¹⁹ for the arguments allowed. The result is within 2 units in the last place.
    @inline(__always)
    static func exponential(_ exponent: Self) -> Self {
        let clamped = exponent.replacing(with: -700, where: exponent .< -700)
        // Adding 1.5·2⁵² rounds to an integer and leaves that integer in the low bits of the sum.
        let shifter = 0x1.8p52
        let shifted = clamped * 1.4426950408889634 + shifter
        let rounded = shifted - shifter
        let reduced = (clamped - rounded * 0x1.62e42fee00000p-1) - rounded * 0x1.a39ef35793c76p-33
        // Even and odd powers apart: two chains of half the length, which the processor runs side by side.
        let square = reduced * reduced
        var even = square * (1.0 / 479_001_600) + 1.0 / 3_628_800
        var odd = square * (1.0 / 6_227_020_800) + 1.0 / 39_916_800
        even = even * square + 1.0 / 40_320
        odd = odd * square + 1.0 / 362_880
        even = even * square + 1.0 / 720
        odd = odd * square + 1.0 / 5_040
        even = even * square + 1.0 / 24
        odd = odd * square + 1.0 / 120
        even = even * square + 0.5
        odd = odd * square + 1.0 / 6
        even = even * square + 1
        odd = odd * square + 1
        let sum = odd * reduced + even
        // SAFETY: both types are 32 bytes of plain data. Adding k to the exponent field multiplies by 2ᵏ: k ≥ −1010, so
        // the result is a normal number.
        let scale = unsafeBitCast(shifted, to: SIMD4<Int64>.self) &<< 52
        return unsafeBitCast(unsafeBitCast(sum, to: SIMD4<Int64>.self) &+ scale, to: SIMD4<Double>.self)
    }

    @inline(__always)
    static func combine(_ vector: Self, _ rows: UnsafePointer<Self>) -> Self {
        let first: Self = rows[0] * vector[0] + rows[1] * vector[1]
        let second: Self = rows[2] * vector[2] + rows[3] * vector[3]
        return first + second
    }

    @inline(__always)
    static func accumulate(_ vector: Self, _ row: Self, into rows: UnsafeMutablePointer<Self>) {
        rows[0] += row * vector[0]
        rows[1] += row * vector[1]
        rows[2] += row * vector[2]
        rows[3] += row * vector[3]
    }

    @inline(__always)
    var total: Double { (self[0] + self[1]) + (self[2] + self[3]) }

    @inline(__always)
    var largest: Double {
        let low = self[0] > self[1] ? self[0] : self[1]
        let high = self[2] > self[3] ? self[2] : self[3]
        return low > high ? low : high
    }
}

extension SIMD8<Double>: ProbabilityLanes {
    @inline(__always)
    static func exponential(_ exponent: Self) -> Self {
        Self(
            lowHalf: SIMD4<Double>.exponential(exponent.lowHalf),
            highHalf: SIMD4<Double>.exponential(exponent.highHalf)
        )
    }

    @inline(__always)
    static func combine(_ vector: Self, _ rows: UnsafePointer<Self>) -> Self {
        var first = rows[0] * vector[0]
        var second = rows[1] * vector[1]
        first += rows[2] * vector[2]
        second += rows[3] * vector[3]
        first += rows[4] * vector[4]
        second += rows[5] * vector[5]
        return first + second
    }

    @inline(__always)
    static func accumulate(_ vector: Self, _ row: Self, into rows: UnsafeMutablePointer<Self>) {
        rows[0] += row * vector[0]
        rows[1] += row * vector[1]
        rows[2] += row * vector[2]
        rows[3] += row * vector[3]
        rows[4] += row * vector[4]
        rows[5] += row * vector[5]
    }

    @inline(__always)
    var total: Double { lowHalf.total + highHalf.total }

    @inline(__always)
    var largest: Double { lowHalf.largest > highHalf.largest ? lowHalf.largest : highHalf.largest }
}
