import BigIntegers
import MarketData

/// Turns amounts in floating point into legs in whole units, exactly priced and paid for.
struct TradeSettlement {
    let mandate: Mandate
    let costs: TransactionCosts
    let prices: [Price]
    let before: Holdings
    let isOverweight: [Bool]
    /// The index of the quote currency, if it is held.
    let cash: Int?
    /// Value of one quantity unit of each asset.
    let unitValues: [BigInteger]
    /// Value of the unit that money is paid in: the quote currency's own, or 10⁻⁸ of it where none is held.
    let moneyUnit: BigInteger
    private let smallestTrade: BigInteger
    private let largestTrades: [BigInteger?]
    /// The value up to which nothing is left of an asset without a target, where the mandate counts positions; `nil` where not.
    ///
    /// As wide as the planner's widest nudge, by which it may share out a sale of all, and far below the rounding tolerance.
    private let closingRemnant: Double?

    init(mandate: Mandate, costs: TransactionCosts, prices: [Price], before: Holdings, isOverweight: [Bool]) {
        self.mandate = mandate
        self.costs = costs
        self.prices = prices
        self.before = before
        self.isOverweight = isOverweight
        cash = mandate.assets.firstIndex(of: mandate.quote)
        unitValues = mandate.assets.indices.map { mandate.unitValue($0, at: prices) }
        moneyUnit = mandate.moneyUnit(at: prices)
        smallestTrade = mandate.limits.smallestTrade.map(mandate.valueUnits) ?? 0
        let total = zip(before.quantities, unitValues).reduce(BigInteger(0)) { $0 + BigInteger($1.0.units) * $1.1 }
        closingRemnant = mandate.countsPositions ? 2.5e-4 * Double(total) : nil
        largestTrades = mandate.assets.map { mandate.limits.largestTrades[$0].map(mandate.valueUnits) }
    }

    /// Whole units traded and what they leave; `nil` if the cash that results does not fit 64 bits.
    func settled(_ amounts: [Double], _ rounding: Rounding) -> (legs: [TradeLeg], after: Holdings)? {
        var traded = mandate.assets.indices.map { index in
            index == cash ? 0 : units(amounts[index], of: index, rounding: rule(rounding, index))
        }
        let earned = traded.indices.filter { isOverweight[$0] && traded[$0] > 0 }
            .reduce(BigInteger(0)) { $0 + proceeds(traded[$1], of: $1) }
        // An underweight quote currency may not be spent: only what the sales bring in is.
        let held = cash.map { isOverweight[$0] ? BigInteger(before.quantities[$0].units) : 0 } ?? 0
        let spent = fit(&traded, into: earned + held)
        // Overweight cash may not be bought, not even by the last unit.
        if cash.map({ isOverweight[$0] }) ?? true {
            let left = spendRemainder(earned - spent, &traded)
            // No cash at all can only be overweight by being exactly on a target of 0, and then it may be bought too.
            if held > 0, left > 0 { sellLess(by: left, &traded) }
        }

        var quantities = before.quantities
        var legs: [TradeLeg] = []
        var money = cash.map { BigInteger(before.quantities[$0].units) } ?? 0
        let order = traded.indices.filter { isOverweight[$0] } + traded.indices.filter { !isOverweight[$0] }
        for index in order where traded[index] > 0 {
            let leg = leg(traded[index], of: index)
            legs.append(leg)
            let held = before.quantities[index].units
            quantities[index] = Quantity(units: leg.side == .sell ? held - traded[index] : held + traded[index])
            money +=
                leg.side == .sell
                ? proceeds(traded[index], of: index)
                : -costs.payment(forBuying: leg.value, in: moneyUnit)
        }
        guard money >= 0 else { return nil }
        if let cash {
            guard let left = UInt64(exactly: money) else { return nil }
            quantities[cash] = Quantity(units: left)
        }
        return (legs, Holdings(unchecked: quantities))
    }

    /// How amounts become whole units.
    enum Rounding {
        /// Towards the destinations, so that an edge is reached.
        case reaching
        /// So that cash moves the way it may: sales up and purchases down where it is bought, and the reverse.
        case funding
        /// Down, so that a limit is kept.
        case limited
    }

    private func rule(_ rounding: Rounding, _ index: Int) -> FloatingPointRoundingRule {
        switch rounding {
        case .reaching: .up
        case .limited: .down
        case .funding: isOverweight[index] == (cash.map { isOverweight[$0] } ?? false) ? .down : .up
        }
    }

    private func proceeds(_ units: UInt64, of index: Int) -> BigInteger {
        costs.proceeds(ofSelling: BigInteger(units) * unitValues[index], in: moneyUnit)
    }

    private func payment(_ units: UInt64, of index: Int) -> BigInteger {
        units == 0 ? 0 : costs.payment(forBuying: BigInteger(units) * unitValues[index], in: moneyUnit)
    }

    private func leg(_ units: UInt64, of index: Int) -> TradeLeg {
        let value = BigInteger(units) * unitValues[index]
        return TradeLeg(
            asset: mandate.assets[index],
            index: index,
            side: isOverweight[index] ? .sell : .buy,
            quantity: Quantity(units: units),
            value: value,
            fee: isOverweight[index]
                ? value - proceeds(units, of: index) * moneyUnit
                : payment(units, of: index) * moneyUnit - value
        )
    }

    /// Whole units nearest to an amount of value, within what is held or fits, the caps and the smallest trade.
    private func units(_ amount: Double, of index: Int, rounding rule: FloatingPointRoundingRule) -> UInt64 {
        guard amount > 0 else { return 0 }
        let unit = unitValues[index]
        // The last bits of a Double are noise: without the factor, a whole number of units would round up to one more.
        let exact = amount / Double(unit) * (rule == .up ? 1 - 1e-15 : 1 + 1e-15)
        let count = exact.rounded(rule)
        var units = count < 0x1p64 ? UInt64(max(count, 0)) : UInt64.max
        if smallestTrade > 0, BigInteger(units) * unit < smallestTrade {
            units = UInt64(exactly: smallestTrade.ceilingDivided(by: unit)) ?? .max
        }
        if let closingRemnant, isOverweight[index], mandate.targets.weights[index] == .zero {
            let rest = Double(BigInteger(held(index)) * unit) - amount
            if rest <= closingRemnant { units = held(index) }
        }
        return min(units, largest(index))
    }

    private func held(_ index: Int) -> UInt64 { before.quantities[index].units }

    /// The most units that may be traded: what is held or still fits, and the cap.
    private func largest(_ index: Int) -> UInt64 {
        let held = before.quantities[index].units
        let room = isOverweight[index] ? held : UInt64.max - held
        guard let cap = largestTrades[index] else { return room }
        return min(room, UInt64(exactly: cap.floorDivided(by: unitValues[index])) ?? .max)
    }

    /// Shortens the largest purchases until they can be paid for, and returns what they take.
    private func fit(_ traded: inout [UInt64], into budget: BigInteger) -> BigInteger {
        let purchases = traded.indices.filter { !isOverweight[$0] && traded[$0] > 0 }
        var spent = purchases.reduce(BigInteger(0)) { $0 + payment(traded[$1], of: $1) }
        var attempts = 2 * purchases.count + 2
        while spent > budget, attempts > 0 {
            attempts -= 1
            guard
                let largest = purchases.max(by: {
                    BigInteger(traded[$0]) * unitValues[$0] < BigInteger(traded[$1]) * unitValues[$1]
                }), traded[largest] > 0
            else { break }
            let missing = ((spent - budget) * moneyUnit).ceilingDivided(by: unitValues[largest])
            let cut = min(max(UInt64(exactly: missing) ?? .max, 1), traded[largest])
            spent -= payment(traded[largest], of: largest)
            traded[largest] -= cut
            spent += payment(traded[largest], of: largest)
        }
        return spent
    }

    /// Where cash may not take them, the last units of money go into the purchase that is counted most finely.
    ///
    /// - Returns: What is left even so.
    private func spendRemainder(_ remainder: BigInteger, _ traded: inout [UInt64]) -> BigInteger {
        let purchases = traded.indices.filter { !isOverweight[$0] && traded[$0] > 0 && traded[$0] < largest($0) }
        guard remainder > 0, let finest = purchases.min(by: { unitValues[$0] < unitValues[$1] }) else {
            return remainder
        }
        let fee = BigInteger(costs.proportional.value)
        let extra = (1_000_000 * remainder * moneyUnit).floorDivided(by: (1_000_000 + fee) * unitValues[finest])
        var added = min(UInt64(exactly: extra) ?? .max, largest(finest) - traded[finest])
        // Rounding up the payment may cost one unit of money more than the division allows.
        let paid = payment(traded[finest], of: finest)
        while added > 0, payment(traded[finest] + added, of: finest) - paid > remainder { added -= 1 }
        traded[finest] += added
        return remainder - (payment(traded[finest], of: finest) - paid)
    }

    /// Shortens the sale that is counted most finely until it brings in that much less.
    private func sellLess(by money: BigInteger, _ traded: inout [UInt64]) {
        let sales = traded.indices.filter {
            isOverweight[$0] && traded[$0] > 0 && !(closingRemnant != nil && traded[$0] == held($0))
        }
        guard let finest = sales.min(by: { unitValues[$0] < unitValues[$1] }) else { return }
        let net = max(1_000_000 - BigInteger(costs.proportional.value), 1)
        let units = (1_000_000 * (money + 1) * moneyUnit).ceilingDivided(by: net * unitValues[finest])
        traded[finest] -= min(UInt64(exactly: units) ?? .max, traded[finest])
    }
}

extension Mandate {
    /// Value of the unit that money is paid in: the quote currency's quantity unit, or 10⁻⁸ of it where none is held.
    func moneyUnit(at prices: [Price]) -> BigInteger {
        if let cash = assets.firstIndex(of: quote) { return unitValue(cash, at: prices) }
        return max(valueUnits(Money(units: 1)), 1)
    }
}
