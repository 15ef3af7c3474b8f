import ArgumentParser
import CanonicalJSON
import PolicyAnalysis
import PolicyLanguage
import SharedCommands

/// `ballast policy analyze`.
struct PolicyAnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Shows what policies imply: contradiction, redundancy, idle triggers, deadlock; 1 if one is grave.",
        discussion: """
            A contradiction, a deadlock near the target, a property that does not hold and a rule looser than the house's are \
            grave; a redundant requirement and a trigger that never fires are not. \
            What is not decided within the time is said to be so, and is not grave.
            """
    )

    @Argument(help: "Policy files.")
    var files: [String]

    @OptionGroup var analysis: AnalysisOptions

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let analyzer = try analysis.analyzer()
        var isGrave = false
        var values: [JSONValue] = []
        var line = ProgressLine("analysing")
        let policies = try files.map { ($0, try VaultInputs.policy(at: $0)) }
        for (index, (file, policy)) in policies.enumerated() {
            line.update(index, of: files.count, file)
            let findings = analyzer.findings(of: policy.mandates)
            let properties = PropertyAnswer.all(of: policy, known: findings, analyzer)
            let refinement = policy.house.map {
                analyzer.refinement(of: policy.mandates, extending: $0.mandates)
            }
            isGrave =
                isGrave || findings.contains(where: \.isGrave) || properties.contains { $0.verdict == .violated }
                || refinement?.contains(where: \.isBroken) == true
            line.finish()
            switch format {
            case .text:
                Terminal.print(Self.text(file, policy, findings))
                for answer in properties { Terminal.print("  " + answer.text.replacing("\n", with: "\n  ")) }
                if let refinement { Terminal.print(Self.text(refinement, policy)) }
            case .json:
                values.append(
                    .object([
                        JSONMember("file", .string(file)),
                        JSONMember("findings", .array(findings.map { Self.json($0, policy) })),
                        JSONMember("properties", .array(properties.map(\.json))),
                        JSONMember("neverLooser", refinement.map { .array($0.map(\.json)) } ?? .null),
                    ])
                )
            }
        }
        if format == .json { Terminal.printJSON(.array(values)) }
        if isGrave { throw CommandFailure(.checkFailed) }
    }

    /// One block a file: what holds in every regime once, the rest under its regime; each rule with its place in the text.
    private static func text(_ file: String, _ policy: Policy, _ findings: [Finding]) -> String {
        var lines = [file]
        var regime = ""
        for finding in findings {
            if finding.regime != regime {
                regime = finding.regime
                lines.append("  in \(regime)")
            }
            lines.append("    " + finding.text.replacing("\n", with: "\n    "))
            for rule in finding.rules {
                if let place = policy.place(ofRule: rule) { lines.append("        \(place): \(rule)") }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Whether the policy is nowhere looser than its house, regime by regime.
    private static func text(_ refinement: [PolicyRefinement], _ policy: Policy) -> String {
        let name = policy.house?.name ?? ""
        if refinement.allSatisfy(\.isProved) { return "  nowhere looser than \"\(name)\": proved in every regime" }
        let lines = refinement.map { "    in \($0.regime): " + $0.text.replacing("\n", with: "\n    ") }
        return (["  against \"\(name)\""] + lines).joined(separator: "\n")
    }

    private static func json(_ finding: Finding, _ policy: Policy) -> JSONValue {
        guard case .object(var members) = finding.json else { return finding.json }
        let places = finding.rules.compactMap { rule in
            policy.place(ofRule: rule).map { place in
                JSONValue.object([
                    JSONMember("rule", .string(rule)), JSONMember("file", .string(place.file)),
                    JSONMember("line", .integer(place.line)), JSONMember("column", .integer(place.column)),
                ])
            }
        }
        members.append(JSONMember("places", .array(places)))
        return .object(members)
    }
}

/// `--time-limit`.
struct AnalysisOptions: ParsableArguments {
    @Option(name: .long, help: "The longest time for one question, in milliseconds.")
    var timeLimit: Int = 2_000

    /// An analyser, if this build has a solver and the time is a time.
    func analyzer() throws -> PolicyAnalyzer {
        guard (1...3_600_000).contains(timeLimit) else {
            throw CommandFailure(.wrongUse, "--time-limit \(timeLimit): expected 1 to 3600000 milliseconds")
        }
        guard PolicyAnalyzer.isAvailable else {
            throw CommandFailure(.cannotRun, "this build has no solver: build with the package's trait Z3")
        }
        return PolicyAnalyzer(timeLimit: timeLimit)
    }
}

/// `ballast policy diff`.
struct PolicyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows what one policy permits and forbids that another does not; 1 if they differ.",
        discussion: "Text, names and tests are not compared: what the policies allow, and what decides it, is."
    )

    @Argument(help: "The policy as it was.")
    var old: String

    @Argument(help: "The policy as it is to be.")
    var new: String

    @OptionGroup var analysis: AnalysisOptions

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let analyzer = try analysis.analyzer()
        let (before, after) = (try VaultInputs.policy(at: old), try VaultInputs.policy(at: new))
        let difference = analyzer.difference(
            from: before.mandates,
            to: after.mandates,
            besides: Self.differences(from: before, to: after)
        )
        switch format {
        case .text: Terminal.print(difference.text)
        case .json: Terminal.printJSON(difference.json)
        }
        if !difference.isNone { throw CommandFailure(.checkFailed) }
    }

    /// What differs outside the mandates: which regime holds, and when an attestation is owed.
    private static func differences(from old: Policy, to new: Policy) -> [String] {
        var differences: [String] = []
        if old.attestEvery != new.attestEvery { differences.append("the grid of attestations is another") }
        if old.regimes != new.regimes { differences.append("the regimes are others, or in another order") }
        if old.regimeRules != new.regimeRules { differences.append("regimes are entered or left by other rules") }
        // Paths are relative to each policy: what the file holds is compared only where a policy names its digest.
        if old.modelPath != new.modelPath || old.modelDigest != new.modelDigest {
            differences.append("the regime model is named otherwise")
        }
        differences += old.safeguards.differences(to: new.safeguards)
        if !old.unsupported.isEmpty || !new.unsupported.isEmpty {
            differences.append("a policy has statements that are not acted on yet: they were not compared")
        }
        return differences
    }
}
