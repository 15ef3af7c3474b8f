public import Rebalancing

/// Runs the `test` blocks of a policy against the decisions and plans that the engine makes.
public enum PolicyTests {
    /// Runs every test, in source order.
    ///
    /// A test that names no regime is run in each of them and must hold in all.
    ///
    /// - Complexity: One decision, and one plan where it trades, for each test and regime.
    public static func run(_ policy: Policy) -> [PolicyTestResult] {
        let lines = LineTable(policy.source.text)
        return policy.tests.map { run($0, of: policy, lines) }
    }

    private static func run(_ test: PolicyTest, of policy: Policy, _ lines: LineTable) -> PolicyTestResult {
        var runs: [PolicyTestResult.Run] = []
        var issues: [Issue] = []
        if !test.isSkipped {
            let regimes = test.regime.map { $0..<$0 + 1 } ?? policy.mandates.indices
            for regime in regimes {
                let place = regimes.count > 1 ? "in \(policy.mandates[regime].regime): " : ""
                do {
                    let trial = try PolicyTrial(test, under: policy.mandate(inRegime: regime), policy.safeguards)
                    runs.append(.init(regime: regime, decision: trial.decision, safeguards: trial.safeguards))
                    issues += test.expectations.compactMap { trial.failure(of: $0, place: place) }
                } catch {
                    issues.append(Issue(.impossibleState, test.span, "\(place)\(error)"))
                }
            }
        }
        return PolicyTestResult(
            name: test.name,
            line: lines.place(test.span).line,
            isSkipped: test.isSkipped,
            failures: policy.source.locate(issues),
            runs: runs
        )
    }
}

/// What came of one test.
public struct PolicyTestResult: Sendable, Hashable {
    /// The test's name.
    public let name: String
    /// The line on which it begins.
    public let line: Int
    /// Whether it is of a breaker that cannot be told even from given figures, so that it was not run.
    public let isSkipped: Bool
    /// The expectations that were not met, at their places: E0501, or E0502 for a state that cannot be priced.
    public let failures: [PolicyDiagnostic]
    /// What was decided, in every regime in which it was run.
    public let runs: [Run]

    /// Whether it was run and every expectation was met.
    public var passed: Bool { !isSkipped && failures.isEmpty }

    /// One decision of a test.
    public struct Run: Sendable, Hashable {
        /// Index into the policy's mandates.
        public let regime: Int
        /// What the engine decided.
        public let decision: DriftDecision
        /// What breakers and oracle said.
        let safeguards: TrialSafeguards
    }
}
