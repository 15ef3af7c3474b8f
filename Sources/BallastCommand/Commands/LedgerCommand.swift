import ArgumentParser
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData
import SharedCommands

/// `ballast ledger`.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Shows and audits ledgers.",
        subcommands: [Show.self, List.self, Audit.self]
    )

    /// `ballast ledger show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One line an entry: what was decided and why, without figures of the holdings."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @OptionGroup var vault: VaultOption

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let reader = try failing(.cannotRun) { try LedgerReader(path: ledger, vault: vault.name) }
            var values: [JSONValue] = []
            if format == .text {
                for field in reader.identity.fields {
                    Terminal.print("\(field.name.padded(to: 14))\(reader.identity[field] ?? "")")
                }
            }
            try failing(.cannotRun) {
                try reader.forEachEntry { entry in
                    let decision = try JSONValue.read(entry.decision)
                    let fills = try JSONValue.read(entry.fills)
                    switch format {
                    case .text:
                        Terminal.print(
                            "\("\(entry.sequence)".padded(to: 8))\(entry.time)  \(entry.hash.description.prefix(16))…  "
                                + entry.kind.padded(to: 11) + text(decision["regime"]).padded(to: 10)
                                + text(decision["reason"]) + legs(fills)
                        )
                    case .json:
                        values.append(
                            .object([
                                JSONMember("sequence", .integer(entry.sequence)),
                                JSONMember("time", .string(entry.time.description)),
                                JSONMember("kind", .string(entry.kind)), JSONMember("decision", decision),
                                JSONMember("fills", fills), JSONMember("hash", .hex(entry.hash.bytes)),
                            ])
                        )
                    }
                }
            }
            if format == .json { Terminal.printJSON(JSONValue.array(values)) }
        }

        private func text(_ value: JSONValue?) -> String {
            if case .string(let text)? = value { text } else { "-" }
        }

        private func legs(_ value: JSONValue) -> String {
            guard case .array(let legs) = value, !legs.isEmpty else { return "" }
            return " (" + legs.map { text($0) }.joined(separator: ", ") + ")"
        }
    }

    /// `ballast ledger list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "One line a vault: its name, how many entries it has, and where its chain stands."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            var values: [JSONValue] = []
            let names = try failing(.cannotRun) { try LedgerReader.vaults(at: ledger) }
            for name in names {
                let (count, last) = try failing(.cannotRun) {
                    let reader = try LedgerReader(path: ledger, vault: name)
                    return (try reader.entryCount(), try reader.lastEntry())
                }
                switch format {
                case .text:
                    let head = last.map { ", the last a \($0.kind) at \($0.time)" } ?? ""
                    Terminal.print("\(name): \(count) entr\(count == 1 ? "y" : "ies")\(head)")
                case .json:
                    values.append(
                        .object([
                            JSONMember("vault", .string(name)), JSONMember("entries", .integer(count)),
                            JSONMember("lastKind", (last?.kind).map { .string($0) } ?? .null),
                            JSONMember("lastTime", (last?.time.description).map { .string($0) } ?? .null),
                            JSONMember("head", (last?.hash.bytes).map { .hex($0) } ?? .null),
                        ])
                    )
                }
            }
            if format == .json { Terminal.printJSON(JSONValue.array(values)) }
        }
    }

    /// `ballast ledger audit`.
    struct Audit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract: "Walks the whole chain of a ledger; without the key it says what it left unchecked."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @OptionGroup var vault: VaultOption

        @Option(name: .long, help: "The key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
        var key: String?

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let reader = try failing(.cannotRun) { try LedgerReader(path: ledger, vault: vault.name) }
            let environment = ProcessInfo.processInfo.environment
            let path = OperatorKeys.path(option: key, environment: environment, ledger: ledger)
            // A key that was named must be there; the ledger's own may be elsewhere.
            let isWanted = path != ledger + ".key" || Files.exists(path)
            let keys = try isWanted ? failing(.cannotRun) { try OperatorKeys.read(from: path) } : nil
            let audit = try failing(.cannotRun) { try reader.audit(keys: keys) }
            switch format {
            case .text: print(audit)
            case .json: Terminal.printJSON(json(audit))
            }
            if !audit.isClean { throw CommandFailure(.checkFailed) }
        }

        private func print(_ audit: LedgerAudit) {
            for finding in audit.findings { Terminal.print("\(finding)") }
            for check in audit.checked { Terminal.print("checked: \(check)") }
            for check in audit.unchecked { Terminal.print("not checked: \(check)") }
            let entries = "\(audit.entryCount) entr\(audit.entryCount == 1 ? "y" : "ies")"
            let findings = "\(audit.findings.count) finding\(audit.findings.count == 1 ? "" : "s")"
            Terminal.print(audit.isClean ? "clean: \(entries)" : "damaged: \(findings) in \(entries)")
        }

        private func json(_ audit: LedgerAudit) -> JSONValue {
            .object([
                JSONMember("clean", .bool(audit.isClean)), JSONMember("entries", .integer(audit.entryCount)),
                JSONMember("findings", .array(audit.findings.map { .string("\($0)") })),
                JSONMember("checked", .array(audit.checked.map { .string($0) })),
                JSONMember("notChecked", .array(audit.unchecked.map { .string($0) })),
            ])
        }
    }
}
