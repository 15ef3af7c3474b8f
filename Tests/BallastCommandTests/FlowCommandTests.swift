import Foundation
import Testing

@Suite("A deposit at the prompt")
struct FlowCommandTests {
    /// A vault with an owner, opened on the eleventh of January.
    private func opened() throws -> (workspace: Workspace, flow: [String], run: (String) -> [String]) {
        let workspace = try Workspace()
        let owner = try workspace.ballast(["owner", "new", "owner.key"])
        #expect(owner.status == 0)
        let key = owner.lastLine
        let run = { (end: String) in workspace.run(to: end, ledger: "vault.ledger") + ["--owner", key] }
        #expect(try workspace.ballast(run("2024-01-12")).status == 0)
        let flow = ["flow"] + Workspace.inputs + ["--ledger", "vault.ledger", "--owner-key", "owner.key"]
        return (workspace, flow, run)
    }

    @Test("is recorded, exported and verified with the decisions around it, and refused without the owner's consent")
    func verifies() throws {
        let (workspace, flow, run) = try opened()
        let deposit = try workspace.ballast(flow + ["--at", "2024-01-11T12:00Z", "--deposit", "BTC=0.5"])
        #expect(deposit.status == 0, "\(deposit.all)")
        #expect(deposit.lastLine == "recorded: 000001-flow.json at 2024-01-11T12:00:00Z")
        #expect(try workspace.ballast(run("2024-01-13")).status == 0)
        let export = ["attestation", "export", "--ledger", "vault.ledger", "--output", "attestations"]
        #expect(try workspace.ballast(export).status == 0)
        let verified = try workspace.ballast(["verify", "attestations"] + Workspace.inputs)
        #expect(verified.lastLine == "verified: 3 attestations", "\(verified.all)")
        #expect(verified.output.contains("no policy constrains it"))

        let file = try workspace.text("attestations/000001-flow.json")
        // Nothing of what moved stands in the file.
        #expect(!file.contains("BTC"))
        let marker = "\"ownerSignature\": \""
        let range = try #require(file.range(of: marker))
        let digit = file[range.upperBound] == "0" ? "1" : "0"
        let forged = file.replacingCharacters(in: range.upperBound...range.upperBound, with: digit)
        try workspace.write(forged, to: "attestations/000001-flow.json")
        let refused = try workspace.ballast(["verify", "attestations"] + Workspace.inputs)
        #expect(refused.status == 1)
        #expect(refused.lastLine.hasSuffix("000001-flow.json: owner signature"), "\(refused.all)")
    }

    @Test("that cannot be is refused with its reason and status")
    func refusals() throws {
        let (workspace, flow, _) = try opened()
        let noon = ["--at", "2024-01-11T12:00Z"]
        let cases: [(status: Int32, arguments: [String], words: String)] = [
            (1, flow + noon + ["--withdraw", "BTC=50"], "the vault holds less than that"),
            (1, flow + noon + ["--deposit", "BTC=0"], "nothing moves"),
            (1, flow + ["--at", "2024-01-12", "--deposit", "BTC=1"], "belongs to a decision"),
            (2, flow + noon + ["--deposit", "DOGE=1"], "DOGE"),
            (2, flow + noon + ["--deposit", "BTC"], "as in BTC=0.5"),
            (2, flow + noon + ["--deposit", "BTC=1", "--withdraw", "ETH=1"], "one direction"),
            (2, flow + noon + ["--deposit", "BTC=1", "--deposit", "BTC=2"], "named twice"),
            (3, flow.dropLast() + ["other.key"] + noon + ["--deposit", "BTC=1"], "no owner's key"),
            (3, ["owner", "new", "owner.key"], "never written over another"),
        ]
        for (status, arguments, words) in cases {
            let outcome = try workspace.ballast(arguments)
            #expect(outcome.status == status, "\(arguments) \(outcome.all)")
            #expect(outcome.all.contains(words), "\(outcome.all)")
        }
    }
}
