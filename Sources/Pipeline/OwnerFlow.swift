public import Attestations
import BigIntegers
public import LedgerStorage
public import MarketData
import Rebalancing
public import Regimes

/// Records what the owner pays into a vault or takes out of it, between two decisions.
///
/// The policy has no say in it. The attestation proves that nothing was traded under the name of a flow, and the owner's
/// countersignature that the operator did not make it alone.
public struct OwnerFlow: Sendable {
    private let policy: CompiledPolicy
    private let ledger: Ledger
    private let prover: AttestationProver
    private let owner: Signer
    private var replay: MarketReplay

    /// In or out.
    public enum Direction: Sendable, Hashable {
        /// Amounts come in.
        case deposit
        /// Amounts go out.
        case withdrawal
    }

    /// Prepares to record flows.
    ///
    /// - Parameters:
    ///   - policy: The vault's policy.
    ///   - replay: The market.
    ///   - ledger: Open for writing.
    ///   - keys: The operator's.
    ///   - owner: Signs for the owner.
    /// - Throws: `AttestationError` if a key has the wrong length.
    public init(
        policy: CompiledPolicy,
        replay: MarketReplay,
        ledger: Ledger,
        keys: OperatorKeys,
        owner: Signer
    ) throws(AttestationError) {
        self.policy = policy
        self.replay = replay
        self.ledger = ledger
        self.owner = owner
        prover = try VaultService.prover(policy: policy, keys: keys, owner: owner.publicKey)
    }

    /// Attests and records one flow; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - direction: In or out.
    ///   - amounts: How much of each asset, in its quantity unit; assets that do not move may be left out.
    ///   - emptied: Assets of which all goes out, whatever is said of them in `amounts`.
    ///   - time: After the last entry, and before the next close of the model's bar.
    /// - Throws: ``FlowError``, `AttestationError`, `LedgerError` or `MarketReplayError`; the ledger is then as it was.
    public mutating func record(
        _ direction: Direction,
        of amounts: [Asset: Quantity],
        emptying emptied: [Asset] = [],
        at time: Timestamp
    ) async throws -> Attestation {
        guard let entry = try await ledger.lastEntry() else { throw FlowError.nothingOpened }
        let last = try Attestation(fileBytes: entry.attestation)
        let record = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
        var amounts = amounts
        for asset in emptied {
            guard let index = policy.assets.firstIndex(of: asset) else { throw FlowError.foreign(asset) }
            amounts[asset] = record.opening.quantities[index]
        }
        let quantities = try moved(record.opening.quantities, direction, amounts)
        try check(time, after: last.statement.time)
        let candles = try replay.candles(through: time)
        let decided = replay.times.last { $0 <= time }
        let prices = try decided.map { try replay.moment(at: $0).prices } ?? []
        let head = try prover.flow(
            after: .init(attestation: last, opening: record.opening),
            at: time,
            candles: candles,
            quantities: quantities,
            owner: owner
        )
        let mandate = policy.mandates[0]
        let value = mandate.value(of: quantities, at: prices)
        let before = mandate.value(of: record.opening.quantities, at: prices)
        let flow = SealedRecord(flow: head.opening, value: value, paidIn: value - before)
        try await ledger.append(
            LedgerDraft(event: head.attestation, reason: "the owner's deposit or withdrawal", record: flow)
        )
        return head.attestation
    }

    /// A flow stands between decisions: none may be due before it, and no close of a bar is its own.
    private func check(_ time: Timestamp, after last: Timestamp) throws(FlowError) {
        guard time > last else { throw .notLater(time, last: last) }
        if let due = replay.times.first(where: { $0 > last && $0 < time }) { throw .undecided(due, flow: time) }
        guard !replay.times.contains(time) else { throw .decisionTime(time) }
    }

    private func moved(
        _ quantities: [Quantity],
        _ direction: Direction,
        _ amounts: [Asset: Quantity]
    ) throws(FlowError) -> [Quantity] {
        for asset in amounts.keys.sorted() where !policy.assets.contains(asset) { throw .foreign(asset) }
        guard amounts.values.contains(where: { $0.units > 0 }) else { throw .nothingMoves }
        var moved: [Quantity] = []
        for (asset, quantity) in zip(policy.assets, quantities) {
            let amount = amounts[asset]?.units ?? 0
            let (sum, overflow) =
                direction == .deposit
                ? quantity.units.addingReportingOverflow(amount) : quantity.units.subtractingReportingOverflow(amount)
            guard !overflow else { throw direction == .deposit ? .tooLarge(asset) : .notHeld(asset) }
            moved.append(Quantity(units: sum))
        }
        return moved
    }
}

/// Why a deposit or withdrawal was not recorded. The ledger is as it was.
public enum FlowError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The ledger has no genesis yet.
    case nothingOpened
    /// The time is not after the last entry's.
    case notLater(Timestamp, last: Timestamp)
    /// A decision is due first.
    case undecided(Timestamp, flow: Timestamp)
    /// The time is a close of the model's bar, which belongs to a decision.
    case decisionTime(Timestamp)
    /// The policy does not hold this asset.
    case foreign(Asset)
    /// All amounts are zero.
    case nothingMoves
    /// More than a quantity can count.
    case tooLarge(Asset)
    /// More than the vault holds.
    case notHeld(Asset)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .nothingOpened: "the ledger is empty: open the vault with `ballast run` first"
        case .notLater(let time, let last): "\(time) is not after the last entry, at \(last)"
        case .undecided(let due, let flow):
            "a decision at \(due) comes before \(flow): `ballast run … --to \(flow)` makes it"
        case .decisionTime(let time):
            "\(time) is a close of the model's bar and belongs to a decision: choose a time between two of them"
        case .foreign(let asset): "the policy holds no \(asset)"
        case .nothingMoves: "nothing moves: name an amount above zero"
        case .tooLarge(let asset): "\(asset): the sum is more than a quantity can count"
        case .notHeld(let asset): "\(asset): the vault holds less than that"
        }
    }
}
