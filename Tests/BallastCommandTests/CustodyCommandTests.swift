import Foundation
import Testing

@Suite("A custodian at the prompt")
struct CustodyCommandTests {
    @Test("signs for the holdings of the last entry, and a verifier sees the age of the receipt")
    func signs() throws {
        let workspace = try Workspace(days: 2)
        let key = try workspace.ballast(["custody", "new", "custodian.key"]).lastLine
        let open = ["custody", "open", "--ledger", "vault.ledger", "--output"]
        let opened = try workspace.ballast(open + ["shown"])
        #expect(opened.status == 0, "\(opened.all)")
        let path = workspace.folder.appending(path: "shown/opening.json").path
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let sign = { (attestation: String, opening: String) in
            [
                "custody", "sign", attestation, "--opening", opening, "--key", "custodian.key", "--output",
                "receipts/last.json",
            ]
        }
        try FileManager.default.createDirectory(
            at: workspace.folder.appending(path: "receipts"),
            withIntermediateDirectories: true
        )
        let wrong = try workspace.ballast(sign("attestations/000000-genesis.json", "shown/opening.json"))
        #expect(wrong.status == 1 && wrong.all.contains("not that of its commitment"), "\(wrong.all)")
        let signed = try workspace.ballast(sign("shown/attestation.json", "shown/opening.json"))
        #expect(signed.status == 0 && signed.output.contains("asset number 1: "), "\(signed.all)")

        let named = try workspace.ballast(
            sign("shown/attestation.json", "shown/opening.json")
                + ["--policy", "small.policy", "--model", "model.json"]
        )
        #expect(named.status == 0 && named.output.contains("\nSOL "), "\(named.all)")
        #expect(named.output.wholeMatch(of: /BTC \d+\.\d{8}\nETH (.|\n)*/) != nil, "\(named.all)")
        try workspace.write(Workspace.policy.replacing("version 1", with: "version 2"), to: "other.policy")
        let other = try workspace.ballast(
            sign("shown/attestation.json", "shown/opening.json")
                + ["--policy", "other.policy", "--model", "model.json"]
        )
        #expect(other.status == 1 && other.all.contains("it is under policy"), "\(other.all)")

        let check = ["custody", "check", "receipts/last.json", "--custodian", key, "--attestation"]
        #expect(try workspace.ballast(check + ["shown/attestation.json"]).status == 0)
        let stale = try workspace.ballast(check + ["attestations/000000-genesis.json"])
        #expect(stale.status == 1, "\(stale.all)")

        let verify = ["verify", "attestations"] + Workspace.inputs
        #expect(try workspace.ballast(verify).output.contains("holdings self-declared: no custodian signed"))
        let custody = ["--custody", "receipts", "--custodian", key]
        let fresh = try workspace.ballast(verify + custody)
        #expect(fresh.status == 0, "\(fresh.all)")
        #expect(fresh.output.contains("signed for by the custodian as of the last attestation, number 2"))
        #expect(try workspace.ballast(verify + ["--custody", "receipts"]).status == 2)

        #expect(try workspace.ballast(workspace.run(to: "2024-01-16", ledger: "vault.ledger")).status == 0)
        let export = ["attestation", "export", "--ledger", "vault.ledger", "--output", "later"]
        #expect(try workspace.ballast(export).status == 0)
        let aged = try workspace.ballast(["verify", "later"] + Workspace.inputs + custody)
        #expect(aged.status == 0, "\(aged.all)")
        #expect(aged.output.contains("receipts is 2 d older than the last attestation"), "\(aged.all)")
        let json = try workspace.ballast(["verify", "later", "--format", "json"] + Workspace.inputs + custody)
        #expect(json.output.contains("\"ageMilliseconds\": 172800000"), "\(json.all)")

        // A stranger's receipt, and one of an attestation that is not here, refuse the report.
        let stranger = try workspace.ballast(["custody", "new", "stranger.key"]).lastLine
        let foreign = try workspace.ballast(verify + ["--custody", "receipts", "--custodian", stranger])
        #expect(foreign.status == 1 && foreign.all.contains("another key than the custodian's"), "\(foreign.all)")
        let text = try workspace.text("receipts/last.json")
        try workspace.write(text.replacing("\"sequence\": 2", with: "\"sequence\": 9"), to: "receipts/last.json")
        let stray = try workspace.ballast(verify + custody)
        #expect(stray.status == 1 && stray.lastLine == "refused: receipts/last.json: custody", "\(stray.all)")
        try workspace.write("{}", to: "receipts/last.json")
        #expect(try workspace.ballast(verify + custody).status == 1)
    }
}
