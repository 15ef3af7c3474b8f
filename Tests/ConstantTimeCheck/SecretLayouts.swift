import Attestations
import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

/// What a prover does with quantities, carried values and parameters before anything is committed to: every gadget's wires,
/// carried values, and the figure of a report over a period.
struct SecretLayouts {
    let memory: UndefinedMemory

    /// The operations by name.
    var all: [(name: String, run: () -> Bool)] {
        [
            ("carried turnover, slippage bucket and return", carried),
            (
                "wires of a genesis, a flow, a hold and a rebalance with turnover, bucket, positions and requirements",
                { circuits(.all) }
            ),
            ("wires of a hold and a rebalance with volatility and tracking error", { circuits(.risk) }),
            ("wires of a hold and a rebalance under secret targets and bands", { circuits(.secrets) }),
            ("wires of a hold not worth its cost, and of its rebalance", { circuits(.noTrade) }),
            ("wires of a hold and a rebalance over deviations from secret targets", { circuits(.deviations) }),
            ("numbers counted anew, and wires of their amend", amend),
            ("wires of a seal's claims", seal),
            ("wires of a period of two steps with its return", period),
        ]
    }

    private enum Rules { case all, risk, secrets, noTrade, deviations }

    private static let assets = ["BTC", "ETH", "USD"].compactMap { try? Asset($0) }
    private static let prices = [40_000, 3_000, 1].compactMap { Price(units: $0 * 100_000_000) }

    private func mandate(_ rules: Rules) throws -> Mandate {
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        var requirements = [
            Requirement(
                name: "cash floor",
                predicate: .nonNegative(coefficients: [-50_000, -50_000, 950_000], constant: 0)
            ),
            Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(450_000))),
        ]
        switch rules {
        case .all: requirements.append(Requirement(name: "few", predicate: .positions(.atMost, limit: 3)))
        case .risk:
            for kind in [RiskMeasure(.volatility, days: 5), RiskMeasure(.trackingError, days: 5)] {
                requirements.append(
                    Requirement(name: "\(kind)", predicate: .risk(kind, atMost: PartsPerMillion(900_000)))
                )
            }
        case .deviations:
            for kind in [RiskMeasure(.volatility, days: 5), RiskMeasure(.deviationTrackingError, days: 5)] {
                requirements.append(
                    Requirement(name: "\(kind)", predicate: .risk(kind, atMost: PartsPerMillion(900_000)))
                )
            }
        case .secrets, .noTrade: break
        }
        let mandate = try Mandate(
            regime: "calm",
            assets: Self.assets,
            quote: Self.assets[2],
            targets: TargetWeights([500_000, 300_000, 200_000].map { PartsPerMillion($0) }),
            bands: [band, band, band],
            triggersOnDrift: true,
            limits: TradingLimits(
                turnoverPerRebalance: PartsPerMillion(150_000),
                turnoverPerDay: PartsPerMillion(200_000),
                largestTrades: [Self.assets[0]: Money("60000")],
                smallestTrade: Money("250"),
                slippageBucket: rules == .all
                    ? SlippageBucket(capacity: PartsPerMillion(100), refill: 604_800_000) : nil,
                costCeiling: PartsPerMillion(3_500)
            ),
            requirements: requirements,
            noTrade: rules == .noTrade || rules == .deviations
                ? NoTradeRule(windowDays: 5, cost: PartsPerMillion(10_000)) : nil
        )
        return rules == .secrets || rules == .deviations ? try mandate.sealed(by: Self.secrets()) : mandate
    }

    private static func secrets() throws -> SecretParameters {
        let names = [
            "target(BTC)", "target(ETH)", "target(USD)", "trigger(BTC)", "trigger(ETH)", "end(ETH)", "trigger(USD)",
        ]
        let ranges: [ClosedRange<Int64>] = names.indices.map { $0 < 3 ? 10_000...600_000 : 10_000...100_000 }
        let whole = ExactFraction(1)
        return try SecretParameters(
            parameters: zip(names, ranges).map { .init(name: $0, range: $1) },
            targets: [0, 1, 2],
            bands: [(3, 3), (4, 5), (6, 6)].map { trigger, end in
                .init(trigger: .init(trigger, times: whole), destination: .secret(.init(end, times: whole)))
            }
        )
    }

    private static let values: [UInt64] = [500_000, 300_000, 200_000, 40_000, 40_000, 30_000, 40_000]
    private static let before: [UInt64] = [125_000_000, 1_000_000_000, 2_000_000_000_000]
    private static let after: [UInt64] = [115_000_000, 1_100_000_000, 2_219_000_000_000]

    private func quantities(_ units: [UInt64]) -> [Quantity] { units.map { Quantity(units: memory.word($0)) } }

    private func scalars(_ units: [UInt64]) -> [Scalar] { units.map { Scalar(memory.word($0)) } }

    private func agree(_ comparison: @autoclosure () -> Bool) -> Bool { memory.isUsed || comparison() }

    /// An error of ours where the operations cannot even be set up.
    private func attempt(_ body: () throws -> Bool) -> Bool { (try? body()) ?? false }

    private func carried() -> Bool {
        attempt {
            let mandate = try mandate(.all)
            let (before, after) = (quantities(Self.before), quantities(Self.after))
            let turnover = mandate.twiceTurnover(from: before, to: after, prices: Self.prices)
            let bucket = mandate.bucketAfter(
                scalars([1 << 60])[0],
                from: before,
                to: after,
                prices: Self.prices,
                elapsed: 86_400_000
            )
            let worth = [before, after].map { mandate.worth(of: $0, at: Self.prices) }
            let ratio = (Scalar(10_000 as UInt64) * worth[1]).quotient(by: worth[0], bits: 27)
            // 100 000 before; 46 000 + 33 000 + 22 190 after.
            return agree(turnover != .zero && bucket != nil && ratio == Scalar(10_119 as UInt64))
        }
    }

    /// The wires of a template over values of which nothing is known, satisfied or not.
    private func layOut(
        _ kind: AttestationKind,
        _ mandate: Mandate,
        sameDay: Bool = true,
        risk: MarketRisk = .none
    ) throws -> (system: ConstraintSystem, digitBits: Int) {
        let template = try CircuitTemplate(
            kind: kind,
            mandate: mandate,
            variant: .init(sameDay: sameDay && mandate.carriesTurnover, scheduleDue: false)
        )
        let carried: [UInt64] = (mandate.carriesTurnover ? [7] : []) + (mandate.carriesBucket ? [1 << 60] : [])
        let parameters = mandate.secrets == nil ? [] : Self.values
        let committed: [UInt64] =
            switch kind {
            case .genesis: Self.after + carried
            case .flow: Self.before + Self.after
            case .hold: Self.before + carried + parameters
            default: Self.before + Self.after + carried + carried + parameters
            }
        let system = try template.system(
            prices: kind == .flow ? [] : Self.prices,
            risk: risk,
            elapsed: 86_400_000,
            committed: scalars(committed)
        )
        return (system, template.digitBits)
    }

    private func finished(_ system: ConstraintSystem, _ digitBits: Int) throws -> Bool {
        // Whether the values fit is what an honest prover asks next, and tells: it is not asked here.
        try system.finish(digitBits: digitBits, falseWitness: .proved).assignment != nil
    }

    private func circuits(_ rules: Rules) -> Bool {
        attempt {
            let mandate = try mandate(rules)
            var risk = MarketRisk.none
            if rules != .all, rules != .secrets {
                let closes: [[UInt64]] = [
                    [100, 104, 99, 103, 98, 101], [100, 106, 98, 104, 95, 99], [1, 1, 1, 1, 1, 1],
                ]
                risk = MarketRisk([
                    try ExactCovariance(closes: closes.map { $0.compactMap { Price(units: $0 * 100_000_000) } })
                ])
            }
            let kinds: [AttestationKind] = rules == .all ? [.genesis, .flow, .hold, .rebalance] : [.hold, .rebalance]
            return try kinds.allSatisfy { kind in
                let (system, digitBits) = try layOut(kind, mandate, risk: risk)
                return try finished(system, digitBits)
            }
        }
    }

    /// A policy over assets in units of these exponents.
    private func policy(_ units: [(symbol: String, exponent: Int, target: Int64)]) throws -> CompiledPolicy {
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        let assets = try units.map { try Asset($0.symbol) }
        let mandate = try Mandate(
            regime: "calm",
            assets: assets,
            units: units.compactMap { AssetUnits(quantityExponent: $0.exponent) },
            quote: Self.assets[2],
            targets: TargetWeights(units.map { PartsPerMillion($0.target) }),
            bands: assets.map { _ in band },
            triggersOnDrift: true,
            limits: TradingLimits(
                turnoverPerDay: PartsPerMillion(200_000),
                slippageBucket: SlippageBucket(capacity: PartsPerMillion(100), refill: 604_800_000),
                costCeiling: PartsPerMillion(3_500)
            )
        )
        return try CompiledPolicy(
            name: "units",
            version: 1,
            mandates: [mandate],
            regimeRules: [],
            attestEvery: nil,
            modelDigest: nil
        )
    }

    /// SOL left out, ETH counted more finely, BTC and what is carried more coarsely, as in an honest amend.
    private func amend() -> Bool {
        attempt {
            let amendment = try PolicyAmendment(
                from: policy([("BTC", 8, 500_000), ("SOL", 8, 0), ("ETH", 8, 300_000), ("USD", 10, 200_000)]),
                to: policy([("ETH", 9, 300_000), ("USD", 8, 200_000), ("BTC", 6, 500_000)])
            )
            let before = scalars([800_000_000, 2_000_000_000_000, 96_000_050, 7, 1 << 60])
            let exponents = [1, -2, -2, -1, -1]
            let after = zip(before, exponents).enumerated().map { place, number in
                number.0.recounted(number.1, bits: place < 3 ? 64 : 136, rounding: place < 3 ? .down : .up)
            }
            let counted = zip(before, after).flatMap { [$0, $1] }
            guard let (system, digitBits) = amendment.layOut(scalars([0]) + counted) else { return false }
            let isLaidOut = try finished(system, digitBits)
            let expected: [UInt64] = [8_000_000_000, 20_000_000_000, 960_000, 1, 115_292_150_460_684_698]
            return isLaidOut && system.rangeChecks.count == 13 && agree(after == expected.map { Scalar($0) })
        }
    }

    private func seal() -> Bool {
        attempt {
            let system = try SealedParameters.system(of: [mandate(.secrets)], over: scalars(Self.values))
            return try finished(system, 8)
        }
    }

    private func period() -> Bool {
        attempt {
            let mandate = try mandate(.all)
            let steps = try [AttestationKind.hold, .rebalance].map { try layOut($0, mandate).system }
            // A hold and a rebalance over the same first commitments, as a period puts them together.
            let values = scalars(Self.before + Self.after + [7, 1 << 60, 7, 1 << 60])
            var system = ConstraintSystem(committedValues: values)
            system.append(steps[0], committedAt: [0, 1, 2, 6, 7])
            system.append(steps[1], committedAt: Array(0..<10))
            for place in 0..<3 { system.checkRange(LinearCombination(.committed(place)), bits: 64, upperBound: .exact) }
            let growth = LinearCombination(.committed(5)) * Scalar(10_000 as UInt64) - LinearCombination(.committed(2))
            system.checkRange(growth, bits: 170, upperBound: .atLeast)
            return try finished(system, 8)
        }
    }
}
