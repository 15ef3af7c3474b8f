import BigIntegers
public import MarketData

extension Mandate {
    /// What this mandate demands now: ``PreparedMandate/decision(for:under:)`` for a single state.
    ///
    /// - Parameters:
    ///   - state: The vault and the market.
    ///   - verdict: What the policy's safeguards say at the state's time.
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` if the state is of other assets,
    ///   ``HoldingsError/noCovariance(days:)`` if a rule looks back farther than the state's market does.
    public func decision(
        for state: VaultState,
        under verdict: SafeguardVerdict = .clear
    ) throws(HoldingsError) -> DriftDecision {
        try PreparedMandate(self).decision(for: state, under: verdict)
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
            bucket: BucketValues(
                before: state.carriedSlippage,
                after: state.carriedSlippage,
                elapsed: bucketElapsed(since: state.lastRebalance, at: state.time)
            ),
            under: self
        )
    }
}
