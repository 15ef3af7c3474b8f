import Testing

@Suite("A rule over the number of positions at the prompt")
struct PositionsCommandTests {
    private static let market = ["--model", "model.json"] + Workspace.market

    private static func workspace(_ rule: String) throws -> Workspace {
        let workspace = try Workspace()
        let rules = "require {\n    \"spread\"  \(rule)\n"
        try workspace.write(Workspace.policy.replacing("require {\n", with: rules), to: "spread.policy")
        return workspace
    }

    @Test("is checked, explained, run, verified and exported")
    func runsAndVerifies() throws {
        let workspace = try Self.workspace("positions >= 3")
        let checked = try workspace.ballast(["policy", "check", "spread.policy"])
        #expect(checked.status == 0, "\(checked.all)")
        let explained = try workspace.ballast(["policy", "explain", "spread.policy", "--model", "model.json"])
        #expect(explained.status == 0 && explained.all.contains("at least 3 assets are held"), "\(explained.all)")
        let ran = try workspace.ballast(
            ["run", "--policy", "spread.policy"] + Self.market
                + ["--holdings", "holdings.json", "--ledger", "p.ledger", "--from", "2024-01-11", "--to", "2024-01-13"]
        )
        #expect(ran.status == 0, "\(ran.all)")
        _ = try workspace.ballast(["attestation", "export", "--ledger", "p.ledger", "--output", "attestations"])
        let verified = try workspace.ballast(["verify", "attestations", "--policy", "spread.policy"] + Self.market)
        #expect(verified.status == 0, "\(verified.all)")
        // The policy without the rule is another one.
        let other = try workspace.ballast(["verify", "attestations"] + Workspace.inputs)
        #expect(other.status == 1, "\(other.all)")
    }

    @Test("that the target breaks is refused where it is checked")
    func refused() throws {
        let checked = try Self.workspace("positions <= 2").ballast(["policy", "check", "spread.policy"])
        #expect(checked.status == 1 && checked.all.contains("[E0306]"), "\(checked.all)")
        #expect(checked.all.contains("it holds 4 assets"), "\(checked.all)")
    }
}
