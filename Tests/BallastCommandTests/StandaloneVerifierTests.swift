import Foundation
import Testing

@Suite("The standalone verifier")
struct StandaloneVerifierTests {
    private static let path = BallastExecutable.path(of: "ballast-verify")

    private func verify(_ arguments: [String]) throws -> BallastExecutable.Outcome {
        let folder = try Workspace.shared.get().folder
        return try BallastExecutable.run(arguments + Workspace.inputs, of: Self.path, in: folder)
    }

    @Test("prints what `ballast verify` prints", arguments: ["text", "json"])
    func agrees(format: String) throws {
        let workspace = try Workspace.shared.get()
        for path in ["attestations", "attestations/000001-rebalance.json", "nowhere"] {
            let arguments = [path, "--format", format]
            let own = try verify(arguments)
            let other = try workspace.ballast(["verify"] + arguments + Workspace.inputs)
            #expect(own.output == other.output)
            #expect(own.errors == other.errors)
            #expect(own.status == other.status)
        }
    }

    @Test("finds nothing against the same attestations, and no equivocation where a signature is missing")
    func comparesWithItself() throws {
        let workspace = try Workspace.shared.get()
        let same = try verify(["attestations", "--against", "attestations"])
        #expect(
            same.output.contains("compared with attestations: 4 of the same vault and number, none of them different")
        )
        #expect(same.lastLine == "verified: 4 attestations")
        let copy = try workspace.copyOfAttestations()
        let file = "\(copy)/000002-hold.json"
        let altered = try workspace.text(file).replacing(/"time": [0-9]+/, with: "\"time\": 1704585600001")
        try workspace.write(altered, to: file)
        let framed = try verify(["attestations", "--against", copy])
        #expect(framed.output.contains("number 2 of vault"))
        #expect(framed.output.contains("this proves nothing about the operator"))
        #expect(framed.status == 0 && framed.lastLine == "verified: 4 attestations")
    }

    @Test("names two attestations of one number that one operator signed", arguments: ["text", "json"])
    func showsEquivocation(format: String) throws {
        let workspace = try Workspace(days: 2)
        // The same keys and the same genesis, then another path: the ledger is copied before its decisions differ.
        let short = try workspace.ballast(workspace.run(to: "2024-01-12", ledger: "fork.ledger"))
        #expect(short.status == 0, "\(short.all)")
        let files = FileManager.default
        for name in ["fork.ledger", "fork.ledger.key"] {
            try files.copyItem(
                at: workspace.folder.appending(path: name),
                to: workspace.folder.appending(path: "other-" + name)
            )
        }
        for (ledger, folder) in [("fork.ledger", "one"), ("other-fork.ledger", "two")] {
            let ran = try workspace.ballast(workspace.run(to: "2024-01-13", ledger: ledger))
            #expect(ran.status == 0, "\(ran.all)")
            let exported = try workspace.ballast(["attestation", "export", "--ledger", ledger, "--output", folder])
            #expect(exported.status == 0, "\(exported.all)")
        }
        let outcome = try BallastExecutable.run(
            ["one", "--against", "two", "--format", format] + Workspace.inputs,
            of: Self.path,
            in: workspace.folder
        )
        #expect(outcome.status == 1, "\(outcome.all)")
        let verdict = "refused: two/000001-rebalance.json: equivocation"
        if format == "text" {
            #expect(outcome.lastLine == verdict)
            #expect(outcome.output.contains("2 of the same vault and number, 1 of them different"))
        } else {
            #expect(outcome.output.contains("\"verdict\": \"\(verdict)\""))
            #expect(outcome.output.contains("\"bothSigned\": true"))
        }
    }

    // Only SwiftPM links by the manifest; it leaves the module's build folder beside the executable.
    @Test(
        "links no SQLite",
        .enabled(
            if: FileManager.default.fileExists(
                atPath: URL(filePath: path).deletingLastPathComponent().appending(path: "VerifyCommand.build").path
            )
        )
    )
    func linksNoDatabase() throws {
        let binary = try Data(contentsOf: URL(filePath: Self.path))
        #expect(binary.range(of: Data("libgmp.so".utf8)) != nil)
        #expect(binary.range(of: Data("libsqlite3".utf8)) == nil)
    }
}
