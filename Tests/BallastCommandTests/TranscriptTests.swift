import Foundation
import Testing

@Suite("What the command line says")
struct TranscriptTests {
    private static let folder = Workspace.repository.appending(path: "Tests/Fixtures/command")

    /// A recorded file and the commands that it holds.
    struct Transcript: Sendable, CustomTestStringConvertible {
        let name: String
        let commands: [[String]]
        var testDescription: String { name }
    }

    private static let again: [String] = [
        "run", "--policy", "small.policy", "--model", "model.json", "--candles", "BTC=BTC.csv", "--candles",
        "ETH=ETH.csv", "--candles", "SOL=SOL.csv", "--holdings", "holdings.json", "--ledger", "vault.ledger", "--from",
        "2024-01-11", "--to", "2024-01-14",
    ]
    private static let ledger: [[String]] = [
        again, ["ledger", "show", "--ledger", "vault.ledger"], ["ledger", "audit", "--ledger", "vault.ledger"],
        ["attestation", "list", "--ledger", "vault.ledger"],
    ]
    private static let chain: [String] = ["verify", "attestations"] + Workspace.inputs
    private static let single: [String] = ["verify", "attestations/000001-rebalance.json"] + Workspace.inputs
    private static let json: [String] =
        ["verify", "attestations/000003-hold.json", "--format", "json"] + Workspace.inputs

    static let transcripts: [Transcript] = [
        Transcript(name: "help", commands: [[], ["help", "run"], ["help", "verify"]]),
        Transcript(name: "ledger", commands: ledger), Transcript(name: "verify", commands: [chain, single]),
        Transcript(name: "verify-json", commands: [json]),
    ]

    private static let isRecording = ProcessInfo.processInfo.environment["BALLAST_REGENERATE"] == "1"

    @Test("is the recorded transcript", arguments: transcripts)
    func isAsRecorded(_ expected: Transcript) throws {
        let workspace = try Workspace.shared.get()
        var transcript = ""
        for command in expected.commands {
            let outcome = try workspace.ballast(command)
            transcript += "$ ballast \(command.joined(separator: " "))\n\(outcome.output)\(outcome.errors)"
            transcript += "exit \(outcome.status)\n\n"
        }
        transcript = Self.normalised(transcript)
        let file = Self.folder.appending(path: expected.name + ".txt")
        if Self.isRecording {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(transcript.utf8).write(to: file)
        }
        #expect(transcript == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    /// Keys, nonces and blindings are fresh in every run: digests and keys become one word.
    private static func normalised(_ text: String) -> String {
        text.replacing(/[0-9a-f]{64}/, with: "<32 bytes>").replacing(/[0-9a-f]{16}…/, with: "<8 bytes>…")
    }

    @Test("holds no progress bar where no terminal is")
    func isQuietInPipes() throws {
        let workspace = try Workspace.shared.get()
        let outcome = try workspace.ballast(["verify", "attestations"] + Workspace.inputs)
        #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("verifying"))
    }

    @Test("holds no balance of the vault but where the operator asks for the summary")
    func holdsNoSecrets() throws {
        let workspace = try Workspace.shared.get()
        let commands = [
            ["ledger", "show", "--ledger", "vault.ledger"], ["ledger", "audit", "--ledger", "vault.ledger"],
            ["attestation", "list", "--ledger", "vault.ledger", "--format", "json"],
            ["verify", "attestations", "--format", "json"] + Workspace.inputs,
        ]
        let seed = try workspace.text("vault.ledger.key").split(separator: "\n").compactMap { line in
            line.split(separator: " ").last.map(String.init)
        }
        for command in commands {
            let outcome = try workspace.ballast(command)
            for secret in ["150000000", "1200000000", "1500000000000"] + seed where secret.count > 8 {
                #expect(!outcome.all.contains(secret))
            }
        }
    }

    @Test("is one file of circuits a policy, and the same bytes on standard output")
    func compilesIntoFolders() throws {
        let workspace = try Workspace.shared.get()
        try workspace.write(Workspace.policy.replacingOccurrences(of: "\"Small\"", with: "\"Twin\""), to: "twin.policy")
        let made = try workspace.ballast(["policy", "compile", "small.policy", "twin.policy", "--output", "circuits"])
        #expect(made.status == 0, "\(made.all)")
        let printed = try workspace.ballast(["policy", "compile", "small.policy"])
        #expect(printed.output == (try workspace.text("circuits/small.circuits")))
        let names = try FileManager.default.contentsOfDirectory(
            atPath: workspace.folder.appending(path: "circuits").path
        )
        #expect(names.sorted() == ["small.circuits", "twin.circuits"])
    }
}
