import BigIntegers
import MarketData
import Rebalancing

@testable import Simulation

/// A two-coin policy with cash, in two regimes, over a random walk.
struct SimulatedPolicy {
    let mandates: [Mandate]
    let market: BacktestMarket
    let opening: Holdings

    /// What takes the third place: the quote currency as cash, or a coin that is worth the same.
    enum Third: String, CaseIterable {
        case cash = "USD"
        case coin = "USDC"
    }

    init(
        seed: UInt64,
        bars: Int = 300,
        turnoverPerDay: Int64? = nil,
        destination: Int64 = 20_000,
        third: Third = .cash
    ) throws {
        let assets = try [Asset("BTC"), Asset("ETH"), Asset(third.rawValue)]
        let weights = [500_000, 300_000, 200_000].map { PartsPerMillion($0) }
        mandates = try [40_000, 80_000].enumerated().map { regime, trigger in
            try Mandate(
                regime: ["calm", "storm"][regime],
                assets: assets,
                quote: Asset("USD"),
                targets: TargetWeights(weights),
                bands: weights.map { _ in
                    ToleranceBand(
                        trigger: ExactFraction(BigInteger(trigger)),
                        destination: ExactFraction(BigInteger(destination))
                    )
                },
                triggersOnDrift: true,
                limits: TradingLimits(
                    turnoverPerDay: turnoverPerDay.map { PartsPerMillion($0) },
                    costCeiling: PartsPerMillion(50_000)
                )
            )
        }
        var random = SplitMix64(seed: seed)
        var levels = [30_000.0, 2_000.0]
        let start = try Timestamp("2024-01-01")
        var prices: [[Price]] = []
        var regimes: [Int] = []
        for bar in 0..<bars {
            levels = levels.map { $0 * Double.random(in: 0.93...1.076, using: &random) }
            prices.append(levels.compactMap { Price(units: UInt64($0 * 1e8)) } + [.one])
            regimes.append(bar / 17 % 3 == 0 ? 1 : 0)
        }
        market = try BacktestMarket(
            assets: assets,
            quote: Asset("USD"),
            times: (0..<bars).map { start.adding(milliseconds: Int64($0) * 21_600_000) },
            prices: prices,
            regimes: regimes,
            labels: ["calm", "storm"]
        )
        opening = try PolicyBacktest.opening(worth: Money("1000000"), under: mandates[0], at: prices[0])
    }

    func backtest(_ model: CostModel = .flat) throws -> PolicyBacktest {
        try PolicyBacktest(
            mandates: mandates,
            market: market,
            opening: opening,
            costs: model.shares(of: PartsPerMillion(1_000), in: market)
        )
    }
}
