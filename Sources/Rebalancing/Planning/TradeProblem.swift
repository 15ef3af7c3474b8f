import BigIntegers
import MarketData

/// One rebalance in floating point: how far each asset may and must move, and how the two sides are brought into balance.
///
/// The side rule gives every asset one direction: overweight assets are only sold, down to their target at most;
/// underweight ones only bought, up to it. So a plan is one amount per asset, mᵢ ∈ [fᵢ, uᵢ]: fᵢ reaches the destination,
/// uᵢ the target. Money must balance: Σ over sales gᵢmᵢ = Σ over purchases hᵢmᵢ, with g = 1 − fee, h = 1 + fee, and 1 for
/// cash, which trades for nothing. Turnover is least when the side that must move more moves exactly fᵢ and the other
/// side follows: with cash first, because it is free, then by Euclid's distance, mᵢ = clip(θ, fᵢ, uᵢ) for one level θ.
struct TradeProblem {
    /// Value of each asset, in value units.
    let values: [Double]
    /// Target weights as fractions.
    let targets: [Double]
    /// Destination widths as fractions of value.
    let destinations: [Double]
    /// Whether an asset is above its target, from the exact deviation.
    let isOverweight: [Bool]
    /// The index of the quote currency, if it is held.
    let cash: Int?
    /// Fee of one side as a fraction.
    let fee: Double
    /// Trades of other assets than cash are 0 or at least this.
    let smallestTrade: Double
    /// Largest trade of each asset.
    let largestTrades: [Double]
    /// Largest turnover, by whichever limit leaves less.
    let largestTurnover: Double
    /// The most that fees may come to, by the room in the slippage bucket.
    let largestLoss: Double

    /// What a plan strives for beyond the destinations.
    struct Aim {
        /// How far inside its destination an asset is brought, as a fraction of value: room for rounding to whole units.
        var nudge = 0.0
        /// Whether a move to a destination that is below the smallest trade is made at its size, or not at all.
        var raisesSmallTrades = true
        /// The assets that are pulled beyond their destinations.
        var pulled: Set<Int> = []
        /// How far the pulled assets go, from the destination (0) to the target (1).
        var pull = 0.0
        /// Whether only the pulled assets must move: for limits that leave no room for all.
        var pulledOnly = false
    }

    /// The amounts to move, `[n]`, each in its asset's one direction, and whether the turnover limit cut them.
    func amounts(_ aim: Aim) -> (amounts: [Double], isCut: Bool) {
        let before = values.reduce(0, +)
        var after = before
        let turnoverLimit = largestTurnover * (1 - max(aim.nudge, 1e-9))
        let lossLimit = largestLoss * (1 - max(aim.nudge, 1e-9))
        var moneyLimit = turnoverLimit
        var result = (amounts: values.map { _ in 0.0 }, isCut: false)
        // Costs shrink the portfolio that weights are taken of, and turnover is not quite money moved: both settle at once.
        for _ in 0..<5 {
            result = balanced(reaches(after, aim), moneyLimit, aim)
            let loss = fee * result.amounts.indices.reduce(0) { $0 + ($1 == cash ? 0 : result.amounts[$1]) }
            after = before - loss
            let turnover = result.amounts.reduce(0, +) / 2
            if result.isCut || turnover > turnoverLimit || loss > lossLimit, turnover > 0 {
                let (limit, used) =
                    loss * turnoverLimit > lossLimit * turnover ? (lossLimit, loss) : (turnoverLimit, turnover)
                let sold = values.indices.filter { isOverweight[$0] }
                moneyLimit = sold.reduce(0) { $0 + result.amounts[$1] * moneyPerValue($1) } * limit / used
            }
        }
        return result
    }

    /// One asset's reach in money: what it must move and what it may.
    struct Reach {
        var least: Double
        var most: Double
    }

    private func moneyPerValue(_ index: Int) -> Double {
        index == cash ? 1 : isOverweight[index] ? 1 - fee : 1 + fee
    }

    private func reaches(_ after: Double, _ aim: Aim) -> [Reach] {
        values.indices.map { index in
            let gap = (isOverweight[index] ? 1 : -1) * (values[index] - targets[index] * after)
            let beyond = gap - (destinations[index] - aim.nudge) * after
            let capacity = isOverweight[index] ? min(values[index], largestTrades[index]) : largestTrades[index]
            // The nudge may pass the target: it is far below the rounding tolerance, and both sides need it alike.
            let most = min(max(gap + aim.nudge * after, 0), capacity)
            var least = aim.pulledOnly ? 0 : min(max(beyond, 0), most)
            if aim.pulled.contains(index) { least += aim.pull * (most - least) }
            if index != cash {
                if most < smallestTrade { return Reach(least: 0, most: 0) }
                if least < smallestTrade, !aim.raisesSmallTrades { least = 0 }
            }
            return Reach(least: least * moneyPerValue(index), most: most * moneyPerValue(index))
        }
    }

    /// Brings sales and purchases to the same money, drops or raises trades below the smallest.
    private func balanced(_ start: [Reach], _ moneyLimit: Double, _ aim: Aim) -> (amounts: [Double], isCut: Bool) {
        var reaches = start
        let sides = [values.indices.filter { isOverweight[$0] }, values.indices.filter { !isOverweight[$0] }]
        var money = values.map { _ in 0.0 }
        var isCut = false
        for _ in 0..<(2 * values.count + 4) {
            let needs = sides.map { side in side.reduce(0) { $0 + reaches[$1].least } }
            let rooms = sides.map { side in side.reduce(0) { $0 + reaches[$1].most } }
            let wanted = min(max(needs[0], needs[1]), rooms[0], rooms[1])
            isCut = wanted > moneyLimit
            for side in sides { fill(side, reaches, min(wanted, moneyLimit), &money) }
            let small = values.indices.filter {
                let smallest = smallestTrade * moneyPerValue($0)
                return $0 != cash && money[$0] > 0 && money[$0] < smallest * (1 - 1e-12)
            }
            guard let first = small.min(by: { money[$0] < money[$1] }) else { break }
            let smallest = smallestTrade * moneyPerValue(first)
            let isWhole = reaches[first].least > 0 && money[first] >= reaches[first].least * (1 - 1e-9)
            if isWhole, aim.raisesSmallTrades, reaches[first].most >= smallest {
                reaches[first].least = smallest
            } else {
                reaches[first] = Reach(least: 0, most: 0)
            }
        }
        return (values.indices.map { money[$0] / max(moneyPerValue($0), 1e-9) }, isCut)
    }

    /// Spreads `total` over one side: what each must move, then cash, then one level for all; or less than that, in proportion.
    private func fill(_ side: [Int], _ reaches: [Reach], _ total: Double, _ money: inout [Double]) {
        let need = side.reduce(0) { $0 + reaches[$1].least }
        if total <= need {
            for index in side { money[index] = need > 0 ? reaches[index].least * (total / need) : 0 }
            return
        }
        for index in side { money[index] = reaches[index].least }
        var extra = total - need
        if let cash, side.contains(cash) {
            let added = min(extra, reaches[cash].most - reaches[cash].least)
            money[cash] += added
            extra -= added
        }
        let others = side.filter { $0 != cash }
        guard extra > 0, var high = others.map({ reaches[$0].most }).max() else { return }
        let goal = others.reduce(0) { $0 + reaches[$1].least } + extra
        let spread = { (level: Double) in
            others.map { min(max(level, reaches[$0].least), reaches[$0].most) }
        }
        var low = 0.0
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if spread(middle).reduce(0, +) < goal { low = middle } else { high = middle }
        }
        for (index, amount) in zip(others, spread(high)) { money[index] = amount }
    }
}
