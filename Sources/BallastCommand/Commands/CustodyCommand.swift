import ArgumentParser
import Attestations
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData
import Pipeline
import SharedCommands

/// `ballast custody`.
struct CustodyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custody",
        abstract: "Makes custodians' keys, shows a custodian the openings, and signs and checks receipts.",
        discussion: """
            The operator writes an opening (`custody open`) for the custodian alone. The custodian compares the quantities with its \
            books and signs (`custody sign`). The receipt shows nothing of them; `ballast verify --custody` shows its age.
            """,
        subcommands: [NewSignatoryKey<Self>.self, ShowSignatoryKey<Self>.self, Open.self, Sign.self, Check.self]
    )

    /// `ballast custody open`.
    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "open",
            abstract:
                "Writes attestation and opening of a ledger's last entry for the custodian. The opening is secret."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @OptionGroup var vault: VaultOption

        @Option(name: .long, help: "The operator's key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
        var key: String?

        @Option(name: .shortAndLong, help: "The folder to make: attestation.json and opening.json.")
        var output: String

        func run() throws {
            let path = OperatorKeys.path(option: key, environment: ProcessInfo.processInfo.environment, ledger: ledger)
            let keys = try failing(.cannotRun) { try OperatorKeys.read(from: path) }
            let reader = try failing(.cannotRun) { try LedgerReader(path: ledger, vault: vault.name) }
            guard let entry = try failing(.cannotRun, { try reader.lastEntry() }) else {
                throw CommandFailure(.checkFailed, "\(ledger): the ledger is empty")
            }
            let (attestation, opening) = try failing(.cannotRun) {
                (
                    try Attestation(fileBytes: entry.attestation),
                    try CustodyOpening(sealed: reader.openings(of: entry, keys: keys).copiedBytes())
                )
            }
            try Files.makeEmptyFolder(output)
            try Files.write(attestation.fileText + "\n", to: output + "/attestation.json")
            try Files.writePrivately(opening.fileText + "\n", to: output + "/opening.json")
            Terminal.print("wrote \(output): number \(attestation.statement.sequence) at \(attestation.statement.time)")
        }
    }

    /// `ballast custody sign`.
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract:
                "Checks an opening against an attestation's commitments, shows the quantities, and signs a receipt.",
            discussion: """
                With --policy, the one that the attestation is under, the quantities are shown as amounts of their assets; \
                without it as numbers of units, in the policy's order. Sign only what your own books hold for this vault.
                """
        )

        @Argument(help: "The attestation.")
        var attestation: String

        @Option(name: .long, help: "The opening that the operator wrote.")
        var opening: String

        @Option(name: .long, help: "The custodian's key file, made by `ballast custody new`.")
        var key: String

        @Option(name: .long, help: "The policy that the attestation is under, for the names of its assets.")
        var policy: String?

        @Option(name: .long, help: "Its regime model; the one that it names if absent.")
        var model: String?

        @Option(name: .shortAndLong, help: "The receipt to write.")
        var output: String

        func run() throws {
            let bytes = try Files.read(attestation, limit: 1 << 24)
            let subject = try failing(.cannotRun, in: attestation) { try Attestation(fileBytes: bytes) }
            let compiled = try policy.map { try VaultInputs(policyPath: $0, modelPath: model).compiled }
            if let compiled, compiled.digest != subject.statement.policy {
                throw CommandFailure(
                    .checkFailed,
                    "\(attestation): it is under policy \(subject.statement.policy), and the one given is "
                        + "\(compiled.digest)"
                )
            }
            if let compiled, subject.statement.after.count != compiled.assets.count {
                throw CommandFailure(.checkFailed, "\(attestation): it has not one commitment an asset of the policy")
            }
            let secret = try Files.read(opening, limit: CustodyOpening.largestFile)
            let opened = try failing(.cannotRun, in: opening) { try CustodyOpening(fileBytes: secret) }
            let custodian = try failing(.cannotRun) { try SignatoryKey.read(.custodian, from: key) }
            let receipt = try failing(.checkFailed, in: opening) {
                try CustodyReceipt(
                    for: subject,
                    opening: opened,
                    custodian: Signer(publicKey: custodian.publicKey) { try custodian.signature(for: $0) }
                )
            }
            for (index, quantity) in opened.quantities.enumerated() {
                Terminal.print(
                    compiled.map { Self.amount(quantity, of: $0.assets[index], in: $0.units[index]) }
                        ?? "asset number \(index + 1): \(quantity.units) units"
                )
            }
            try Files.write(receipt.fileText + "\n", to: output)
            Terminal.print("signed: number \(receipt.sequence) at \(receipt.time)")
        }

        /// A quantity in whole assets: `BTC 1.50000000`.
        private static func amount(_ quantity: Quantity, of asset: Asset, in units: AssetUnits) -> String {
            let places = units.quantityExponent
            let digits =
                String(repeating: "0", count: max(0, places + 1 - "\(quantity.units)".count)) + "\(quantity.units)"
            return "\(asset) \(digits.dropLast(places))" + (places == 0 ? "" : "." + digits.suffix(places))
        }
    }

    /// `ballast custody check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Checks a receipt against the attestation that it is about."
        )

        @Argument(help: "The receipt.")
        var receipt: String

        @Option(name: .long, help: "The attestation.")
        var attestation: String

        @Option(name: .long, help: ArgumentHelp("The custodian's public key.", valueName: "HEX"))
        var custodian: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let expected = try VerifyArguments.key(custodian)
            let bytes = try Files.read(receipt, limit: CustodyReceipt.largestFile)
            let given = try failing(.cannotRun, in: receipt) { try CustodyReceipt(fileBytes: bytes) }
            let file = try Files.read(attestation, limit: 1 << 24)
            let subject = try failing(.cannotRun, in: attestation) { try Attestation(fileBytes: file) }
            let refusal =
                given.custodian == expected
                ? given.refusal(about: subject.statement) : "it is signed by another key than the custodian's"
            if let refusal { throw CommandFailure(.checkFailed, "\(receipt): \(refusal)") }
            switch format {
            case .text: Terminal.print("valid: number \(given.sequence) at \(given.time)")
            case .json:
                Terminal.printJSON(
                    .object([
                        JSONMember("valid", .bool(true)), JSONMember("sequence", .integer(given.sequence)),
                        JSONMember("time", .string(given.time.description)),
                    ])
                )
            }
        }
    }
}

extension CustodyCommand: SignatoryHolder {
    static var role: SignatoryKey.Role { .custodian }
    static var newAbstract: String { "Makes a custodian's key file, mode 0600, and prints its public key." }
    static var showAbstract: String { "Prints the public key of a custodian's key file." }
}
