import ArgumentParser
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData

/// `ballast ledger`.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Shows and audits ledgers.",
        subcommands: [Show.self, Audit.self]
    )

    /// `ballast ledger show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One line an entry: what was decided and why, without figures of the holdings."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let reader = try failing(.cannotRun) { try LedgerReader(path: ledger) }
            var values: [JSONValue] = []
            if format == .text {
                for field in reader.identity.fields { Terminal.print("\(field.name)  \(reader.identity[field] ?? "")") }
            }
            try failing(.cannotRun) {
                try reader.forEachEntry { entry in
                    let decision = try JSONValue.read(entry.decision)
                    let fills = try JSONValue.read(entry.fills)
                    switch format {
                    case .text:
                        Terminal.print(
                            "\(entry.sequence)  \(entry.time)  \(entry.kind)  \(text(decision["regime"]))  "
                                + "\(text(decision["reason"]))\(legs(fills))  \(entry.hash.description.prefix(16))…"
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

    /// `ballast ledger audit`.
    struct Audit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "audit",
            abstract: "Walks the whole chain of a ledger; without the key it says what it left unchecked."
        )

        @Option(name: .long, help: "The ledger.")
        var ledger: String

        @Option(name: .long, help: "The key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
        var key: String?

        func run() throws {
            let reader = try failing(.cannotRun) { try LedgerReader(path: ledger) }
            let path = OperatorKeys.path(
                option: key,
                environment: ProcessInfo.processInfo.environment,
                ledger: ledger
            )
            let isWanted = key != nil || FileManager.default.fileExists(atPath: path)
            let keys = try isWanted ? failing(.cannotRun) { try OperatorKeys.read(from: path) } : nil
            let audit = try failing(.cannotRun) { try reader.audit(keys: keys) }
            for finding in audit.findings { Terminal.print("\(finding)") }
            for check in audit.checked { Terminal.print("checked: \(check)") }
            for check in audit.unchecked { Terminal.print("not checked: \(check)") }
            guard audit.isClean else {
                Terminal.print("damaged: \(audit.findings.count) findings in \(audit.entryCount) entries")
                throw CommandFailure(.checkFailed)
            }
            Terminal.print("clean: \(audit.entryCount) entries")
        }
    }
}
