import ArgumentParser
import Attestations
import Auditing
import CanonicalJSON
import PolicyLanguage
import SharedCommands

/// `ballast policy`.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Writes, checks, mends, formats, explains, tests, analyses, compares, seals and compiles policies.",
        subcommands: [
            PolicyNewCommand.self, Check.self, PolicyFixCommand.self, Format.self, Explain.self, PolicyTestCommand.self,
            PolicyAnalyzeCommand.self, PolicyDiffCommand.self, PolicySealCommand.self, Compile.self,
            PolicyServerCommand.self,
        ]
    )
}

extension PolicyCommand {
    /// `ballast policy check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Shows everything wrong with a policy at once; 1 if there is an error."
        )

        @Argument(help: "Policy files.")
        var files: [String]

        @Option(name: .long, help: "The form of the results.")
        var format: Format = .text

        /// The forms of the results.
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, json, sarif
        }

        func run() throws {
            var diagnostics: [PolicyDiagnostic] = []
            for file in files {
                diagnostics += Policy.check(try VaultInputs.source(at: file), loading: .files).diagnostics
            }
            switch format {
            case .text: for diagnostic in diagnostics { Terminal.print(diagnostic.description + "\n") }
            case .json: Terminal.printJSON(JSONValue.array(diagnostics.map(json)))
            case .sarif:
                Terminal.printJSON(PolicyDiagnostics(diagnostics).sarif(toolVersion: BallastVersion.number))
            }
            let errors = diagnostics.count { $0.severity == .error }
            if format == .text {
                let warnings = diagnostics.count - errors
                Terminal.print(
                    "\(files.count) polic\(files.count == 1 ? "y" : "ies"): \(errors) error\(errors == 1 ? "" : "s"), "
                        + "\(warnings) warning\(warnings == 1 ? "" : "s")"
                )
            }
            if errors > 0 { throw CommandFailure(.checkFailed) }
        }

        private func json(_ diagnostic: PolicyDiagnostic) -> JSONValue {
            .object([
                JSONMember("code", .string(diagnostic.code.rawValue)),
                JSONMember("severity", .string(diagnostic.severity.rawValue)),
                JSONMember("file", .string(diagnostic.file)),
                JSONMember("line", .integer(diagnostic.line)),
                JSONMember("column", .integer(diagnostic.column)),
                JSONMember("endColumn", .integer(diagnostic.endColumn)),
                JSONMember("message", .string(diagnostic.message)),
                JSONMember("help", diagnostic.help.map { .string($0) } ?? .null),
                JSONMember("replacement", diagnostic.replacement.map { .string($0) } ?? .null),
                JSONMember("related", diagnostic.related.map(json) ?? .null),
            ])
        }

        private func json(_ place: PolicyDiagnostic.Related) -> JSONValue {
            .object([
                JSONMember("file", .string(place.file)), JSONMember("line", .integer(place.line)),
                JSONMember("column", .integer(place.column)), JSONMember("endColumn", .integer(place.endColumn)),
                JSONMember("note", .string(place.note)),
            ])
        }
    }

    /// `ballast policy fmt`.
    struct Format: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fmt",
            abstract: "Puts policies into the one canonical layout, in place."
        )

        @Argument(help: "Policy files.")
        var files: [String]

        @Flag(name: .long, help: "Change nothing; 1 if a file is not in canonical layout.")
        var check = false

        func run() throws {
            var differing: [String] = []
            for file in files {
                let source = try VaultInputs.source(at: file)
                let formatted = try failing(.checkFailed) { try PolicyFormatter.format(source) }
                guard formatted != source.text else { continue }
                differing.append(file)
                if check {
                    Terminal.print("\(file): not in canonical layout")
                } else {
                    try Files.write(formatted, to: file)
                    Terminal.print("\(file): formatted")
                }
            }
            if check, !differing.isEmpty { throw CommandFailure(.checkFailed) }
        }
    }
}
