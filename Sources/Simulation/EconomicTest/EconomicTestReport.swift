public import CanonicalJSON
public import MarketData

/// What an ``EconomicTest`` found.
public struct EconomicTestReport: Sendable, Equatable {
    /// One subset.
    public struct Portfolio: Sendable, Equatable {
        /// What was held, at equal weights.
        public let assets: [Asset]
        /// The relative change in cost against the constant band, for each cost model in order.
        public let changes: [EconomicTest.BandRule: [Double]]
    }

    /// The change of one rule under one cost model.
    public struct Effect: Sendable, Equatable {
        /// How the band followed the label.
        public let rule: EconomicTest.BandRule
        /// How cost followed volatility.
        public let cost: EconomicTest.CostModel
        /// The mean over subsets of the relative change in cost: −0.1 is a tenth cheaper than the constant band.
        public let mean: Double
        /// A 95% percentile bootstrap interval over subsets.
        ///
        /// Subsets share assets and all share one stretch of time: it says how much the choice of assets matters, not how
        /// much another decade would.
        public let interval: ClosedRange<Double>
    }

    /// The settings.
    public let test: EconomicTest
    /// The subsets, in the order drawn.
    public let portfolios: [Portfolio]
    /// Bars traded.
    public let bars: Int
    /// Every rule under every cost model.
    public let effects: [Effect]

    init(test: EconomicTest, portfolios: [Portfolio], bars: Int, seed: UInt64) {
        self.test = test
        self.portfolios = portfolios
        self.bars = bars
        var random = SplitMix64(seed: seed)
        var effects: [Effect] = []
        for cost in EconomicTest.CostModel.allCases {
            for rule in EconomicTest.BandRule.allCases {
                let changes = portfolios.compactMap { $0.changes[rule]?[cost.rawValue] }
                let means = (0..<test.resamples).map { _ in
                    (0..<changes.count).reduce(0.0) { sum, _ in
                        sum + changes[Int(random.next() % UInt64(changes.count))]
                    } / Double(changes.count)
                }.sorted()
                let tail = Int(0.025 * Double(means.count))
                effects.append(
                    Effect(
                        rule: rule,
                        cost: cost,
                        mean: changes.reduce(0, +) / Double(changes.count),
                        interval: means[tail]...means[means.count - 1 - tail]
                    )
                )
            }
        }
        self.effects = effects
    }

    /// The effect of one rule under one cost model.
    public subscript(_ rule: EconomicTest.BandRule, _ cost: EconomicTest.CostModel) -> Effect? {
        effects.first { $0.rule == rule && $0.cost == cost }
    }

    /// A table for the person at the prompt, ending in a newline.
    public var text: String {
        var lines = [
            "change in cost against a constant band at a tracking error of \(Self.basisPoints(test.trackingError)) a year, "
                + "\(portfolios.count) subsets of \(test.subsetSize) assets, \(bars) bars, seed \(test.seed)",
            "",
            "band                        " + EconomicTest.CostModel.allCases.map { Self.column($0.name, 26) }.joined(),
        ]
        for rule in EconomicTest.BandRule.allCases {
            let name = rule.name
            let cells = EconomicTest.CostModel.allCases.map { cost in
                Self.column(
                    self[rule, cost].map {
                        "\(Self.percent($0.mean)) [\(Self.percent($0.interval.lowerBound)), \(Self.percent($0.interval.upperBound))]"
                    } ?? "",
                    26
                )
            }
            lines.append(name + String(repeating: " ", count: max(1, 28 - name.count)) + cells.joined())
        }
        lines.append("")
        lines.append(
            "in brackets 95% of resampled subsets: they share assets and years, so other years may differ by more"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same figures for programs; numbers are decimal strings.
    public var json: JSONValue {
        let rows = effects.map { effect -> JSONValue in
            [
                "band": .string(effect.rule.rawValue),
                "cost": .string("\(effect.cost)"),
                "mean_change": .string(effect.mean.description),
                "lower": .string(effect.interval.lowerBound.description),
                "upper": .string(effect.interval.upperBound.description),
            ]
        }
        return [
            "tracking_error": .string(test.trackingError.description),
            "subsets": .integer(portfolios.count),
            "subset_size": .integer(test.subsetSize),
            "bars": .integer(bars),
            "seed": .string(test.seed.description),
            "effects": .array(rows),
        ]
    }

    /// A share in percent with a sign and one place.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1e6 else { return "–" }
        let tenths = Int((abs(share) * 1_000).rounded())
        return (share < 0 && tenths > 0 ? "−" : "+") + "\(tenths / 10).\(tenths % 10)%"
    }

    private static func basisPoints(_ share: Double) -> String { "\(Int((share * 10_000).rounded())) bp" }

    private static func column(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}

extension EconomicTest.CostModel {
    /// In words.
    package var name: String {
        switch self {
        case .flat: "flat cost (control)"
        case .volatility: "cost as volatility"
        case .variance: "cost as variance"
        }
    }
}

extension EconomicTest.BandRule {
    /// In words.
    package var name: String {
        switch self {
        case .widening: "wider when volatile"
        case .narrowing: "narrower when volatile"
        case .shuffled: "wider, shuffled labels"
        }
    }
}
