import Rebalancing

extension Safeguards {
    /// What other safeguards change, in a line each; compared as written, not by what they imply.
    func differences(to other: Safeguards) -> [String] {
        var differences: [String] = []
        switch (oracle, other.oracle) {
        case (let old?, let new?) where old != new: differences.append("the oracle's rule is \(new), and was \(old)")
        case (nil, let new?): differences.append("prices are the oracle's now: \(new)")
        case (_?, nil): differences.append("the oracle is gone: prices are the candles'")
        default: break
        }
        for breaker in other.breakers {
            switch breakers.first(where: { $0.name == breaker.name }) {
            case nil: differences.append("the breaker `\(breaker.name)` is new")
            case let old? where old != breaker: differences.append("the breaker `\(breaker.name)` is another")
            default: break
            }
        }
        for breaker in breakers where !other.breakers.contains(where: { $0.name == breaker.name }) {
            differences.append("the breaker `\(breaker.name)` is gone")
        }
        return differences
    }
}
