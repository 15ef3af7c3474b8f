import BigIntegers
public import MarketData

extension Mandate {
    /// What this mandate demands now: ``PreparedMandate/decision(for:)`` for a single state.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` if the state is of other assets.
    public func decision(
        for state: VaultState,
        unless test: NoTradeTest? = nil
    ) throws(HoldingsError) -> DriftDecision {
        try PreparedMandate(self).decision(for: state, unless: test)
    }

    /// Whether a schedule is due at a state's time.
    public func isScheduleDue(after lastRebalance: Timestamp, at now: Timestamp) -> Bool {
        schedules.contains { $0.isDue(after: lastRebalance, at: now) }
    }

    /// The exact values of a decision that moves nothing.
    func unmovedValues(of state: VaultState) throws(HoldingsError) -> DecisionValues {
        try DecisionValues(
            before: state.holdings,
            after: state.holdings,
            prices: state.prices,
            carriedBefore: state.carriedTurnover,
            carriedAfter: state.carriedTurnover,
            under: self
        )
    }
}
