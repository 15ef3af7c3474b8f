import Rebalancing

extension CompiledPolicy {
    /// What P covers of breakers and oracle: a line each, none for a policy without them.
    ///
    /// - Throws: ``AttestationError/unprovable(reason:)`` for what no verifier could recompute.
    static func lines(of safeguards: Safeguards, _ sources: OracleSources?) throws(AttestationError) -> [String] {
        var lines: [String] = []
        if let oracle = safeguards.oracle {
            guard let sources else {
                throw .unprovable(
                    reason: "the oracle's \(oracle.sources) sources are not named: give a file of their public keys"
                )
            }
            guard sources.sources.count == oracle.sources else {
                throw .unprovable(
                    reason: "the policy counts \(oracle.sources) sources, and the file of keys names "
                        + "\(sources.sources.count)"
                )
            }
            lines.append("oracle \(oracle)")
            lines += sources.sources.map { source in
                let key = source.key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                return "source \(CircuitText.quoted(source.name)) \(key)"
            }
        }
        for breaker in safeguards.breakers {
            if let reason = breaker.obstacle {
                throw .unprovable(reason: "the breaker `\(breaker.name)` cannot be followed: \(reason)")
            }
            guard !breaker.condition.readsOracle || safeguards.oracle != nil else {
                throw .unprovable(reason: "the breaker `\(breaker.name)` reads an oracle, and the policy has none")
            }
            lines.append("breaker \(CircuitText.quoted(breaker.name)) \(breaker.action) when \(breaker.condition)")
        }
        return lines
    }
}
