import ArgumentParser
import CanonicalJSON
import MarketData
import Regimes
import SharedCommands

/// `ballast forecast`.
struct Forecast: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Says what a model expects of the next bars: their volatility, and the regimes they may be in."
    )

    @Option(name: .long, help: "The regime model.")
    var model: String

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: "How many bars ahead, 1 to 365.")
    var horizon: Int = 5

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        guard (1...365).contains(horizon) else {
            throw CommandFailure(.wrongUse, "--horizon \(horizon): expected 1 to 365")
        }
        let model = try VaultInputs.model(at: model)
        guard let series = try candles.load().first(where: { $0.asset == model.asset }) else {
            throw CommandFailure(.wrongUse, "the model is of \(model.asset): give --candles \(model.asset)=FILE")
        }
        let outlook = try failing(.cannotRun) { try model.outlook(after: series, steps: horizon) }
        switch format {
        case .text: Terminal.print(Self.table(outlook, model))
        case .json: Terminal.printJSON(Self.json(outlook, model))
        }
    }

    private static func table(_ outlook: RegimeOutlook, _ model: RegimeModel) -> String {
        var lines = [
            "\(model.asset), as known at \(outlook.time), volatility a year"
                + (outlook.volatility == nil
                    ? " by the regimes alone" : " by the autoregression with regimes of its residuals")
        ]
        for (expected, regime) in zip(outlook.best, outlook.regimes) {
            let close = outlook.time.adding(milliseconds: Int64(expected.horizon) * model.bar)
            let (low, median, high) = range(of: expected)
            let shares = zip(model.labels, regime.probabilities).map { "\($0) \(RegimesCommand.share($1))" }
            lines.append(
                "\(close)  \(RegimesCommand.share(median)), two thirds \(RegimesCommand.share(low)) – \(RegimesCommand.share(high))  "
                    + shares.joined(separator: "  ")
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func json(_ outlook: RegimeOutlook, _ model: RegimeModel) -> JSONValue {
        let bars = zip(outlook.best, outlook.regimes).map { expected, regime -> JSONValue in
            let (low, median, high) = range(of: expected)
            return .object([
                JSONMember("horizon", .integer(expected.horizon)),
                JSONMember(
                    "time",
                    .string(outlook.time.adding(milliseconds: Int64(expected.horizon) * model.bar).description)
                ),
                JSONMember("log_volatility_mean", .string(expected.mean.description)),
                JSONMember("log_volatility_variance", .string(expected.variance.description)),
                JSONMember("median_volatility", .string(median.description)),
                JSONMember("low_volatility", .string(low.description)),
                JSONMember("high_volatility", .string(high.description)),
                JSONMember(
                    "regimes",
                    .object(zip(model.labels, regime.probabilities).map { JSONMember($0, .string($1.description)) })
                ),
            ])
        }
        return .object([
            JSONMember("asset", .string(model.asset.symbol)),
            JSONMember("time", .string(outlook.time.description)),
            JSONMember(
                "forecast",
                .string(outlook.volatility == nil ? "regimes" : ForecastKind.autoregressiveRegimes.rawValue)
            ),
            JSONMember("bars", .array(bars)),
        ])
    }

    /// exp of the mean log volatility, and of one standard deviation below and above it.
    private static func range(of forecast: VolatilityForecast) -> (low: Double, median: Double, high: Double) {
        (
            forecast.volatility(atDeviations: -1), forecast.volatility(atDeviations: 0),
            forecast.volatility(atDeviations: 1)
        )
    }
}
