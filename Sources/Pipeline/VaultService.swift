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
    private var replay: MarketReplay
    private let holdings: Holdings

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
        cycle = RebalanceCycle(mandates: mandates, prover: prover, costs: costs, safeguards: safeguards)
    }

    /// Decides at every time that the ledger has not seen yet.
    ///
    /// - Parameter progress: Called after each entry is on the disk.
    /// - Returns: How many entries were added.
    /// - Throws: ``ServiceError``, ``CycleError``, `LedgerError` or `MarketReplayError`; what was recorded stays.
    public mutating func run(progress: (Progress) -> Void) async throws -> Int {
        var head = try await resume()
        let isHalted = try await ChainStanding(recordedIn: ledger).halt != nil
        var added = 0
        let pending = times.drop { time in head.map { time <= $0.attestation.statement.time } ?? false }
        for time in pending {
            if isHalted, let last = head {
                head = try await recordHalted(after: last, at: time)
                added += 1
                progress(.init(done: added, total: pending.count, time: time, reason: Self.haltedReason, kind: .hold))
                continue
            }
            let moment = try replay.moment(at: time)
            let report =
                try head.map { try cycle.next(after: $0, at: moment) } ?? cycle.genesis(holdings: holdings, at: moment)
            try await ledger.append(report.draft())
            head = report.head
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
        guard let entry = try await ledger.lastEntry() else { return next }
        let value = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes()).value
        let record = SealedRecord(unmoved: next.opening, value: value, explanation: Self.haltedReason)
        try await ledger.append(
            LedgerDraft(event: next.attestation, reason: Self.haltedReason, record: record)
        )
        return next
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
    /// The vault is under another policy than the one given.
    case otherPolicy(got: ContentDigest, expected: ContentDigest)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .otherCandles(let time):
            "the candles through \(time) are not those that this ledger's last decision was made on"
        case .otherPolicy(let got, let expected):
            "the vault is under policy \(expected), and the one given is \(got): `ballast amend` passes it from one to another"
        }
    }
}
