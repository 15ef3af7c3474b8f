import BigIntegers
public import MarketData
public import Pipeline
public import Rebalancing

/// Replays a policy over a stretch of market, through the very cycle that runs live: decided, planned and settled in exact
/// integers, without proofs and without a ledger.
///
/// The first close is the genesis, which trades nothing; every later one is a decision. Where a rebalance is due and no plan
/// satisfies the policy, a vault in service stops for its operator; here it holds, and the close is counted as blocked.
public struct PolicyBacktest: Sendable {
    /// What must hold, one mandate a regime.
    public let mandates: [Mandate]
    /// What the market said.
    public let market: BacktestMarket
    /// What the vault opens with. Secret where it is a real one.
    public let opening: Holdings
    /// The cost of one side at each close, `[T]`.
    public let costs: [PartsPerMillion]

    /// Checks that all parts fit.
    ///
    /// - Throws: ``BacktestError``.
    public init(
        mandates: [Mandate],
        market: BacktestMarket,
        opening: Holdings,
        costs: [PartsPerMillion]
    ) throws(BacktestError) {
        let highest = (market.regimes.max() ?? 0) + 1
        guard mandates.count >= highest else {
            throw .countMismatch(what: "mandates", got: mandates.count, expected: highest)
        }
        for mandate in mandates where mandate.assets != market.assets {
            throw .countMismatch(what: "assets", got: mandate.assets.count, expected: market.assets.count)
        }
        guard opening.quantities.count == market.assets.count else {
            throw .countMismatch(
                what: "opening quantities",
                got: opening.quantities.count,
                expected: market.assets.count
            )
        }
        guard costs.count == market.times.count else {
            throw .countMismatch(what: "costs", got: costs.count, expected: market.times.count)
        }
        guard mandates[market.regimes[0]].value(of: opening.quantities, at: market.prices[0]) > 0 else {
            throw .openingValue(got: 0)
        }
        self.mandates = mandates
        self.market = market
        self.opening = opening
        self.costs = costs
    }

    /// Holdings worth at most `value` at the first close, at the target weights, floored to whole units.
    ///
    /// - Throws: ``BacktestError/openingValue(got:)`` if a quantity does not fit.
    public static func opening(
        worth value: Money,
        under mandate: Mandate,
        at prices: [Price]
    ) throws(BacktestError) -> Holdings {
        var quantities: [Quantity] = []
        for (index, weight) in mandate.targets.weights.enumerated() {
            let units =
                (mandate.valueUnits(value) * BigInteger(weight.value))
                .floorDivided(by: BigInteger(prices[index].units) * mandate.valueScale(index) * 1_000_000)
            guard let count = UInt64(exactly: units) else {
                throw .openingValue(got: Double(value.units) / 1e8)
            }
            quantities.append(Quantity(units: count))
        }
        do {
            return try Holdings(quantities, under: mandate)
        } catch {
            throw .countMismatch(what: "prices", got: prices.count, expected: mandate.assets.count)
        }
    }

    /// Replays every close.
    ///
    /// - Parameter progress: Called now and then with the number of closes done.
    /// - Throws: `CycleError` if holdings, prices and policy do not fit each other; a plan that cannot be found is no error.
    /// - Complexity: A decision a close: some ten microseconds, and a plan where one is due.
    public func run(progress: (Int) -> Void = { _ in }) throws(CycleError) -> PolicyRun {
        let cycle = PaperCycle(mandates: mandates)
        var position = PaperCycle.Position(holdings: opening, lastRebalance: market.times[0])
        let first = mandates[market.regimes[0]]
        var run = PolicyRun(
            market: market,
            ledger: CostLedger(
                assets: market.assets,
                quote: market.quote,
                exponent: first.valueExponent,
                opening: first.value(of: opening.quantities, at: market.prices[0])
            )
        )
        run.record(position, values: Self.values(position, first, market.prices[0]))
        for bar in market.times.indices.dropFirst() {
            if bar % 256 == 0 { progress(bar) }
            let mandate = mandates[market.regimes[bar]]
            run.move(position, under: mandate, from: market.prices[bar - 1], to: market.prices[bar])
            do throws(CycleError) {
                let outcome = try cycle.next(
                    from: position,
                    at: market.times[bar],
                    regime: market.regimes[bar],
                    prices: market.prices[bar],
                    risk: market.risks.isEmpty ? .none : market.risks[bar],
                    costs: TransactionCosts(proportional: costs[bar])
                )
                position = outcome.position
                run.book(outcome, bar: bar, share: costs[bar])
            } catch {
                guard case .plan(let reason, _) = error else { throw error }
                run.block(bar: bar, reason: reason)
            }
            run.record(position, values: Self.values(position, mandate, market.prices[bar]))
        }
        progress(market.times.count)
        return run
    }

    private static func values(
        _ position: PaperCycle.Position,
        _ mandate: Mandate,
        _ prices: [Price]
    ) -> [BigInteger] {
        prices.indices.map {
            BigInteger(position.holdings.quantities[$0].units) * BigInteger(prices[$0].units) * mandate.valueScale($0)
        }
    }
}
