public import MarketData

/// What a vault holds of each asset, in the mandate's order of assets. **Secret.**
///
/// Prints `<hidden>` wherever it is interpolated, dumped or mirrored.
public struct Holdings: Sendable, Hashable {
    /// One quantity per asset, counted in that asset's quantity unit. Secret.
    public let quantities: [Quantity]

    /// Takes one quantity per asset.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` unless there is one for every asset of the mandate.
    public init(_ quantities: [Quantity], under mandate: Mandate) throws(HoldingsError) {
        guard quantities.count == mandate.assets.count else {
            throw .countMismatch(got: quantities.count, expected: mandate.assets.count)
        }
        self.quantities = quantities
    }

    /// Reads decimal amounts of whole units, such as `["BTC": "0.5"]`.
    ///
    /// A balance in finer units than the asset's is floored to the unit (attestation page, section 1).
    ///
    /// - Throws: ``HoldingsError`` naming the first key, in the order of symbols, that is missing, foreign or no amount.
    public init(decimals: [Asset: String], under mandate: Mandate) throws(HoldingsError) {
        let held = Set(mandate.assets)
        for asset in decimals.keys.sorted() where !held.contains(asset) { throw .foreign(asset) }
        for asset in mandate.assets.sorted() where decimals[asset] == nil { throw .missing(asset) }
        var quantities: [Quantity] = []
        for (asset, units) in zip(mandate.assets, mandate.units) {
            quantities.append(try Self.quantity(decimals[asset] ?? "", of: asset, units: units))
        }
        self.quantities = quantities
    }

    init(unchecked quantities: [Quantity]) {
        self.quantities = quantities
    }

    /// Reads the decimal amount of one asset that the mandate holds, floored to the asset's unit.
    ///
    /// - Throws: ``HoldingsError`` if the mandate does not hold the asset or the text is no amount of it.
    public static func quantity(
        _ text: String,
        of asset: Asset,
        under mandate: Mandate
    ) throws(HoldingsError) -> Quantity {
        guard let index = mandate.assets.firstIndex(of: asset) else { throw .foreign(asset) }
        return try quantity(text, of: asset, units: mandate.units[index])
    }

    private static func quantity(
        _ text: String,
        of asset: Asset,
        units: AssetUnits
    ) throws(HoldingsError) -> Quantity {
        guard let decimal = try? ExactDecimal(text) else { throw .notADecimal(asset) }
        guard !decimal.isNegative else { throw .negative(asset) }
        guard let scaled = decimal.scaled(byPowerOfTen: units.quantityExponent, rounding: .down),
            let count = UInt64(exactly: scaled)
        else { throw .tooLarge(asset) }
        return Quantity(units: count)
    }
}

extension Holdings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// `<hidden>`, always.
    public var debugDescription: String { "<hidden>" }

    /// A mirror without children, so that `dump` and test failures show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
