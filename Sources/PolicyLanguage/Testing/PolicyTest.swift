import MarketData
import Rebalancing

/// A `test` block, checked: a state of a vault, and what is expected of the decision in it.
///
/// The state is synthetic and written in the file, so nothing in it is secret.
public struct PolicyTest: Sendable, Hashable {
    /// The name in its header.
    public let name: String
    /// The regime it is given; `nil` if it must hold in every regime.
    public let regime: Int?
    /// Whether it is of a breaker that cannot be told even from given figures, so that it is not run.
    public let isSkipped: Bool

    let span: SourceSpan
    /// Parts per million in the order of the assets, summing to one million.
    let weights: [Int64]
    let prices: [Price]
    let value: Money
    let time: Timestamp
    /// Milliseconds since the last rebalance.
    let elapsed: Int64
    /// Parts per million of value that the day's rebalances have turned over.
    let turnover: Int64
    let fee: PartsPerMillion
    /// Public figures that the test gives.
    let figures: [MarketFigure: FigureValue]
    /// Whether the test says that the oracle is bad.
    let isOracleBad: Bool
    let expectations: [Expectation]

    /// One `expect` line.
    struct Expectation: Sendable, Hashable {
        let span: SourceSpan
        let claim: Claim
    }

    enum Claim: Sendable, Hashable {
        case hold(because: PolicyOutline.HoldCause?)
        case rebalance(because: [Reason])
        case weight(name: String, members: [Int], Bound)
        case turnover(Bound)
        /// The breaker of this name halts.
        case halt(String)
        /// The breaker of this name slows.
        case slow(String)
    }

    enum Reason: Sendable, Hashable {
        case drift(Asset)
        case schedule
        case requirement(String)
    }

    /// A bound in parts per million.
    enum Bound: Sendable, Hashable {
        case near(Int64, within: Int64)
        case compared(PolicyOutline.Requirement.Comparison, Int64)
    }

    /// Value of the portfolio where a test gives none: 100 000 of the quote currency.
    static let defaultValue = Money(units: 100_000 * 100_000_000)
    /// Noon of a Monday in mid-month, far from the instants that calendars are made of: 2024-01-15T12:00:00Z.
    static let defaultTime = Timestamp(milliseconds: 1_705_320_000_000)
}
