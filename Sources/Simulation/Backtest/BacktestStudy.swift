import BigIntegers
public import MarketData
public import Rebalancing

/// Everything that a backtest is asked: a policy, yardsticks beside it, and what its regimes are worth.
public struct BacktestStudy: Sendable {
    /// The policy's name.
    public let name: String
    /// What must hold, one mandate a regime.
    public let mandates: [Mandate]
    /// What the market said.
    public let market: BacktestMarket
    /// What the vault opens with.
    public let opening: Holdings
    /// What one side of a trade costs on average.
    public let share: PartsPerMillion
    /// How that moves with the market.
    public let costModel: CostModel
    /// Rules to set beside the policy, opening with the same holdings and paying the same costs.
    public let comparisons: [RebalancingRule]
    /// How many label shuffles to run; 0 for none.
    public let shuffles: Int
    /// What bounds the policy's decisions beyond its mandates, in every run.
    public let restraints: PolicyBacktest.Restraints

    /// Creates a study.
    public init(
        name: String,
        mandates: [Mandate],
        market: BacktestMarket,
        opening: Holdings,
        share: PartsPerMillion,
        costModel: CostModel,
        comparisons: [RebalancingRule],
        shuffles: Int,
        restraints: PolicyBacktest.Restraints = PolicyBacktest.Restraints()
    ) {
        self.name = name
        self.mandates = mandates
        self.market = market
        self.opening = opening
        self.share = share
        self.costModel = costModel
        self.comparisons = comparisons
        self.shuffles = shuffles
        self.restraints = restraints
    }

    /// How far a study is.
    public struct Progress: Sendable {
        /// What is being run.
        public let stage: String
        /// Parts of it done.
        public let done: Int
        /// Parts of it.
        public let total: Int
    }

    /// Runs everything; shuffles and controls on all cores.
    ///
    /// - Throws: ``BacktestError`` or `CycleError` if the parts do not fit each other.
    public func report(progress: (Progress) -> Void) async throws -> BacktestReport {
        let costs = costModel.shares(of: share, in: market)
        let total = market.times.count
        let run = try PolicyBacktest(
            mandates: mandates,
            market: market,
            opening: opening,
            costs: costs,
            restraints: restraints
        ).run {
            progress(Progress(stage: "replaying", done: $0, total: total))
        }
        let matrix = try market.matrix
        let book = TargetBook(mandates: mandates, market: market, barsPerYear: matrix.barsPerYear)
        let years = Performance.years(market.times)
        var rows = [
            BacktestReport.Row(
                name: name,
                times: market.times,
                equity: run.equity,
                cumulatedCost: run.cumulatedCost,
                book: book.equity,
                barsPerYear: matrix.barsPerYear,
                turnoverPerYear: run.turnover / years,
                rebalances: run.rebalances,
                trades: run.tradeCount
            )
        ]
        if !comparisons.isEmpty {
            let rules = try RuleBacktest(
                market: matrix,
                target: mandates[market.regimes[0]].targets.weights.map { Double($0.value) / 1e6 },
                costs: .path(costs.map { Double($0.value) / 1e6 }),
                opening: .quantities(
                    zip(opening.quantities, mandates[0].units).map {
                        Double($0.units) / power(10, Double($1.quantityExponent))
                    }
                ),
                cash: market.assets.contains(market.quote) ? market.quote : nil
            )
            for rule in comparisons {
                let result = rules.run(rule)
                rows.append(
                    BacktestReport.Row(
                        name: rule.description,
                        times: market.times,
                        equity: result.equity,
                        cumulatedCost: result.cumulatedCost,
                        book: book.equity,
                        barsPerYear: matrix.barsPerYear,
                        turnoverPerYear: result.turnover / years,
                        rebalances: result.rebalances,
                        trades: result.tradeCount
                    )
                )
            }
        }
        let trial = RegimeControls.Trial(
            cost: run.cumulatedCost.last ?? 0,
            costPerYear: rows[0].costPerYear,
            trackingError: rows[0].performance.trackingError,
            rebalances: run.rebalances
        )
        return BacktestReport(
            name: name,
            market: market,
            mandates: mandates,
            share: share,
            costModel: costModel,
            costRange: (costs.min() ?? share, costs.max() ?? share),
            run: run,
            rows: rows,
            book: book,
            trial: trial,
            controls: try await controls(trial, costs, book, matrix.barsPerYear, progress)
        )
    }

    private func controls(
        _ policy: RegimeControls.Trial,
        _ costs: [PartsPerMillion],
        _ book: TargetBook,
        _ barsPerYear: Double,
        _ progress: (Progress) -> Void
    ) async throws -> RegimeControls? {
        let trials = Trials(study: self, book: book, barsPerYear: barsPerYear)
        let flatCost =
            costModel == .flat
            ? nil
            : try trials.trial(
                mandates,
                market,
                [PartsPerMillion](repeating: share, count: costs.count)
            )
        guard Set(market.regimes).count > 1, mandates.count > 1 else {
            return flatCost.map { RegimeControls(flatCost: $0, constantBand: nil, constantScale: 1, shuffles: []) }
        }
        var constant: (scale: Double, trial: RegimeControls.Trial)?
        if mandates.contains(where: { $0.bands != mandates[0].bands }) {
            constant = try trials.constantBand(tracking: policy.trackingError, costs) { step in
                progress(Progress(stage: "constant-band control", done: step, total: Trials.steps))
            }
        }
        var shuffled: [RegimeControls.Trial] = []
        try await withThrowingTaskGroup(of: (Int, RegimeControls.Trial).self) { group in
            for seed in 0..<shuffles {
                group.addTask {
                    let labels = RegimeControls.shuffled(market.regimes, seed: UInt64(seed))
                    return (seed, try trials.trial(mandates, market.relabelled(labels), costs))
                }
            }
            var found: [(Int, RegimeControls.Trial)] = []
            for try await trial in group {
                found.append(trial)
                progress(Progress(stage: "label shuffles", done: found.count, total: shuffles))
            }
            // In order of the seed, whichever core was first.
            shuffled = found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return RegimeControls(
            flatCost: flatCost,
            constantBand: constant?.trial,
            constantScale: constant?.scale ?? 1,
            shuffles: shuffled
        )
    }
}

/// Runs variants of one study.
struct Trials: Sendable {
    let study: BacktestStudy
    let book: TargetBook
    let barsPerYear: Double

    /// Corrections of the constant band's width, at most.
    static let steps = 7

    func trial(
        _ mandates: [Mandate],
        _ market: BacktestMarket,
        _ costs: [PartsPerMillion]
    ) throws -> RegimeControls.Trial {
        let run = try PolicyBacktest(
            mandates: mandates,
            market: market,
            opening: study.opening,
            costs: costs,
            restraints: study.restraints
        ).run()
        let figures = Performance(
            times: market.times,
            equity: run.equity,
            book: book.equity,
            barsPerYear: barsPerYear
        )
        return RegimeControls.Trial(
            cost: run.cumulatedCost.last ?? 0,
            costPerYear: Performance.costPerYear(
                run.cumulatedCost,
                equity: run.equity,
                years: Performance.years(market.times)
            ),
            trackingError: figures.trackingError,
            rebalances: run.rebalances
        )
    }

    /// The first regime's mandate in every regime, with bands scaled until it tracks as well.
    ///
    /// Tracking error grows about in proportion to the width, so the scale is corrected by the ratio of the two, a few times; the
    /// trial that comes nearest is taken.
    func constantBand(
        tracking goal: Double,
        _ costs: [PartsPerMillion],
        progress: (Int) -> Void
    ) throws -> (scale: Double, trial: RegimeControls.Trial)? {
        // Thousandths: a band is a fraction of small integers.
        var thousandths: Int64 = 1_250
        var best: (scale: Double, trial: RegimeControls.Trial)?
        for step in 1...Self.steps {
            let mandate = try study.mandates[0].scalingBands(
                by: ExactFraction(BigInteger(thousandths), over: 1_000)
            )
            let mandates = [Mandate](repeating: mandate, count: study.mandates.count)
            let found = try trial(mandates, study.market, costs)
            let distance = abs(found.trackingError - goal)
            if distance < best.map({ abs($0.trial.trackingError - goal) }) ?? .infinity {
                best = (Double(thousandths) / 1_000, found)
            }
            progress(step)
            guard distance > 0.001 * goal, found.trackingError > 0 else { break }
            let corrected = (Double(thousandths) * goal / found.trackingError).rounded()
            let next = Int64(min(max(corrected, 100), 10_000))
            guard next != thousandths else { break }
            thousandths = next
        }
        return best
    }
}
