public import Attestations
import BigIntegers
public import LedgerStorage
public import MarketData
public import Rebalancing
public import Regimes

/// Runs a vault over a stretch of market: one attested, recorded decision at each close of the model's bar.
///
/// A decision counts only once its ledger entry is on the disk. A run that was killed goes on after the last entry, and
/// a stored attestation is never proved again.
public struct VaultService: Sendable {
    private let policy: CompiledPolicy
    private let ledger: Ledger
    private let cycle: RebalanceCycle
    private let times: [Timestamp]
    private var risks: RiskWindows
    private var replay: MarketReplay
    private let holdings: Holdings
    private let guardians: GuardianSet?

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - policy: What must hold.
    ///   - replay: The market.
    ///   - ledger: Open for writing, and of this policy, model, holdings and start.
    ///   - keys: The operator's.
    ///   - holdings: What the vault opens with.
    ///   - times: The closes to decide at; genesis stands at the first.
    ///   - costs: What paper trading costs.
    ///   - owner: The owner's Ed25519 public key, or 32 zero bytes.
    ///   - guardians: Who may order and end halts, if anybody.
    ///   - parameters: The openings of a sealed policy's secret parameters.
    ///   - safeguards: What breakers and oracle say; needed where the policy has some.
    /// - Throws: `AttestationError` if a key has the wrong length, the openings are not the policy's, or its safeguards are not
    ///   given.
    public init(
        policy: CompiledPolicy,
        replay: MarketReplay,
        ledger: Ledger,
        keys: OperatorKeys,
        holdings: Holdings,
        times: [Timestamp],
        costs: TransactionCosts,
        owner: [UInt8],
        guardians: GuardianSet? = nil,
        parameters: ParameterOpening? = nil,
        safeguards: SafeguardReplay? = nil
    ) throws(AttestationError) {
        guard policy.safeguards.isEmpty || safeguards != nil else {
            throw .unprovable(reason: "the policy has breakers or an oracle, and nothing to tell them from is given")
        }
        let prover = try Self.prover(
            policy: policy,
            keys: keys,
            owner: owner,
            guardians: guardians,
            parameters: parameters
        )
        let mandates = try policy.openedMandates(parameters)
        self.policy = policy
        self.replay = replay
        self.ledger = ledger
        self.holdings = holdings
        self.times = times
        self.guardians = guardians
        risks = RiskWindows(policy.riskWindows)
        cycle = RebalanceCycle(mandates: mandates, prover: prover, costs: costs, safeguards: safeguards)
    }

    /// Decides at every time that the ledger has not seen yet.
    ///
    /// - Parameter progress: Called after each entry is on the disk.
    /// - Returns: How many entries were added.
    /// - Throws: ``ServiceError``, ``CycleError``, `LedgerError` or `MarketReplayError`; what was recorded stays.
    public mutating func run(progress: (Progress) -> Void) async throws -> Int {
        var head = try await resume()
        var standing = try await ChainStanding(recordedIn: ledger)
        if let reason = policy.resetRefusal(of: head == nil ? guardians : standing.guardians) {
            throw ServiceError.guardians(reason: reason)
        }
        var added = 0
        let pending = times.drop { time in head.map { time <= $0.attestation.statement.time } ?? false }
        for time in pending {
            if let last = head, standing.halt == nil {
                let tripped = cycle.awaitingReset(at: time, since: standing.reset)
                if !tripped.isEmpty {
                    let next = try cycle.prover.halt(after: last, at: time, cause: .breaker)
                    let names = tripped.map { "`\($0)`" }.joined(separator: ", ")
                    let reason = "halted until guardians reset the breaker \(names)"
                    try await record(next, reason: reason)
                    standing.advance(past: next.attestation, under: policy)
                    head = next
                    added += 1
                    progress(.init(done: added, total: pending.count, time: time, reason: reason, kind: .halt))
                    continue
                }
            }
            if standing.halt != nil, let last = head {
                head = try await recordHalted(after: last, at: time)
                added += 1
                progress(.init(done: added, total: pending.count, time: time, reason: Self.haltedReason, kind: .hold))
                continue
            }
            let moment = try replay.moment(at: time)
            // At genesis too: a vault that opens before there is enough history could not go on.
            let risk = try risks.risk(at: time) { days throws(MarketReplayError) in
                try replay.dailyCloses(days: days, through: time)
            } refusing: {
                .noPrice(reason: $0.description)
            }
            let report =
                try head.map { try cycle.next(after: $0, at: moment, risk: risk, since: standing.reset) }
                ?? cycle.genesis(holdings: holdings, at: moment)
            try await ledger.append(report.draft())
            head = report.head
            standing.advance(past: report.head.attestation, under: policy)
            added += 1
            progress(
                Progress(
                    done: added,
                    total: pending.count,
                    time: time,
                    reason: report.reason,
                    kind: report.head.attestation.statement.kind
                )
            )
        }
        return added
    }

    /// How far a run is.
    public struct Progress: Sendable {
        /// Entries added by this run.
        public let done: Int
        /// Entries that this run is to add.
        public let total: Int
        /// The time of the last one.
        public let time: Timestamp
        /// Why it was decided so.
        public let reason: String
        /// What it was.
        public let kind: AttestationKind
    }

    /// The head of the recorded chain, checked against the market at hand.
    private mutating func resume() async throws -> AttestationProver.Head? {
        guard let entry = try await ledger.lastEntry() else { return nil }
        let attestation = try Attestation(fileBytes: entry.attestation)
        guard attestation.statement.policy == policy.digest else {
            throw ServiceError.otherPolicy(got: policy.digest, expected: attestation.statement.policy)
        }
        let record = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
        let candles = try replay.candles(through: attestation.statement.time)
        guard candles == attestation.statement.candles || !attestation.statement.readsCandles else {
            throw ServiceError.otherCandles(through: attestation.statement.time)
        }
        return AttestationProver.Head(attestation: attestation, opening: record.opening)
    }

    private static let haltedReason = "the vault is halted"

    /// Records that nothing was decided, because the vault is halted.
    private func recordHalted(after head: AttestationProver.Head, at time: Timestamp) async throws
        -> AttestationProver.Head
    {
        let next = try cycle.prover.halted(after: head, at: time)
        try await record(next, reason: Self.haltedReason)
        return next
    }

    /// Records what moved nothing.
    private func record(_ next: AttestationProver.Head, reason: String) async throws {
        guard let entry = try await ledger.lastEntry() else { return }
        let value = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes()).value
        let record = SealedRecord(unmoved: next.opening, value: value, explanation: reason)
        try await ledger.append(LedgerDraft(event: next.attestation, reason: reason, record: record))
    }

    /// A prover with the operator's keys and the system's randomness.
    static func prover(
        policy: CompiledPolicy,
        keys: OperatorKeys,
        owner: [UInt8],
        guardians: GuardianSet? = nil,
        parameters: ParameterOpening? = nil
    ) throws(AttestationError) -> AttestationProver {
        AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: systemRandomBytes(32),
                operatorKey: keys.publicKey,
                ownerKey: owner,
                guardians: guardians
            ),
            signer: Signer(publicKey: keys.publicKey) { try keys.signature(for: $0) },
            vaultSecret: keys.vaultSecret.copiedBytes(),
            parameters: parameters,
            entropy: systemRandomBytes
        )
    }

    @Sendable private static func systemRandomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// Why a run cannot go on.
public enum ServiceError: Error, Sendable, CustomStringConvertible {
    /// The candles at hand are not those that the ledger's last decision was made on.
    case otherCandles(through: Timestamp)
    /// The vault's guardians are not those that the policy's breakers need.
    case guardians(reason: String)
    /// The vault is under another policy than the one given.
    case otherPolicy(got: ContentDigest, expected: ContentDigest)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .otherCandles(let time):
            "the candles through \(time) are not those that this ledger's last decision was made on"
        case .guardians(let reason): reason
        case .otherPolicy(let got, let expected):
            "the vault is under policy \(expected), and the one given is \(got): `ballast amend` passes it from one to another"
        }
    }
}
