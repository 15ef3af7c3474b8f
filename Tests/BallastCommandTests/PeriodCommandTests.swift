import Foundation
import Testing

@Suite("A report over a period at the prompt")
struct PeriodCommandTests {
    private static let period = [
        "period", "--ledger", "vault.ledger", "--policy", "small.policy", "--model", "model.json",
    ]

    @Test("is one file that verifies by policy, model and candles, also without SQLite")
    func verifies() throws {
        let workspace = try Workspace(days: 6)
        let made = try workspace.ballast(Self.period + ["--from", "2024-01-12", "--return", "-o", "period.json"])
        #expect(made.status == 0, "\(made.all)")
        #expect(made.lastLine.hasPrefix("wrote period.json: 6 steps in one proof of "))
        let verified = try workspace.ballast(["verify", "period.json"] + Workspace.inputs)
        #expect(verified.status == 0, "\(verified.all)")
        #expect(verified.lastLine == "verified: a period of 6 steps in one proof")
        #expect(verified.output.contains("the return of the period: "))
        let alone = try BallastExecutable.run(
            ["period.json"] + Workspace.inputs,
            of: BallastExecutable.path(of: "ballast-verify"),
            in: workspace.folder
        )
        #expect(alone.output == verified.output)
        let json = try workspace.ballast(["verify", "period.json", "--format", "json"] + Workspace.inputs)
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(object?["accepted"] as? Bool == true)
        #expect(object?["steps"] as? Int == 6)
        // A chain's own head is where the report says that it ends.
        let head = try #require(object?["head"] as? String)
        let listed = try workspace.ballast(["attestation", "list", "--ledger", "vault.ledger"])
        #expect(listed.lastLine.contains(head.prefix(16)))
    }

    @Test("does not show a return that was not asked for, and is refused with another")
    func hiddenReturn() throws {
        let workspace = try Workspace(days: 3)
        #expect(try workspace.ballast(Self.period + ["-o", "hidden.json"]).status == 0)
        #expect(!(try workspace.text("hidden.json")).contains("return"))
        #expect(try workspace.ballast(Self.period + ["--return", "-o", "shown.json"]).status == 0)
        let text = try workspace.text("shown.json")
        let line = try #require(text.split(separator: "\n").first { $0.contains("returnBasisPoints") })
        try workspace.write(text.replacingOccurrences(of: line, with: "  \"returnBasisPoints\": 5,"), to: "other.json")
        let refused = try workspace.ballast(["verify", "other.json"] + Workspace.inputs)
        #expect(refused.status == 1)
        #expect(refused.lastLine == "refused: other.json: signature", "\(refused.all)")
        try workspace.write(text.replacingOccurrences(of: "ballast period", with: "ballast perjury"), to: "none.json")
        #expect(try workspace.ballast(["verify", "none.json"] + Workspace.inputs).status == 1)
    }

    @Test("takes in deposits with the owner's consent, and proves no return over them")
    func flows() throws {
        let workspace = try Workspace()
        let owner = try workspace.ballast(["owner", "new", "owner.key"]).lastLine
        let run = { workspace.run(to: $0, ledger: "vault.ledger") + ["--owner", owner] }
        #expect(try workspace.ballast(run("2024-01-13")).status == 0)
        let deposit = [
            "--ledger", "vault.ledger", "--owner-key", "owner.key", "--at", "2024-01-12T12:00Z", "--deposit", "BTC=1",
        ]
        #expect(try workspace.ballast(["flow"] + Workspace.inputs + deposit).status == 0)
        #expect(try workspace.ballast(run("2024-01-15")).status == 0)
        #expect(try workspace.ballast(Self.period + ["-o", "period.json"]).status == 0)
        let verified = try workspace.ballast(["verify", "period.json"] + Workspace.inputs)
        #expect(verified.lastLine == "verified: a period of 5 steps in one proof", "\(verified.all)")
        #expect(verified.output.contains("the owner's signature stands under 1 flow"))
        #expect(verified.output.contains("from its genesis"))
        let returned = try workspace.ballast(Self.period + ["--return", "-o", "other.json"])
        #expect(returned.status == 1 && returned.all.contains("end the period before it"), "\(returned.all)")
        let after = try workspace.ballast(Self.period + ["--from", "2024-01-13", "--return", "-o", "other.json"])
        #expect(after.status == 0, "\(after.all)")
    }

    @Test("that cannot be is refused with its reason and status")
    func refusals() throws {
        let workspace = try Workspace(days: 3)
        let cases: [(status: Int32, arguments: [String], words: String)] = [
            (2, ["--from", "2024-01-13", "--to", "2024-01-12", "-o", "a.json"], "is after"),
            (3, ["--from", "2025-01-13", "-o", "a.json"], "has nothing from 2025-01-13"),
            (3, ["--to", "2024-01-10", "-o", "a.json"], "has nothing from"),
            (2, ["--model", "model.json", "-o", "a.json"], "2 models for 1 policies"),
            (3, ["--key", "no.key", "-o", "a.json"], "no.key"),
            (3, ["-o", "no-folder/a.json"], "no-folder"),
        ]
        for (status, arguments, words) in cases {
            let outcome = try workspace.ballast(Self.period + arguments)
            #expect(outcome.status == status, "\(arguments) \(outcome.all)")
            #expect(outcome.all.contains(words), "\(outcome.all)")
        }
        #expect(try workspace.ballast(Self.period + ["-o", "a.json"]).status == 0)
        let against = ["verify", "a.json", "--against", "attestations"] + Workspace.inputs
        let compared = try workspace.ballast(against)
        #expect(compared.status == 0, "\(compared.all)")
        #expect(compared.output.contains("compared with attestations: 4 of the same vault and number, none of them"))
    }
}
