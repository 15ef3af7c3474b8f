/// One smooth part of an asset's trade: purchases or sales, below or above the knee of their cost.
///
/// The envelope of a fixed cost bends at its knee, where Newton's method would go back and forth. As the sum of a part that
/// ends at the knee and one that begins there, at a slope no smaller, each part's cost is smooth.
struct TradePart {
    /// The asset.
    let asset: Int
    /// +1 for purchases, −1 for sales.
    let sign: Double
    private let proportional: Double
    private let impact: Double
    /// The size at which the part begins.
    private let start: Double

    /// The part's size, at least 0, and its multiplier.
    var size: ComplementaryPair
    /// What is left below the part's end, if it has one.
    var rest: ComplementaryPair?

    /// The parts of a trade of `size` in one direction.
    ///
    /// - Parameter dual: Gives a slack its first multiplier.
    static func parts(
        of cost: SideCost,
        asset: Int,
        sign: Double,
        size: Double,
        room: Double,
        _ pair: (Double) -> ComplementaryPair
    ) -> [TradePart] {
        let (knee, chord) = cost.line
        guard knee > 0 else {
            return [TradePart(asset, sign, cost.proportional, cost.impact, start: 0, pair(size), nil)]
        }
        guard knee < room else { return [TradePart(asset, sign, chord, 0, start: 0, pair(size), nil)] }
        let below = min(knee / 2, size / 2)
        return [
            TradePart(asset, sign, chord, 0, start: 0, pair(below), pair(knee - below)),
            TradePart(asset, sign, cost.proportional, cost.impact, start: knee, pair(size - below), nil),
        ]
    }

    private init(
        _ asset: Int,
        _ sign: Double,
        _ proportional: Double,
        _ impact: Double,
        start: Double,
        _ size: ComplementaryPair,
        _ rest: ComplementaryPair?
    ) {
        (self.asset, self.sign, self.proportional, self.impact) = (asset, sign, proportional, impact)
        (self.start, self.size, self.rest) = (start, size, rest)
    }

    /// φ″ with the barrier's share: D of the derivation.
    var bend: Double {
        var bend = size.dual / size.slack
        if impact > 0 { bend += 0.75 * impact / (start + size.slack).squareRoot() }
        if let rest { bend += rest.dual / rest.slack }
        return bend
    }

    /// What the part's own condition lacks, where the asset's trades have this slope: r of the derivation.
    func residual(_ slope: Double) -> Double {
        let own = proportional + 1.5 * impact * (start + size.slack).squareRoot()
        return sign * slope + own - size.dual + (rest?.dual ?? 0)
    }

    /// What the part's own equation of the step has on its right.
    func target(_ slope: Double) -> Double {
        var target = size.target / size.slack - residual(slope)
        if let rest { target -= rest.target / rest.slack }
        return target
    }

    mutating func move(_ step: Double) {
        size.move(step)
        rest?.move(-step)
    }
}
