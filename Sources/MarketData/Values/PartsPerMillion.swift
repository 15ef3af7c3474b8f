/// An exact ratio in millionths: weights, bands, fees, probabilities at the numeric border.
public struct PartsPerMillion: Sendable, Hashable {
    /// Millionths; 1 000 000 is the whole.
    public let value: Int64

    /// Nothing.
    public static let zero = PartsPerMillion(0)

    /// The whole: 100%.
    public static let whole = PartsPerMillion(1_000_000)

    /// Creates a ratio of `value` millionths.
    public init(_ value: Int64) {
        self.value = value
    }
}

extension PartsPerMillion: Comparable, CustomStringConvertible {
    /// Whether `left` is the smaller ratio.
    public static func < (left: PartsPerMillion, right: PartsPerMillion) -> Bool { left.value < right.value }

    /// The ratio in percent, exactly, such as `2.5%`.
    public var description: String {
        "\(ExactDecimal(significand: Int128(value), exponent: -4) ?? .zero)%"
    }
}
