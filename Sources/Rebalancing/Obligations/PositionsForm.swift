public import BigIntegers
import MarketData

/// The rule over the number of positions: how many assets are held with a quantity above zero, cash included.
///
/// A value is a quantity times a price and a scale that are at least 1, so that it is above zero exactly where the quantity is:
/// the smallest unit of an asset is a position. What counts is what the policy holds, whatever the target says of it.
public struct PositionsForm: Sendable, Hashable {
    /// Which state it speaks of.
    public let moment: ConcentrationForm.Moment
    /// The number that the count is compared with.
    public let limit: Int
    /// Whether the count must be at most the limit, or strictly above it.
    public let sense: ConcentrationForm.Sense

    /// Creates the rule.
    public init(moment: ConcentrationForm.Moment, limit: Int, sense: ConcentrationForm.Sense) {
        self.moment = moment
        self.limit = limit
        self.sense = sense
    }

    /// limit − count for ``ConcentrationForm/Sense/atMost``, its negative minus 1 for `above`: at least 0 iff the rule holds.
    public func margin(values: [BigInteger]) -> BigInteger {
        let margin = BigInteger(limit) - BigInteger(values.count { $0 > 0 })
        return sense == .atMost ? margin : -margin - 1
    }
}

extension ConcentrationForm.Sense {
    /// What holds exactly where this does not.
    package var opposite: Self { self == .atMost ? .above : .atMost }
}

extension Mandate {
    /// Whether a requirement counts positions, so that a sale of all of an asset must leave no unit of it.
    var countsPositions: Bool {
        requirements.contains { if case .positions = $0.predicate { true } else { false } }
    }

    /// The assets that a rule over positions asks to close or to open: held against a target of 0, or the reverse.
    func assetsWeighing(onPositions sense: ConcentrationForm.Sense, isOverweight: [Bool]) -> [Int] {
        assets.indices.filter { index in
            sense == .atMost
                ? targets.weights[index].value == 0 && isOverweight[index]
                : targets.weights[index].value > 0 && !isOverweight[index]
        }
    }
}
