public import Attestations
public import MarketData
import Rebalancing
public import Regimes

/// Checks attestations as a stranger would: with the policy, the model and the candles, and nothing of the operator's.
public struct AttestationAuditor: Sendable {
    private let policy: CompiledPolicy
    private var verifier: AttestationVerifier
    private var replay: MarketReplay
    private let isOperatorPinned: Bool
    private let now: Timestamp

    /// Creates an auditor.
    ///
    /// - Parameters:
    ///   - policy: Compiled by the auditor from the policy's text and model.
    ///   - replay: The market by the auditor's own candles.
    ///   - trustedOperator: The operator's public key, if known from elsewhere.
    ///   - now: The auditor's clock.
    public init(policy: CompiledPolicy, replay: MarketReplay, trustedOperator: [UInt8]?, now: Timestamp) {
        self.policy = policy
        self.replay = replay
        self.now = now
        isOperatorPinned = trustedOperator != nil
        verifier = AttestationVerifier(policy: policy, trustedOperator: trustedOperator)
    }

    /// A file to audit: its name and its bytes.
    public typealias File = (name: String, bytes: [UInt8])

    /// Checks everything about one file but its predecessor.
    public mutating func audit(single file: File) -> AuditReport {
        let parsed = Self.parse(file)
        let report = parsed.attestation.map { check($0, file.name, after: nil) } ?? parsed.report
        return AuditReport(
            reports: [report],
            failures: [],
            caveats: caveats(isChain: false),
            isChain: false
        )
    }

    /// Checks a whole chain, in order of sequence numbers.
    ///
    /// - Parameters:
    ///   - files: All attestations of one vault, in any order.
    ///   - unread: Names of files beside them that are no attestations, for the report to mention.
    ///   - progress: Called after each attestation with the number done.
    public mutating func audit(
        chain files: [File],
        unread: [String] = [],
        progress: (Int) -> Void = { _ in }
    ) -> AuditReport {
        let parsed = files.map(Self.parse)
        var reports = parsed.filter { $0.attestation == nil }.map(\.report)
        let chain = parsed.compactMap { item in item.attestation.map { (name: item.report.file, attestation: $0) } }
            .sorted { ($0.attestation.statement.sequence, $0.name) < ($1.attestation.statement.sequence, $1.name) }
        var failures: [AuditReport.ChainFailure] = []
        if let first = chain.first, first.attestation.statement.kind != .genesis {
            failures.append(.init(file: first.name, check: "genesis", reason: "the chain does not begin with one"))
        }
        verifier.owner = chain.first?.attestation.identity?.ownerKey
        if files.isEmpty { failures.append(.init(file: ".", check: "genesis", reason: "no attestation here")) }
        var previous: (name: String, attestation: Attestation)?
        for item in chain {
            if let previous, previous.attestation.statement.sequence == item.attestation.statement.sequence {
                failures.append(
                    .init(
                        file: item.name,
                        check: "sequence",
                        reason: "number \(item.attestation.statement.sequence) stands in \(previous.name) too"
                    )
                )
            }
            reports.append(check(item.attestation, item.name, after: previous?.attestation))
            previous = item
            progress(reports.count)
        }
        var caveats = caveats(isChain: true)
        if let last = previous?.attestation.statement {
            caveats.append(
                "the end of the chain: that nothing follows number \(last.sequence) at \(last.time) was not checked"
            )
        }
        let flows = chain.count { $0.attestation.statement.kind == .flow }
        if flows > 0 {
            caveats.append(
                "what the owner paid in or took out, \(flows) time\(flows == 1 ? "" : "s"): no policy constrains it"
            )
        }
        if let first = unread.first {
            let others = unread.count == 1 ? "" : " and \(unread.count - 1) more"
            caveats.append("what else lies beside the attestations: \(first)\(others) was not read")
        }
        return AuditReport(reports: reports, failures: failures, caveats: caveats, isChain: true)
    }

    private mutating func check(_ attestation: Attestation, _ name: String, after previous: Attestation?)
        -> AttestationReport
    {
        let statement = attestation.statement
        var checks: [AttestationCheck]
        do {
            let expectation = try expectation(of: statement)
            checks = verifier.checks(of: attestation, after: previous, expecting: expectation, now: now)
        } catch {
            checks = [AttestationCheck("market data", .failed(error.description))]
        }
        if !isOperatorPinned {
            checks.append(
                AttestationCheck("operator key", .unchecked("it was taken from the file: pin it with --operator"))
            )
        }
        let claims =
            verifier.template(of: statement)?.claims
            ?? ["hold: the policy's cooldown had not passed (recomputed from public times)"]
        return AttestationReport(
            file: name,
            attestation: attestation,
            checks: checks,
            proved: recomputed(statement, isLinked: previous != nil) + claims,
            hidden: Self.hidden(statement.kind)
        )
    }

    /// What the auditor's own market says about a statement's time; a flow is made on no prices and in no regime.
    private mutating func expectation(of statement: Statement) throws(MarketReplayError)
        -> AttestationVerifier.Expectation
    {
        guard statement.kind.isDecision else {
            return .init(regime: 0, candles: try replay.candles(through: statement.time), prices: [])
        }
        let moment = try replay.moment(at: statement.time)
        return .init(regime: moment.regime, candles: moment.candles, prices: moment.prices)
    }

    private func label(_ statement: Statement) -> String {
        policy.mandates.indices.contains(Int(statement.regime)) ? policy.mandates[Int(statement.regime)].regime : "?"
    }

    /// What was worked out from public data, not proved.
    private func recomputed(_ statement: Statement, isLinked: Bool) -> [String] {
        guard statement.kind.isDecision else { return ["recomputed from candles: the market data through its time"] }
        return [
            "recomputed from candles and model: prices, regime `\(label(statement))`",
            isLinked || statement.kind == .genesis
                ? "recomputed from public times: schedule, cooldown"
                : "recomputed from the time of the last rebalance that it states itself: schedule, cooldown",
        ]
    }

    private static func parse(_ file: File) -> (attestation: Attestation?, report: AttestationReport) {
        do {
            let attestation = try Attestation(fileBytes: file.bytes)
            return (
                attestation,
                AttestationReport(file: file.name, attestation: attestation, checks: [], proved: [], hidden: [])
            )
        } catch {
            let check = AttestationCheck("form", .failed(error.description))
            return (
                nil, AttestationReport(file: file.name, attestation: nil, checks: [check], proved: [], hidden: [])
            )
        }
    }

    private static func hidden(_ kind: AttestationKind) -> [String] {
        switch kind {
        case .genesis: ["every quantity, the total value"]
        case .rebalance: ["every quantity before and after, the total value, what was traded, which trigger held"]
        case .hold: ["every quantity, the total value, how far each asset was from its band's edge"]
        case .flow: ["every quantity before and after, what moved and how much of it, whether it came in or went out"]
        }
    }

    /// What no chain of attestations can show, said every time.
    private func caveats(isChain: Bool) -> [String] {
        var caveats = [
            "market data self-declared: no source signed the candles",
            "time self-declared: prices and moment may be chosen in hindsight, without a timestamp from outside",
            "holdings self-declared: no custodian signed that the committed quantities exist",
            "that this chain is the only one: not checked; compare its head with what the operator published",
            "cost: up to \(costCeiling) of turnover may be lost at every rebalance, and no rule bounds the sum",
        ]
        if !isOperatorPinned { caveats.append("operator key taken from the file") }
        if policy.attestEvery == nil {
            caveats.append("no claim that due trades were made: the policy has no `attest every`")
        }
        if !isChain {
            caveats.append("one attestation alone: its predecessor, and with it the rest of the chain, was not checked")
        }
        return caveats
    }

    private var costCeiling: String {
        let most = policy.mandates.map(\.limits.costCeiling.value).max() ?? 0
        return "\(most / 100).\(most % 100 / 10)\(most % 10) bps"
    }
}
