public import Attestations
public import MarketData
public import Rebalancing
public import Regimes

/// One policy that a chain may be under, with what checks statements under it and the market as it reads it.
public struct PolicyReading: Sendable {
    let policy: CompiledPolicy
    var replay: MarketReplay
    let safeguards: SafeguardReplay?
    var verifier: AttestationVerifier
    private var risks: RiskWindows

    /// Creates a reading.
    ///
    /// - Parameters:
    ///   - policy: Compiled by the auditor from the policy's text and model.
    ///   - replay: The market by the auditor's own candles.
    ///   - safeguards: What breakers and oracle say by the auditor's own candles and reports; without it every decision under
    ///     a policy that has some is refused.
    public init(policy: CompiledPolicy, replay: MarketReplay, safeguards: SafeguardReplay? = nil) {
        self.policy = policy
        self.replay = replay
        self.safeguards = safeguards
        verifier = AttestationVerifier(policy: policy)
        risks = RiskWindows(policy.riskWindows)
    }

    /// What the market says of risk by these candles, over the windows that the policy looks back over.
    public mutating func risk(at time: Timestamp) throws(MarketReplayError) -> MarketRisk {
        let replay = replay
        return try risks.risk(at: time) { days throws(MarketReplayError) in
            try replay.dailyCloses(days: days, through: time)
        } refusing: {
            .noPrice(reason: $0.description)
        }
    }
}
