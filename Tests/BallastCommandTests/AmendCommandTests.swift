import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A vault's life at the prompt")
struct AmendCommandTests {
    /// A vault with an owner and two of three guardians, opened on the eleventh of January.
    private final class Guarded: Sendable {
        let workspace: Workspace
        let run: [String]

        init() throws {
            workspace = try Workspace()
            let owner = try workspace.ballast(["owner", "new", "owner.key"]).lastLine
            var guardians: [String] = []
            for name in ["a", "b", "c"] {
                let key = try workspace.ballast(["guardian", "new", "\(name).key"]).lastLine
                guardians += ["--guardian", key]
            }
            try workspace.write(
                Workspace.policy.replacing("version 1", with: "version 2").replacing(
                    "trigger 4pp",
                    with: "trigger 2pp"
                ),
                to: "tight.policy"
            )
            run = ["--owner", owner, "--guardian-threshold", "2"] + guardians
            #expect(try decide("2024-01-12").status == 0)
        }

        /// `ballast run` to a day, under one of the policies.
        func decide(_ end: String, policy: String = "small.policy") throws -> BallastExecutable.Outcome {
            try workspace.ballast(
                workspace.run(to: end, ledger: "vault.ledger").map { $0 == "small.policy" ? policy : $0 } + run
            )
        }

        func event(_ words: String...) throws -> BallastExecutable.Outcome {
            try workspace.ballast(words + ["--model", "model.json", "--ledger", "vault.ledger"])
        }

        func amend(at time: String, _ more: String...) throws -> BallastExecutable.Outcome {
            try workspace.ballast(
                [
                    "amend", "--policy", "tight.policy", "--model", "model.json", "--from", "small.policy",
                    "--from-model", "model.json", "--ledger", "vault.ledger", "--owner-key", "owner.key", "--at", time,
                ] + more
            )
        }

        func verified(_ policies: [String], _ more: [String] = []) throws -> BallastExecutable.Outcome {
            let folder = "out-\(UUID().uuidString)"
            let export = ["attestation", "export", "--ledger", "vault.ledger", "--output", folder]
            #expect(try workspace.ballast(export).status == 0)
            return try workspace.ballast(
                ["verify", folder] + policies.flatMap { ["--policy", $0] } + ["--model", "model.json"]
                    + Workspace.market + more
            )
        }

        /// Exports the chain and returns the path of its last attestation.
        func lastAttestation() throws -> String {
            let folder = "out-\(UUID().uuidString)"
            _ = try workspace.ballast(["attestation", "export", "--ledger", "vault.ledger", "--output", folder])
            let names = try FileManager.default.contentsOfDirectory(
                atPath: workspace.folder.appending(path: folder).path
            )
            return folder + "/" + (names.max() ?? "")
        }
    }

    @Test("passes to another policy with the owner's key, and verifies with the text of both")
    func amends() throws {
        let vault = try Guarded()
        let early = try vault.decide("2024-01-13", policy: "tight.policy")
        #expect(early.status == 3 && early.all.contains("`ballast amend` passes"), "\(early.all)")
        #expect(try vault.amend(at: "2024-01-12").status == 1)
        #expect(try vault.amend(at: "2024-01-10").status == 1)
        let amended = try vault.amend(at: "2024-01-11T12:00Z")
        #expect(amended.status == 0, "\(amended.all)")
        #expect(amended.lastLine == "recorded: 000001-amend.json at 2024-01-11T12:00:00Z")
        let stale = try vault.decide("2024-01-13")
        #expect(stale.status == 3 && stale.all.contains("was amended to policy"), "\(stale.all)")
        let next = try vault.decide("2024-01-13", policy: "tight.policy")
        #expect(next.status == 0, "\(next.all)")
        #expect(next.output.contains("amends"), "\(next.all)")
        let deposit = try vault.workspace.ballast(
            ["flow", "--policy", "tight.policy", "--model", "model.json", "--ledger", "vault.ledger"]
                + Workspace.market + ["--owner-key", "owner.key", "--at", "2024-01-12T12:00Z", "--deposit", "BTC=0.5"]
        )
        #expect(deposit.status == 0, "\(deposit.all)")

        for policies in [["small.policy", "tight.policy"], ["tight.policy", "small.policy"], ["."]] {
            let verified = try vault.verified(policies)
            #expect(verified.lastLine == "verified: 4 attestations", "\(policies) \(verified.all)")
            #expect(verified.output.contains("the policy that the owner changed, 1 time"), "\(verified.all)")
        }
        let alone = try vault.verified(["small.policy"])
        #expect(alone.status == 1)
        #expect(alone.lastLine == "refused: 000001-amend.json: policy and model", "\(alone.all)")
        let new = try vault.verified(["tight.policy"])
        #expect(new.status == 1 && new.lastLine == "refused: 000000-genesis.json: policy and model", "\(new.all)")
        #expect(try vault.workspace.ballast(["ledger", "audit", "--ledger", "vault.ledger"]).status == 0)
    }

    @Test("that is killed during an amend is under the old policy or the new one, and never between")
    func survivesKills() throws {
        let vault = try Guarded()
        let command = [
            "amend", "--policy", "tight.policy", "--model", "model.json", "--from", "small.policy",
            "--from-model", "model.json", "--ledger", "vault.ledger", "--owner-key", "owner.key",
            "--at", "2024-01-11T12:00Z",
        ]
        let scratch = vault.workspace.folder.appending(path: "output")
        var random = SplitMix64(seed: 5)
        for _ in 0..<12 {
            let process = try BallastExecutable.start(
                command,
                in: vault.workspace.folder,
                output: scratch,
                errors: scratch
            )
            usleep(UInt32.random(in: 1_000...120_000, using: &random))
            kill(process, SIGKILL)
            _ = BallastExecutable.wait(for: process)
            let audit = try vault.workspace.ballast(["ledger", "audit", "--ledger", "vault.ledger"])
            #expect(["clean: 1 entry", "clean: 2 entries"].contains(audit.lastLine), "\(audit.all)")
        }
        // Either it was recorded before a kill, and is refused now, or it is recorded now.
        #expect([0, 3].contains(try vault.workspace.ballast(command).status))
        #expect(try vault.decide("2024-01-13", policy: "tight.policy").status == 0)
        #expect(try vault.verified(["small.policy", "tight.policy"]).lastLine == "verified: 3 attestations")
    }

    @Test("halts by the guardians' orders, holds meanwhile, and goes on by their orders")
    func halts() throws {
        let vault = try Guarded()
        func sign(_ action: String, _ name: String) throws -> String {
            let file = "\(action)-\(name)-\(UUID().uuidString).order"
            let signed = try vault.workspace.ballast(
                ["guardian", "sign", action, try vault.lastAttestation(), "--key", "\(name).key", "--output", file]
            )
            #expect(signed.status == 0, "\(signed.all)")
            return file
        }
        let (one, other) = try (sign("halt", "a"), sign("halt", "b"))
        let halt = ["halt", "--policy", "small.policy", "--model", "model.json", "--ledger", "vault.ledger"]
        let dawn = ["--at", "2024-01-11T06:00Z"]
        let few = try vault.workspace.ballast(halt + dawn + ["--order", one])
        #expect(few.status == 1 && few.all.contains("signed by 1 of the 2 guardians"), "\(few.all)")
        let twice = try vault.workspace.ballast(halt + dawn + ["--order", one, "--order", one])
        #expect(twice.status == 1 && twice.all.contains("one guardian signed twice"), "\(twice.all)")
        #expect(try vault.workspace.ballast(halt + dawn).status == 2)
        #expect(try vault.workspace.ballast(halt + dawn + ["--cause", "data", "--order", one]).status == 2)
        #expect(try vault.workspace.ballast(halt + dawn + ["--cause", "guardians"]).status == 2)
        let halted = try vault.workspace.ballast(halt + dawn + ["--order", one, "--order", other])
        #expect(halted.lastLine == "recorded: 000001-halt.json at 2024-01-11T06:00:00Z", "\(halted.all)")

        let resume = ["resume"] + halt.dropFirst()
        let noon = ["--at", "2024-01-12T12:00Z"]
        let orders = try [sign("resume", "c"), sign("resume", "a")].flatMap { ["--order", $0] }
        #expect(try vault.decide("2024-01-13").status == 0)
        // The halt is not the last attestation any more: only it can be resumed.
        let wrong = try vault.workspace.ballast(
            ["guardian", "sign", "resume", try vault.lastAttestation(), "--key", "a.key"]
        )
        #expect(wrong.status == 1 && wrong.all.contains("expected a halt"), "\(wrong.all)")
        let unsigned = try vault.workspace.ballast(resume + noon)
        #expect(unsigned.status == 1 && unsigned.all.contains("signed by 0 of the 2"), "\(unsigned.all)")
        let stale = try vault.workspace.ballast(resume + noon + ["--order", one, "--order", other])
        #expect(stale.status == 1 && stale.all.contains("an order to halt is given"), "\(stale.all)")
        let resumed = try vault.workspace.ballast(resume + noon + orders)
        #expect(resumed.lastLine == "recorded: 000003-resume.json at 2024-01-12T12:00:00Z", "\(resumed.all)")
        let again = try vault.workspace.ballast(resume + ["--at", "2024-01-12T13:00Z"] + orders)
        #expect(again.status == 1 && again.all.contains("under no halt"), "\(again.all)")
        #expect(try vault.decide("2024-01-14").status == 0)
        let verified = try vault.verified(["small.policy"])
        #expect(verified.lastLine == "verified: 5 attestations", "\(verified.all)")
        #expect(verified.output.contains("ordered by at least 2 of 3 guardians"), "\(verified.all)")
        #expect(verified.output.contains("the vault was halted (recomputed from the chain)"), "\(verified.all)")
    }

    @Test("reports a halt that the operator declares as self-declared")
    func selfDeclared() throws {
        let vault = try Guarded()
        let halted = try vault.event("halt", "--policy", "small.policy", "--cause", "data", "--at", "2024-01-12")
        #expect(halted.status == 0, "\(halted.all)")
        let verified = try vault.verified(["small.policy"], ["--format", "json"])
        #expect(verified.status == 0, "\(verified.all)")
        #expect(verified.output.contains("halts self-declared, 1 time"), "\(verified.all)")
        #expect(verified.output.contains("the halt that the vault is under since 2024-01-12"), "\(verified.all)")
    }

    @Test("names every missing instant of the time grid, in text and as JSON")
    func missingInstants() throws {
        let vault = try Guarded()
        #expect(try vault.decide("2024-01-16").status == 0)
        let folder = "out"
        let export = ["attestation", "export", "--ledger", "vault.ledger", "--output", folder]
        #expect(try vault.workspace.ballast(export).status == 0)
        for name in ["000002", "000003"] {
            let files = try FileManager.default.contentsOfDirectory(
                atPath: vault.workspace.folder.appending(path: folder).path
            )
            let file = try #require(files.first { $0.hasPrefix(name) })
            try FileManager.default.removeItem(at: vault.workspace.folder.appending(path: "\(folder)/\(file)"))
        }
        let cut = try vault.workspace.ballast(["verify", folder] + Workspace.inputs)
        #expect(cut.status == 1 && cut.all.contains("sequence"), "\(cut.all)")
        let words = "missing: 2 instants of the time grid: 2024-01-13T00:00:00Z, 2024-01-14T00:00:00Z"
        #expect(cut.output.contains(words), "\(cut.all)")
        let json = try vault.workspace.ballast(["verify", folder, "--format", "json"] + Workspace.inputs)
        #expect(
            json.output.replacing("\n", with: "").replacing(" ", with: "").contains(#""missingInstants":{"count":2,"#)
        )
    }
}
