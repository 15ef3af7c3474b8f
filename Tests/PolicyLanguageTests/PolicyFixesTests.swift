import CanonicalJSON
import PolicyLanguage
import Testing

@Suite("Fixes")
struct PolicyFixesTests {
    @Test("mend the diagnostic that carries them", arguments: DiagnosticExample.all.filter { $0.place != "—" })
    func mendTheirDiagnostic(row: DiagnosticExample) throws {
        let source = row.policy(with: row.example)
        let before = Policy.check(source).diagnostics
        let (mended, count) = PolicyFixes.apply(to: source)
        let fixable = before.contains { $0.replacement != nil }
        #expect((count > 0) == fixable)
        guard fixable else { return }
        let after = Policy.check(mended).diagnostics
        #expect(!after.contains { $0.code == row.code }, "\(mended.text)")
        #expect(after.count <= before.count)
    }

    @Test("mend what has one sure mending")
    func mendsSlips() {
        let slips = [
            ("BTC  60%", "BTC  60 %"), ("when any", "whn any"), ("35bps", "35bips"), ("<=", "≤"), ("trigger", "triger"),
            ("quote USD", "quote usd"), ("limits {", "limts {"), ("4pp", "4 pp"), ("  to edge", "  to edgee"),
        ]
        for (right, wrong) in slips {
            let text = String(PolicyFixtures.small.replacing(right, with: wrong))
            let (mended, count) = PolicyFixes.apply(to: PolicySource(path: "p.policy", text: text))
            #expect(count >= 1, "\(wrong)")
            #expect(!Policy.check(mended).hasErrors, "\(mended.text)")
        }
    }

    @Test("leave a good policy as it is", arguments: PolicyFixtures.shipped)
    func leaveGoodOnes(path: String) throws {
        let source = try PolicyFixtures.source(path)
        let (mended, count) = PolicyFixes.apply(to: source)
        #expect(count == 0 && mended == source)
    }

    @Test("never leave more errors than they found", arguments: ["ten-mistakes", "ten-slips"])
    func neverWorsen(name: String) throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/rejected/\(name).policy")
        let (mended, count) = PolicyFixes.apply(to: source)
        #expect(count > 0)
        let errors = { (source: PolicySource) in Policy.check(source).diagnostics.count { $0.severity == .error } }
        #expect(errors(mended) < errors(source))
    }
}

@Suite("SARIF")
struct SARIFTests {
    @Test("is stored for ten mistakes, with places, second places and fixes")
    func golden() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/rejected/ten-mistakes.policy")
        let log = PolicyDiagnostics(Policy.check(source).diagnostics).sarif(toolVersion: "1.0.0")
        try expectGolden(log.prettyText, "rejected/ten-mistakes.sarif")
        #expect(try JSONValue.read(Array(log.prettyText.utf8)) == log)
    }

    @Test("writes paths as references")
    func encodesPaths() throws {
        let check = Policy.check(PolicySource(path: "My policies/é#1.policy", text: ""))
        let text = PolicyDiagnostics(check.diagnostics).sarif(toolVersion: "1.0.0").prettyText
        #expect(text.contains("\"My%20policies/%C3%A9%231.policy\""))
    }
}
