import BigIntegers
import MarketData
import TestSupport
import Testing

@testable import Rebalancing

@Suite("A slippage bucket")
struct SlippageBucketTests {
    /// Value units of one whole unit at a price of 1.
    private let whole = BigInteger("10000000000000000")!
    private let day: Int64 = 86_400_000
    private let drifted: [UInt64] = [570_000, 240_000, 190_000].map { $0 * 100_000_000 }
    private var tenBasisPoints: TransactionCosts { TransactionCosts(proportional: PartsPerMillion(1_000)) }

    /// A bucket of 0.01% of 10⁶, so of 100, drained in a week; a smallest trade of 100 may cost 1.
    private func portfolio(capacity: Int64 = 100) throws -> Portfolio {
        try Portfolio(
            limits: TradingLimits(
                smallestTrade: Money(units: 100 * 100_000_000),
                slippageBucket: SlippageBucket(capacity: PartsPerMillion(capacity), refill: 7 * day),
                costCeiling: PartsPerMillion(10_000)
            )
        )
    }

    private func state(_ portfolio: Portfolio, holding: BigInteger, sinceLast: Int64) throws -> VaultState {
        try VaultState(
            holdings: portfolio.holdings(drifted),
            prices: portfolio.unitPrices,
            carriedSlippage: holding,
            lastRebalance: Portfolio.noon.adding(milliseconds: -sinceLast),
            time: Portfolio.noon
        )
    }

    @Test("carries on what has not drained and what was lost", arguments: [Int64(0), 1, 3, 7, 100])
    func carriesOn(days: Int64) throws {
        let portfolio = try portfolio(capacity: 1_000)
        let state = try state(portfolio, holding: 500 * whole, sinceLast: days * day)
        let plan = try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
        #expect(!plan.isLimited && plan.cost > 0)
        // A seventh of 1 000 drains a day.
        let left = max(500 * 7 - 1_000 * BigInteger(Int(min(days, 7))), 0) * whole
        #expect(plan.carriedSlippage == left.ceilingDivided(by: 7) + plan.cost)
    }

    @Test("cuts a plan to the room that it has")
    func cutsPlans() throws {
        let portfolio = try portfolio()
        let free = try portfolio.mandate.plan(for: state(portfolio, holding: 0, sinceLast: day), costs: tenBasisPoints)
        #expect(!free.isLimited)
        let state = try state(portfolio, holding: 100 * whole, sinceLast: day)
        let plan = try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
        // 100/7 drained.
        #expect(plan.isLimited && plan.cost < free.cost)
        #expect(7 * plan.cost <= 100 * whole && 7 * plan.cost > 90 * whole)
        #expect(plan.carriedSlippage <= 100 * whole && plan.carriedSlippage > 98 * whole)
    }

    @Test(
        "holds while it is used up, and no longer",
        arguments: [(Int64(0), true), (1, true), (2, false), (48, false)]
    )
    func holdsWhileFull(hours: Int64, holds: Bool) throws {
        let portfolio = try portfolio()
        let state = try state(portfolio, holding: 100 * whole, sinceLast: hours * 3_600_000)
        let decision = try portfolio.mandate.decision(for: state)
        if case .hold(.bucketUsedUp) = decision { #expect(holds) } else { #expect(!holds) }
        let values = try portfolio.mandate.unmovedValues(of: state)
        let failures = portfolio.mandate.failures(ofHold: values, sameDay: false, scheduleDue: false)
        #expect(failures.isEmpty == holds)
    }

    @Test("drains no longer than it takes to drain all of it")
    func clampsTime() {
        let bucket = SlippageBucket(capacity: PartsPerMillion(100), refill: day)
        let times = [-5, 0, 1, day, day + 1, .max].map { (since: Int64) in
            bucket.elapsed(since: Timestamp(milliseconds: 0), at: Timestamp(milliseconds: since))
        }
        #expect(times == [0, 0, 1, day, day, day])
    }

    @Test("never overflows over a year of random drifts", arguments: 0..<20)
    func neverOverflows(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portfolio = try portfolio(capacity: Int64.random(in: 50...400, using: &random))
        var (held, last) = (BigInteger(0), Portfolio.noon)
        var (rebalances, holds) = (0, 0)
        for _ in 0..<60 {
            let time = last.adding(milliseconds: Int64.random(in: 1...(2 * day), using: &random))
            let drift = UInt64.random(in: 0...150_000, using: &random)
            let units = [500_000 + drift, 300_000 - drift, 200_000].map { $0 * 100_000_000 }
            let state = try VaultState(
                holdings: portfolio.holdings(units),
                prices: portfolio.unitPrices,
                carriedSlippage: held,
                lastRebalance: last,
                time: time
            )
            switch try portfolio.mandate.decision(for: state) {
            case .hold: holds += 1
            case .rebalance:
                let plan = try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
                let capacity = portfolio.mandate.limits.slippageBucket?.capacity.value ?? 0
                #expect(plan.carriedSlippage <= BigInteger(Int(capacity)) * whole)
                (held, last) = (plan.carriedSlippage, time)
                rebalances += 1
            }
        }
        #expect(rebalances > 5)
    }
}
