import Foundation
import Testing

@Suite("`unless cost > benefit` at the prompt")
struct NoTradeCommandTests {
    private static let market =
        ["--model", "model.json"]
        + ["BTC", "ETH", "SOL"].flatMap { ["--candles", "\($0)=whole/\($0).csv"] }

    /// The shipped policy in a workspace, with the whole sample: its window of sixty days needs more than twenty.
    private static func workspace() throws -> Workspace {
        let workspace = try Workspace()
        let shipped = Workspace.repository.appending(path: "Policies/only-what-pays.policy")
        let text = String(decoding: try Data(contentsOf: shipped), as: UTF8.self)
        try workspace.write(text.replacing("../Models/sample-daily.json", with: "model.json"), to: "pays.policy")
        return workspace
    }

    private static func run(_ workspace: Workspace, from: String, to: String) throws -> BallastExecutable.Outcome {
        try workspace.ballast(
            ["run", "--policy", "pays.policy"] + market
                + ["--holdings", "holdings.json", "--ledger", "p.ledger", "--from", from, "--to", to]
        )
    }

    @Test("the shipped policy is run, holds what is not worth its cost, and is verified by the candles and no others")
    func runsAndVerifies() throws {
        let workspace = try Self.workspace()
        try workspace.write(#"{"BTC": "1.5", "ETH": "20", "SOL": "200", "USD": "20000"}"#, to: "holdings.json")
        let ran = try Self.run(workspace, from: "2024-08-28", to: "2024-09-08")
        #expect(ran.status == 0 && ran.all.contains("held: not worth its cost"), "\(ran.all)")
        _ = try workspace.ballast(["attestation", "export", "--ledger", "p.ledger", "--output", "attestations"])
        let verify = ["verify", "attestations", "--policy", "pays.policy"] + Self.market
        let verified = try workspace.ballast(verify)
        #expect(verified.status == 0, "\(verified.all)")
        #expect(
            verified.all.contains(
                "in order, or no exchange of assets saved more than it costs (unless cost 0.2% > benefit(60d) over 30d at "
                    + "risk aversion 3), which stays hidden: drift(BTC) not above its band"
            )
        )
        #expect(verified.all.contains("`, covariance"))
        // Another horizon is another policy.
        let laxer = try workspace.text("pays.policy").replacing("over 30d", with: "over 29d")
        try workspace.write(laxer, to: "laxer.policy")
        let other = try workspace.ballast(["verify", "attestations", "--policy", "laxer.policy"] + Self.market)
        #expect(other.status == 1 && other.all.contains("policy and model"), "\(other.all)")
        // A close of the window, changed: 10 August, when the 223rd day ends.
        var lines = try workspace.text("whole/SOL.csv").split(separator: "\n").map(String.init)
        var fields = lines[223 * 24].split(separator: ",").map(String.init)
        fields[4] = fields[4] == fields[2] ? fields[3] : fields[2]
        lines[223 * 24] = fields.joined(separator: ",")
        try workspace.write(lines.joined(separator: "\n") + "\n", to: "whole/SOL.csv")
        let refused = try workspace.ballast(verify)
        #expect(refused.status == 1 && refused.all.contains("market data"), "\(refused.all)")
    }

    @Test("a window that looks back too far stops before genesis")
    func refusals() throws {
        let workspace = try Self.workspace()
        let early = try Self.run(workspace, from: "2024-02-01", to: "2024-02-03")
        #expect(early.status == 3 && early.all.contains("no close of"), "\(early.all)")
    }

    @Test("under secret targets and bands it is run, and verified by the sealed form alone")
    func verifiesSealed() throws {
        let workspace = try Self.workspace()
        let secret = try workspace.text("pays.policy").replacing(
            "  attest every 1d",
            with: "  secret target in 5%..60%, bands in 1pp..10pp\n\n  attest every 1d"
        )
        try workspace.write(secret, to: "secret.policy")
        try workspace.write(#"{"BTC": "1.5", "ETH": "20", "SOL": "200", "USD": "20000"}"#, to: "holdings.json")
        let sealing = ["policy", "seal", "secret.policy", "--model", "model.json", "--output", "sealed"]
        let sealed = try workspace.ballast(sealing)
        #expect(sealed.status == 0, "\(sealed.all)")
        let ran = try workspace.ballast(
            ["run", "--policy", "sealed/secret.sealed.json"] + Self.market
                + ["--holdings", "holdings.json", "--ledger", "s.ledger", "--from", "2024-08-28", "--to", "2024-09-04"]
        )
        #expect(ran.status == 0 && ran.all.contains("held: not worth its cost"), "\(ran.all)")
        _ = try workspace.ballast(["attestation", "export", "--ledger", "s.ledger", "--output", "shown"])
        let verify = ["verify", "shown", "--policy", "sealed/secret.sealed.json"] + Self.market
        let verified = try workspace.ballast(verify)
        #expect(verified.status == 0, "\(verified.all)")
        #expect(verified.all.contains("no exchange of assets saved more than it costs"))
        // A dearer trade excuses more holds: another document, which the seal's proof is not of.
        let form = try workspace.text("sealed/secret.sealed.json")
        try workspace.write(form.replacing("\"cost\": 2000", with: "\"cost\": 3500"), to: "sealed/secret.sealed.json")
        let refused = try workspace.ballast(verify)
        #expect(refused.status != 0, "\(refused.all)")
    }
}
