package import BigIntegers
import MarketData

/// The plain reader of a mandate's obligations: exact integers, no floating point, no other source of meaning.
///
/// The circuit and the solver read the same obligations; a differential test holds the three together.
extension Mandate {
    /// What a rebalance fails to satisfy; empty iff it is admissible.
    ///
    /// - Parameters:
    ///   - values: The decision's exact values.
    ///   - sameDay: Whether the last rebalance was on the same UTC day.
    ///   - scheduleDue: Whether a schedule made the rebalance due, so that no other trigger is needed.
    /// - Complexity: O(n²) integer operations for n assets. Time depends on the values: run by the operator alone.
    public func failures(
        ofRebalance values: DecisionValues,
        sameDay: Bool,
        scheduleDue: Bool
    ) -> [ObligationFailure] {
        rebalanceObligations(sameDay: sameDay).failures(values, scheduleDue: scheduleDue) { assets[$0].symbol }
    }

    /// What a hold for private reasons fails to satisfy; empty iff it is admissible.
    ///
    /// A hold for a public reason (cooldown) owes nothing but that nothing moves.
    public func failures(ofHold values: DecisionValues, sameDay: Bool, scheduleDue: Bool) -> [ObligationFailure] {
        var failures: [ObligationFailure] = []
        if values.before != values.after || values.carriedBefore != values.carriedAfter
            || values.bucket.before != values.bucket.after
        {
            failures.append(ObligationFailure("nothing moves in a hold", shortfall: 1))
        }
        return failures + holdObligations(sameDay: sameDay, scheduleDue: scheduleDue).failures(values)
    }
}

extension RebalanceObligations {
    /// The failures of a rebalance; `symbol` names assets.
    func failures(
        _ values: DecisionValues,
        scheduleDue: Bool,
        symbol: (Int) -> String
    ) -> [ObligationFailure] {
        var failures: [ObligationFailure] = []
        if !scheduleDue, !triggers.contains(where: { $0.margin(values) >= 0 }) {
            let nearest = triggers.map { $0.margin(values) }.max() ?? -1
            failures.append(ObligationFailure("a trigger", shortfall: -nearest))
        }
        let mayMissDestinations = exhaustions.contains { $0.margin(values) >= 0 }
        for side in sides {
            failures += side.failures(values, mayMissDestination: mayMissDestinations, symbol: symbol(side.asset))
        }
        failures += conditions.compactMap { $0.failure(values) }
        if let carriedAfter {
            let difference = values.carriedAfter - values.value(of: carriedAfter)
            if difference != 0 {
                failures.append(ObligationFailure("turnover carried", shortfall: difference.magnitude))
            }
        }
        if !bucketBounds.isEmpty, !bucketBounds.contains(where: { $0.margin(values) >= 0 }) {
            failures.append(ObligationFailure("slippage carried", shortfall: 1))
        }
        return failures
    }

    /// The assets that end outside their destinations.
    func missedDestinations(_ values: DecisionValues) -> [Int] {
        sides.filter { !$0.failures(values, mayMissDestination: false, symbol: "").isEmpty }.map(\.asset)
    }
}

extension HoldObligations {
    /// The failures of a hold for private reasons.
    func failures(_ values: DecisionValues) -> [ObligationFailure] {
        if exhaustions.contains(where: { $0.margin(values) >= 0 }) { return [] }
        if let noTrade, noTrade.form.margin(values) >= 0 { return noTrade.duties.compactMap { $0.failure(values) } }
        return conditions.compactMap { $0.failure(values) }
    }
}

extension SideObligation {
    /// The failures on the better side: an asset exactly on target may be called either over- or underweight.
    func failures(_ values: DecisionValues, mayMissDestination: Bool, symbol: String) -> [ObligationFailure] {
        let deviation = values.value(of: before)
        let read = { (isOverweight: Bool) in
            failures(values, isOverweight: isOverweight, mayMissDestination: mayMissDestination, symbol: symbol)
        }
        guard deviation == 0 else { return read(deviation > 0) }
        let (over, under) = (read(true), read(false))
        return over.count <= under.count ? over : under
    }

    private func failures(
        _ values: DecisionValues,
        isOverweight: Bool,
        mayMissDestination: Bool,
        symbol: String
    ) -> [ObligationFailure] {
        var failures: [ObligationFailure] = []
        let portfolio = unitsPerValue * values.totalBefore
        let wrongWay = values[isOverweight ? .bought(asset) : .sold(asset)]
        if wrongWay > 0 {
            let name = isOverweight ? "no purchase of overweight \(symbol)" : "no sale of underweight \(symbol)"
            failures.append(ObligationFailure(name, shortfall: unitsPerValue * wrongWay, portfolio: portfolio))
        }
        let after = (isOverweight ? 1 : -1) * values.value(of: after)
        let room = values.value(of: tolerance) + after
        if room < 0 {
            failures.append(
                ObligationFailure("target of \(symbol) not passed", shortfall: -room, portfolio: portfolio)
            )
        }
        let left = values.value(of: destination) - after
        if left < 0, !mayMissDestination {
            failures.append(
                ObligationFailure("destination of \(symbol)", shortfall: -left, portfolio: portfolio)
            )
        }
        return failures
    }
}

extension Obligation {
    /// At least 0 iff the claim holds.
    package func margin(_ values: DecisionValues) -> BigInteger {
        switch claim {
        case .nonNegative(let form):
            return values.value(of: form)
        case .concentration(let form):
            return form.margin(values: form.moment == .before ? values.before : values.after)
        case .risk(let form):
            guard let matrix = values.matrices[form.measure] else { return RiskForm.unknownMargin }
            return form.margin(values, matrix: matrix)
        case .positions(let form):
            return form.margin(values: form.moment == .before ? values.before : values.after)
        case .zeroOrAtLeast(let amount, let minimum):
            let amount = values.value(of: amount)
            return amount == 0 ? 0 : amount - values.value(of: minimum)
        }
    }

    /// The failure, if the claim does not hold.
    func failure(_ values: DecisionValues) -> ObligationFailure? {
        let margin = margin(values)
        guard margin < 0 else { return nil }
        switch claim {
        case .concentration, .risk, .positions: return ObligationFailure(name, shortfall: -margin)
        case .nonNegative, .zeroOrAtLeast: break
        }
        return ObligationFailure(name, shortfall: -margin, portfolio: unitsPerValue * values.totalBefore)
    }
}
