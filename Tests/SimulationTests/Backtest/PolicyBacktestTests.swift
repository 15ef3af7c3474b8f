import BigIntegers
import MarketData
import Pipeline
import Rebalancing
import Testing

@testable import Simulation

@Suite("Policy backtests")
struct PolicyBacktestTests {
    @Test(
        "the parts of the ledger sum to the change in value, to the last unit",
        arguments: UInt64(0)..<10,
        CostModel.allCases
    )
    func ledgerSums(seed: UInt64, model: CostModel) throws {
        let run = try SimulatedPolicy(seed: seed).backtest(model).run()
        let ledger = run.ledger
        #expect(ledger.residual == 0)
        #expect(run.rebalances > 3)
        #expect(ledger.cost > 0)
        let legs = ledger.purchases + ledger.sales
        #expect(legs.map(\.count).reduce(0, +) == run.tradeCount)
        #expect(legs.allSatisfy { $0.fee >= 0 && $0.rounding >= 0 })
        // Rounding is below one whole unit of the quote's quantity, 10⁻⁸, a trade: 10⁸ value units.
        #expect(legs.allSatisfy { $0.rounding <= BigInteger($0.count) * 100_000_000 })
        let parts = run.decisions.flatMap(\.trades).map(\.cost).reduce(0, +)
        #expect(abs(parts - ledger.amount(ledger.cost)) < 1e-6)
        #expect(abs((run.equity.last ?? 0) - ledger.amount(ledger.closing)) < 1e-6)
    }

    @Test("a policy without cash loses what its sales leave unspent, and the ledger says so", arguments: UInt64(0)..<4)
    func withoutCash(seed: UInt64) throws {
        let run = try SimulatedPolicy(seed: seed, third: .coin).backtest().run()
        #expect(run.rebalances > 3 && run.ledger.residual == 0)
        #expect(run.ledger.unspent > 0)
        #expect(abs((run.cumulatedCost.last ?? 0) - run.ledger.amount(run.ledger.cost)) < 1e-6)
        #expect(try SimulatedPolicy(seed: seed).backtest().run().ledger.unspent == 0)
    }

    @Test("trades nothing while a breaker halts, and goes on when it is over", arguments: UInt64(0)..<4)
    func keepsBreakers(seed: UInt64) throws {
        let policy = try SimulatedPolicy(seed: seed)
        let step: Int64 = 21_600_000
        let series = try policy.market.assets.indices.dropLast().map { index in
            try CandleSeries(
                asset: policy.market.assets[index],
                interval: step,
                candles: zip(policy.market.times, policy.market.prices).map { time, prices in
                    let price = try #require(ExactDecimal(significand: Int128(prices[index].units), exponent: -8))
                    return try Candle(
                        openTime: time.adding(milliseconds: -step),
                        open: price,
                        high: price,
                        low: price,
                        close: price,
                        volume: price
                    )
                }
            )
        }
        let figure = MarketFigure.fall(policy.market.assets[0], window: 4 * step)
        let breaker = CircuitBreaker(
            name: "crash",
            action: .halt(milliseconds: 4 * step),
            condition: .compared(figure, .above, .value(30_000))
        )
        let safeguards = Safeguards(breakers: [breaker], oracle: nil)
        let market = try policy.market.guarded(by: safeguards, candles: series)
        let run = try PolicyBacktest(
            mandates: policy.mandates,
            market: market,
            opening: policy.opening,
            costs: CostModel.flat.shares(of: PartsPerMillion(1_000), in: market)
        ).run()
        let history = try #require(market.safeguards)
        #expect(run.decisions.allSatisfy { history.verdict(at: $0.time).halts.isEmpty })
        #expect(run.rebalances > 0 && run.holds["breaker", default: 0] > 0)
        let free = try policy.backtest().run()
        #expect(free.decisions.contains { !history.verdict(at: $0.time).halts.isEmpty })
        #expect(try policy.market.guarded(by: .none, candles: []).safeguards == nil)

        // Nobody resets anything in a backtest: from the first crossing on nothing is traded.
        let lasting = CircuitBreaker(
            name: "crash",
            action: .haltUntilReset(guardians: 2),
            condition: .compared(.fall(policy.market.assets[0], window: step), .above, .value(30_000))
        )
        let halting = try policy.market.guarded(by: Safeguards(breakers: [lasting], oracle: nil), candles: series)
        let told = try #require(halting.safeguards)
        let crossing = try #require(
            halting.times.dropFirst().first { !told.verdict(at: $0, since: halting.times[0]).halts.isEmpty }
        )
        let stopped = try PolicyBacktest(
            mandates: policy.mandates,
            market: halting,
            opening: policy.opening,
            costs: CostModel.flat.shares(of: PartsPerMillion(1_000), in: halting)
        ).run()
        #expect(stopped.decisions.allSatisfy { $0.time < crossing })
        #expect(stopped.holds["breaker", default: 0] == halting.times.count { $0 >= crossing })
        #expect(free.decisions.contains { $0.time > crossing })
    }

    @Test("decides what the cycle decides, close by close", arguments: UInt64(0)..<6)
    func agreesWithTheCycle(seed: UInt64) throws {
        let policy = try SimulatedPolicy(seed: seed, turnoverPerDay: 30_000)
        let run = try policy.backtest().run()
        let cycle = PaperCycle(mandates: policy.mandates)
        var position = PaperCycle.Position(holdings: policy.opening, lastRebalance: policy.market.times[0])
        var decided: [Timestamp] = []
        for bar in policy.market.times.indices.dropFirst() {
            let outcome = try cycle.next(
                from: position,
                at: policy.market.times[bar],
                regime: policy.market.regimes[bar],
                prices: policy.market.prices[bar],
                costs: TransactionCosts(proportional: PartsPerMillion(1_000))
            )
            position = outcome.position
            if case .rebalance = outcome.decision { decided.append(policy.market.times[bar]) }
        }
        #expect(run.decisions.map(\.time) == decided)
        #expect(run.limited > 0)
        let last = policy.mandates[0].value(of: position.holdings.quantities, at: policy.market.prices.last ?? [])
        #expect(run.ledger.closing == last)
    }

    @Test("after every rebalance that no limit stopped, each asset is inside its destination")
    func destinations() throws {
        let policy = try SimulatedPolicy(seed: 3)
        let run = try policy.backtest().run()
        for decision in run.decisions {
            for (index, target) in [0.5, 0.3, 0.2].enumerated() {
                let weight = run.weights[decision.bar * 3 + index]
                #expect(abs(weight - target) <= 0.02 + 1e-3)
            }
        }
    }

    @Test("says why, with figures, at every rebalance")
    func why() throws {
        let run = try SimulatedPolicy(seed: 4).backtest().run()
        #expect(run.decisions.allSatisfy { !$0.why.isEmpty && $0.why.allSatisfy { $0.contains("target of") } })
        #expect(run.decisions.contains { $0.regime == "storm" } || run.decisions.contains { $0.regime == "calm" })
        #expect(run.holds.values.reduce(0, +) + run.decisions.count == 299)
    }

    @Test("a cost above the policy's ceiling blocks instead of trading, and says so")
    func blocked() throws {
        let policy = try SimulatedPolicy(seed: 5)
        let run = try PolicyBacktest(
            mandates: policy.mandates,
            market: policy.market,
            opening: policy.opening,
            costs: [PartsPerMillion](repeating: PartsPerMillion(90_000), count: policy.market.times.count)
        ).run()
        #expect(run.rebalances == 0 && run.blocked > 0)
        #expect(run.decisions.allSatisfy { $0.refusal?.contains("cost") ?? false })
        #expect(run.ledger.cost == 0 && run.ledger.residual == 0)
    }

    @Test("costs that move with the market cost the same on average", arguments: UInt64(0)..<4)
    func costModels(seed: UInt64) throws {
        let market = try SimulatedPolicy(seed: seed).market
        for model in CostModel.allCases {
            let shares = model.shares(of: PartsPerMillion(1_000), in: market).map { Double($0.value) }
            // Each share is rounded to a millionth.
            #expect(abs(shares.reduce(0, +) / Double(shares.count) - 1_000) <= 0.5)
            #expect((Set(shares).count == 1) == (model == .flat))
        }
    }

    @Test("an opening is worth at most what was asked, and short of it by less than a unit of each asset")
    func opening() throws {
        let policy = try SimulatedPolicy(seed: 6)
        let value = policy.mandates[0].value(of: policy.opening.quantities, at: policy.market.prices[0])
        let asked = try policy.mandates[0].valueUnits(Money("1000000"))
        let unit = policy.market.prices[0].reduce(BigInteger(0)) { $0 + BigInteger($1.units) }
        #expect(value <= asked && asked - value < unit)
    }

    @Test("exact amounts print as decimals without trailing zeros")
    func amounts() {
        let ledger = CostLedger(assets: [], quote: SimulatedAssetName.usd, exponent: 16, opening: 0)
        #expect(ledger.text(0) == "0")
        #expect(ledger.text(-1) == "-0.0000000000000001")
        #expect(ledger.text(12_500_000_000_000_000) == "1.25")
        #expect(ledger.text(10_000_000_000_000_000) == "1")
    }
}

private enum SimulatedAssetName {
    static let usd: Asset = {
        guard let asset = try? Asset("USD") else { preconditionFailure("a symbol") }
        return asset
    }()
}

@Suite("Figures of a backtest")
struct PerformanceTests {
    private static let times = (0..<5).map { Timestamp(milliseconds: $0 * 86_400_000) }

    /// By hand: returns +10%, −10%, +10%, −10% on daily bars.
    @Test("volatility, Sharpe, Sortino and drawdown of a path worked by hand")
    func byHand() {
        let equity = [100, 110, 99, 108.9, 98.01]
        let figures = Performance(times: Self.times, equity: equity, book: equity, barsPerYear: 365)
        #expect(abs(figures.totalReturn + 0.0199) < 1e-12)
        // Deviations ±0.1 about a mean of 0, divisor 3: √(0.04 / 3).
        #expect(abs(figures.annualizedVolatility - (0.04 / 3 * 365).squareRoot()) < 1e-12)
        #expect(abs(figures.sharpe) < 1e-9 && abs(figures.sortino) < 1e-9)
        #expect(abs(figures.maximumDrawdown - (1 - 98.01 / 110)) < 1e-12)
        #expect(figures.drawdownPeak == Self.times[1] && figures.drawdownTrough == Self.times[4])
        #expect(figures.drawdownRecovery == nil)
        #expect(figures.trackingError == 0)
    }

    @Test("a drawdown that was made up says when")
    func recovery() {
        let equity = [100.0, 80, 90, 100, 130]
        let figures = Performance(times: Self.times, equity: equity, book: equity, barsPerYear: 365)
        #expect(figures.drawdownPeak == Self.times[0] && figures.drawdownTrough == Self.times[1])
        #expect(figures.drawdownRecovery == Self.times[3])
        // Returns −20%, +12.5%, +11.1…%, +30%: mean 0.0840…, root mean square loss 0.1.
        let mean = (-0.2 + 0.125 + 1.0 / 9 + 0.3) / 4
        #expect(abs(figures.sortino - mean * 365 / (0.01 * 365).squareRoot()) < 1e-9)
    }

    @Test("the rebalancing premium of two halves, one of them cash, is an eighth of the variance")
    func premium() throws {
        let asset = try Asset("BTC")
        let usd = try Asset("USD")
        var random = SplitMix64(seed: 9)
        var level = 100.0
        var moves: [Double] = []
        var prices = [[Price(units: 10_000_000_000), Price.one].compactMap(\.self)]
        for _ in 1..<200 {
            let before = level
            level = (level * Double.random(in: 0.9...1.11, using: &random) * 1e8).rounded() / 1e8
            moves.append(Math.log(level / before))
            prices.append([Price(units: UInt64(level * 1e8)), Price.one].compactMap(\.self))
        }
        let weights = try TargetWeights([PartsPerMillion(500_000), PartsPerMillion(500_000)])
        let mandate = try Mandate(
            regime: "any",
            assets: [asset, usd],
            quote: usd,
            targets: weights,
            bands: [ToleranceBand](
                repeating: ToleranceBand(trigger: ExactFraction(10_000), destination: ExactFraction(0)),
                count: 2
            ),
            triggersOnDrift: true,
            limits: TradingLimits(costCeiling: PartsPerMillion(10_000))
        )
        let market = try BacktestMarket(
            assets: [asset, usd],
            quote: usd,
            times: prices.indices.map { Timestamp(milliseconds: Int64($0) * 86_400_000) },
            prices: prices,
            regimes: [Int](repeating: 0, count: prices.count),
            labels: ["any"]
        )
        let book = TargetBook(mandates: [mandate], market: market, barsPerYear: 365)
        let deviation = Performance.deviation(moves)
        // ½(½σ² − ¼σ²) = σ²/8; prices are rounded to 10⁻⁸.
        #expect(abs(book.rebalancingPremium - deviation * deviation * 365 / 8) < 1e-8)
    }
}
