import Testing

@Suite("A budget of risk at the prompt")
struct RiskBudgetCommandTests {
    private static let market = ["--model", "model.json"] + Workspace.market

    /// A workspace with the small policy under a budget over a window.
    private static func workspace(_ window: String, _ limit: String) throws -> Workspace {
        let workspace = try Workspace()
        let rules = "require {\n    \"budget\"  volatility(\(window)) <= \(limit)\n"
        try workspace.write(Workspace.policy.replacing("require {\n", with: rules), to: "budget.policy")
        return workspace
    }

    private static func run(_ workspace: Workspace) throws -> BallastExecutable.Outcome {
        try workspace.ballast(
            ["run", "--policy", "budget.policy"] + market
                + ["--holdings", "holdings.json", "--ledger", "b.ledger", "--from", "2024-01-11", "--to", "2024-01-14"]
        )
    }

    @Test("is run, verified and exported with the covariance of the candles, and with no other")
    func runsAndVerifies() throws {
        let workspace = try Self.workspace("5d", "200%/yr")
        let ran = try Self.run(workspace)
        #expect(ran.status == 0, "\(ran.all)")
        _ = try workspace.ballast(["attestation", "export", "--ledger", "b.ledger", "--output", "attestations"])
        let verified = try workspace.ballast(["verify", "attestations", "--policy", "budget.policy"] + Self.market)
        #expect(verified.status == 0 && verified.all.contains(", covariance"), "\(verified.all)")
        let name = try #require(try workspace.attestations().last)
        let export = ["attestation", "export-proof", "attestations/\(name)", "--policy", "budget.policy"]
        let blind = try workspace.ballast(export + ["--model", "model.json", "--output", "blind.json"])
        #expect(blind.status == 2 && blind.all.contains("give --candles"), "\(blind.all)")
        let exported = try workspace.ballast(export + Self.market + ["--output", "proof.json"])
        let checked = try workspace.ballast(["proof", "check", "proof.json"])
        #expect(exported.status == 0 && checked.status == 0 && checked.all.contains("accepted"), "\(checked.all)")
        let period = ["period", "--ledger", "b.ledger", "--policy", "budget.policy", "--output"]
        let unmeasured = try workspace.ballast(period + ["blind.json", "--model", "model.json"])
        #expect(unmeasured.status == 2 && unmeasured.all.contains("give --candles"), "\(unmeasured.all)")
        #expect(try workspace.ballast(period + ["period.json"] + Self.market).status == 0)
        let whole = ["verify", "period.json", "--policy", "budget.policy"] + Self.market
        #expect(try workspace.ballast(whole).lastLine == "verified: a period of 3 steps in one proof")
        // A close of the window, changed by a hundredth.
        try workspace.write(try Self.spoilt(workspace.text("ETH.csv")), to: "ETH.csv")
        let other = try workspace.ballast(export + Self.market + ["--output", "other.json"])
        #expect(other.status == 1 && other.all.contains("is not the one that was attested"), "\(other.all)")
        let refused = try workspace.ballast(["verify", "attestations", "--policy", "budget.policy"] + Self.market)
        #expect(refused.status == 1 && refused.all.contains("market data"), "\(refused.all)")
        #expect(try workspace.ballast(whole).status == 1)
    }

    /// The candles with another close at the midnight of 10 January, when the 216th hour ends.
    private static func spoilt(_ candles: String) throws -> String {
        var lines = candles.split(separator: "\n").map(String.init)
        var fields = lines[216].split(separator: ",").map(String.init)
        let close = try #require(Double(fields[4]))
        let (high, low) = (try #require(Double(fields[2])), try #require(Double(fields[3])))
        fields[4] = "\(close == high ? low : high)"
        lines[216] = fields.joined(separator: ",")
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("that looks back too far stops before genesis, and one that the target breaks ends with the conflict")
    func refusals() throws {
        let early = try Self.run(Self.workspace("60d", "200%/yr"))
        #expect(early.status == 3 && early.all.contains("no close of BTC at 2023-11-12T00:00:00Z"), "\(early.all)")
        let tight = try Self.run(Self.workspace("5d", "1%/yr"))
        #expect(tight.status == 1 && tight.all.contains("every plan tried breaks `budget`"), "\(tight.all)")
    }
}
