import BigIntegers

extension Mandate {
    /// The measures that the mandate's rules read, in order.
    public var riskMeasures: [RiskMeasure] {
        var measures: Set<RiskMeasure> = []
        for rule in requirements + furtherTriggers {
            if case .risk(let measure, _) = rule.predicate { measures.insert(measure) }
        }
        return measures.sorted()
    }

    /// The windows of those measures and of `unless cost > benefit`, ascending: one covariance each.
    public var riskWindows: [Int] {
        Set(riskMeasures.map(\.days) + [noTrade?.windowDays].compactMap { $0 }).sorted()
    }

    /// What the measures are of in a market; a measure whose window was not looked back over is left out.
    package func matrices(of risk: MarketRisk) -> [RiskMeasure: RiskMatrix] {
        var matrices: [RiskMeasure: RiskMatrix] = [:]
        for measure in riskMeasures { matrices[measure] = RiskMatrix(measure, of: risk, targets: targets) }
        return matrices
    }

    /// s of every rule about squares: values are scaled once for all of them, as coarsely as one of them needs.
    package var squareShift: Int {
        riskMeasures.isEmpty
            ? ConcentrationForm.shift(assetCount: assets.count)
            : max(ConcentrationForm.shift(assetCount: assets.count), RiskForm.shift(assetCount: assets.count))
    }
}

extension VaultState {
    /// The first window that a mandate looks back over and the state's market does not know.
    func missingWindow(under mandate: Mandate) -> Int? {
        mandate.riskWindows.first { risk.covariance(days: $0)?.factor.count != mandate.assets.count }
    }
}
