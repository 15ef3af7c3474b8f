import ArgumentParser
import MarketData
import Regimes
import SharedCommands

/// `ballast retrain`.
struct Retrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain",
        abstract: "Refits a model on newer candles, matches its labels to the old one's, and says what would change.",
        discussion: "The refit is refused, with 1, where old and new labels agree on less than 95% of the bars."
    )

    @Option(name: .long, help: "The model in use.")
    var model: String

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: ArgumentHelp("Train on bars that close after this time.", valueName: "TIME"))
    var from: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Train on bars that close by this time.", valueName: "TIME"))
    var to: TimeArgument?

    @Option(name: .shortAndLong, help: "The model file to write if the refit is accepted; its card goes beside it.")
    var output: String?

    func run() throws {
        let old = try VaultInputs.model(at: model)
        guard let series = try candles.load().first(where: { $0.asset == old.asset }) else {
            throw CommandFailure(.wrongUse, "the model is of \(old.asset): give --candles \(old.asset)=FILE")
        }
        let retraining = try failing(.checkFailed) {
            try old.retrained(on: series, from: from?.time, to: to?.time)
        }
        Terminal.print(retraining.text)
        guard retraining.isAccepted else { throw CommandFailure(.checkFailed) }
        guard let output else { return }
        let card = try ModelFiles.write(retraining.model, to: output)
        Terminal.print("wrote \(output) and \(card), digest \(retraining.model.digest)")
    }
}
