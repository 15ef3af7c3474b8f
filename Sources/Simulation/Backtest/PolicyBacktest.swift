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
    /// What bounds decisions beyond the mandates.
    public let restraints: Restraints

    /// What bounds decisions beyond the mandates.
    public struct Restraints: Sendable, Hashable {
        /// The most that a band's width may change in a day, in points of portfolio value; `nil` for no limit.
        public let bandPointsPerDay: PartsPerMillion?

        /// Creates restraints; none by default.
        public init(bandPointsPerDay: PartsPerMillion? = nil) {
            self.bandPointsPerDay = bandPointsPerDay
        }
    }

    /// Checks that all parts fit.
    ///
    /// - Throws: ``BacktestError``.
    public init(
        mandates: [Mandate],
        market: BacktestMarket,
        opening: Holdings,
        costs: [PartsPerMillion],
        restraints: Restraints = Restraints()
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
        self.restraints = restraints
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
        let prepared = mandates.map(PreparedMandate.init)
        var path = restraints.bandPointsPerDay.map { BandPath(mandates: mandates, pointsPerDay: $0) }
        var position = PaperCycle.Position(holdings: opening, lastRebalance: market.times[0])
        let first = mandates[market.regimes[0]]
        let scales = first.valueScales
        var run = PolicyRun(
            market: market,
            ledger: CostLedger(
                assets: market.assets,
                quote: market.quote,
                exponent: first.valueExponent,
                opening: first.value(of: opening.quantities, at: market.prices[0])
            )
        )
        run.record(StateValues(position.holdings, at: market.prices[0], scales: scales))
        _ = try? path?.mandate(inRegime: market.regimes[0], at: market.times[0])
        // Between two rebalances the market's part of each asset is what it holds times the change in price: booked once.
        var booked = 0
        for bar in market.times.indices.dropFirst() {
            if bar % 256 == 0 { progress(bar) }
            let regime = market.regimes[bar]
            let risk = market.risks.isEmpty ? .none : market.risks[bar]
            let costs = TransactionCosts(proportional: costs[bar])
            var mandate = prepared[regime]
            do throws(MandateError) {
                if let limited = try path?.mandate(inRegime: regime, at: market.times[bar]) { mandate = limited }
            } catch {
                throw .state(reason: error.description)
            }
            do throws(CycleError) {
                let outcome = try PaperCycle.next(
                    from: position,
                    at: market.times[bar],
                    under: mandate,
                    prices: market.prices[bar],
                    risk: risk,
                    costs: costs,
                    observing: market.safeguards?.verdict(at: market.times[bar], since: market.times[0]) ?? .clear
                )
                if case .rebalance = outcome.decision {
                    run.move(position, under: first, from: market.prices[booked], to: market.prices[bar])
                    booked = bar
                }
                position = outcome.position
                run.book(outcome, bar: bar, share: costs.proportional)
            } catch {
                guard case .plan(let reason, _) = error else { throw error }
                let conflict =
                    run.blocked > 0
                    ? nil
                    : PaperCycle.conflict(
                        from: position,
                        at: market.times[bar],
                        under: mandate,
                        prices: market.prices[bar],
                        risk: risk,
                        costs: costs
                    )
                run.block(bar: bar, reason: reason, conflict: conflict)
            }
            run.record(StateValues(position.holdings, at: market.prices[bar], scales: scales))
        }
        let last = market.prices[market.times.count - 1]
        run.move(position, under: first, from: market.prices[booked], to: last)
        run.close(StateValues(position.holdings, at: last, scales: scales))
        progress(market.times.count)
        return run
    }
}
