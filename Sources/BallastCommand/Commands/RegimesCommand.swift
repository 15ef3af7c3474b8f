import ArgumentParser
import Auditing
import BigIntegers
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import SharedCommands

/// `ballast regimes`.
struct RegimesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regimes",
        abstract: "Filters the regime: probabilities and label per bar, as known at that bar's close."
    )

    @Option(name: .long, help: "The regime model.")
    var model: String

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: "Draw price, volatility and probabilities into this SVG file.")
    var svg: String?

    @Option(name: .long, help: "Label by this policy's hysteresis, and draw the width of its bands.")
    var policy: String?

    @Option(name: .long, help: "The form of the results.")
    var format: Format = .text

    /// The forms of the results.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, csv, json
    }

    func run() throws {
        let inputs = try self.policy.map { try VaultInputs(policyPath: $0, modelPath: self.model, purpose: .study) }
        let model = try inputs?.model ?? VaultInputs.model(at: self.model)
        guard let series = try candles.load().first(where: { $0.asset == model.asset }) else {
            throw CommandFailure(.wrongUse, "the model is of \(model.asset): give --candles \(model.asset)=FILE")
        }
        let regimes = try failing(.cannotRun) {
            try model.filteredRegimes(of: series, rules: inputs?.hysteresisRules ?? [])
        }
        if let svg {
            let volatility = try failing(.cannotRun) {
                try VolatilitySeries(of: series, bar: model.bar, estimator: model.estimator)
            }
            let picture = RegimePicture(
                model: model,
                volatility: volatility,
                regimes: regimes,
                bands: inputs?.policy.map { Self.bands(of: $0, regimes: model.stateCount) } ?? []
            )
            try Files.write(picture.svg, to: svg)
        }
        switch format {
        case .text: printTable(regimes, model)
        case .csv: printCSV(regimes, model)
        case .json: Terminal.printJSON(json(regimes, model))
        }
    }

    /// The half-widths of the bands that trigger, asset by asset.
    private static func bands(of policy: Policy, regimes: Int) -> [RegimePicture.Band] {
        let mandates = (0..<regimes).map { policy.mandate(inRegime: $0) }
        return mandates[0].assets.enumerated().map { index, asset in
            RegimePicture.Band(
                asset: asset,
                widths: mandates.map { mandate in
                    mandate.bands[index].trigger.map { width in
                        // For the eye alone: every number of a policy's text is far below 2⁵³.
                        (Double(width.numerator.description) ?? 0) / (Double(width.denominator.description) ?? 1) / 1e6
                    }
                }
            )
        }
    }

    private func printTable(_ regimes: [FilteredRegime], _ model: RegimeModel) {
        var previous: Int?
        for regime in regimes {
            let probabilities = zip(model.labels, regime.probabilities).map { "\($0) \(Self.share($1))" }
            let change = previous.map { $0 != regime.label } ?? false
            Terminal.print(
                "\(regime.time)  \(model.labels[regime.label])\(change ? " *" : "")  "
                    + probabilities.joined(separator: "  ") + (regime.missing.map { "  no observation: \($0)" } ?? "")
            )
            previous = regime.label
        }
        let changes = zip(regimes, regimes.dropFirst()).count { $0.label != $1.label }
        Terminal.print("\(regimes.count) bars, \(changes) label changes")
    }

    private func printCSV(_ regimes: [FilteredRegime], _ model: RegimeModel) {
        Terminal.print("time,label," + model.labels.map { "p_\($0)" }.joined(separator: ",") + ",observed")
        for regime in regimes {
            Terminal.print(
                "\(regime.time),\(model.labels[regime.label]),"
                    + regime.probabilities.map { "\($0)" }.joined(separator: ",") + ",\(regime.missing == nil)"
            )
        }
    }

    private func json(_ regimes: [FilteredRegime], _ model: RegimeModel) -> JSONValue {
        .array(
            regimes.map { regime in
                .object([
                    JSONMember("time", .string(regime.time.description)),
                    JSONMember("label", .string(model.labels[regime.label])),
                    JSONMember(
                        "probabilities",
                        .object(zip(model.labels, regime.probabilities).map { JSONMember($0, .number("\($1)")) })
                    ),
                    JSONMember("observed", .bool(regime.missing == nil)),
                ])
            }
        )
    }

    /// A share of one, or a volatility, as `97.3%`.
    static func share(_ probability: Double) -> String {
        guard let tenths = Int(exactly: (probability * 1_000).rounded()) else { return "\(probability)" }
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
