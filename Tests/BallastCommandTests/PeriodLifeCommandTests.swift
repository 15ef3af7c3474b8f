import Foundation
import Testing

@Suite("A report over a period with a halt and an amend at the prompt")
struct PeriodLifeCommandTests {
    private static let policies = ["--policy", "small.policy", "--policy", "tight.policy", "--model", "model.json"]

    /// A vault that a guardian halted, that went on, that its owner amended, and that decided under both policies.
    private static func vault() throws -> Workspace {
        let workspace = try Workspace()
        func run(_ words: [String]) throws {
            let outcome = try workspace.ballast(words)
            guard outcome.status == 0 else { throw Workspace.Failure(text: outcome.all) }
        }
        let owner = try workspace.ballast(["owner", "new", "owner.key"]).lastLine
        let guardian = try workspace.ballast(["guardian", "new", "guardian.key"]).lastLine
        let tight = Workspace.policy.replacing("version 1", with: "version 2").replacing("4pp", with: "3pp")
        try workspace.write(tight, to: "tight.policy")
        func decide(_ end: String, _ policy: String) throws {
            let words = workspace.run(to: end, ledger: "vault.ledger").map { $0 == "small.policy" ? policy : $0 }
            try run(words + ["--owner", owner, "--guardian", guardian])
        }
        let small = ["--policy", "small.policy", "--model", "model.json", "--ledger", "vault.ledger"]
        func order(_ action: String) throws {
            let folder = "before-\(action)"
            try run(["attestation", "export", "--ledger", "vault.ledger", "--output", folder])
            let names = try FileManager.default.contentsOfDirectory(
                atPath: workspace.folder.appending(path: folder).path
            )
            let name = names.sorted().last { action == "halt" || $0.hasSuffix("-halt.json") } ?? ""
            try run(
                [
                    "guardian", "sign", action, "\(folder)/\(name)", "--key", "guardian.key", "--output",
                    "\(action).order",
                ]
            )
        }
        try decide("2024-01-13", "small.policy")
        try order("halt")
        try run(["halt"] + small + ["--at", "2024-01-12T06:00Z", "--order", "halt.order"])
        try decide("2024-01-14", "small.policy")
        try order("resume")
        try run(["resume"] + small + ["--at", "2024-01-13T06:00Z", "--order", "resume.order"])
        try run(
            ["amend", "--policy", "tight.policy", "--model", "model.json", "--from", "small.policy"]
                + ["--from-model", "model.json", "--ledger", "vault.ledger", "--owner-key", "owner.key"]
                + ["--at", "2024-01-13T12:00Z"]
        )
        try decide("2024-01-16", "tight.policy")
        return workspace
    }

    @Test("covers all of it with every policy, names the one that is missing, and is refused when altered")
    func life() throws {
        let workspace = try Self.vault()
        let make = ["period", "--ledger", "vault.ledger"]
        let made = try workspace.ballast(make + Self.policies + ["--return", "-o", "whole.json"])
        #expect(made.status == 0, "\(made.all)")
        let verify = { try workspace.ballast(["verify", $0] + Self.policies + Workspace.market + $1) }
        let verified = try verify("whole.json", [])
        #expect(verified.status == 0, "\(verified.all)")
        for words in [
            "halt number 2 at 2024-01-12T06:00:00Z", "ordered by at least 1 of 1 guardian",
            "resume number 4 at 2024-01-13T06:00:00Z", "amend number 5 at 2024-01-13T12:00:00Z",
            "passed with the owner's signature to policy", "the return since the vault opened",
        ] { #expect(verified.output.contains(words), "\(words)\n\(verified.all)") }
        #expect(!verified.output.contains("halts:"))
        #expect(verified.lastLine == "verified: a period of 8 steps in one proof")
        let alone = try BallastExecutable.run(
            ["whole.json"] + Self.policies + Workspace.market,
            of: BallastExecutable.path(of: "ballast-verify"),
            in: workspace.folder
        )
        #expect(alone.output == verified.output)

        // The folder of policies serves as well; one alone does not, here or there.
        let missing = try workspace.ballast(["verify", "whole.json"] + Workspace.inputs)
        #expect(missing.status == 1)
        #expect(
            missing.lastLine.hasSuffix("amend number 5 at 2024-01-13T12:00:00Z: policy and model"),
            "\(missing.all)"
        )
        let unmade = try workspace.ballast(
            make + ["--policy", "tight.policy", "--model", "model.json", "-o", "none.json"]
        )
        #expect(unmade.status == 1 && unmade.all.contains("number 0 of the ledger is under policy"), "\(unmade.all)")

        // From within the halt it says what only the chain shows; the halt is there with the guardian's signature.
        let later = try workspace.ballast(make + Self.policies + ["--from", "2024-01-13", "-o", "later.json"])
        #expect(later.status == 0, "\(later.all)")
        let middle = try verify("later.json", ["--against", "before-resume"])
        #expect(middle.status == 0, "\(middle.all)")
        #expect(middle.output.contains("what lay before number 3: that nothing but the halt number 2, brought here"))
        #expect(middle.output.contains("compared with before-resume: 2 of the same vault and number, none of them"))
        let amended = try workspace.ballast(make + Self.policies + ["--from", "2024-01-13T12:00Z", "-o", "none.json"])
        #expect(amended.status == 1 && amended.all.contains("begin the period before it"), "\(amended.all)")
        let open = try workspace.ballast(
            make + Self.policies + ["--from", "2024-01-12T06:00Z", "--return", "-o", "none.json"]
        )
        #expect(open.status == 1 && open.all.contains("number 2 is a halt without prices"), "\(open.all)")

        let alterations = [
            ("\"guardianSignatures\"", "halt number 2 at 2024-01-12T06:00:00Z: guardians"),
            ("\"ownerSignature\"", "amend number 5 at 2024-01-13T12:00:00Z: owner signature"),
            ("\"operator\"", "whole.json: signature"),
        ]
        for (key, failure) in alterations {
            var text = try workspace.text("whole.json")
            let place = try #require(text.range(of: key))
            let opening = try #require(text[place.lowerBound...].range(of: "ignature\": \""))
            let digit = text[opening.upperBound] == "0" ? "1" : "0"
            text.replaceSubrange(opening.upperBound...opening.upperBound, with: digit)
            try workspace.write(text, to: "altered.json")
            let refused = try verify("altered.json", [])
            let expected = failure.replacing("whole.json", with: "altered.json")
            #expect(refused.status == 1 && refused.lastLine.hasSuffix(expected), "\(refused.all)")
        }
    }
}
