/// A rule that stops or slows trading while the market or the oracle is in a state that the policy names.
public struct CircuitBreaker: Sendable, Hashable {
    /// The name in the policy.
    public let name: String
    /// What it does.
    public let action: Action
    /// When.
    public let condition: MarketCondition

    /// What a breaker does.
    public enum Action: Sendable, Hashable {
        /// No rebalance at t if the condition held at an instant of (t − milliseconds, t].
        case halt(milliseconds: Int64)
        /// No rebalance from the first instant at which the condition held until that many guardians reset it, at least.
        case haltUntilReset(guardians: Int)
        /// The cooldown is this many times as long while the condition holds.
        case slow(factor: Int64)
    }

    /// Creates a breaker.
    public init(name: String, action: Action, condition: MarketCondition) {
        self.name = name
        self.action = action
        self.condition = condition
    }

    /// How many guardians reset it, at least; `nil` for what ends by itself.
    public var guardians: Int? {
        if case .haltUntilReset(let guardians) = action { guardians } else { nil }
    }
}

extension CircuitBreaker.Action: CustomStringConvertible {
    /// The canonical text.
    public var description: String {
        switch self {
        case .halt(let milliseconds): "halt \(milliseconds) ms"
        case .haltUntilReset(let guardians): "halt until reset by \(guardians)"
        case .slow(let factor): "slow x\(factor)"
        }
    }
}
