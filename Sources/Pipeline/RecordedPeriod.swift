public import Attestations
public import LedgerStorage
public import MarketData

/// The recorded part of a chain that a report over a period is about, opened. **Secret.**
public struct RecordedPeriod: Sendable {
    /// The attestation before the period, then those of the period, each with its opening.
    public let heads: [AttestationProver.Head]

    /// Reads a period from a ledger.
    ///
    /// - Parameters:
    ///   - times: The first and the last moment that belong to the period.
    ///   - ledger: Where the chain stands.
    ///   - keys: The operator's.
    /// - Throws: ``RecordedPeriodError`` if nothing after the genesis lies in the period or too much does; `LedgerError` or
    ///   `AttestationError` if the ledger is damaged.
    public init(_ times: ClosedRange<Timestamp>, in ledger: LedgerReader, keys: OperatorKeys) throws {
        var previous: LedgerEntry?
        var entries: [LedgerEntry] = []
        try ledger.forEachEntry { entry in
            if entry.time < times.lowerBound {
                previous = entry
            } else if entry.time <= times.upperBound {
                entries.append(entry)
            }
            guard entries.count <= PeriodReport.mostSteps + 1 else { throw RecordedPeriodError.tooLong }
        }
        // A period that begins with the genesis begins after it.
        if previous == nil, !entries.isEmpty { previous = entries.removeFirst() }
        guard let previous, !entries.isEmpty else { throw RecordedPeriodError.empty(times) }
        guard entries.count <= PeriodReport.mostSteps else { throw RecordedPeriodError.tooLong }
        heads = try ([previous] + entries).map { entry in
            AttestationProver.Head(
                attestation: try Attestation(fileBytes: entry.attestation),
                opening: try SealedRecord(bytes: ledger.openings(of: entry, keys: keys).copiedBytes()).opening
            )
        }
    }

    /// Proves the period; see `AttestationProver.period`.
    ///
    /// - Parameters:
    ///   - policy: The vault's policy.
    ///   - keys: The operator's.
    ///   - parameters: The openings of a sealed policy's secret parameters.
    ///   - disclosure: Whether to show the return.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    /// - Throws: `AttestationError`.
    public func report(
        under policy: CompiledPolicy,
        keys: OperatorKeys,
        parameters: ParameterOpening? = nil,
        provingReturn disclosure: ReturnDisclosure,
        progress: (Int, Int) -> Void
    ) throws(AttestationError) -> PeriodReport {
        let owner = [UInt8](repeating: 0, count: 32)
        return try VaultService.prover(policy: policy, keys: keys, owner: owner, parameters: parameters)
            .period(heads, provingReturn: disclosure, progress: progress)
    }
}

/// Why there is no report over a period.
public enum RecordedPeriodError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing but perhaps the genesis lies in it.
    case empty(ClosedRange<Timestamp>)
    /// More steps than a report has.
    case tooLong

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .empty(let times):
            "the ledger has nothing after its genesis from \(times.lowerBound) to \(times.upperBound)"
        case .tooLong: "a report has at most \(PeriodReport.mostSteps) steps: choose a shorter period"
        }
    }
}
