import Testing

@Suite("A policy without regimes at the prompt")
struct RegimelessPolicyCommandTests {
    private static let policy = """
        policy "One rule" version 1 {
          quote USD

          target {
            BTC  50%
            USD  50%
          }

          bands {
            each  trigger 2pp  to edge
          }

          rebalance {
            when any drift > band
          }

          limits {
            cost  <= 35bps per rebalance
          }

          attest every 1d
        }

        """

    /// From the end of August to the tenth of September the sample's model says `calm`, then `choppy`.
    private static let span = ["--from", "2024-08-28", "--to", "2024-09-10"]

    @Test("decides alike in every regime of the model, from the run to the verification, the report and the backtest")
    func everyRegime() throws {
        let workspace = try Workspace()
        try workspace.write(Self.policy, to: "one.policy")
        try workspace.write(#"{"BTC": "1", "USD": "60000"}"#, to: "one.json")
        let market = ["--policy", "one.policy", "--model", "model.json", "--candles", "BTC=whole/BTC.csv"]
        let labels = try workspace.ballast(["regimes", "--model", "model.json", "--candles", "BTC=whole/BTC.csv"])
        #expect(labels.output.contains("2024-09-05") && labels.output.contains("choppy"), "\(labels.all)")
        let ledger = ["--ledger", "one.ledger"]
        let ran = try workspace.ballast(["run"] + market + ["--holdings", "one.json"] + ledger + Self.span)
        #expect(ran.status == 0, "\(ran.all)")
        #expect(try workspace.ballast(["attestation", "export", "--output", "all"] + ledger).status == 0)
        #expect(try workspace.ballast(["verify", "all"] + market).lastLine == "verified: 13 attestations")
        #expect(try workspace.ballast(["period", "-o", "one.period"] + market + ledger).status == 0)
        let period = try workspace.ballast(["verify", "one.period"] + market)
        #expect(period.lastLine == "verified: a period of 13 steps in one proof", "\(period.all)")
        let backtest = try workspace.ballast(["backtest"] + market + Self.span)
        #expect(backtest.status == 0, "\(backtest.all)")
    }
}
