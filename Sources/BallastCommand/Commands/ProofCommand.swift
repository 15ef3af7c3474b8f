import ArgumentParser
import CanonicalJSON
import ZeroKnowledge
import SharedCommands

/// `ballast proof`.
struct ProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Checks proofs and test vectors on their own.",
        subcommands: [Check.self]
    )

    /// `ballast proof check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Checks `zkvec/1` files: one line an item, 0 if every item agrees with what it expects."
        )

        @Argument(help: "Files of the format zkvec/1.")
        var files: [String]

        @Flag(name: .shortAndLong, help: "Print only items that disagree.")
        var quiet = false

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            var agreeing = 0
            var disagreeing = 0
            for file in files {
                let bytes = try Files.read(file)
                let vectors: ProofVectorFile
                do {
                    vectors = try ProofVectorFile.read(bytes)
                } catch {
                    throw CommandFailure(.cannotRun, "\(file): \(error)")
                }
                for result in vectors.check() {
                    if result.agree { agreeing += 1 } else { disagreeing += 1 }
                    if !quiet || !result.agree { Terminal.print(line(result, file)) }
                }
            }
            switch format {
            case .text: Terminal.print("\(agreeing) agree, \(disagreeing) disagree")
            case .json: Terminal.print("{\"agree\":\(agreeing),\"disagree\":\(disagreeing)}")
            }
            if disagreeing > 0 { throw CommandFailure(.checkFailed) }
        }

        private func line(_ result: ProofVectorResult, _ file: String) -> String {
            switch format {
            case .text:
                let verdict = result.agree ? "agrees   " : "DISAGREES"
                let reason = result.reason.map { ": \($0)" } ?? ""
                return "\(verdict) \(file) \(result.kind) \(result.name) "
                    + (result.accepted ? "accepted" : "refused") + reason
            case .json:
                return String(
                    decoding: JSONValue.object([
                        JSONMember("file", .string(file)), JSONMember("name", .string(result.name)),
                        JSONMember("kind", .string(result.kind)), JSONMember("accepted", .bool(result.accepted)),
                        JSONMember("expect", .bool(result.expect)), JSONMember("agree", .bool(result.agree)),
                        JSONMember("reason", result.reason.map { .string($0) } ?? .null),
                    ]).canonicalBytes,
                    as: UTF8.self
                )
            }
        }
    }
}
