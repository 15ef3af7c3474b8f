import Foundation
import Testing

#if Z3
    private let hasSolver = true
#else
    private let hasSolver = false
#endif

@Suite("A house and its vaults at the prompt")
struct PolicyHouseCommandTests {
    private static let house = """
        policy "House" version 1 {
          quote USD

          target {
            BTC  60%
            USD  40%
          }

          bands {
            each  trigger 5pp  to edge
          }

          rebalance {
            when any drift > band
          }

          limits {
            turnover  <= 20% per rebalance
            cost      <= 35bps per rebalance
          }

          require {
            "cash floor"  weight(USD) >= 25%
          }
        }

        """

    private static func vault(_ body: String) -> String {
        "policy \"Vault\" extends \"house.policy\" version 1 {\n\(body)}\n"
    }

    private func folder(_ vault: String) throws -> Workspace {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(
            at: workspace.folder.appending(path: "rules"),
            withIntermediateDirectories: true
        )
        try workspace.write(Self.house, to: "rules/house.policy")
        try workspace.write(vault, to: "rules/vault.policy")
        return workspace
    }

    @Test("a vault is checked, explained and tested with the rules that it inherits")
    func inherits() throws {
        let workspace = try folder(Self.vault("  limits {\n    turnover  <= 15% per rebalance\n  }\n"))
        let checked = try workspace.ballast(["policy", "check", "rules/vault.policy"])
        #expect(checked.status == 0 && checked.lastLine.contains("0 errors, 0 warnings"), "\(checked.all)")
        let explained = try workspace.ballast(["policy", "explain", "rules/vault.policy"])
        #expect(explained.output.contains("turns over at most 15%"))
        #expect(explained.output.contains("USD weighs at least 25%"))
    }

    @Test("a vault that loosens is refused with the house's line, a missing house with its path")
    func refuses() throws {
        let workspace = try folder(Self.vault("  limits {\n    cost  <= 36bps per rebalance\n  }\n"))
        let looser = try workspace.ballast(["policy", "check", "rules/vault.policy"])
        #expect(looser.status == 1)
        #expect(
            looser.output.contains("[E0701]") && looser.output.contains("rules/house.policy:19:5:"),
            "\(looser.all)"
        )
        try FileManager.default.removeItem(at: workspace.folder.appending(path: "rules/house.policy"))
        let missing = try workspace.ballast(["policy", "check", "rules/vault.policy"])
        #expect(missing.status == 1 && missing.output.contains("`house.policy` cannot be read"), "\(missing.all)")
    }

    @Test("a vault that only tightens is proved nowhere looser, regime by regime", .enabled(if: hasSolver))
    func proves() throws {
        let body = "  limits {\n    turnover  <= 15% per rebalance\n  }\n  bands {\n    BTC  trigger 4pp  to 3pp\n  }\n"
        let workspace = try folder(Self.vault(body))
        let analysed = try workspace.ballast(["policy", "analyze", "rules/vault.policy"])
        #expect(analysed.output.contains("nowhere looser than \"House\": proved in every regime"), "\(analysed.all)")
        let json = try workspace.ballast(["policy", "analyze", "rules/vault.policy", "--format", "json"])
        #expect(json.output.components(separatedBy: "\"never looser: ").count == 4)
    }

    @Test("a property that does not hold fails the test, one that holds does not", .enabled(if: hasSolver))
    func answersProperties() throws {
        let stuck = "property \"never stuck\" always (rebalance due) implies (some admissible trade)\n"
        let redeem = "property \"open door\" always redeem allowed\n"
        let workspace = try folder(Self.house + stuck + redeem)
        let violated = try workspace.ballast(["policy", "test", "rules/vault.policy"])
        #expect(violated.status == 1)
        #expect(
            violated.output.contains("rules/vault.policy:26: property \"never stuck\": violated"),
            "\(violated.all)"
        )
        #expect(violated.output.contains("for example BTC "))
        #expect(violated.output.contains("rules/vault.policy:27: property \"open door\": proved"))
        #expect(violated.lastLine == "2 properties: 1 proved, 1 violated, 0 not decided")
        let free = Self.house.replacingOccurrences(of: "    turnover  <= 20% per rebalance\n", with: "")
        try workspace.write(free + stuck, to: "rules/vault.policy")
        let proved = try workspace.ballast(["policy", "test", "rules/vault.policy"])
        #expect(proved.status == 0, "\(proved.all)")
        #expect(proved.lastLine == "1 property: 1 proved, 0 violated, 0 not decided")
    }

    @Test("what is understood and not acted on is refused by compile and run, with its place")
    func refusesToAct() throws {
        let workspace = try folder(Self.vault("  secret target in 1%..60%\n"))
        for command in ["compile", "seal"] {
            let outcome = try workspace.ballast(["policy", command, "rules/vault.policy", "--model", "model.json"])
            #expect(outcome.status == 1)
            #expect(
                outcome.all.contains(
                    "`secret` beside a policy that extends another is understood but not yet acted on"
                ),
                "\(outcome.all)"
            )
            #expect(outcome.all.contains("uses what this version cannot prove yet"))
        }
    }
}
