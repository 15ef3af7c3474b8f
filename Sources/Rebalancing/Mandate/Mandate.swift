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
    public let bands: [ToleranceBand]
    /// Whether a drift beyond its band makes a rebalance due.
    public let triggersOnDrift: Bool
    /// Calendar rules that make a rebalance due.
    public let schedules: [Schedule]
    /// No rebalance earlier than this after the last one, in milliseconds; 0 for none.
    public let cooldown: Int64
    /// What one rebalance may do at most.
    public let limits: TradingLimits
    /// What must hold after a rebalance.
    public let requirements: [Requirement]
    /// What makes a rebalance due where it does not hold before, and need not hold after.
    public let furtherTriggers: [Requirement]
    /// How far past its target rounding may carry a traded asset, in parts per million of value.
    public let roundingTolerance: PartsPerMillion
    /// Where what is due is left because no trade pays: `unless cost > benefit`; `nil` if the policy does not say that.
    public let noTrade: NoTradeRule?
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
        furtherTriggers: [Requirement] = [],
        roundingTolerance: PartsPerMillion = Mandate.defaultRoundingTolerance,
        noTrade: NoTradeRule? = nil,
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
        for requirement in requirements + furtherTriggers {
            if case .risk(_, let limit) = requirement.predicate {
                guard (0...RiskForm.largestLimit.value).contains(limit.value) else {
                    throw .badLimit(requirement.name, got: limit, most: RiskForm.largestLimit)
                }
            }
            if secrets?.targets != nil, case .risk(let measure, _) = requirement.predicate,
                measure.kind == .trackingError
            {
                throw .badSecret(
                    "`\(requirement.name)` measures tracking error over a matrix that secret targets would show in"
                )
            }
            if case .nonNegative(let coefficients, _) = requirement.predicate, coefficients.count != assets.count {
                throw .countMismatch(
                    what: "coefficients of `\(requirement.name)`",
                    got: coefficients.count,
                    expected: assets.count
                )
            }
        }
        guard triggersOnDrift || !schedules.isEmpty || !requirements.isEmpty || !furtherTriggers.isEmpty else {
            throw .nothingTriggers
        }
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
        self.furtherTriggers = furtherTriggers
        self.roundingTolerance = roundingTolerance
        self.noTrade = noTrade
        self.secrets = secrets
    }

    /// The same mandate with some of its parts replaced, checked anew: the one place that names them all.
    ///
    /// - Parameters:
    ///   - noTrade: What excuses a hold from here on; `.some(nil)` for nothing, the same as before if left out.
    ///   - secrets: What is secret from here on; `.some(nil)` for nothing, the same as before if left out.
    /// - Throws: ``MandateError`` naming the part that does not fit.
    package func replacing(
        targets: TargetWeights? = nil,
        bands: [ToleranceBand]? = nil,
        cooldown: Int64? = nil,
        limits: TradingLimits? = nil,
        requirements: [Requirement]? = nil,
        noTrade: NoTradeRule?? = nil,
        secrets: SecretParameters?? = nil
    ) throws(MandateError) -> Mandate {
        try Mandate(
            regime: regime,
            assets: assets,
            units: units,
            quote: quote,
            targets: targets ?? self.targets,
            bands: bands ?? self.bands,
            triggersOnDrift: triggersOnDrift,
            schedules: schedules,
            cooldown: cooldown ?? self.cooldown,
            limits: limits ?? self.limits,
            requirements: requirements ?? self.requirements,
            furtherTriggers: furtherTriggers,
            roundingTolerance: roundingTolerance,
            noTrade: noTrade ?? self.noTrade,
            secrets: secrets ?? self.secrets
        )
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
