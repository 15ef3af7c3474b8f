import PolicyLanguage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Compares a text with a stored one; `BALLAST_REGENERATE=1` stores it instead.
func expectGolden(_ text: String, _ name: String) throws {
    let path = PolicyFixtures.fixtures + "/" + name
    if ProcessInfo.processInfo.environment["BALLAST_REGENERATE"] == "1" {
        try Data(text.utf8).write(to: URL(filePath: path))
    }
    #expect(text == (try PolicyFixtures.read(path)))
}

@Suite("Stored outputs")
struct GoldenTests {
    @Test(
        "a policy with ten mistakes gets ten diagnostics, in source order",
        arguments: ["ten-mistakes", "ten-slips", "ten-safeguards"]
    )
    func reportsTenMistakes(name: String) throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/rejected/\(name).policy")
        let check = Policy.check(source)
        #expect(check.diagnostics.count == 10)
        #expect(check.policy == nil)
        try expectGolden(PolicyDiagnostics(check.diagnostics).description + "\n", "rejected/\(name).txt")
    }

    @Test("the explanation of core-satellite reads as stored")
    func explains() throws {
        let policy = try Policy(checking: try PolicyFixtures.source(PolicyFixtures.shipped[0]))
        try expectGolden(PolicyExplanation(of: policy).description, "accepted/core-satellite.explained.txt")
    }

    @Test("the design page's example is laid out as stored")
    func formatsDesignPage() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/accepted/design-page.policy")
        try expectGolden(try PolicyFormatter.format(source), "accepted/design-page.formatted.policy")
    }
}
