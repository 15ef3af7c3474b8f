import ArgumentParser
import CanonicalJSON
import FoundationEssentials
import MarketData
import Regimes
import SharedCommands

/// `ballast train`.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a regime model on realized volatility and writes it with its card in words."
    )

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: "The model's bar: 1d, 4h, …")
    var bar = DurationArgument(milliseconds: 86_400_000)

    @Option(
        name: .long,
        help: "How volatility is measured; the finest that the candles allow if absent."
    )
    var estimator: EstimatorArgument?

    @Option(name: .long, help: ArgumentHelp("Train on bars that close after this time.", valueName: "TIME"))
    var from: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Train on bars that close by this time.", valueName: "TIME"))
    var to: TimeArgument?

    @Option(name: .long, help: "How many regimes, 1 to 6.")
    var states: Int = 3

    @Option(name: .long, help: "Starting points of the search.")
    var restarts: Int = 20

    @Option(name: .long, help: "Fixes every random start.")
    var seed: UInt64 = BaumWelch.defaultSeed

    @Option(name: .long, help: "How regimes scatter their observations.")
    var emission = EmissionArgument(family: .gaussian)

    @Option(name: .long, help: "Where the chain is at the first bar.")
    var start = StartArgument(distribution: .free)

    @Option(name: .long, help: "Presume so many stays more than moves of each regime, a sticky prior; 0 for none.")
    var sticky: Double = 0

    @Option(name: .long, help: "What forecasts the volatility, beside the regimes: har-hmm or none.")
    var forecast = ForecastArgument(kind: .autoregressiveRegimes)

    @Option(name: .long, help: "The probability at which another regime's label is taken, above 0 and at most 1.")
    var enter: Double = Hysteresis.standard.enterAt

    @Option(name: .long, help: "Bars that a label stays in force at least.")
    var dwell: Int = Hysteresis.standard.minimumDwell

    @Option(name: .long, help: "Names of the regimes from calm to wild, joined by commas.")
    var labels: String?

    @Flag(name: .long, help: "Print standard errors, checks of the residuals and how every start ended, too.")
    var diagnostics = false

    @Option(name: .shortAndLong, help: "The model file to write; its card goes beside it with the ending .md.")
    var output: String

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let series = try candles.load()
        guard series.count == 1 else {
            throw CommandFailure(.wrongUse, "a model is trained on one asset's candles, got \(series.count)")
        }
        guard (1...10_000).contains(restarts) else {
            throw CommandFailure(.wrongUse, "--restarts \(restarts): expected 1 to 10000")
        }
        var options = BaumWelch.Options()
        options.restarts = restarts
        options.seed = seed
        options.emission = emission.family
        options.start = start.distribution
        // Left alone, each model takes the belief that suits it.
        if sticky != 0 { options.prior = .sticky(sticky) }
        let hysteresis = try failing(.wrongUse) { try Hysteresis(enterAt: enter, minimumDwell: dwell) }
        let clock = ContinuousClock.now
        let names = labels.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        // What the candles do not allow to be asked of them is wrong use; a search that fails is a failed check.
        let trained = try Self.training {
            try RegimeModel.train(
                on: series[0],
                bar: bar.milliseconds,
                estimator: estimator?.estimator,
                from: from?.time,
                to: to?.time,
                states: states,
                labels: names,
                hysteresis: hysteresis,
                forecast: forecast.kind,
                options: options
            )
        }
        let examined = diagnostics ? try failing(.checkFailed) { try FitDiagnostics(trained, options: options) } : nil
        let card = try ModelFiles.write(trained.model, to: output)
        switch format {
        case .text:
            Terminal.print(ModelCard(trained.model).text)
            if let examined { Terminal.print(examined.text) }
            if case .failure(let reason) = trained.forecast {
                Terminal.print("no forecast was fitted beside the regimes: \(reason)")
            }
            Terminal.print("wrote \(output) and \(card), digest \(trained.model.digest)")
        case .json:
            Terminal.printJSON(
                .object([
                    JSONMember("model", .string(output)), JSONMember("card", .string(card)),
                    JSONMember("digest", .hex(trained.model.digest.bytes)),
                    JSONMember("forecast", .bool(trained.model.forecast != nil)),
                    JSONMember("diagnostics", examined?.json ?? .null),
                    JSONMember("labels", .array(trained.model.labels.map { .string($0) })),
                ])
            )
        }
        if Terminal.isWatched { Terminal.error("trained in \(ContinuousClock.now - clock)") }
    }

    private static func training<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch TrainingError.fit(let error) {
            switch error {
            case .stateCount, .setting: throw CommandFailure(.wrongUse, error)
            default: throw CommandFailure(.checkFailed, error)
            }
        } catch {
            throw CommandFailure(.wrongUse, error)
        }
    }
}

/// An estimator on the command line, by its name in model files.
struct EstimatorArgument: ExpressibleByArgument {
    let estimator: VolatilityEstimator

    init?(argument: String) {
        guard let estimator = VolatilityEstimator(rawValue: argument) else { return nil }
        self.estimator = estimator
    }

    static var allValueStrings: [String] { VolatilityEstimator.allCases.map(\.rawValue) }
}

/// Where the chain is at the first bar, on the command line.
struct StartArgument: ExpressibleByArgument {
    let distribution: StartDistribution

    init(distribution: StartDistribution) { self.distribution = distribution }

    init?(argument: String) {
        guard let distribution = StartDistribution(rawValue: argument) else { return nil }
        self.distribution = distribution
    }

    static var allValueStrings: [String] { StartDistribution.allCases.map(\.rawValue) }
    var defaultValueDescription: String { distribution.rawValue }
}

/// What forecasts the volatility, on the command line.
struct ForecastArgument: ExpressibleByArgument {
    let kind: ForecastKind

    init(kind: ForecastKind) { self.kind = kind }

    init?(argument: String) {
        guard let kind = ForecastKind(rawValue: argument) else { return nil }
        self.kind = kind
    }

    static var allValueStrings: [String] { ForecastKind.allCases.map(\.rawValue) }
    var defaultValueDescription: String { kind.rawValue }
}
