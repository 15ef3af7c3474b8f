import Foundation
import Testing

#if Z3
    private let hasSolver = true
#else
    private let hasSolver = false
#endif

@Suite("Analysis at the prompt", .enabled(if: hasSolver))
struct PolicyAnalyzeCommandTests {
    private func policy(_ name: String) -> String {
        Workspace.repository.appending(path: "Policies/\(name).policy").path
    }

    private func ballast(_ arguments: [String]) throws -> BallastExecutable.Outcome {
        try BallastExecutable.run(["policy"] + arguments, in: Workspace.repository)
    }

    @Test("proves a policy free of deadlock, and finds the state of one that is not")
    func analyses() throws {
        let free = try ballast(["analyze", policy("two-halves")])
        #expect(free.status == 0)
        #expect(free.output.components(separatedBy: "no deadlock: wherever a rebalance is due").count == 4)
        let stuck = try ballast(["analyze", policy("treasury"), "--format", "json"])
        // Sixteen points out: told, and not grave.
        #expect(stuck.status == 0, "\(stuck.all)")
        #expect(stuck.output.contains("\"points\": 16"))
    }

    @Test("of a policy and itself finds nothing, with a wider band a state that shows it")
    func compares() throws {
        let workspace = try Workspace()
        let same = try ballast(["diff", policy("two-halves"), policy("two-halves")])
        #expect(same.status == 0)
        #expect(same.lastLine.hasPrefix("nothing changed"))
        let text = try String(contentsOf: URL(filePath: policy("two-halves")), encoding: .utf8)
        try workspace.write(text.replacingOccurrences(of: "trigger 4.5pp", with: "trigger 5pp"), to: "wider.policy")
        let wider = workspace.folder.appending(path: "wider.policy").path
        let differs = try ballast(["diff", policy("two-halves"), wider])
        #expect(differs.status == 1)
        #expect(differs.output.contains("newly permitted: holding"), "\(differs.all)")
    }

    @Test(
        "sees what decides the regime and what is owed",
        arguments: [
            ("p(storm) > 70%", "p(storm) > 55%", "regimes are entered or left by other rules"),
            ("attest every 1d", "attest every 2d", "the grid of attestations is another"),
            ("../Models/sample-daily.json", "../Models/other.json", "the regime model is named otherwise"),
        ]
    )
    func seesOutside(old: String, new: String, words: String) throws {
        let workspace = try Workspace()
        let text = try String(contentsOf: URL(filePath: policy("storm-shelter")), encoding: .utf8)
        #expect(text.contains(old))
        try workspace.write(text.replacingOccurrences(of: old, with: new), to: "other.policy")
        let other = workspace.folder.appending(path: "other.policy").path
        let differs = try ballast(["diff", policy("storm-shelter"), other])
        #expect(differs.status == 1)
        #expect(differs.output.contains(words), "\(differs.all)")
    }

    @Test("of what is no policy, or in no time, is refused with its status")
    func refusals() throws {
        #expect(try ballast(["analyze", "nowhere.policy"]).status == 3)
        #expect(try ballast(["analyze", policy("treasury"), "--time-limit", "0"]).status == 2)
        #expect(try ballast(["diff", policy("treasury")]).status == 2)
    }
}
