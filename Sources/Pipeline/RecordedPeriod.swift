public import Attestations
public import LedgerStorage
public import MarketData
public import Rebalancing

/// The recorded part of a chain that a report over a period is about, opened. **Secret.**
public struct RecordedPeriod: Sendable {
    /// The attestation before the period where it does not begin with the genesis, then those of the period, each with its
    /// opening.
    public let heads: [AttestationProver.Head]
    /// How the vault stood before; `nil` where the period begins with the genesis.
    public let start: PeriodStart?

    /// Reads a period from a ledger.
    ///
    /// - Parameters:
    ///   - times: The first and the last moment that belong to the period.
    ///   - ledger: Where the chain stands.
    ///   - keys: The operator's.
    /// - Throws: ``RecordedPeriodError`` if nothing lies in the period or too much does; `LedgerError` or `AttestationError` if
    ///   the ledger is damaged.
    public init(_ times: ClosedRange<Timestamp>, in ledger: LedgerReader, keys: OperatorKeys) throws {
        var previous: LedgerEntry?
        var entries: [LedgerEntry] = []
        var history: [Attestation] = []
        let lasting = Set([AttestationKind.genesis, .amend, .halt, .resume].map(\.name))
        try ledger.forEachEntry { entry in
            if entry.time < times.lowerBound {
                previous = entry
                if lasting.contains(entry.kind) { history.append(try Attestation(fileBytes: entry.attestation)) }
            } else if entry.time <= times.upperBound {
                entries.append(entry)
            }
            guard entries.count <= PeriodReport.mostSteps else { throw RecordedPeriodError.tooLong }
        }
        guard !entries.isEmpty else { throw RecordedPeriodError.empty(times) }
        start = PeriodStart(history: history)
        heads = try ((previous.map { [$0] } ?? []) + entries).map { entry in
            AttestationProver.Head(
                attestation: try Attestation(fileBytes: entry.attestation),
                opening: try SealedRecord(bytes: ledger.openings(of: entry, keys: keys).copiedBytes()).opening
            )
        }
    }

    /// The attestations of the period's own steps.
    public var steps: [Attestation] { heads.dropFirst(start == nil ? 0 : 1).map(\.attestation) }

    /// Proves the period; see `AttestationProver.period`.
    ///
    /// - Parameters:
    ///   - policies: Every policy that a step is under, at least one.
    ///   - keys: The operator's.
    ///   - risk: What the market said of risk at a time under a policy; asked for each step whose policy looks back over some
    ///     window.
    ///   - disclosure: Whether to show the return.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    /// - Throws: `AttestationError`, or what `risk` throws.
    public func report(
        under policies: [PeriodPolicy],
        keys: OperatorKeys,
        risk: (Timestamp, ContentDigest) throws -> MarketRisk = { _, _ in .none },
        provingReturn disclosure: ReturnDisclosure,
        progress: (Int, Int) -> Void
    ) throws -> PeriodReport {
        guard let first = policies.first else {
            throw AttestationError.unreportable(reason: "no policy is given that the period could be under")
        }
        let measured = Set(policies.filter { !$0.policy.riskWindows.isEmpty }.map(\.policy.digest))
        let risks = try steps.map(\.statement).map { step in
            measured.contains(step.policy) && step.readsPrices ? try risk(step.time, step.policy) : .none
        }
        let owner = [UInt8](repeating: 0, count: 32)
        return try VaultService.prover(policy: first.policy, keys: keys, owner: owner, parameters: first.parameters)
            .period(
                heads,
                since: start,
                under: Array(policies.dropFirst()),
                risks: risks,
                provingReturn: disclosure,
                progress: progress
            )
    }
}

/// Why there is no report over a period.
public enum RecordedPeriodError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing lies in it.
    case empty(ClosedRange<Timestamp>)
    /// More steps than a report has.
    case tooLong

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .empty(let times):
            "the ledger has nothing from \(times.lowerBound) to \(times.upperBound)"
        case .tooLong: "a report has at most \(PeriodReport.mostSteps) steps: choose a shorter period"
        }
    }
}
