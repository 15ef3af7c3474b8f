public import Attestations
public import MarketData
import Rebalancing
public import Regimes

/// Checks attestations as a stranger would: with the policy, the model and the candles, and nothing of the operator's.
public struct AttestationAuditor: Sendable {
    private(set) var readings: [PolicyReading]
    /// What the chain has fixed up to the attestation audited last.
    var standing = ChainStanding()
    /// The custodian's receipts, if the verifier has some.
    public var custody: CustodyReceipts?
    private let isOperatorPinned: Bool
    let now: Timestamp
    private var knownClaims: [ContentDigest: [String]] = [:]

    /// Creates an auditor.
    ///
    /// - Parameters:
    ///   - policy: Compiled by the auditor from the policy's text and model.
    ///   - replay: The market by the auditor's own candles.
    ///   - trustedOperator: The operator's public key, if known from elsewhere.
    ///   - now: The auditor's clock.
    ///   - safeguards: What breakers and oracle say by the auditor's own candles and reports; without it every decision under
    ///     a policy that has some is refused.
    public init(
        policy: CompiledPolicy,
        replay: MarketReplay,
        trustedOperator: [UInt8]?,
        now: Timestamp,
        safeguards: SafeguardReplay? = nil
    ) {
        self.init(
            PolicyReading(policy: policy, replay: replay, safeguards: safeguards),
            others: [],
            trustedOperator: trustedOperator,
            now: now
        )
    }

    /// Creates an auditor of a chain that was amended.
    ///
    /// - Parameters:
    ///   - reading: One of the policies, with the market as it reads it.
    ///   - others: The other policies that the chain was ever under.
    ///   - trustedOperator: The operator's public key, if known from elsewhere.
    ///   - now: The auditor's clock.
    public init(
        _ reading: PolicyReading,
        others: [PolicyReading],
        trustedOperator: [UInt8]?,
        now: Timestamp
    ) {
        self.now = now
        isOperatorPinned = trustedOperator != nil
        var digests: Set<ContentDigest> = []
        // The same policy given twice is one.
        let distinct = ([reading] + others).filter {
            digests.insert($0.policy.digest).inserted
        }
        readings = distinct.map { given in
            var verifier = AttestationVerifier(policy: given.policy, trustedOperator: trustedOperator)
            verifier.otherPolicyCount = distinct.count - 1
            var reading = given
            reading.verifier = verifier
            return reading
        }
    }

    /// A file to audit: its name and its bytes.
    public typealias File = (name: String, bytes: [UInt8])

    /// Checks everything about one file but its predecessor.
    public mutating func audit(single file: File) -> AuditReport {
        var summary = ChainSummary(keeping: .everyReport)
        standing = ChainStanding()
        if let attestation = summary.parse(file) {
            check([(file.name, attestation)], after: nil).forEach { summary.add($0) }
        }
        return AuditReport(
            summary,
            failures: custody?.failures ?? [],
            caveats: caveats(isChain: false),
            isChain: false,
            custody: custody
        )
    }

    /// Checks a whole chain, in order of sequence numbers.
    ///
    /// - Parameters:
    ///   - files: All attestations of one vault, in any order.
    ///   - unread: Names of files beside them that are no attestations, for the report to mention.
    ///   - progress: Called with the number of attestations done.
    public mutating func audit(
        chain files: [File],
        unread: [String] = [],
        progress: (Int) -> Void = { _ in }
    ) -> AuditReport {
        audit(
            chain: files.map(\.name),
            unread: unread,
            keeping: .everyReport,
            progress: progress,
            reading: { files[$0].bytes }
        )
    }

    /// Checks a whole chain of any length in bounded memory, in order of sequence numbers.
    ///
    /// Files are read twice: once for their sequence numbers, then in that order, 256 of them at a time, whose
    /// proofs are checked together. Beside one window, names and numbers stay, and the reports that `retention` keeps.
    ///
    /// - Parameters:
    ///   - names: All attestations of one vault, in any order.
    ///   - unread: Names of files beside them that are no attestations, for the report to mention.
    ///   - retention: Which reports the result holds.
    ///   - progress: Called after each window with the number of attestations done.
    ///   - read: Reads the file with this index among `names`.
    public mutating func audit<Failure: Error>(
        chain names: [String],
        unread: [String] = [],
        keeping retention: AuditReport.Retention,
        progress: (Int) -> Void = { _ in },
        reading read: (Int) throws(Failure) -> [UInt8]
    ) throws(Failure) -> AuditReport {
        var summary = ChainSummary(keeping: retention)
        var links: [(sequence: UInt64, name: String, index: Int)] = []
        for (index, name) in names.enumerated() {
            guard let attestation = summary.parse((name, try read(index))) else { continue }
            links.append((attestation.statement.sequence, name, index))
        }
        links.sort { ($0.sequence, $0.name) < ($1.sequence, $1.name) }
        var failures: [AuditReport.ChainFailure] = []
        if names.isEmpty {
            failures.append(.init(file: ".", check: "genesis", reason: "no attestation here", place: 0))
        }
        standing = ChainStanding()
        var previous: (name: String, attestation: Attestation)?
        for start in stride(from: 0, to: links.count, by: windowSize) {
            var window: [(name: String, attestation: Attestation)] = []
            for link in links[start..<min(links.count, start + windowSize)] {
                // Only what changed since it was first read is damaged now and was not then.
                guard let attestation = summary.parse((link.name, try read(link.index))) else { continue }
                window.append((link.name, attestation))
            }
            failures += Self.breaks(in: window, after: previous, from: summary.count)
            check(window, after: previous?.attestation).forEach { summary.add($0) }
            previous = window.last ?? previous
            progress(summary.count)
        }
        return AuditReport(
            summary,
            failures: failures + (custody?.failures ?? []),
            caveats: caveats(isChain: true)
                + caveats(last: previous?.attestation.statement, unread: unread) + summary.caveats(standing),
            isChain: true,
            custody: custody
        )
    }

    /// How many attestations are held at once and their proofs checked together.
    ///
    /// At 256 the generators' share of the one multiscalar multiplication is below a tenth.
    var windowSize = 256

    /// What is wrong with the order of a window's attestations, whatever each of them says.
    private static func breaks(
        in window: [(name: String, attestation: Attestation)],
        after previous: (name: String, attestation: Attestation)?,
        from place: Int
    ) -> [AuditReport.ChainFailure] {
        var failures: [AuditReport.ChainFailure] = []
        var previous = previous
        for (index, item) in window.enumerated() {
            let sequence = item.attestation.statement.sequence
            if let previous {
                if previous.attestation.statement.sequence == sequence {
                    let reason = "number \(sequence) stands in \(previous.name) too"
                    failures.append(.init(file: item.name, check: "sequence", reason: reason, place: place + index))
                }
            } else if item.attestation.statement.kind != .genesis {
                let reason = "the chain does not begin with one"
                failures.append(.init(file: item.name, check: "genesis", reason: reason, place: place + index))
            }
            previous = item
        }
        return failures
    }

    /// The reports of consecutive attestations.
    private mutating func check(_ window: [(name: String, attestation: Attestation)], after previous: Attestation?)
        -> [AttestationReport]
    {
        var batch = AttestationBatch(verifier: readings[0].verifier)
        var refusals: [Int: AttestationCheck] = [:]
        var verifiers: [AttestationVerifier] = []
        for (index, item) in window.enumerated() {
            let reading = reading(of: item.attestation.statement)
            var verifier = readings[reading].verifier
            verifier.standing = standing
            verifiers.append(verifier)
            defer { advance(past: item.attestation) }
            do {
                batch.add(
                    item.attestation,
                    after: index == 0 ? previous : window[index - 1].attestation,
                    expecting: try expectation(of: item.attestation.statement, reading: reading),
                    now: now,
                    by: verifier
                )
            } catch {
                refusals[index] = AttestationCheck("market data", .failed(error.description))
            }
        }
        var generator = SystemRandomNumberGenerator()
        var checked = batch.checks(using: &generator).makeIterator()
        var reports: [AttestationReport] = []
        for (index, item) in window.enumerated() {
            let checks = refusals[index].map { [$0] } ?? checked.next() ?? []
            let predecessor = index > 0 ? window[index - 1].attestation : previous
            reports.append(report(on: item, checks, by: verifiers[index], after: predecessor))
        }
        return reports
    }

    /// What a proof of the template shows; put in words once a template.
    private mutating func claims(of template: CircuitTemplate) -> [String] {
        if let known = knownClaims[template.digest] { return known }
        let claims = template.claims
        knownClaims[template.digest] = claims
        return claims
    }

    private mutating func report(
        on item: (name: String, attestation: Attestation),
        _ checks: [AttestationCheck],
        by verifier: AttestationVerifier,
        after predecessor: Attestation?
    ) -> AttestationReport {
        let statement = item.attestation.statement
        let policy = readings[reading(of: statement)].policy
        let sealed = SealedReport(policy)
        var checks = checks
        if !isOperatorPinned {
            checks.append(
                AttestationCheck("operator key", .unchecked("it was taken from the file: pin it with --operator"))
            )
        }
        let proved =
            verifier.template(of: statement).map { claims(of: $0) }
            ?? item.attestation.publicClaims(
                standing: verifier.standing,
                policy: policy,
                verdict: readings[reading(of: statement)].safeguards?
                    .verdict(at: statement.time, since: verifier.standing.lastReset(before: statement)) ?? .clear
            )
        return AttestationReport(
            file: item.name,
            attestation: item.attestation,
            checks: checks,
            proved: recomputed(statement, under: policy, isLinked: predecessor != nil) + proved
                + sealed.proved(statement.kind),
            hidden: Self.hidden(statement.kind) + sealed.hidden(statement.kind),
            gap: predecessor.flatMap { verifier.gap(before: statement, after: $0.statement) }
        )
    }

    /// What the auditor's own market says about a statement's time; a flow is made on no prices and in no regime.
    mutating func expectation(of statement: Statement, reading: Int) throws(MarketReplayError)
        -> AttestationVerifier.Expectation
    {
        guard statement.readsPrices else {
            let candles =
                statement.readsCandles ? try readings[reading].replay.candles(through: statement.time) : .zero
            // A breaker pleaded by a halt is told from public data, though its statement names none.
            let verdict = readings[reading].safeguards?
                .verdict(at: statement.time, since: standing.lastReset(before: statement))
            return .init(
                regime: 0,
                candles: candles,
                prices: [],
                safeguards: statement.cause == .breaker ? verdict : nil
            )
        }
        let moment = try readings[reading].replay.moment(at: statement.time)
        let safeguards = readings[reading].safeguards
        let isMeasured = statement.inputs.contains { $0.name == .covariance }
        return .init(
            regime: moment.regime,
            candles: moment.candles,
            prices: safeguards?.prices(at: moment.time, closes: moment.prices) ?? moment.prices,
            inputs: safeguards?.inputs(at: moment.time) ?? [],
            safeguards: safeguards?.verdict(at: moment.time, since: standing.lastReset(before: statement)),
            risk: isMeasured ? try readings[reading].risk(at: statement.time) : .none
        )
    }

    /// Which of the policies given a statement is under; the first where it is none of them, and is refused for it.
    func reading(of statement: Statement) -> Int {
        readings.firstIndex { $0.policy.digest == statement.policy } ?? 0
    }

    private mutating func advance(past attestation: Attestation) {
        custody?.see(attestation.statement)
        standing.advance(
            past: attestation,
            under: readings.first { $0.policy.digest == attestation.statement.policy }?.policy
        )
    }

    private func label(_ statement: Statement, under policy: CompiledPolicy) -> String {
        policy.mandates.indices.contains(Int(statement.regime)) ? policy.mandates[Int(statement.regime)].regime : "?"
    }

    /// What was worked out from public data, not proved.
    private func recomputed(_ statement: Statement, under policy: CompiledPolicy, isLinked: Bool) -> [String] {
        guard statement.readsPrices else {
            return statement.readsCandles ? ["recomputed from candles: the market data through its time"] : []
        }
        return [
            (policy.safeguards.oracle == nil
                ? "recomputed from candles and model: prices, regime `\(label(statement, under: policy))`"
                : "recomputed from candles, model and signed reports: prices, regime `\(label(statement, under: policy))`")
                + (statement.inputs.contains { $0.name == .covariance } ? ", covariance" : ""),
            isLinked || statement.kind == .genesis
                ? "recomputed from public times: schedule, cooldown"
                : "recomputed from the time of the last rebalance that it states itself: schedule, cooldown",
        ] + recomputedSafeguards(statement, under: policy)
    }

    static func hidden(_ kind: AttestationKind) -> [String] {
        switch kind {
        case .genesis: ["every quantity, the total value"]
        case .rebalance: ["every quantity before and after, the total value, what was traded, which trigger held"]
        case .hold: ["every quantity, the total value, how far each asset was from its band's edge"]
        case .amend, .halt, .resume: ["every quantity, the total value"]
        case .flow: ["every quantity before and after, what moved and how much of it, whether it came in or went out"]
        }
    }

    /// What no chain of attestations can show, said every time.
    func caveats(isChain: Bool) -> [String] {
        var caveats = [
            marketData,
            "time self-declared: prices and moment may be chosen in hindsight, without a timestamp from outside",
            custody?.caveat ?? "holdings self-declared: no custodian signed that the committed quantities exist",
            "that this chain is the only one: not checked; compare its head with what the operator published",
            "cost: up to \(costCeiling) of turnover may be lost at every rebalance, \(boundOfCosts)",
        ]
        caveats += readings.flatMap { SealedReport($0.policy).caveats }
        if !isOperatorPinned { caveats.append("operator key taken from the file") }
        for reading in readings where reading.policy.attestEvery == nil {
            let name = readings.count > 1 ? "the policy `\(reading.policy.name)`" : "the policy"
            caveats.append("no claim that due trades were made: \(name) has no `attest every`")
        }
        if !isChain {
            caveats.append("one attestation alone: its predecessor, and with it the rest of the chain, was not checked")
        }
        return caveats
    }

    /// What this chain in particular leaves open.
    func caveats(last: Statement?, unread: [String]) -> [String] {
        var caveats: [String] = []
        if let last {
            caveats.append(
                "the end of the chain: that nothing follows number \(last.sequence) at \(last.time) was not checked"
            )
        }
        if let first = unread.first {
            let others = unread.count == 1 ? "" : " and \(unread.count - 1) more"
            caveats.append("what else lies beside the attestations: \(first)\(others) was not read")
        }
        return caveats
    }

    private var costCeiling: String {
        let most = readings.flatMap(\.policy.mandates).map(\.limits.costCeiling.value).max() ?? 0
        return "\(most / 100).\(most % 100 / 10)\(most % 10) bps"
    }
}
