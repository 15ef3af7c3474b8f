import Foundation
import Testing

@Suite("An amend of the asset list at the prompt")
struct AmendListCommandTests {
    /// Without SOL, and in another order.
    private static let three = Workspace.policy
        .replacing(
            "    BTC  45%\n    ETH  30%\n    SOL  10%\n    USD  15%\n",
            with: "    USD  25%\n    BTC  45%\n    ETH  30%\n"
        )
        .replacing("version 1", with: "version 2")

    @Test("drops what the owner took out, takes it in again, and the run goes on under each list")
    func dropsAndAdds() throws {
        let workspace = try Workspace()
        #expect(Self.three.contains("USD  25%"))
        try workspace.write(Self.three, to: "three.policy")
        let owner = try workspace.ballast(["owner", "new", "owner.key"]).lastLine
        func run(_ policy: String, to end: String) throws -> BallastExecutable.Outcome {
            try workspace.ballast(
                workspace.run(to: end, ledger: "vault.ledger").map { $0 == "small.policy" ? policy : $0 }
                    + ["--owner", owner]
            )
        }
        func amend(_ policy: String, from old: String, at time: String) throws -> BallastExecutable.Outcome {
            try workspace.ballast([
                "amend", "--policy", policy, "--model", "model.json", "--from", old, "--from-model", "model.json",
                "--ledger", "vault.ledger", "--owner-key", "owner.key", "--at", time,
            ])
        }
        var lastExport = ""
        func verified(_ policies: String...) throws -> BallastExecutable.Outcome {
            let folder = "out-\(UUID().uuidString)"
            let export = ["attestation", "export", "--ledger", "vault.ledger", "--output", folder]
            #expect(try workspace.ballast(export).status == 0)
            lastExport = folder
            return try workspace.ballast(
                ["verify", folder] + policies.flatMap { ["--policy", $0] } + ["--model", "model.json"]
                    + Workspace.market
            )
        }
        #expect(try run("small.policy", to: "2024-01-12").status == 0)
        let held = try amend("three.policy", from: "small.policy", at: "2024-01-11T12:00Z")
        #expect(held.status == 1 && held.all.contains("leaves out SOL, of which the vault holds some"), "\(held.all)")
        let flow = ["flow"] + Workspace.inputs + ["--ledger", "vault.ledger", "--owner-key", "owner.key", "--at"]
        let foreign = try workspace.ballast(flow + ["2024-01-11T06:00Z", "--withdraw", "DOGE=all"])
        #expect(foreign.status == 1 && foreign.all.contains("the policy holds no DOGE"), "\(foreign.all)")
        let out = try workspace.ballast(flow + ["2024-01-11T06:00Z", "--withdraw", "SOL=all"])
        #expect(out.status == 0, "\(out.all)")
        let again = try workspace.ballast(flow + ["2024-01-11T07:00Z", "--withdraw", "SOL=all"])
        #expect(again.status == 1 && again.all.contains("nothing moves"), "\(again.all)")
        let dropped = try amend("three.policy", from: "small.policy", at: "2024-01-11T12:00Z")
        #expect(dropped.lastLine == "recorded: 000002-amend.json at 2024-01-11T12:00:00Z", "\(dropped.all)")
        let next = try run("three.policy", to: "2024-01-13")
        #expect(next.status == 0, "\(next.all)")
        let short = try verified("small.policy", "three.policy")
        #expect(short.lastLine == "verified: 4 attestations", "\(short.all)")
        #expect(short.output.contains("left out, and proved to be held by no unit: SOL"), "\(short.all)")

        // What the amend proves goes to checkers that know nothing of us as any proof does, once both policies are named.
        let proof = ["\(lastExport)/000002-amend.json", "--policy", "three.policy", "--model", "model.json"]
        let alone = try workspace.ballast(["attestation", "export-proof"] + proof)
        #expect(alone.status == 2 && alone.all.contains("name the one before with --from"), "\(alone.all)")
        let both = proof + ["--from", "small.policy", "--from-model", "model.json", "--output"]
        #expect(try workspace.ballast(["attestation", "export-proof"] + both + ["amend.json"]).status == 0)
        #expect(try workspace.ballast(["proof", "check", "amend.json"]).status == 0)
        #expect(try workspace.ballast(["attestation", "export-circuit"] + both + ["amend.r1cs"]).status == 0)

        let added = try amend("small.policy", from: "three.policy", at: "2024-01-12T12:00Z")
        #expect(added.status == 0, "\(added.all)")
        let last = try run("small.policy", to: "2024-01-14")
        #expect(last.status == 0, "\(last.all)")
        let whole = try verified("small.policy", "three.policy")
        #expect(whole.lastLine == "verified: 6 attestations", "\(whole.all)")
        #expect(whole.output.contains("new assets begin at zero: SOL"), "\(whole.all)")
        #expect(try verified("small.policy").status == 1)
    }
}
