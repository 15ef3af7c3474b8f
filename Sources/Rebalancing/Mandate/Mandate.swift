public import BigIntegers
public import MarketData

/// What a policy demands in one regime, in exact integers: the one meaning that the evaluator, the circuit and the
/// analysis all read.
public struct Mandate: Sendable, Hashable {
    /// The regime's label.
    public let regime: String
    /// The assets held, in the order of every statement; the quote currency may be one of them, as cash.
    public let assets: [Asset]
    /// Decimal exponents of each asset's quantity and price units.
    public let units: [AssetUnits]
    /// What prices and money are counted in.
    public let quote: Asset
    /// The weights to hold.
    public let targets: TargetWeights
    /// One band per asset.
    public private(set) var bands: [ToleranceBand]
    /// Whether a drift beyond its band makes a rebalance due.
    public let triggersOnDrift: Bool
    /// Calendar rules that make a rebalance due.
    public let schedules: [Schedule]
    /// No rebalance earlier than this after the last one, in milliseconds; 0 for none.
    public private(set) var cooldown: Int64
    /// What one rebalance may do at most.
    public let limits: TradingLimits
    /// What must hold after a rebalance.
    public let requirements: [Requirement]
    /// How far past its target rounding may carry a traded asset, in parts per million of value.
    public let roundingTolerance: PartsPerMillion
    /// Which targets and bands are committed to and not shown; ``targets`` or ``bands`` then stand for nothing.
    public let secrets: SecretParameters?

    /// The largest number of assets of one mandate.
    public static let mostAssets = 64
    /// The rounding tolerance where a policy declares none: 10 basis points of value.
    public static let defaultRoundingTolerance = PartsPerMillion(1_000)

    /// Checks that all parts speak of the same assets and that something can trigger.
    ///
    /// - Throws: ``MandateError`` naming the part that does not fit.
    public init(
        regime: String,
        assets: [Asset],
        units: [AssetUnits]? = nil,
        quote: Asset,
        targets: TargetWeights,
        bands: [ToleranceBand],
        triggersOnDrift: Bool,
        schedules: [Schedule] = [],
        cooldown: Int64 = 0,
        limits: TradingLimits,
        requirements: [Requirement] = [],
        roundingTolerance: PartsPerMillion = Mandate.defaultRoundingTolerance,
        secrets: SecretParameters? = nil
    ) throws(MandateError) {
        let units = units ?? Array(repeating: AssetUnits.standard, count: assets.count)
        guard assets.count <= Self.mostAssets else { throw .tooManyAssets(got: assets.count, most: Self.mostAssets) }
        let secretCounts = [secrets?.targets?.count, secrets?.bands?.count].map {
            ("secret targets or bands", $0 ?? assets.count)
        }
        for (what, count) in [("targets", targets.weights.count), ("bands", bands.count), ("units", units.count)]
            + secretCounts
        where count != assets.count {
            throw .countMismatch(what: what, got: count, expected: assets.count)
        }
        var seen: Set<Asset> = []
        for asset in assets where !seen.insert(asset).inserted { throw .badAsset(asset.symbol) }
        for asset in limits.largestTrades.keys.sorted() where !seen.contains(asset) { throw .badAsset(asset.symbol) }
        for requirement in requirements {
            if case .nonNegative(let coefficients, _) = requirement.predicate, coefficients.count != assets.count {
                throw .countMismatch(
                    what: "coefficients of `\(requirement.name)`",
                    got: coefficients.count,
                    expected: assets.count
                )
            }
        }
        guard triggersOnDrift || !schedules.isEmpty || !requirements.isEmpty else { throw .nothingTriggers }
        self.regime = regime
        self.assets = assets
        self.units = units
        self.quote = quote
        self.targets = targets
        self.bands = bands
        self.triggersOnDrift = triggersOnDrift
        self.schedules = schedules
        self.cooldown = cooldown
        self.limits = limits
        self.requirements = requirements
        self.roundingTolerance = roundingTolerance
        self.secrets = secrets
    }

    /// The same mandate with other bands, and another cooldown if given.
    ///
    /// - Throws: ``MandateError/countMismatch(what:got:expected:)`` unless there is one band an asset.
    package func replacing(bands: [ToleranceBand], cooldown: Int64? = nil) throws(MandateError) -> Mandate {
        guard bands.count == assets.count else {
            throw .countMismatch(what: "bands", got: bands.count, expected: assets.count)
        }
        var mandate = self
        mandate.bands = bands
        mandate.cooldown = cooldown ?? mandate.cooldown
        return mandate
    }

    /// m of the value unit: value = price·quantity·10^(m − u − e), the finest unit that every asset's value is whole in.
    public var valueExponent: Int {
        units.map { $0.quantityExponent + $0.priceExponent }.max() ?? 0
    }

    /// The factor 10^(m − u − e) of asset `index`.
    public func valueScale(_ index: Int) -> BigInteger {
        BigInteger.powerOfTen(valueExponent - units[index].quantityExponent - units[index].priceExponent)
    }

    /// ``Money`` counts 10^(−8) of the quote currency.
    private static let moneyExponent = 8

    /// A public amount of the quote currency in value units; floored where value is counted more coarsely than money.
    public func valueUnits(_ money: Money) -> BigInteger {
        (BigInteger(money.units) * BigInteger.powerOfTen(valueExponent))
            .floorDivided(by: BigInteger.powerOfTen(Self.moneyExponent))
    }
}

extension BigInteger {
    /// 10 to the power of a small non-negative exponent.
    static func powerOfTen(_ exponent: Int) -> BigInteger {
        var power: BigInteger = 1
        for _ in 0..<max(0, exponent) { power *= 10 }
        return power
    }
}
