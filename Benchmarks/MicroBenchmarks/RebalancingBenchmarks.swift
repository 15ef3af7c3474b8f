import BigIntegers
import MarketData
import Rebalancing

/// Decisions, plans under a mandate and one-step optima of ten assets.
func rebalancingBenchmarks(_ bench: Bench) {
    do {
        try mandateBenchmarks(bench)
        try optimumBenchmarks(bench)
    } catch {
        print("rebalancing: \(error)")
    }
}

/// Ten coins at 10% each, bands of two points, a tenth of a percent a side.
private func mandateBenchmarks(_ bench: Bench) throws {
    let assets = try (0..<10).map { try Asset($0 == 9 ? "USD" : "A\($0)") }
    let mandate = try Mandate(
        regime: "always",
        assets: assets,
        quote: Asset("USD"),
        targets: TargetWeights(assets.map { _ in PartsPerMillion(100_000) }),
        bands: assets.map { _ in ToleranceBand(trigger: ExactFraction(20_000), destination: ExactFraction(10_000)) },
        triggersOnDrift: true,
        limits: TradingLimits(turnoverPerDay: PartsPerMillion(200_000), costCeiling: PartsPerMillion(10_000))
    )
    let prepared = PreparedMandate(mandate)
    let costs = TransactionCosts(proportional: PartsPerMillion(1_000))
    func state(_ drift: UInt64) throws -> VaultState {
        // 100,000 of each in units of 10⁻⁸, some of the first moved to the second.
        let base: UInt64 = 10_000_000_000_000
        let quantities = assets.indices.map { $0 == 0 ? base + drift : $0 == 1 ? base - drift : base }
        return try VaultState(
            holdings: Holdings(quantities.map { Quantity(units: $0) }, under: mandate),
            prices: assets.map { _ in .one },
            lastRebalance: Timestamp("2024-01-01"),
            time: Timestamp("2024-01-08")
        )
    }
    let (inside, outside) = (try state(1_000_000_000_000), try state(4_000_000_000_000))
    let planner = RebalancePlanner(prepared, costs: costs)
    bench.measure("rebalancing/prepare-10-assets") { consume(PreparedMandate(mandate)) }
    bench.measure("rebalancing/hold-10-assets") { consume(try? prepared.decision(for: inside)) }
    bench.measure("rebalancing/plan-10-assets") { consume(try? planner.plan(for: outside)) }
}

private func optimumBenchmarks(_ bench: Bench) throws {
    var random = BenchRandom(seed: 1)
    let loadings = (0..<10).map { _ in Double.random(in: 0.3...0.9, using: &random) }
    let covariance = try Covariance(
        (0..<10).map { row in (0..<10).map { loadings[row] * loadings[$0] + (row == $0 ? 0.09 : 0) } }
    )
    let targets = [Double](repeating: 0.1, count: 10)
    let drifts = (0..<10).map { _ in Double.random(in: 0.7...1.3, using: &random) }
    let held = drifts.map { $0 / drifts.reduce(0, +) }
    func problem(_ cost: TradeCost, smallest: Double = 0) throws -> OneStepProblem {
        try OneStepProblem(
            held: held,
            targets: targets,
            covariance: covariance,
            riskAversion: 5,
            costs: held.map { _ in cost },
            smallestTrades: held.map { _ in smallest }
        )
    }
    let proportional = try problem(TradeCost(proportional: 0.001))
    bench.measure("rebalancing/one-step-10-assets") { consume(try? proportional.optimum()) }
    let impact = try problem(TradeCost(proportional: 0.001, impact: 0.05))
    bench.measure("rebalancing/one-step-impact-10-assets") { consume(try? impact.optimum()) }
    let fixed = try problem(TradeCost(proportional: 0.001, impact: 0.05, fixed: 0.00002))
    bench.measure("rebalancing/one-step-fixed-10-assets") { consume(try? fixed.optimum()) }
    let smallest = try problem(TradeCost(proportional: 0.001), smallest: 0.005)
    bench.measure("rebalancing/one-step-smallest-10-assets") { consume(try? smallest.optimum()) }
}
