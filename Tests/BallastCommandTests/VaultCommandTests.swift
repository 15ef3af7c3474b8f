import Foundation
import Testing

@Suite("Several vaults at the prompt")
struct VaultCommandTests {
    @Test("share a ledger and its key, and each is run, listed, audited, exported and verified by its name")
    func shareALedger() throws {
        let workspace = try Workspace()
        try workspace.write(
            Workspace.policy.replacing("\"Small\"", with: "\"Other\"").replacing("trigger 4pp", with: "trigger 6pp"),
            to: "other.policy"
        )
        func run(_ end: String, _ vault: [String], policy: String = "small.policy") throws -> BallastExecutable.Outcome
        {
            try workspace.ballast(
                workspace.run(to: end, ledger: "vault.ledger").map { $0 == "small.policy" ? policy : $0 } + vault
            )
        }
        #expect(try run("2024-01-13", []).status == 0)
        let added = try run("2024-01-12", ["--vault", "beta"], policy: "other.policy")
        #expect(added.status == 0, "\(added.all)")
        let list = try workspace.ballast(["ledger", "list", "--ledger", "vault.ledger"])
        #expect(list.output.hasPrefix("main: 2 entries, the last a "), "\(list.all)")
        #expect(list.lastLine.hasPrefix("beta: 1 entry, the last a genesis at 2024-01-11"), "\(list.all)")
        let unnamed = try run("2024-01-14", [])
        #expect(unnamed.status == 3 && unnamed.all.contains("name one with --vault, of main, beta"), "\(unnamed.all)")
        #expect(try run("2024-01-14", ["--vault", "main"]).status == 0)
        let crossed = try run("2024-01-14", ["--vault", "beta"])
        #expect(crossed.status == 3 && crossed.all.contains("another policy"), "\(crossed.all)")
        #expect(try run("2024-01-15", ["--vault", "beta"], policy: "other.policy").status == 0)
        #expect(try run("2024-01-15", ["--vault", "No Name"]).status == 3)

        for (name, policy, count) in [("main", "small.policy", 3), ("beta", "other.policy", 4)] {
            let ledger = ["--ledger", "vault.ledger", "--vault", name]
            let audit = try workspace.ballast(["ledger", "audit"] + ledger)
            #expect(audit.lastLine == "clean: \(count) entries", "\(audit.all)")
            #expect(try workspace.ballast(["ledger", "show"] + ledger).status == 0)
            #expect(try workspace.ballast(["attestation", "export"] + ledger + ["--output", name]).status == 0)
            let inputs = Workspace.inputs.map { $0 == "small.policy" ? policy : $0 }
            let verified = try workspace.ballast(["verify", name] + inputs)
            #expect(verified.lastLine == "verified: \(count) attestations", "\(verified.all)")
            let wrong = try workspace.ballast(
                ["verify", name] + Workspace.inputs.map { $0 == "small.policy" ? "other.policy" : $0 }
            )
            #expect(wrong.status == (name == "beta" ? 0 : 1))
        }
        let missing = try workspace.ballast(["ledger", "show", "--ledger", "vault.ledger", "--vault", "gamma"])
        #expect(missing.status == 3 && missing.all.contains("holds no vault `gamma`"), "\(missing.all)")

        // Two chains in one folder are no chain.
        let files = try FileManager.default.contentsOfDirectory(
            atPath: workspace.folder.appending(path: "beta").path
        )
        for name in files {
            try FileManager.default.copyItem(
                at: workspace.folder.appending(path: "beta/\(name)"),
                to: workspace.folder.appending(path: "main/beta-\(name)")
            )
        }
        let mixed = try workspace.ballast(
            ["verify", "main", "--policy", "small.policy", "--policy", "other.policy", "--model", "model.json"]
                + Workspace.market
        )
        #expect(mixed.status == 1 && mixed.lastLine.hasPrefix("refused: "), "\(mixed.all)")
    }
}
