import ArgumentParser
import Attestations
import LedgerStorage
import MarketData
import Pipeline
import SharedCommands

/// `ballast amend`.
struct AmendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amend",
        abstract: "Passes a vault to another policy or model, or appoints guardians, with the owner's consent.",
        discussion: """
            Nothing moves. Assets that both policies list keep their commitments, in any order; new ones begin at zero. An asset \
            that the new policy leaves out must be held by no unit, which is proved: sell it or take it out first (`flow`). \
            From the amend on `ballast run` goes on under the new policy alone, and `ballast verify` needs the text of both.
            """
    )

    @Option(name: .long, help: "The policy that the vault comes to.")
    var policy: String

    @Option(name: .long, help: "Its regime model; the one that it names if absent.")
    var model: String?

    @Option(name: .long, help: "The policy in force; the same if absent, to appoint guardians alone.")
    var from: String?

    @Option(name: .long, help: "The regime model of the policy in force; the one that it names if absent.")
    var fromModel: String?

    @Option(name: .long, help: "The ledger.")
    var ledger: String

    @OptionGroup var vault: VaultOption

    @Option(name: .long, help: "The operator's key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
    var key: String?

    @Option(name: .long, help: "The owner's key file, made by `ballast owner new`.")
    var ownerKey: String

    @Option(name: .long, help: ArgumentHelp("When, between two decisions, UTC.", valueName: "TIME"))
    var at: TimeArgument

    @OptionGroup var guardians: GuardianOptions

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() async throws {
        let inputs = try VaultInputs(policyPath: policy, modelPath: model)
        let old = try from.map { try VaultInputs(policyPath: $0, modelPath: fromModel) } ?? inputs
        let appointed = try guardians.set()
        let owner = try failing(.cannotRun) { try SignatoryKey.read(.owner, from: ownerKey) }
        try await EventSession.record(
            ledger: ledger,
            vault: vault.name,
            key: key,
            inForce: old,
            comingTo: inputs.compiled,
            expecting: [(.ownerKey, ContentDigest(bytes: owner.publicKey)?.description ?? "")],
            format: format
        ) { events in
            try await events.amend(
                from: old.compiled,
                at: at.time,
                appointing: appointed,
                owner: Signer(publicKey: owner.publicKey) { try owner.signature(for: $0) }
            )
        }
    }
}
