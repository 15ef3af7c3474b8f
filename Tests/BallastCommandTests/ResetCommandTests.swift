import Foundation
import Testing

@Suite("A halt until reset at the prompt")
struct ResetCommandTests {
    /// The small policy with an oracle, and breakers that two guardians reset.
    private static let policy = Workspace.policy.replacing(
        "  attest every 1d\n",
        with: """
              oracle {
                sources 3, quorum 2, median
                max age 3m
              }

              breakers {
                "oracle"  halt  when oracle bad  reset by 2 of guardians
              }

              attest every 1d

            """
    )

    private static let inputs = ["--policy", "guarded.policy", "--model", "model.json"] + Workspace.market

    /// Three sources with an outage on the thirteenth of January, and three guardians.
    private func guarded() throws -> (workspace: Workspace, guardians: [String]) {
        let workspace = try Workspace()
        try workspace.write(Self.policy, to: "guarded.policy")
        let simulated = try workspace.ballast(
            ["oracle", "simulate"] + Self.inputs
                + ["--names", "guarded.sources", "--output", "reports", "--outage", "2024-01-13"]
        )
        #expect(simulated.status == 0, "\(simulated.all)")
        let keys = try ["a", "b", "c"].flatMap { name in
            ["--guardian", try workspace.ballast(["guardian", "new", "\(name).key"]).lastLine]
        }
        return (workspace, keys)
    }

    private func run(_ workspace: Workspace, to end: String, _ more: [String]) throws -> BallastExecutable.Outcome {
        try workspace.ballast(
            ["run"] + Self.inputs
                + [
                    "--holdings", "holdings.json", "--ledger", "v.ledger", "--from", "2024-01-11", "--to", end,
                    "--reports", "reports",
                ] + more
        )
    }

    /// Exports the chain and returns its folder, and its files in order.
    private func export(_ workspace: Workspace) throws -> (folder: String, files: [String]) {
        let folder = "out-\(UUID().uuidString)"
        let exported = try workspace.ballast(["attestation", "export", "--ledger", "v.ledger", "--output", folder])
        #expect(exported.status == 0, "\(exported.all)")
        let path = workspace.folder.appending(path: folder).path
        return (folder, try FileManager.default.contentsOfDirectory(atPath: path).sorted())
    }

    @Test("the run halts once by itself, guardians end it, the run goes on, and a stranger finds all of it")
    func halts() throws {
        let (workspace, keys) = try guarded()
        let guardians = keys + ["--guardian-threshold", "2"]
        let ran = try run(workspace, to: "2024-01-16", guardians)
        #expect(ran.status == 0, "\(ran.all)")
        let halted = try export(workspace)
        #expect(
            halted.files == [
                "000000-genesis.json", "000001-rebalance.json", "000002-halt.json", "000003-hold.json",
                "000004-hold.json",
            ],
            "\(halted.files)"
        )
        #expect(try workspace.text("\(halted.folder)/000003-hold.json").contains("\"halted\""))

        let resume =
            ["resume", "--policy", "guarded.policy", "--model", "model.json", "--ledger", "v.ledger"]
            + ["--at", "2024-01-15T12:00Z"]
        let orders = try ["a", "c"].map { name in
            let order = [
                "guardian", "sign", "resume", "\(halted.folder)/000002-halt.json", "--key", "\(name).key",
                "--output", "\(name).order",
            ]
            let signed = try workspace.ballast(order)
            #expect(signed.status == 0, "\(signed.all)")
            return ["--order", "\(name).order"]
        }
        let few = try workspace.ballast(resume + orders[0])
        #expect(few.status == 1 && few.all.contains("signed by 1 of the 2 guardians"), "\(few.all)")
        let unsigned = try workspace.ballast(resume)
        #expect(unsigned.status == 1 && unsigned.all.contains("signed by 0 of the 2"), "\(unsigned.all)")
        let resumed = try workspace.ballast(resume + orders[0] + orders[1])
        #expect(resumed.lastLine == "recorded: 000005-resume.json at 2024-01-15T12:00:00Z", "\(resumed.all)")

        let more = try run(workspace, to: "2024-01-19", guardians)
        #expect(more.status == 0, "\(more.all)")
        let whole = try export(workspace)
        #expect(whole.files.filter { $0.contains("halt") } == ["000002-halt.json"], "\(whole.files)")
        #expect(whole.files.count == 9, "\(whole.files)")
        let verify = ["verify", whole.folder] + Self.inputs + ["--reports", "reports"]
        let verified = try workspace.ballast(verify)
        #expect(verified.lastLine == "verified: 9 attestations", "\(verified.all)")
        #expect(
            verified.output.contains(
                "in force until guardians reset it (recomputed from public data): breaker `oracle`"
            ),
            "\(verified.all)"
        )
        #expect(!verified.output.contains("halts self-declared"), "\(verified.all)")

        // Without the reports nobody can tell, and without the resumption the rest does not follow.
        let path = workspace.folder.appending(path: whole.folder)
        try FileManager.default.removeItem(at: path.appending(path: "000005-resume.json"))
        #expect(try workspace.ballast(verify).status == 1)
    }

    @Test("what trips after the guardians signed stays in force, and an order that expired is refused")
    func datedOrders() throws {
        let (workspace, keys) = try guarded()
        let guardians = keys + ["--guardian-threshold", "2"]
        #expect(try run(workspace, to: "2024-01-13", guardians).status == 0)
        let vault = ["--policy", "guarded.policy", "--model", "model.json", "--ledger", "v.ledger"]
        let halted = try workspace.ballast(["halt"] + vault + ["--cause", "precaution", "--at", "2024-01-12T12:00Z"])
        #expect(halted.status == 0, "\(halted.all)")
        let chain = try export(workspace)
        let halt = "\(chain.folder)/000002-halt.json"
        func sign(_ name: String, _ more: String...) throws -> BallastExecutable.Outcome {
            let order = ["guardian", "sign", "resume", halt, "--key", "\(name).key", "--output", "\(name).order"]
            return try workspace.ballast(order + more)
        }
        let early = try sign("a", "--covers", "2024-01-12T06:00Z")
        #expect(early.status == 1 && early.all.contains("the halt is of 2024-01-12T12:00:00Z"), "\(early.all)")
        let misused = try workspace.ballast(
            ["guardian", "sign", "halt", halt, "--key", "a.key", "--covers", "2024-01-12T18:00Z"]
        )
        #expect(misused.status == 2, "\(misused.all)")
        let usual = try sign("a", "--covers", "2024-01-12T18:00Z")
        #expect(
            usual.lastLine == "covers what tripped until 2024-01-12T18:00:00Z; may be used until 2024-01-13T18:00:00Z",
            "\(usual.all)"
        )
        #expect(try sign("b", "--covers", "2024-01-12T20:00Z", "--valid", "3d").status == 0)
        // The oracle fails on the thirteenth, while nothing is traded.
        #expect(try run(workspace, to: "2024-01-15", guardians).status == 0)
        let resume = ["resume"] + vault + ["--at", "2024-01-14T12:00Z", "--order", "a.order", "--order", "b.order"]
        let late = try workspace.ballast(resume)
        #expect(late.status == 1 && late.all.contains("an order expired at 2024-01-13T18:00:00Z"), "\(late.all)")
        #expect(try sign("a", "--covers", "2024-01-12T18:00Z", "--valid", "2d").status == 0)
        let resumed = try workspace.ballast(resume)
        #expect(resumed.lastLine == "recorded: 000005-resume.json at 2024-01-14T12:00:00Z", "\(resumed.all)")
        let words = "breakers that tripped until 2024-01-12T18:00:00Z"
        #expect(resumed.output.contains("reset: \(words); what tripped later stays in force"), "\(resumed.all)")
        let shown = try workspace.ballast(["ledger", "show", "--ledger", "v.ledger"])
        #expect(shown.output.contains("the halt is over; what tripped until 2024-01-12T18:00:00Z is reset"))
        #expect(try run(workspace, to: "2024-01-17", guardians).status == 0)
        let whole = try export(workspace)
        #expect(whole.files.suffix(2) == ["000006-halt.json", "000007-hold.json"], "\(whole.files)")
        let verified = try workspace.ballast(["verify", whole.folder] + Self.inputs + ["--reports", "reports"])
        #expect(verified.lastLine == "verified: 8 attestations", "\(verified.all)")
        #expect(verified.output.contains("reset: \(words), as the orders say"), "\(verified.all)")
    }

    @Test("a vault whose guardians are too few or none is not opened, and leaves no ledger behind")
    func needsGuardians() throws {
        let (workspace, keys) = try guarded()
        let none = try run(workspace, to: "2024-01-13", [])
        #expect(none.status == 3 && none.all.contains("the vault has no guardians"), "\(none.all)")
        let low = try run(workspace, to: "2024-01-13", keys + ["--guardian-threshold", "1"])
        #expect(low.status == 3 && low.all.contains("their threshold is too low"), "\(low.all)")
        let enough = try run(workspace, to: "2024-01-13", keys + ["--guardian-threshold", "2"])
        #expect(enough.status == 0, "\(enough.all)")
        // No halt for a breaker is declared by hand.
        let declared = try workspace.ballast(
            ["halt", "--policy", "guarded.policy", "--model", "model.json", "--ledger", "v.ledger"]
                + ["--cause", "breaker", "--at", "2024-01-12T12:00Z"]
        )
        #expect(declared.status == 2, "\(declared.all)")
    }

    @Test("a backtest says that nobody resets it there")
    func backtests() throws {
        let (workspace, _) = try guarded()
        let run = try workspace.ballast(["backtest"] + Self.inputs + ["--shuffles", "0", "--compare", "hold"])
        #expect(run.status == 0 && run.all.contains("nobody resets a breaker in a backtest"), "\(run.all)")
    }
}
