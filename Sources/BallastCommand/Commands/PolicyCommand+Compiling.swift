import ArgumentParser
import Attestations
import Auditing
import CanonicalJSON
import FoundationEssentials
import MarketData
import PolicyLanguage
import Rebalancing
import SharedCommands

extension PolicyCommand {
    /// `ballast policy explain`.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Says in plain sentences what a policy demands, what of it is proved, and what a proof costs."
        )

        @Argument(help: "The policy.")
        var file: String

        @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
        var model: String?

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            let policy = try VaultInputs.policy(at: file)
            let explanation = PolicyExplanation(of: policy)
            // Circuits need the model; a policy can be explained before there is one.
            let named = model ?? policy.modelPath.map { Files.beside(file, $0) }
            let path = named.flatMap { Files.exists($0) || model != nil ? $0 : nil }
            // An oracle's keys, too, may come later.
            let isProvable =
                policy.unsupported.isEmpty
                && (policy.safeguards.oracle == nil || Files.exists(VaultInputs.sourcesPath(ofPolicy: file)))
            let circuits = try path.flatMap { path in
                isProvable ? try Self.compiled(policy, at: file, modelPath: path).circuitSizes : nil
            }
            let costs = policy.unsupported.isEmpty ? RuleCosts.circuits.multipliers(policy) : [:]
            switch format {
            case .text:
                Terminal.print(explanation.description)
                guard let circuits else { return }
                Terminal.print("\nwhat a rule adds to the proof of a rebalance")
                for rule in explanation.rules {
                    guard let cost = costs[rule.title] else { continue }
                    Terminal.print("  \(rule.title.padded(to: 34))\(cost) multipliers")
                }
                Terminal.print("\ncircuits, the largest of each kind")
                for size in circuits {
                    Terminal.print("  \("\(size.kind)".padded(to: 10))\(size.multipliers) multipliers")
                }
            case .json: Terminal.printJSON(json(explanation, circuits, costs))
            }
        }

        /// The policy's circuits; those of a policy with secret parameters by a seal that nobody keeps.
        private static func compiled(_ policy: Policy, at file: String, modelPath: String) throws -> CompiledPolicy {
            guard policy.secrets != nil else {
                return try VaultInputs(policyPath: file, modelPath: modelPath).compiled
            }
            let model = try VaultInputs.model(at: modelPath)
            let sources = try VaultInputs.sources(of: policy, at: nil, policyPath: file)
            return try failing(.checkFailed) {
                let sealed = try SealedPolicy.seal(policy, model: model, entropy: SealedFiles.entropy).sealed
                return try CompiledPolicy(sealed, model: model, sources: sources)
            }
        }

        private func json(
            _ explanation: PolicyExplanation,
            _ circuits: [CompiledPolicy.CircuitSize]?,
            _ costs: [String: Int]
        ) -> JSONValue {
            .object([
                JSONMember("summary", .array(explanation.summary.map { .string($0) })),
                JSONMember(
                    "rules",
                    .array(
                        explanation.rules.map { rule in
                            .object([
                                JSONMember("rule", .string(rule.title)), JSONMember("sentence", .string(rule.sentence)),
                                JSONMember("obligations", .array(rule.obligations.map { .string($0) })),
                                JSONMember("visibility", .string(rule.visibility.rawValue)),
                                JSONMember("evidence", .string(rule.evidence.rawValue)),
                                JSONMember("multipliers", costs[rule.title].map { .integer($0) } ?? .null),
                            ])
                        }
                    )
                ),
                JSONMember(
                    "multipliers",
                    circuits.map { .object($0.map { JSONMember($0.kind.name, .integer($0.multipliers)) }) } ?? .null
                ),
            ])
        }
    }

    /// `ballast policy compile`.
    struct Compile: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compile",
            abstract: "Writes a policy's obligations and price-free circuit templates, reproducible to the byte.",
            discussion: "Several policies, or an output that is a folder, give one file a policy: NAME.circuits."
        )

        @Argument(help: "Policy files, or their sealed forms.")
        var files: [String]

        @Option(name: .long, help: "The regime model; the one that each policy names if absent.")
        var model: String?

        @Option(name: .long, help: "The oracle's sources; NAME.sources beside NAME.policy if absent.")
        var sources: String?

        @Option(name: .shortAndLong, help: "The file or folder to write; standard output if absent.")
        var output: String?

        func run() throws {
            if files.count > 1, output == nil {
                throw CommandFailure(.wrongUse, "\(files.count) policies: name a folder with --output")
            }
            let documents = try files.map { file in
                (file, try VaultInputs(policyPath: file, modelPath: model, sourcesPath: sources).compiled.document)
            }
            guard let output else {
                for (_, document) in documents { Terminal.write(document, to: 1) }
                return
            }
            guard files.count > 1 || output.hasSuffix("/") || Files.names(in: output) != nil else {
                return try Files.write(documents[0].1, to: output)
            }
            let names = files.map(Self.circuitsName)
            guard Set(names).count == names.count else {
                throw CommandFailure(.wrongUse, "two policies of one file name: give each a folder of its own")
            }
            try Files.makeFolder(output)
            for (name, (_, document)) in zip(names, documents) { try Files.write(document, to: "\(output)/\(name)") }
        }

        /// `core.policy` and `core.sealed.json` → `core.circuits`.
        private static func circuitsName(_ path: String) -> String {
            let name = URL(filePath: path).lastPathComponent
            let suffix = [".policy", SealedFiles.sealedSuffix].first { name.hasSuffix($0) } ?? ""
            return name.dropLast(suffix.count) + ".circuits"
        }
    }
}

extension CompiledPolicy {
    /// The largest circuit of a kind.
    struct CircuitSize {
        let kind: AttestationKind
        let multipliers: Int
    }

    /// The largest circuit of each kind, over regimes and moments.
    var circuitSizes: [CircuitSize] {
        // The same day, the next, and days by which a calendar of the policy has fallen due.
        let first = Timestamp(milliseconds: 0)
        let moments = [0, 1, 31, 366].map { first.adding(milliseconds: $0 * Timestamp.millisecondsPerDay) }
        return AttestationKind.allCases.compactMap { kind in
            let sizes = mandates.indices.flatMap { regime in
                moments.compactMap {
                    template(kind, regime: regime, lastRebalance: first, time: $0)?.multiplierCount
                }
            }
            return sizes.max().map { CircuitSize(kind: kind, multipliers: $0) }
        }
    }
}
