import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport

@testable import Attestations

/// A mandate whose targets and bands are secret, with the parameters that open it.
struct SecretMandate {
    let sealed: Mandate
    let opened: Mandate
    let values: [Int64]

    init(_ mandate: Mandate, _ secrets: SecretParameters, _ values: [Int64]) throws {
        sealed = try mandate.sealed(by: secrets)
        opened = try sealed.opened(with: values)
        self.values = values
    }

    /// Any mandate, with secret targets, bands or both: every kind of destination, and factors that are no whole numbers.
    init(_ mandate: Mandate, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var parameters: [SecretParameters.Parameter] = []
        var values: [Int64] = []
        func add(_ name: String, _ value: Int64, in range: ClosedRange<Int64>) -> Int {
            parameters.append(.init(name: name, range: range))
            values.append(value)
            return parameters.count - 1
        }
        // A matrix over targets shows them: such a mandate hides its bands alone.
        let showsTargets = mandate.riskMeasures.contains { $0.kind == .trackingError }
        let choice = showsTargets ? 1 : Int.random(in: 0..<3, using: &random)
        let targets = zip(mandate.assets, mandate.targets.weights).map { asset, weight in
            choice == 1 ? 0 : add("target(\(asset))", weight.value, in: 0...1_000_000)
        }
        var bands: [SecretParameters.Band] = []
        for asset in mandate.assets where choice != 0 {
            let factor =
                [ExactFraction(1), ExactFraction(3, over: 7)].randomElement(using: &random) ?? ExactFraction(1)
            let trigger = add("trigger(\(asset))", [20_000, 50_000][Int(random.next() % 2)], in: 10_000...60_000)
            let destination: SecretParameters.Destination
            switch random.next() % 4 {
            case 0: destination = .secret(.init(trigger, times: factor))
            case 1: destination = .secret(.init(trigger, times: factor * ExactFraction(1, over: 2)))
            case 2:
                let own = add("destination(\(asset))", 10_000, in: 10_000...60_000)
                destination = .secret(.init(own, times: factor))
            default: destination = .fixed(ExactFraction(1_000))
            }
            bands.append(.init(trigger: .init(trigger, times: factor), destination: destination))
        }
        try self.init(
            mandate,
            SecretParameters(
                parameters: parameters,
                targets: choice == 1 ? nil : targets,
                bands: choice == 0 ? nil : bands
            ),
            values
        )
    }

    /// The scenario's mandate with all of it secret: the ranges are wide, ETH ends at a width of its own.
    static func scenario(_ mandate: Mandate) throws -> SecretMandate {
        func parameter(_ name: String, _ range: ClosedRange<Int64>) -> SecretParameters.Parameter {
            .init(name: name, range: range)
        }
        let whole = ExactFraction(1)
        return try SecretMandate(
            mandate,
            SecretParameters(
                parameters: [
                    parameter("target(BTC)", 10_000...600_000), parameter("target(ETH)", 10_000...600_000),
                    parameter("target(USD)", 10_000...600_000), parameter("trigger(BTC)", 10_000...100_000),
                    parameter("trigger(ETH)", 10_000...100_000), parameter("destination(ETH)", 10_000...100_000),
                    parameter("trigger(USD)", 10_000...100_000),
                ],
                targets: [0, 1, 2],
                bands: [
                    .init(trigger: .init(3, times: whole), destination: .secret(.init(3, times: whole))),
                    .init(trigger: .init(4, times: whole), destination: .secret(.init(5, times: whole))),
                    .init(trigger: .init(6, times: whole), destination: .secret(.init(6, times: whole))),
                ]
            ),
            [500_000, 300_000, 200_000, 40_000, 40_000, 30_000, 40_000]
        )
    }

    /// A decision's values as the evaluator reads them, parameters included.
    func values(_ move: RandomDecision.Move, _ random: RandomDecision) throws -> DecisionValues {
        try values(move, random.prices, risk: random.risk)
    }

    /// The same at prices and in a market that are given.
    func values(
        _ move: RandomDecision.Move,
        _ prices: [Price],
        risk: MarketRisk = .none
    ) throws -> DecisionValues {
        try DecisionValues(
            before: Holdings(move.before.map(Quantity.init(units:)), under: sealed),
            after: Holdings(move.after.map(Quantity.init(units:)), under: sealed),
            prices: prices,
            carriedBefore: move.carriedBefore,
            carriedAfter: move.carriedAfter,
            parameters: values,
            risk: risk,
            bucket: move.bucket,
            under: sealed
        )
    }

    /// What goes into a circuit: the state, then the parameters.
    func committed(_ move: RandomDecision.Move, _ kind: AttestationKind, _ values: [Int64]? = nil) -> [Scalar] {
        move.committed(kind, sealed)
            + (kind.readsParameters ? (values ?? self.values).map { Scalar(BigInteger(Int($0))) } : [])
    }
}
