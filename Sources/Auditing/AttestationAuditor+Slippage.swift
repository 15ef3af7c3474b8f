import Attestations
import Rebalancing

extension AttestationAuditor {
    /// What bounds the costs of all rebalances together, in the words of a caveat.
    var boundOfCosts: String {
        let buckets = readings.flatMap(\.policy.mandates).map(\.limits.slippageBucket)
        guard !buckets.contains(nil), let largest = buckets.compactMap({ $0 }).max(by: { $0.capacity < $1.capacity })
        else { return "and no rule bounds the sum" }
        return "and a bucket of \(largest.capacity) of value, which drains, bounds the sum"
    }
}
