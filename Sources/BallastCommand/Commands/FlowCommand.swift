import ArgumentParser
import Attestations
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData
import Pipeline
import Rebalancing
import Regimes
import SharedCommands

/// `ballast flow`.
struct FlowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flow",
        abstract: "Records what the owner pays in or takes out, attested and countersigned.",
        discussion: """
            A flow stands between two decisions. Its proof shows that every asset moved in one direction and nothing was \
            traded; what moved, how much, and whether in or out stays hidden. The owner's key is the one whose public \
            half `ballast run --owner` fixed when the vault was opened.
            """
    )

    @Option(name: .long, help: "The policy.")
    var policy: String

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: "The ledger.")
    var ledger: String

    @OptionGroup var vault: VaultOption

    @Option(name: .long, help: "The operator's key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
    var key: String?

    @Option(name: .long, help: "The owner's key file, made by `ballast owner new`.")
    var ownerKey: String

    @Option(name: .long, help: ArgumentHelp("When, between two closes of the model's bar, UTC.", valueName: "TIME"))
    var at: TimeArgument

    @Option(name: .long, help: ArgumentHelp("What comes in. May be given again.", valueName: "ASSET=AMOUNT"))
    var deposit: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("What goes out; AMOUNT may be all. May be given again.", valueName: "ASSET=AMOUNT")
    )
    var withdraw: [String] = []

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() async throws {
        guard deposit.isEmpty != withdraw.isEmpty else {
            throw CommandFailure(.wrongUse, "give --deposit or --withdraw, and not both: a flow has one direction")
        }
        let inputs = try VaultInputs(policyPath: policy, modelPath: model)
        let direction: OwnerFlow.Direction = deposit.isEmpty ? .withdrawal : .deposit
        let emptied = try Self.emptied(withdraw)
        let amounts = try Self.amounts(
            deposit + withdraw.filter { !Self.isWhole($0) },
            under: inputs.compiled.mandates[0]
        )
        let replay = try inputs.replay(try candles.load())
        let path = OperatorKeys.path(option: key, environment: ProcessInfo.processInfo.environment, ledger: ledger)
        let owner = try failing(.cannotRun) { try SignatoryKey.read(.owner, from: ownerKey) }
        let keys = try failing(.cannotRun) { try OperatorKeys.read(from: path) }
        let open = try failing(.cannotRun) {
            try Ledger.reopen(
                at: ledger,
                vault: vault.name,
                expecting: PolicyInForce.fields(ledger: ledger, vault: vault.name, inputs: inputs) + [
                    (.ownerKey, ContentDigest(bytes: owner.publicKey)?.description ?? "")
                ],
                keys: keys
            )
        }
        let attestation = try await failing(.cannotRun) {
            let signer = Signer(publicKey: owner.publicKey) { try owner.signature(for: $0) }
            var flow = try OwnerFlow(
                policy: inputs.compiled,
                replay: replay,
                ledger: open,
                keys: keys,
                owner: signer
            )
            do {
                return try await flow.record(direction, of: amounts, emptying: emptied, at: at.time)
            } catch let error as FlowError {
                throw CommandFailure(.checkFailed, error.description)
            }
        }
        await open.close()
        EventSession.say(attestation, format)
    }

    private static func isWhole(_ text: String) -> Bool { text.hasSuffix("=all") }

    /// The assets of which everything goes out: `SOL=all`.
    private static func emptied(_ texts: [String]) throws -> [Asset] {
        try texts.filter(isWhole).map { text in
            try failing(.wrongUse) { try Asset(String(text.dropLast("=all".count))) }
        }
    }

    /// Reads `BTC=0.5`, each asset once.
    private static func amounts(_ texts: [String], under mandate: Mandate) throws -> [Asset: Quantity] {
        var amounts: [Asset: Quantity] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw CommandFailure(.wrongUse, "`\(text)`: expected an asset and an amount, as in BTC=0.5")
            }
            try failing(.wrongUse) {
                let asset = try Asset(parts[0])
                let quantity = try Holdings.quantity(parts[1], of: asset, under: mandate)
                guard amounts.updateValue(quantity, forKey: asset) == nil else {
                    throw CommandFailure(.wrongUse, "\(asset) is named twice")
                }
            }
        }
        return amounts
    }
}
