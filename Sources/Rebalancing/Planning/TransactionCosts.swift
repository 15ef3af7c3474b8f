import BigIntegers
public import MarketData

/// What trading costs: a share of the value traded, on each side, rounded against the vault.
public struct TransactionCosts: Sendable, Hashable {
    /// The fee of one side, of the value of its leg.
    public let proportional: PartsPerMillion

    /// Creates proportional costs.
    ///
    /// - Parameter proportional: 0…10⁶ parts per million; more would eat the whole leg and is cut to that.
    public init(proportional: PartsPerMillion) {
        self.proportional = min(max(proportional, .zero), .whole)
    }

    /// No costs.
    public static let none = TransactionCosts(proportional: .zero)

    /// What selling `value` brings, in whole units of the settlement currency, rounded down.
    func proceeds(ofSelling value: BigInteger, in unit: BigInteger) -> BigInteger {
        (value - fee(value)).floorDivided(by: unit)
    }

    /// What buying `value` takes, in whole units of the settlement currency, rounded up.
    func payment(forBuying value: BigInteger, in unit: BigInteger) -> BigInteger {
        (value + fee(value)).ceilingDivided(by: unit)
    }

    private func fee(_ value: BigInteger) -> BigInteger {
        (BigInteger(proportional.value) * value).ceilingDivided(by: 1_000_000)
    }
}
