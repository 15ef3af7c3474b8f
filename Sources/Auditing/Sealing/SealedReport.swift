import Attestations
import MarketData
import Rebalancing

/// What a report says of a policy's secret parameters.
struct SealedReport: Sendable {
    private let secrets: SecretParameters?

    /// Reads the compiled policy; one without secret parameters is told nothing of.
    init(_ policy: CompiledPolicy) {
        secrets = policy.sealed == nil ? nil : policy.mandates.first?.secrets
    }

    /// What is proved of the parameters, for decisions that read them.
    func proved(_ kind: AttestationKind) -> [String] {
        guard let secrets, kind == .rebalance || kind == .hold else { return [] }
        let targets = Set(secrets.targets ?? [])
        let ranges = secrets.parameters.enumerated().map { index, parameter in
            "\(parameter.name) in \(Self.text(parameter.range, isWidth: !targets.contains(index)))"
        }
        let sum = secrets.targets == nil ? "" : "; the targets sum to 100%"
        let order = secrets.bands == nil ? "" : "; no destination is wider than its trigger"
        return [
            "by the numbers that the policy's seal commits to, the same in every attestation: "
                + ranges.joined(separator: ", ") + sum + order
        ]
    }

    /// What stays hidden beside what every attestation hides.
    func hidden(_ kind: AttestationKind) -> [String] {
        guard let secrets, kind == .rebalance || kind == .hold else { return [] }
        return ["the policy's secret numbers within their ranges: \(Self.list(secrets.parameters.map(\.name)))"]
    }

    /// What can be inferred in spite of it.
    var caveats: [String] {
        guard let secrets else { return [] }
        let first =
            secrets.targets == nil
            ? "weights: the policy's targets are public, so that a rebalance tells roughly where weights are"
            : "weights: the policy does not show them beyond the targets' ranges"
        return [
            "\(first); which attestations rebalance, and when, at public prices, narrows secret numbers down over time"
        ]
    }

    /// `10%..60%`, or `1pp..8pp` for a width, which is in points of value.
    private static func text(_ range: ClosedRange<Int64>, isWidth: Bool) -> String {
        [range.lowerBound, range.upperBound].map { bound in
            let percent = "\(PartsPerMillion(bound))"
            return isWidth ? "\(percent.dropLast())pp" : percent
        }.joined(separator: "..")
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
