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
    /// - Throws: `AttestationError` if a key has the wrong length.
    public init(
        policy: CompiledPolicy,
        replay: MarketReplay,
        ledger: Ledger,
        keys: OperatorKeys,
        holdings: Holdings,
        times: [Timestamp],
        costs: TransactionCosts,
        owner: [UInt8]
    ) throws(AttestationError) {
        let prover = try Self.prover(policy: policy, keys: keys, owner: owner)
        self.policy = policy
        self.replay = replay
        self.ledger = ledger
        self.holdings = holdings
        self.times = times
        risks = RiskWindows(policy.riskWindows)
        cycle = RebalanceCycle(policy: policy, prover: prover, costs: costs)
    }

    /// Decides at every time that the ledger has not seen yet.
    ///
    /// - Parameter progress: Called after each entry is on the disk.
    /// - Returns: How many entries were added.
    /// - Throws: ``ServiceError``, ``CycleError``, `LedgerError` or `MarketReplayError`; what was recorded stays.
    public mutating func run(progress: (Progress) -> Void) async throws -> Int {
        var head = try await resume()
        var added = 0
        let pending = times.drop { time in head.map { time <= $0.attestation.statement.time } ?? false }
        for time in pending {
            let moment = try replay.moment(at: time)
            // At genesis too: a vault that opens before there is enough history could not go on.
            let risk = try risks.risk(at: time) { days throws(MarketReplayError) in
                try replay.dailyCloses(days: days, through: time)
            } refusing: {
                .noPrice(reason: $0.description)
            }
            let report =
                try head.map { try cycle.next(after: $0, at: moment, risk: risk) }
                ?? cycle.genesis(holdings: holdings, at: moment)
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
        let record = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
        let candles = try replay.candles(through: attestation.statement.time)
        guard candles == attestation.statement.candles else {
            throw ServiceError.otherCandles(through: attestation.statement.time)
        }
        return AttestationProver.Head(attestation: attestation, opening: record.opening)
    }

    /// A prover with the operator's keys and the system's randomness.
    static func prover(
        policy: CompiledPolicy,
        keys: OperatorKeys,
        owner: [UInt8]
    ) throws(AttestationError) -> AttestationProver {
        AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: systemRandomBytes(32),
                operatorKey: keys.publicKey,
                ownerKey: owner
            ),
            signer: Signer(publicKey: keys.publicKey) { try keys.signature(for: $0) },
            vaultSecret: keys.vaultSecret.copiedBytes(),
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

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .otherCandles(let time):
            "the candles through \(time) are not those that this ledger's last decision was made on"
        }
    }
}
