import BigIntegers
import MarketData
import Rebalancing
import TestSupport

/// A mandate and states of it, in whole numbers that a reader can check by hand.
struct Portfolio {
    let mandate: Mandate

    static let noon = Timestamp(milliseconds: 1_700_049_600_000)

    /// BTC 50%, ETH 30%, USD 20%, bands of 5 points to the edge unless said otherwise.
    init(
        symbols: [String] = ["BTC", "ETH", "USD"],
        targets: [Int64] = [500_000, 300_000, 200_000],
        triggers: [Int64?] = [50_000, 50_000, 50_000],
        destinations: [Int64] = [50_000, 50_000, 50_000],
        triggersOnDrift: Bool = true,
        schedules: [Schedule] = [],
        cooldown: Int64 = 0,
        limits: TradingLimits = TradingLimits(costCeiling: PartsPerMillion(10_000)),
        requirements: [Requirement] = [],
        furtherTriggers: [Requirement] = [],
        noTrade: NoTradeRule? = nil
    ) throws {
        mandate = try Mandate(
            regime: "calm",
            assets: symbols.map { try Asset($0) },
            quote: Asset("USD"),
            targets: TargetWeights(targets.map(PartsPerMillion.init)),
            bands: zip(triggers, destinations).map { trigger, destination in
                ToleranceBand(
                    trigger: trigger.map { ExactFraction(BigInteger(Int($0))) },
                    destination: ExactFraction(BigInteger(Int(destination)))
                )
            },
            triggersOnDrift: triggersOnDrift,
            schedules: schedules,
            cooldown: cooldown,
            limits: limits,
            requirements: requirements,
            furtherTriggers: furtherTriggers,
            noTrade: noTrade
        )
    }

    /// Holdings in units of 10⁻⁸.
    func holdings(_ units: [UInt64]) throws -> Holdings {
        try Holdings(units.map(Quantity.init(units:)), under: mandate)
    }

    /// Prices of 1 each: a quantity is its own value.
    var unitPrices: [Price] { mandate.assets.map { _ in Price.one } }

    func state(
        _ units: [UInt64],
        prices: [Price]? = nil,
        carried: BigInteger = 0,
        sinceLast: Int64 = 2 * 86_400_000,
        risk: MarketRisk = .none
    ) throws -> VaultState {
        try VaultState(
            holdings: holdings(units),
            prices: prices ?? unitPrices,
            carriedTurnover: carried,
            lastRebalance: Self.noon.adding(milliseconds: -sinceLast),
            time: Self.noon,
            risk: risk
        )
    }

    /// The values of a move at prices of 1, carrying what a rebalance must unless said otherwise.
    func values(
        _ before: [UInt64],
        _ after: [UInt64],
        carriedBefore: BigInteger = 0,
        carriedAfter: BigInteger = 0
    ) throws -> DecisionValues {
        try DecisionValues(
            before: holdings(before),
            after: holdings(after),
            prices: unitPrices,
            carriedBefore: carriedBefore,
            carriedAfter: carriedAfter,
            under: mandate
        )
    }

    /// The names of the obligations that a rebalance breaks.
    func broken(
        _ before: [UInt64],
        _ after: [UInt64],
        carriedBefore: BigInteger = 0,
        carriedAfter: BigInteger = 0,
        sameDay: Bool = false,
        scheduleDue: Bool = false
    ) throws -> [String] {
        let values = try values(before, after, carriedBefore: carriedBefore, carriedAfter: carriedAfter)
        return mandate.failures(ofRebalance: values, sameDay: sameDay, scheduleDue: scheduleDue).map(\.name)
    }
}
