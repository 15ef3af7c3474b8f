import ArgumentParser
import Attestations
import Auditing
import CanonicalJSON
import LedgerStorage
import MarketData
import Rebalancing
import SharedCommands
import ZeroKnowledge

/// `ballast attestation`.
struct AttestationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attestation",
        abstract: "Lists and exports the attestations of a ledger.",
        subcommands: [List.self, Export.self, ExportProof.self, ExportCircuit.self]
    )

    /// `ballast attestation list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "One line an attestation.")

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @OptionGroup var vault: VaultOption

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let reader = try failing(.cannotRun) { try LedgerReader(path: ledger, vault: vault.name) }
            var values: [JSONValue] = []
            try failing(.cannotRun) {
                try reader.forEachEntry { entry in
                    let attestation = try Attestation(fileBytes: entry.attestation)
                    let statement = attestation.statement
                    switch format {
                    case .text:
                        Terminal.print(
                            ExportedFile.name(of: statement).padded(to: 23)
                                + "\(statement.time)  \(attestation.digest.description.prefix(16))…  "
                                + "regime \(statement.regime)  proof \(attestation.proof.count) bytes"
                        )
                    case .json:
                        values.append(
                            .object([
                                JSONMember("file", .string(ExportedFile.name(of: statement))),
                                JSONMember("sequence", .integer(statement.sequence)),
                                JSONMember("kind", .string(statement.kind.name)),
                                JSONMember("time", .string(statement.time.description)),
                                JSONMember("regime", .integer(statement.regime)),
                                JSONMember("proofBytes", .integer(attestation.proof.count)),
                                JSONMember("digest", .hex(attestation.digest.bytes)),
                            ])
                        )
                    }
                }
            }
            if format == .json { Terminal.printJSON(JSONValue.array(values)) }
        }
    }

    /// `ballast attestation export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Writes one file an attestation into a new folder, and nothing else."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @OptionGroup var vault: VaultOption

        @Option(name: .shortAndLong, help: "The folder to make.")
        var output: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let count = try ExportedFile.writeAll(ledger: ledger, vault: vault.name, to: output)
            switch format {
            case .text: Terminal.print("exported \(count) attestation\(count == 1 ? "" : "s") to \(output)")
            case .json:
                Terminal.printJSON(
                    .object([JSONMember("attestations", .integer(count)), JSONMember("folder", .string(output))])
                )
            }
        }
    }

    /// `ballast attestation export-proof`.
    struct ExportProof: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export-proof",
            abstract:
                "Writes an attestation's circuit and proof as `zkvec/1`, for checkers that know nothing of Ballast."
        )

        @OptionGroup
        var proved: ProvedAttestationOptions

        @Option(name: .shortAndLong, help: "The file to write; standard output if absent.")
        var output: String?

        func run() throws {
            let claim = try proved.read()
            let text = try failing(.checkFailed, in: proved.file) {
                try ProofExport.proofVectors(
                    of: claim.attestation,
                    name: ExportedFile.name(of: claim.attestation.statement),
                    policy: claim.policy,
                    amending: claim.amended,
                    risk: claim.risk
                )
            }
            guard let text else { throw proved.noProof }
            guard let output else {
                Terminal.print(text)
                return
            }
            try Files.write(text + "\n", to: output)
        }
    }
}

extension AttestationCommand {
    /// `ballast attestation export-circuit`.
    struct ExportCircuit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export-circuit",
            abstract:
                "Writes what an attestation's proof is about as iden3 `.r1cs`, for the public tools of that format.",
            discussion: """
                Prices, and the challenge that this very proof drew, stand in the coefficients: the file says what this proof \
                shows. Do not prove it anew elsewhere: whoever knows the challenge beforehand passes false digits.
                """
        )

        @OptionGroup
        var proved: ProvedAttestationOptions

        @Option(name: .shortAndLong, help: "The file to write.")
        var output: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let claim = try proved.read()
            let exported = try failing(.checkFailed, in: proved.file) {
                try ProofExport.r1csFile(
                    of: claim.attestation,
                    policy: claim.policy,
                    amending: claim.amended,
                    risk: claim.risk
                )
            }
            guard let exported else { throw proved.noProof }
            try Files.write(exported.bytes, to: output)
            switch format {
            case .text:
                Terminal.print("wrote \(output): \(exported.wireCount) wires, \(exported.constraintCount) constraints")
            case .json:
                Terminal.printJSON(
                    .object([
                        JSONMember("file", .string(output)), JSONMember("wires", .integer(exported.wireCount)),
                        JSONMember("constraints", .integer(exported.constraintCount)),
                    ])
                )
            }
        }
    }
}

/// The files of an exported chain.
enum ExportedFile {
    /// `000012-hold.json`: sorted by name they stand in order of sequence.
    static func name(of statement: Statement) -> String {
        let digits = "\(statement.sequence)"
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "-\(statement.kind.name).json"
    }

    /// Writes every attestation of a ledger into a new folder.
    static func writeAll(ledger path: String, vault: String? = nil, to folder: String) throws -> Int {
        let reader = try failing(.cannotRun) { try LedgerReader(path: path, vault: vault) }
        try Files.makeEmptyFolder(folder)
        var count = 0
        try failing(.cannotRun) {
            try reader.forEachEntry { entry in
                let attestation = try Attestation(fileBytes: entry.attestation)
                try Files.write(attestation.fileText, to: "\(folder)/\(name(of: attestation.statement))")
                count += 1
            }
        }
        return count
    }
}
