extension PolicyOutline {
    /// This policy's statements on top of those of the house: what it does not say is inherited, what it says again replaces.
    ///
    /// Whether what replaces is at least as tight is checked afterwards, on exact values.
    func merged(onto house: PolicyOutline) -> PolicyOutline {
        var merged = self
        if quotes.isEmpty { merged.quotes = house.quotes }
        if targets.isEmpty { merged.targets = house.targets }
        if regimes.isEmpty { merged.regimes = house.regimes }
        if attests.isEmpty { merged.attests = house.attests }
        if oracles.isEmpty { merged.oracles = house.oracles }
        if executions.isEmpty { merged.executions = house.executions }
        if secrets.isEmpty { merged.secrets = house.secrets }
        merged.groups = house.groups + groups
        merged.lets = house.lets + lets
        merged.properties = house.properties.filter { !properties.contains($0) } + properties
        merged.bands = Self.combined(house.bands, bands) { Self.key($0) }
        merged.limits = Self.combined(house.limits, limits) { Self.key($0) }
        merged.requirements = Self.combined(house.requirements, requirements) { $0.name.value }
        // Breakers of one name are two, and refused as that: none may take another's place.
        merged.breakers = Self.combined(house.breakers, breakers) { _ in nil }
        merged.rebalance = Self.combined(house.rebalance, rebalance) { Self.key($0) }
        merged.isPartial = isPartial || house.isPartial
        return merged
    }

    /// The same, when the policy it extends is not known: nothing is called missing.
    var withoutHouse: PolicyOutline {
        var outline = self
        outline.isPartial = true
        outline.lacksHouse = true
        outline.targets = targets.map { $0.partial }
        outline.bands = bands.map { $0.partial }
        outline.rebalance = rebalance.map { $0.partial }
        outline.limits = limits.map { $0.partial }
        outline.requirements = requirements.map { $0.partial }
        outline.oracles = oracles.map { $0.partial }
        outline.executions = executions.map { $0.partial }
        return outline
    }

    /// The first section of each, in one: the house's lines first, without those that have a successor.
    private static func combined<Line>(
        _ house: [Section<Line>],
        _ own: [Section<Line>],
        _ key: (Line) -> String?
    ) -> [Section<Line>] {
        guard let base = house.first else { return own }
        guard var section = own.first else { return house }
        let keys = Set(section.lines.compactMap(key))
        let inherited = base.lines.filter { line in key(line).map { !keys.contains($0) } ?? true }
        section.lines = inherited + section.lines
        section.isPartial = section.isPartial || base.isPartial
        return [section] + own.dropFirst()
    }

    // MARK: What says the same again

    static func key(_ band: Band) -> String {
        switch band {
        case .multiplier(let regime, _): "in \(regime.value)"
        case .band(let line): line.key
        }
    }

    static func key(_ limit: Limit) -> String {
        switch limit {
        case .turnoverPerDay: "turnover per day"
        case .turnoverPerRebalance: "turnover per rebalance"
        case .trade(let asset, _): "trade(\(asset.value))"
        case .smallestTrade: "smallest trade"
        case .cost: "cost"
        case .turnoverPerWindow: "turnover per window"
        case .slippageBucket: "slippage"
        case .positions: "positions"
        }
    }

    /// Triggers add up; the cooldown is one.
    static func key(_ rule: Rule) -> String? {
        switch rule {
        case .cooldown: "cooldown"
        case .drift: "drift"
        case .noTradeTest: "unless"
        case .every, .daily, .weekly, .monthly, .condition: nil
        }
    }
}

extension PolicyOutline.BandLine {
    /// Whose band it is, and where.
    var key: String { "\(asset?.value ?? "each") \(regime?.value ?? "")" }
}

extension PolicyOutline.Section {
    /// The same section, as one of which not everything is known.
    fileprivate var partial: PolicyOutline.Section<Line> {
        var section = self
        section.isPartial = true
        return section
    }
}
