import BigIntegers
import Rebalancing

/// What a policy's regimes are worth: the same policy under a constant cost, under one band whatever the regime, and under labels that
/// mean nothing.
public struct RegimeControls: Sendable {
    /// The same policy where a side always costs the same, and the mean is as before; `nil` where it already does.
    public let flatCost: Trial?
    /// Constant bands, those of the first regime times ``constantScale``, at the policy's own tracking error.
    public let constantBand: Trial?
    /// What the first regime's bands were multiplied by.
    public let constantScale: Double
    /// The policy under shuffled labels: spells keep their lengths and labels and change their order.
    public let shuffles: [Trial]

    /// Cost and tracking error of one run.
    public struct Trial: Sendable, Hashable {
        /// Fees and rounding, in the quote currency.
        public let cost: Double
        /// The same as a share of the value at the time, a year.
        public let costPerYear: Double
        /// A year.
        public let trackingError: Double
        /// Rebalances.
        public let rebalances: Int

        /// Along bands of one shape, cost falls as tracking error rises, in proportion: bands twice as wide cost half. So their product
        /// compares two policies that do not track equally well; less is better.
        public var product: Double { costPerYear * trackingError }
    }

    /// The share of runs, shuffles and the policy itself, that did at least as well as it by ``Trial/product``: a p-value.
    public func rank(of policy: Trial) -> Double? {
        guard !shuffles.isEmpty else { return nil }
        return Double(1 + shuffles.count { $0.product <= policy.product }) / Double(shuffles.count + 1)
    }

    /// Labels in another order: the spells, each with its label and length, shuffled; neighbours of one label may join.
    static func shuffled(_ regimes: [Int], seed: UInt64) -> [Int] {
        var spells: [(label: Int, length: Int)] = []
        for regime in regimes {
            if let last = spells.last, last.label == regime {
                spells[spells.count - 1].length += 1
            } else {
                spells.append((regime, 1))
            }
        }
        var random = SplitMix64(seed: seed)
        for index in spells.indices.reversed().dropLast() {
            spells.swapAt(index, Int(random.next() % UInt64(index + 1)))
        }
        return spells.flatMap { [Int](repeating: $0.label, count: $0.length) }
    }
}

extension Mandate {
    /// The same mandate with bands, triggers and destinations, this many times as wide.
    ///
    /// - Throws: `MandateError` never in practice: the parts are a mandate's.
    func scalingBands(by factor: ExactFraction) throws(MandateError) -> Mandate {
        func scaled(_ width: ExactFraction) -> ExactFraction {
            ExactFraction(width.numerator * factor.numerator, over: width.denominator * factor.denominator)
        }
        return try replacing(
            bands: bands.map {
                ToleranceBand(trigger: $0.trigger.map(scaled), destination: scaled($0.destination))
            }
        )
    }
}
