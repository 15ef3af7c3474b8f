public import Attestations
import BigIntegers
import CanonicalJSON
public import LedgerStorage
public import MarketData
import Rebalancing

/// Records what happens to a vault besides decisions and flows: other policies, halts, resumptions.
///
/// Each is checked as a stranger would check it before it is written, so that a ledger never holds one that no verifier takes.
public struct VaultEvents: Sendable {
    private let policy: CompiledPolicy
    private let ledger: Ledger
    private let prover: AttestationProver
    private let now: Timestamp

    /// Prepares to record events.
    ///
    /// - Parameters:
    ///   - policy: The policy in force; after an amend, the one that it comes to.
    ///   - ledger: Open for writing.
    ///   - keys: The operator's.
    ///   - now: The clock, for the verifier's check of times.
    /// - Throws: `AttestationError` if a key has the wrong length.
    public init(
        policy: CompiledPolicy,
        ledger: Ledger,
        keys: OperatorKeys,
        now: Timestamp
    ) throws(AttestationError) {
        self.policy = policy
        self.ledger = ledger
        self.now = now
        prover = try VaultService.prover(policy: policy, keys: keys, owner: [UInt8](repeating: 0, count: 32))
    }

    /// Passes the vault to this recorder's policy; the entry is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - old: The policy in force.
    ///   - time: After the last entry, and at no instant of the old policy's time grid.
    ///   - guardians: Whom the owner appoints; `nil` leaves those in office.
    ///   - owner: Signs for the owner.
    /// - Throws: ``VaultEventError``, `AttestationError` or `LedgerError`; the ledger is then as it was.
    public func amend(
        from old: CompiledPolicy,
        at time: Timestamp,
        appointing guardians: GuardianSet?,
        owner: Signer
    ) async throws -> Attestation {
        try await record(under: old, reason: "the owner's change of policy or guardians") { head, _ in
            try prover.amend(after: head, from: old, at: time, appointing: guardians, owner: owner)
        }
    }

    /// Stops the vault.
    ///
    /// - Parameters:
    ///   - time: After the last entry.
    ///   - cause: What for.
    ///   - orders: The guardians', for the cause that needs them.
    /// - Throws: ``VaultEventError``, `AttestationError` or `LedgerError`; the ledger is then as it was.
    public func halt(at time: Timestamp, cause: HaltCause, orders: [GuardianOrder]) async throws -> Attestation {
        try await record(under: policy, reason: "halted: \(cause)") { head, _ in
            try Self.check(orders, .halt, about: head.attestation.digest)
            return try prover.halt(after: head, at: time, cause: cause, signatures: orders.map(\.signature))
        }
    }

    /// Lets the vault go on.
    ///
    /// - Throws: ``VaultEventError``, `AttestationError` or `LedgerError`; the ledger is then as it was.
    public func resume(at time: Timestamp, orders: [GuardianOrder]) async throws -> Attestation {
        let covered = orders.compactMap(\.signature.term?.covers).min().map { min($0, time) }
        let reset = covered.map { "; what tripped until \($0) is reset" } ?? ""
        return try await record(under: policy, reason: "the halt is over" + reset) { head, standing in
            guard let halt = standing.halt else { throw VaultEventError.notHalted }
            try Self.check(orders, .resume, about: halt.digest)
            return try prover.resume(
                after: head,
                at: time,
                from: halt.digest,
                signatures: orders.map(\.signature)
            )
        }
    }

    private static func check(
        _ orders: [GuardianOrder],
        _ action: GuardianOrder.Action,
        about digest: ContentDigest
    ) throws(VaultEventError) {
        for order in orders {
            guard order.action == action else { throw .otherOrder(got: order.action, expected: action) }
            guard order.attestation == digest else { throw .staleOrder(got: order.attestation, expected: digest) }
        }
    }

    /// Makes an event, checks it as a verifier would, and writes it down.
    private func record(
        under old: CompiledPolicy,
        reason: String,
        _ make: (AttestationProver.Head, ChainStanding) throws -> AttestationProver.Head
    ) async throws -> Attestation {
        guard let entry = try await ledger.lastEntry() else { throw VaultEventError.nothingOpened }
        let last = try Attestation(fileBytes: entry.attestation)
        guard last.statement.policy == old.digest else {
            throw ServiceError.otherPolicy(got: old.digest, expected: last.statement.policy)
        }
        let before = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
        var standing = try await ChainStanding(recordedIn: ledger)
        standing.policy = old
        let head = try make(.init(attestation: last, opening: before.opening), standing)
        var verifier = AttestationVerifier(policy: policy)
        verifier.standing = standing
        let checks = verifier.checks(
            of: head.attestation,
            after: last,
            expecting: .init(regime: 0, candles: .zero, prices: []),
            now: now
        )
        for check in checks {
            if case .failed(let reason) = check.outcome { throw VaultEventError.refused(check: check.name, reason) }
        }
        // Under a policy of other units the same value is another figure.
        let exponents = [old, policy].map { $0.mandates[0].valueExponent }
        let value = before.value.recounted(exponents[1] - exponents[0])
        let record = SealedRecord(unmoved: head.opening, value: value, explanation: reason)
        try await ledger.append(LedgerDraft(event: head.attestation, reason: reason, record: record))
        return head.attestation
    }
}

extension BigInteger {
    /// The integer in units 10^exponent times as fine; floored to coarser ones.
    fileprivate func recounted(_ exponent: Int) -> BigInteger {
        let factor = (0..<abs(exponent)).reduce(BigInteger(1)) { power, _ in power * 10 }
        return exponent < 0 ? floorDivided(by: factor) : self * factor
    }
}

extension ChainStanding {
    /// What a ledger's chain has fixed up to its end.
    ///
    /// Only entries of kinds that fix something are read as attestations.
    public init(recordedIn ledger: Ledger) async throws {
        self.init()
        let kinds = Set([AttestationKind.genesis, .amend, .halt, .resume].map(\.name))
        var next: UInt64 = 0
        while true {
            let entries = try await ledger.entries(from: next, limit: 64)
            guard let last = entries.last else { return }
            next = last.sequence + 1
            for entry in entries where kinds.contains(entry.kind) {
                advance(past: try Attestation(fileBytes: entry.attestation), under: nil)
            }
        }
    }
}

extension CustodyOpening {
    /// What the openings of a ledger's entry hold for a custodian. **Secret.**
    ///
    /// - Throws: `AttestationError.openingsUnreadable`.
    public init(sealed bytes: [UInt8]) throws(AttestationError) {
        self.init(try SealedRecord(bytes: bytes).opening)
    }
}

extension LedgerDraft {
    /// The entry of an event that is no decision: words in the clear, every figure sealed.
    init(event attestation: Attestation, reason: String, record: SealedRecord) {
        let words = JSONValue.object([
            JSONMember("decision", .string(attestation.statement.kind.name)),
            JSONMember("regime", .string(DecisionWords.noRegime)),
            JSONMember("reason", .string(reason)), JSONMember("limited", .bool(false)),
        ])
        self.init(
            kind: attestation.statement.kind.name,
            time: attestation.statement.time,
            decision: words.canonicalBytes,
            fills: JSONValue.array([]).canonicalBytes,
            attestation: attestation.json.canonicalBytes,
            openings: SecretBytes(record.bytes)
        )
    }
}

/// Why an event was not recorded. The ledger is as it was.
public enum VaultEventError: Error, Sendable, CustomStringConvertible {
    /// The ledger has no genesis yet.
    case nothingOpened
    /// There is no halt to end.
    case notHalted
    /// An order of another kind.
    case otherOrder(got: GuardianOrder.Action, expected: GuardianOrder.Action)
    /// An order about another attestation than the one it has to be about.
    case staleOrder(got: ContentDigest, expected: ContentDigest)
    /// No verifier would take it.
    case refused(check: String, String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .nothingOpened: "the ledger is empty: open the vault with `ballast run` first"
        case .notHalted: "the vault is under no halt"
        case .otherOrder(let got, let expected):
            "an order to \(got.rawValue) is given, expected orders to \(expected.rawValue)"
        case .staleOrder(let got, let expected):
            "an order is about attestation \(got), expected one about \(expected)"
        case .refused(let check, let reason): "no verifier would take it: \(check): \(reason)"
        }
    }
}
