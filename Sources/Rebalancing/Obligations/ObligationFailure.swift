public import BigIntegers

/// An obligation that a decision does not keep.
public struct ObligationFailure: Error, Sendable, Hashable {
    /// Which obligation, in the policy's words. Public.
    public let name: String
    /// How far the obligation's integer form is below zero. **Secret**: it depends on the holdings.
    public let shortfall: BigInteger
    /// The same in parts per million of the portfolio's value, rounded up; `nil` at value 0. **Secret.**
    public let shareOfValue: BigInteger?

    /// Names a failure.
    ///
    /// - Parameter portfolio: The portfolio's value in units of the form; 0 where the form counts no value.
    init(_ name: String, shortfall: BigInteger, portfolio: BigInteger = 0) {
        self.name = name
        self.shortfall = shortfall
        shareOfValue = portfolio > 0 ? (1_000_000 * shortfall).ceilingDivided(by: portfolio) : nil
    }

    /// The name and by how much it fails, for the operator's eyes only.
    public var explanation: String {
        guard let share = shareOfValue else { return name }
        return "\(name): \(Points(millionths: share)) short"
    }
}

extension ObligationFailure: CustomStringConvertible, CustomReflectable {
    /// The name alone: the amount would tell of the holdings.
    public var description: String { name }

    /// A mirror of the name alone.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// Points of portfolio value, printed exactly: `4.2031pp`.
struct Points: CustomStringConvertible {
    let millionths: BigInteger

    var description: String { "\(Self.percent(millionths))pp" }

    /// Millionths as a percentage without trailing zeros: 542 031 is `54.2031`.
    static func percent(_ millionths: BigInteger) -> String {
        let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 10_000)
        let digits = rest.description
        var decimals = Substring(String(repeating: "0", count: 4 - digits.count) + digits)
        while decimals.last == "0" { decimals.removeLast() }
        return (millionths.isNegative ? "-" : "") + whole.description + (decimals.isEmpty ? "" : ".\(decimals)")
    }
}
