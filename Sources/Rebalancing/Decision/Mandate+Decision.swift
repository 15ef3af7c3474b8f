import BigIntegers
public import MarketData

extension Mandate {
    /// What this mandate demands now.
    ///
    /// In this order: an active cooldown holds; nothing due holds; something due while the day's turnover is used up
    /// holds; everything else is a rebalance, even if it turns out to need no trade (a due schedule on target).
    /// Whether something is due is read from the obligations, so decision and circuit cannot disagree.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` if the state is of other assets,
    ///   ``HoldingsError/noCovariance(days:)`` if a rule looks back farther than the state's market does.
    public func decision(for state: VaultState) throws(HoldingsError) -> DriftDecision {
        let values = try unmovedValues(of: state)
        let elapsed = state.time.milliseconds(since: state.lastRebalance)
        guard elapsed >= cooldown else {
            let (remaining, overflow) = cooldown.subtractingReportingOverflow(elapsed)
            return .hold(.cooldown(remainingMilliseconds: overflow ? .max : remaining))
        }
        let reasons = triggerReasons(state, values)
        guard !reasons.isEmpty else { return .hold(.withinBands(driftFigures(values))) }
        let exhaustions = holdObligations(sameDay: state.isSameDay, scheduleDue: true).exhaustions
        if exhaustions.contains(where: { $0.margin(values) >= 0 }) { return .hold(.limitUsedUp(pending: reasons)) }
        return .rebalance(because: reasons)
    }

    /// Whether a schedule is due at a state's time.
    public func isScheduleDue(after lastRebalance: Timestamp, at now: Timestamp) -> Bool {
        schedules.contains { $0.isDue(after: lastRebalance, at: now) }
    }

    /// The exact values of a decision that moves nothing.
    func unmovedValues(of state: VaultState) throws(HoldingsError) -> DecisionValues {
        if let days = state.missingWindow(under: self) { throw .noCovariance(days: days) }
        return try DecisionValues(
            before: state.holdings,
            after: state.holdings,
            prices: state.prices,
            carriedBefore: state.carriedTurnover,
            carriedAfter: state.carriedTurnover,
            risk: state.risk,
            under: self
        )
    }

    /// Weight, target and band of every asset before a decision.
    func driftFigures(_ values: DecisionValues) -> [DriftFigure] {
        let total = values.totalBefore
        return assets.indices.map { index in
            DriftFigure(
                asset: assets[index],
                weight: total == 0 ? ExactFraction(0) : ExactFraction(1_000_000 * values.before[index], over: total),
                target: targets.weights[index],
                trigger: triggersOnDrift ? bands[index].trigger : nil
            )
        }
    }

    private func triggerReasons(_ state: VaultState, _ values: DecisionValues) -> [TriggerReason] {
        var reasons: [TriggerReason] = []
        if triggersOnDrift {
            for (index, figure) in driftFigures(values).enumerated()
            where driftTriggers(index).contains(where: { $0.margin(values) >= 0 }) {
                reasons.append(.drift(figure))
            }
        }
        for requirement in requirements where broken(requirement, .before).margin(values) >= 0 {
            reasons.append(.requirement(name: requirement.name))
        }
        for trigger in furtherTriggers where fired(trigger).margin(values) >= 0 {
            reasons.append(.condition(name: trigger.name))
        }
        for schedule in schedules {
            if let instant = schedule.dueInstant(after: state.lastRebalance, at: state.time) {
                reasons.append(.schedule(schedule, instant: instant))
            }
        }
        return reasons
    }
}
