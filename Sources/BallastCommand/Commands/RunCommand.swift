import ArgumentParser
import Attestations
import CanonicalJSON
import LedgerStorage
import MarketData
import Pipeline
import Rebalancing
import Regimes
import SharedCommands

/// `ballast run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Replays the market through the live cycle: filter, decide, plan, execute on paper, attest, record.",
        discussion: "Goes on after the last entry of the ledger. The same command on a finished ledger does nothing."
    )

    @Option(name: .long, help: "The policy, or its sealed form.")
    var policy: String

    @Option(name: .long, help: "The openings of a sealed policy; else the file beside it that ends in .openings.")
    var openings: String?

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @OptionGroup var candles: CandleOptions
    @OptionGroup var reports: ReportOptions

    @Option(name: .long, help: "A JSON object: asset to decimal string, the quote currency as cash.")
    var holdings: String

    @Option(name: .long, help: "The ledger; made if there is none.")
    var ledger: String

    @OptionGroup var vault: VaultOption

    @Option(name: .long, help: "The key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
    var key: String?

    @Option(name: .long, help: ArgumentHelp("Genesis, a close of the model's bar, UTC.", valueName: "TIME"))
    var from: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Decide only before this time, UTC.", valueName: "TIME"))
    var to: TimeArgument?

    @Option(name: .long, help: "What a trade costs on each side, of its value: 10bps or 0.1%.")
    var fee: FeeArgument = FeeArgument(parts: PartsPerMillion(1_000))

    @Option(name: .long, help: ArgumentHelp("The owner's Ed25519 public key, fixed at genesis.", valueName: "HEX"))
    var owner: String?

    @OptionGroup var guardians: GuardianOptions

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() async throws {
        let inputs = try VaultInputs(policyPath: policy, modelPath: model, sourcesPath: reports.sources)
        // Before anything is read that takes time, and before a ledger is made.
        let parameters = try SealedFiles.parameters(of: inputs, policyPath: policy, option: openings)
        let series = try candles.load()
        let replay = try inputs.replay(series)
        let mandate = inputs.compiled.mandates[0]
        let opening = try opening(under: mandate, inputs)
        let times = try span(of: replay, inputs.model)
        let session = try await VaultSession(
            inputs: inputs,
            replay: replay,
            holdings: opening,
            times: times,
            ledgerPath: ledger,
            vault: vault.name,
            keyPath: key,
            costs: TransactionCosts(proportional: fee.parts),
            owner: try owner.map(VerifyArguments.key),
            guardians: try guardians.set(),
            parameters: parameters,
            safeguards: try inputs.safeguards(replay, series, reports)
        )
        try await session.run(format: format)
    }

    private func span(of replay: MarketReplay, _ model: RegimeModel) throws -> [Timestamp] {
        let closes = replay.times
        guard let first = closes.first, let last = closes.last else {
            throw CommandFailure(.cannotRun, "the candles hold no whole bar of the model")
        }
        let start = from?.time ?? first
        guard closes.contains(start) else {
            throw CommandFailure(
                .wrongUse,
                "--from \(start) is no close of the model's bar within the candles, \(first) to \(last)"
            )
        }
        if let to = to?.time, to <= start { throw CommandFailure(.wrongUse, "--to \(to) is not after --from \(start)") }
        if model.trainingSpan.upperBound > start {
            Terminal.error(
                "warning: the model was trained on data to \(model.trainingSpan.upperBound), past --from \(start): "
                    + "its regimes there are hindsight"
            )
        }
        let end = to?.time ?? last.adding(milliseconds: 1)
        return closes.filter { $0 >= start && $0 < end }
    }

    /// What the vault opens with; `nil` where an amend has passed on, for the file is of the policy that it opened under.
    private func opening(under mandate: Mandate, _ inputs: VaultInputs) throws -> Holdings? {
        guard try !PolicyInForce.wasAmended(ledger: ledger, vault: vault.name, to: inputs.compiled) else { return nil }
        let text = try Files.read(holdings, limit: 1 << 20)
        let balances = try failing(.cannotRun, in: holdings) { try Self.balances(text) }
        return try failing(.cannotRun, in: holdings) { try Holdings(decimals: balances, under: mandate) }
    }

    /// Reads `{"BTC": "1.5", …}`.
    static func balances(_ bytes: [UInt8]) throws -> [Asset: String] {
        guard case .object(let members) = try JSONValue.read(bytes) else {
            throw HoldingsFileError.notAnObject
        }
        var balances: [Asset: String] = [:]
        for member in members {
            guard case .string(let amount) = member.value else {
                throw HoldingsFileError.notAString(member.name)
            }
            balances[try Asset(member.name)] = amount
        }
        return balances
    }
}

/// A share on the command line: `10bps`, `0.1%`.
struct FeeArgument: ExpressibleByArgument {
    let parts: PartsPerMillion

    init(parts: PartsPerMillion) {
        self.parts = parts
    }

    init?(argument: String) {
        let (number, places) =
            argument.hasSuffix("bps")
            ? (argument.dropLast(3), 2) : argument.hasSuffix("%") ? (argument.dropLast(), 4) : ("", 0)
        guard let decimal = try? ExactDecimal(String(number)), !decimal.isNegative,
            let scaled = decimal.scaled(byPowerOfTen: places, rounding: .down),
            ExactDecimal(significand: scaled, exponent: -places) == decimal, scaled <= 100_000
        else { return nil }
        parts = PartsPerMillion(Int64(scaled))
    }

    var defaultValueDescription: String { "10bps" }
}

/// Why a file of holdings is refused.
enum HoldingsFileError: Error, CustomStringConvertible {
    case notAnObject
    case notAString(String)

    var description: String {
        switch self {
        case .notAnObject: "expected a JSON object, asset to decimal string"
        case .notAString(let name): "`\(name)` is not a decimal string"
        }
    }
}
