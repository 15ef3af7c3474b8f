import ArgumentParser
import Attestations
import Auditing
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import SharedCommands
import Simulation

/// What `backtest` and `sweep` begin with: a policy, a market and an opening.
struct BacktestOptions: ParsableArguments {
    @Option(name: .long, help: "The policy.")
    var policy: String

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: ArgumentHelp("The first decision at or after this time, UTC.", valueName: "TIME"))
    var from: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Decide only before this time, UTC.", valueName: "TIME"))
    var to: TimeArgument?

    @Option(name: .long, help: "What the portfolio is worth at the first close, at its targets.")
    var value: MoneyArgument?

    @Option(
        name: .long,
        help: "A JSON object: asset to decimal string, the quote currency as cash; instead of --value."
    )
    var holdings: String?

    @Option(name: .long, help: "What a trade costs on each side, of its value, on average: 10bps or 0.1%.")
    var cost: FeeArgument = FeeArgument(parts: PartsPerMillion(1_000))

    @Option(name: .long, help: "How that grows with the market's volatility.")
    var costModel: CostModelArgument = .flat

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most that a band's width may change in a day when the regime does: 1pp.",
            valueName: "POINTS"
        )
    )
    var bandSpeed: ShareArgument?

    @Option(name: .long, help: "Refit the model on all candles so far, every so often: 90d.")
    var refitEvery: DurationArgument?

    /// Everything read and checked.
    struct Inputs {
        let policy: Policy
        let market: BacktestMarket
        let opening: Holdings
        /// What became of each refit, for people.
        let refits: [String]
        /// What bounds decisions beyond the policy's mandates.
        let restraints: PolicyBacktest.Restraints
    }

    func load() throws -> Inputs {
        guard value == nil || holdings == nil else {
            throw CommandFailure(.wrongUse, "give --value or --holdings, not both")
        }
        if let from = from?.time, let to = to?.time, to <= from {
            throw CommandFailure(.wrongUse, "--to \(to) is not after --from \(from)")
        }
        let checked = try VaultInputs.policy(at: policy)
        let (market, refits) = try market(of: checked)
        let mandate = checked.mandates[market.regimes[0]]
        let opening: Holdings
        if let holdings {
            let text = try Files.read(holdings, limit: 1 << 20)
            opening = try failing(.cannotRun, in: holdings) {
                try Holdings(decimals: Run.balances(text), under: mandate)
            }
        } else {
            let worth = value?.money ?? MoneyArgument.million
            opening = try failing(.wrongUse) {
                try PolicyBacktest.opening(worth: worth, under: mandate, at: market.prices[0])
            }
        }
        return Inputs(
            policy: checked,
            market: market,
            opening: opening,
            refits: refits,
            restraints: try restraints()
        )
    }

    private func restraints() throws -> PolicyBacktest.Restraints {
        let points = bandSpeed.map { PartsPerMillion(Int64(clamping: Int(min($0.fraction, 1) * 1e6 + 0.5))) }
        if let bandSpeed, !(bandSpeed.fraction > 0) { throw CommandFailure(.wrongUse, "--band-speed is not positive") }
        return PolicyBacktest.Restraints(bandPointsPerDay: points)
    }

    /// Refuses what a policy says and a backtest does not do.
    private static func refuseUnsupported(_ policy: Policy) throws {
        guard let diagnostic = policy.unsupported.first else { return }
        throw CommandFailure(.checkFailed, PolicyCompilationError.unsupported(diagnostic))
    }

    /// The model of a policy; one that can be proved is compiled too, so that what cannot run is refused here as there.
    private func model(of policy: Policy) throws -> RegimeModel {
        guard !policy.unsupported.isEmpty else {
            return try VaultInputs(policyPath: self.policy, modelPath: model, purpose: .study).model
        }
        guard let path = model ?? policy.modelPath.map({ Files.beside(self.policy, $0) }) else {
            throw CommandFailure(.wrongUse, "\(self.policy) names no model: give --model FILE")
        }
        let model = try VaultInputs.model(at: path)
        if let digest = policy.modelDigest, digest != model.digest {
            throw CommandFailure(
                .checkFailed,
                PolicyCompilationError.anotherModel(got: model.digest.description, expected: digest.description)
            )
        }
        if let diagnostic = policy.checkLabels(of: model.labels) {
            throw CommandFailure(.checkFailed, PolicyCompilationError.labels(diagnostic))
        }
        return model
    }

    private func market(of policy: Policy) throws -> (BacktestMarket, [String]) {
        try Self.refuseUnsupported(policy)
        guard model != nil || !policy.regimes.isEmpty else {
            guard refitEvery == nil else { throw CommandFailure(.wrongUse, "--refit-every needs a --model to refit") }
            let series = try candles.load()
            let market = try failing(.cannotRun) {
                try BacktestMarket(
                    series: series,
                    assets: policy.assets,
                    quote: policy.quote,
                    label: Policy.onlyRegime,
                    windows: policy.riskWindows,
                    from: from?.time,
                    to: to?.time
                )
            }
            return (try guarded(market, by: policy, series), [])
        }
        let model = try model(of: policy)
        let series = try candles.load()
        let replay = try Self.replay(policy, model, series)
        guard let first = replay.times.first else {
            throw CommandFailure(.cannotRun, "the candles hold no whole bar of the model")
        }
        let start = from?.time ?? first
        if model.trainingSpan.upperBound > start {
            Terminal.error(
                "warning: the model was trained on data to \(model.trainingSpan.upperBound), past \(start): "
                    + "its regimes there are hindsight"
            )
        }
        let (later, told) = try refits(policy, model, series, start: start, end: replay.times.last ?? start)
        let market = try failing(.cannotRun) {
            try BacktestMarket(
                segments: [(from: nil, replay: replay)] + later,
                series: series,
                assets: policy.assets,
                quote: policy.quote,
                labels: policy.regimes.isEmpty ? [Policy.onlyRegime] : model.labels,
                windows: policy.riskWindows,
                from: from?.time,
                to: to?.time
            )
        }
        return (try guarded(market, by: policy, series), told)
    }

    /// The market under the policy's breakers. Reports are no part of a backtest: an oracle is taken for good.
    private func guarded(
        _ market: BacktestMarket,
        by policy: Policy,
        _ series: [CandleSeries]
    ) throws -> BacktestMarket {
        if policy.safeguards.oracle != nil {
            Terminal.error(
                "warning: a backtest takes the oracle for good and its prices for the candles' closes; "
                    + "breakers that read the oracle never trip in it"
            )
        }
        if policy.safeguards.guardians != nil {
            Terminal.error(
                "warning: nobody resets a breaker in a backtest: one that halts until reset stops trading to the end of it, "
                    + "from the second close on where its window begins before the candles"
            )
        }
        return try failing(.cannotRun) { try market.guarded(by: policy.safeguards, candles: series) }
    }

    private static func replay(_ policy: Policy, _ model: RegimeModel, _ series: [CandleSeries]) throws -> MarketReplay
    {
        try failing(.cannotRun) {
            try MarketReplay(
                series: series,
                model: model,
                rules: policy.hysteresisRules,
                assets: policy.assets,
                quote: policy.quote,
                scope: policy.regimes.isEmpty ? .single : .ofModel
            )
        }
    }

    /// Models refitted on the candles before each time, every ``refitEvery`` from the first decision on.
    ///
    /// A refit that its predecessor's labels do not anchor is refused, as `ballast retrain` refuses it, and the predecessor stays.
    private func refits(
        _ policy: Policy,
        _ first: RegimeModel,
        _ series: [CandleSeries],
        start: Timestamp,
        end: Timestamp
    ) throws -> ([(from: Timestamp?, replay: MarketReplay)], [String]) {
        guard let step = refitEvery?.milliseconds,
            let observed = series.first(where: { $0.asset == first.asset })
        else { return ([], []) }
        var model = first
        var segments: [(from: Timestamp?, replay: MarketReplay)] = []
        var told: [String] = []
        var time = start.adding(milliseconds: step)
        let last = min(end, to?.time ?? end)
        var line = ProgressLine("refitting")
        defer { line.finish() }
        while time <= last {
            // Only what had closed by then.
            let known = observed.slice(to: time.adding(milliseconds: 1 - observed.interval))
            let retraining = try failing(.checkFailed) {
                try model.retrained(on: known ?? observed, from: model.trainingSpan.lowerBound, to: time)
            }
            told.append("\(time): " + (retraining.text.split(separator: "\n").first.map(String.init) ?? ""))
            if retraining.isAccepted {
                model = retraining.candidate
                segments.append((from: time, replay: try Self.replay(policy, model, series)))
            }
            line.update(told.count, of: Int(last.milliseconds(since: start) / step), "\(time)")
            time = time.adding(milliseconds: step)
        }
        return (segments, told)
    }
}

/// An amount of the quote currency on the command line.
struct MoneyArgument: ExpressibleByArgument {
    let money: Money

    static let million = Money(units: 100_000_000_000_000)

    init?(argument: String) {
        guard let money = try? Money(argument.filter { $0 != "_" }), money > .zero else { return nil }
        self.money = money
    }
}

/// A cost model on the command line.
enum CostModelArgument: String, ExpressibleByArgument, CaseIterable {
    case flat, volatility, variance

    var model: CostModel {
        switch self {
        case .flat: .flat
        case .volatility: .volatility
        case .variance: .variance
        }
    }
}
