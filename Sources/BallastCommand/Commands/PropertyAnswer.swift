import CanonicalJSON
import PolicyAnalysis
import PolicyLanguage

/// What analysis says of a `property` of a policy.
struct PropertyAnswer {
    let property: PolicyProperty
    let verdict: Finding.Verdict
    /// Why it is not proved: the finding of each regime that does not prove it.
    let findings: [Finding]

    /// Answers every property of a policy, in source order.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - known: Findings that are at hand; what they do not answer is asked.
    ///   - analyzer: Who is asked.
    static func all(of policy: Policy, known: [Finding] = [], _ analyzer: PolicyAnalyzer) -> [PropertyAnswer] {
        policy.properties.map { property in
            let question = property.claim.question
            var findings = known.filter { $0.question == question }
            if findings.isEmpty { findings = analyzer.findings(of: policy.mandates, asking: [question]) }
            let verdicts = findings.map(\.verdict)
            let verdict: Finding.Verdict =
                verdicts.contains(.violated) ? .violated : verdicts.contains(.undecided) ? .undecided : .proved
            return PropertyAnswer(
                property: property,
                verdict: verdict,
                findings: findings.filter { $0.verdict != .proved }
            )
        }
    }

    /// One line, and one for each regime that does not prove it.
    var text: String {
        let reasons = findings.map { "\n    in \($0.regime): " + $0.text.replacing("\n", with: "\n    ") }
        return "property \"\(property.name)\": \(verdict.rawValue)" + reasons.joined()
    }

    var json: JSONValue {
        .object([
            JSONMember("property", .string(property.name)), JSONMember("line", .integer(property.line)),
            JSONMember("answer", .string(verdict.rawValue)),
            JSONMember("findings", .array(findings.map(\.json))),
        ])
    }
}

extension PolicyProperty.Claim {
    /// The question whose good answer proves the claim.
    var question: Finding.Question {
        switch self {
        case .neverStuck: .deadlock
        case .alwaysRedeemable: .redemption
        }
    }
}
