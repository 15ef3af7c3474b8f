import ArgumentParser
import Attestations
import Auditing
import CanonicalJSON
import LedgerStorage
import MarketData
import PolicyLanguage
import Rebalancing
import SharedCommands

/// `ballast policy seal`.
struct PolicySealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Writes the public form of a policy with secret targets or bands, and the openings apart.",
        discussion: """
            NAME.sealed.json is for everybody: it stands in the policy's place in `run`, `verify` and `compile`. \
            NAME.openings is secret: `run` needs it, and whoever reads it knows the numbers. Each seal draws anew, \
            so that two of them are two policies; neither file is written over another. The keys of an oracle's sources are \
            public as they are: NAME.sources is copied beside the sealed form.
            """
    )

    @Argument(help: "The policy.")
    var file: String

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @Option(name: .long, help: "The oracle's sources; NAME.sources beside NAME.policy if absent.")
    var sources: String?

    @Option(name: .shortAndLong, help: "The folder to write into; the policy's own if absent.")
    var output: String?

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let policy = try VaultInputs.policy(at: file)
        guard let modelPath = model ?? policy.modelPath.map({ Files.beside(file, $0) }) else {
            throw CommandFailure(.wrongUse, "\(file) names no model: give --model FILE")
        }
        let model = try VaultInputs.model(at: modelPath)
        let (sealed, opening) = try failing(.checkFailed) {
            try SealedPolicy.seal(policy, model: model, entropy: SealedFiles.entropy)
        }
        let trusted = try VaultInputs.sources(of: policy, at: sources, policyPath: file)
        let compiled = try failing(.checkFailed) { try CompiledPolicy(sealed, model: model, sources: trusted) }
        let beside = file.hasSuffix(".policy") ? String(file.dropLast(7)) : file
        if let output { try Files.makeFolder(output) }
        let stem = output.map { "\($0)/\(beside.split(separator: "/").last ?? "")" } ?? beside
        let sealedPath = stem + SealedFiles.sealedSuffix
        guard !Files.exists(sealedPath) else {
            throw CommandFailure(
                .cannotRun,
                "\(sealedPath): there already, and a new seal is another policy: move it, or name another folder"
            )
        }
        let sourcesPath = VaultInputs.sourcesPath(ofPolicy: sealedPath)
        let isCopied = try trusted.map { try Self.needsCopy($0, at: sourcesPath) } ?? false
        let openingsPath = SealedFiles.openingsPath(beside: sealedPath)
        // The openings first: a public form whose openings were lost can never be run.
        try failing(.cannotRun) {
            try PolicyOpenings(of: sealed.document, SecretBytes(opening.secretBytes)).make(at: openingsPath)
        }
        try Files.write(sealed.fileText, to: sealedPath)
        if let trusted, isCopied { try Files.write(trusted.fileBytes + [UInt8(ascii: "\n")], to: sourcesPath) }
        report(sealed, compiled, sealedPath, openingsPath)
    }

    /// Whether the sources are not at a path yet; others there would be read in their stead, and are refused.
    private static func needsCopy(_ sources: OracleSources, at path: String) throws -> Bool {
        guard Files.exists(path) else { return true }
        let bytes = try Files.read(path, limit: 1 << 20)
        guard try failing(.cannotRun, in: path, { try OracleSources(fileBytes: bytes) }) == sources else {
            throw CommandFailure(.cannotRun, "\(path): other sources are there: move them, or name another folder")
        }
        return false
    }

    private func report(_ sealed: SealedPolicy, _ compiled: CompiledPolicy, _ path: String, _ openings: String) {
        let names = sealed.parameters.map(\.name).joined(separator: ", ")
        switch format {
        case .text:
            Terminal.print("sealed    \(path), for everybody")
            Terminal.print("openings  \(openings), secret: keep it, and a copy elsewhere")
            Terminal.print("hidden    \(names)")
            Terminal.print("policy    \(compiled.digest)")
        case .json:
            Terminal.printJSON(
                .object([
                    JSONMember("sealed", .string(path)), JSONMember("openings", .string(openings)),
                    JSONMember("hidden", .array(sealed.parameters.map { .string($0.name) })),
                    JSONMember("document", .hex(sealed.document.bytes)),
                    JSONMember("policy", .hex(compiled.digest.bytes)),
                ])
            )
        }
    }
}
