import Attestations
import MarketData

/// What a report says of a chain as a whole, gathered attestation by attestation.
struct ChainSummary: Sendable {
    private let retention: AuditReport.Retention
    /// The reports kept, in order.
    private(set) var reports: [AttestationReport] = []
    /// How many attestations and damaged files were seen.
    private(set) var count = 0
    /// The first report with a failure.
    private(set) var firstRefusal: AuditReport.ChainFailure?
    private var first: Statement?
    private var last: Statement?
    private var kinds: [AttestationKind: Kind] = [:]
    private var operatorKey: [UInt8]?
    /// Halts that nobody but the operator vouches for.
    private var selfDeclaredHalts = 0
    /// Instants of the time grid without an attestation, over the whole chain.
    private(set) var missing = MissingInstants()

    /// The attestations of one kind.
    private struct Kind {
        var count = 0
        var lastProved: [String]?
    }

    init(keeping retention: AuditReport.Retention) {
        self.retention = retention
    }

    /// Reads a file; one that is no attestation is reported.
    mutating func parse(_ file: AttestationAuditor.File) -> Attestation? {
        do {
            return try Attestation(fileBytes: file.bytes)
        } catch {
            let check = AttestationCheck("form", .failed(error.description))
            add(AttestationReport(file: file.name, attestation: nil, checks: [check], proved: [], hidden: []))
            return nil
        }
    }

    /// Adds the report of the next attestation.
    mutating func add(_ report: AttestationReport) {
        let failure = report.failure
        if let failure, firstRefusal == nil {
            firstRefusal = .init(file: report.file, check: failure.check, reason: failure.reason, place: count)
        }
        count += 1
        if retention == .everyReport || failure != nil { reports.append(report) }
        guard let attestation = report.attestation else { return }
        let statement = attestation.statement
        operatorKey = attestation.operatorKey
        if first == nil { first = statement }
        last = statement
        kinds[statement.kind, default: Kind()].count += 1
        if statement.kind == .halt, statement.cause?.isSelfDeclared ?? true { selfDeclaredHalts += 1 }
        if let gap = report.gap { missing.add(gap) }
        if failure == nil {
            kinds[statement.kind]?.lastProved = report.proved + report.hidden.map { "hidden: \($0)" }
        }
    }

    /// How many attestations of a kind were seen.
    private func count(_ kind: AttestationKind) -> Int { kinds[kind]?.count ?? 0 }

    /// What this chain's own events leave open.
    ///
    /// - Parameter standing: What the chain has fixed up to its last attestation.
    func caveats(_ standing: ChainStanding) -> [String] {
        func times(_ count: Int) -> String { "\(count) time\(count == 1 ? "" : "s")" }
        var caveats: [String] = []
        if let operatorKey, standing.owner == operatorKey {
            caveats.append(
                "anybody's consent but the operator's: the vault was opened with the operator's key as its owner's"
            )
        }
        if count(.flow) > 0 {
            caveats.append("what the owner paid in or took out, \(times(count(.flow))): no policy constrains it")
        }
        if count(.amend) > 0 {
            caveats.append(
                "the policy that the owner changed, \(times(count(.amend))): no policy constrains what it is changed to"
            )
        }
        if selfDeclaredHalts > 0 {
            caveats.append("halts self-declared, \(times(selfDeclaredHalts)): that the cause was there was not checked")
        }
        if count(.resume) > 0, standing.guardians == nil {
            caveats.append(
                "halts ended, \(times(count(.resume))): by the operator alone, for the vault has no guardians"
            )
        }
        if let halt = standing.halt {
            caveats.append("anything but the halt that the vault is under since \(halt.time)")
        }
        return caveats
    }

    /// The span, counts by kind, and what each kind proved.
    var lines: [String] {
        guard let first, let last else { return [] }
        var lines = ["vault \(first.vault), \(first.time) to \(last.time)"]
        for kind in AttestationKind.allCases {
            guard let ofKind = kinds[kind], let proved = ofKind.lastProved else { continue }
            lines += ["", "\(ofKind.count) \(kind)\(ofKind.count == 1 ? "" : "s"); the last proved:"]
            lines += proved.map { "  \($0)" }
        }
        return lines
    }
}
