import PolicyLanguage
import Testing

/// A row of the table in the documentation.
struct DiagnosticExample: Sendable, CustomTestStringConvertible {
    let code: PolicyDiagnosticCode
    let place: String
    let example: String
    let counterexample: String

    var testDescription: String { code.rawValue }

    static let all: [DiagnosticExample] = {
        let path = PolicyFixtures.root + "/Sources/PolicyLanguage/PolicyLanguage.docc/DiagnosticCodes.md"
        let text = (try? PolicyFixtures.read(path)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmed }
            guard cells.count == 4, let code = PolicyDiagnosticCode(rawValue: cells[0]) else { return nil }
            return DiagnosticExample(code: code, place: cells[1], example: cells[2], counterexample: cells[3])
        }
    }()

    /// The small policy with a cell's text in its place.
    func policy(with cell: String) -> PolicySource {
        let text = String(cell.dropFirst().dropLast()).split(separator: "⏎", omittingEmptySubsequences: false)
            .map { $0.trimmed }.joined(separator: "\n")
        let small = PolicyFixtures.small
        let result: String
        switch place {
        case "file": result = text + "\n"
        case "vault": result = "policy \"Vault\" extends \"small.policy\" version 1 {\n\(text)\n}\n"
        case "header": result = replaceLine(small, "policy \"Small\" version 1 {", text)
        case "quote": result = replaceLine(small, "  quote USD", text)
        case "policy": result = String(small.dropLast(2)) + text + "\n}\n"
        default:
            let lines = small.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if let open = lines.firstIndex(of: "  \(place) {"),
                let close = lines[open...].firstIndex(of: "  }")
            {
                result = (lines[...open] + [text] + lines[close...]).joined(separator: "\n")
            } else {
                result = String(small.dropLast(2)) + "\(place) {\n\(text)\n}\n}\n"
            }
        }
        return PolicySource(path: "example.policy", text: result)
    }

    /// The check of the policy, which finds the small policy where it extends one in the place `vault`.
    func check(with cell: String) -> PolicyCheck {
        let loader = PolicyLoader { PolicySource(path: $0, text: PolicyFixtures.small) }
        return Policy.check(policy(with: cell), loading: place == "vault" ? loader : .none)
    }

    private func replaceLine(_ text: String, _ line: String, _ replacement: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0 == line ? replacement : String($0) }.joined(separator: "\n")
    }
}

extension Substring {
    /// Without the spaces at its ends.
    fileprivate var trimmed: String {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

@Suite("The table of diagnostics")
struct DiagnosticTableTests {
    @Test("has a row for every code, in order")
    func isComplete() {
        #expect(DiagnosticExample.all.map(\.code) == PolicyDiagnosticCode.allCases)
    }

    @Test("shows an example that earns exactly its code", arguments: DiagnosticExample.all.filter { $0.place != "—" })
    func exampleEarnsItsCode(row: DiagnosticExample) {
        let check = row.check(with: row.example)
        #expect(check.diagnostics.map(\.code) == [row.code], "\(check.diagnostics.map(\.description))")
        #expect((check.policy == nil) == (row.code.severity == .error))
    }

    @Test("shows a counterexample that checks without it", arguments: DiagnosticExample.all.filter { $0.place != "—" })
    func counterexampleIsGood(row: DiagnosticExample) {
        let check = row.check(with: row.counterexample)
        #expect(!check.hasErrors, "\(check.diagnostics.map(\.description))")
        #expect(!check.diagnostics.contains { $0.code == row.code })
    }

    @Test("bytes that are not UTF-8 are refused where they stand")
    func refusesOtherEncodings() {
        #expect(throws: PolicyDiagnostics.self) {
            _ = try PolicySource(path: "p.policy", bytes: Array("quote USD\n  \u{FF}".utf8) + [0xFF, 0x41])
        }
        do throws(PolicyDiagnostics) {
            _ = try PolicySource(path: "p.policy", bytes: Array("quote USD\n  ab".utf8) + [0xFF, 0x41])
        } catch {
            #expect(error.diagnostics.map(\.code) == [.notUTF8])
            #expect(error.diagnostics.map { [$0.line, $0.column] } == [[2, 5]])
        }
    }

    @Test("the regimes of a model must be the policy's, in order")
    func comparesLabels() throws {
        let policy = try Policy(checking: try PolicyFixtures.source(PolicyFixtures.shipped[0]))
        #expect(policy.checkLabels(of: ["calm", "choppy", "storm"]) == nil)
        for labels in [["calm", "storm"], ["storm", "choppy", "calm"], []] {
            let diagnostic = try #require(policy.checkLabels(of: labels))
            #expect(diagnostic.code == .labelMismatch)
            #expect(diagnostic.column == 11)
        }
    }

    @Test("65 assets are one too many")
    func countsAssets() {
        let lines = (0..<65).map { "A\($0) \($0 == 0 ? "36%" : "1%")" }.joined(separator: "\n")
        let check = Policy.check(
            DiagnosticExample(code: .tooManyAssets, place: "target", example: "", counterexample: "")
                .policy(with: "`\(lines)`")
        )
        #expect(check.diagnostics.map(\.code) == [.tooManyAssets])
    }

    @Test("blocks nested beyond use are refused once")
    func refusesDeepNesting() {
        let text =
            "policy \"P\" version 1 {\n" + String(repeating: "oracle {", count: 40) + String(repeating: "}", count: 41)
        let check = Policy.check(PolicySource(path: "p.policy", text: text))
        #expect(check.diagnostics.filter { $0.code == .nestedTooDeeply }.count == 1)
    }

    @Test("diagnostics beyond the thousandth are counted")
    func boundsTheirNumber() {
        let text = "policy \"P\" version 1 {\n" + String(repeating: "nonsense\n", count: 3_000) + "}\n"
        let check = Policy.check(PolicySource(path: "p.policy", text: text))
        #expect(check.diagnostics.count == 1_001)
        #expect(check.diagnostics.last?.code == .tooManyErrors)
    }
}
