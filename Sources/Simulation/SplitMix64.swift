/// The SplitMix64 generator: a seed fixes the whole sequence, on every machine.
///
/// - Note: Source: Steele, Lea, Flood (2014), *Fast Splittable Pseudorandom Number Generators*, figure 16.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A multiple of 2⁻⁵³ in [0, 1), each equally likely. Exact.
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A nearly normal variate of mean 0 and variance 1 (up to 2⁻⁶⁴): twelve uniforms summed, less six.
    ///
    /// Irwin–Hall instead of Box–Muller on purpose: the sum of twelve 32-bit integers is exact, while `log` and `cos`
    /// differ between C libraries. Excess kurtosis −0.1, no value beyond ±6.
    mutating func normal() -> Double {
        var sum: UInt64 = 0
        for _ in 0..<6 {
            let bits = next()
            sum += bits >> 32
            sum += bits & 0xFFFF_FFFF
        }
        // Twelve times the mean (2³² − 1)/2; the difference is an integer below 2³⁶, and the product only moves its exponent.
        return Double(Int64(sum) - 6 * 0xFFFF_FFFF) * 0x1p-32
    }
}
