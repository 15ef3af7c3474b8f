public import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

extension AttestationVerifier {
    /// The checks of one step of a period, or of the whole where ``index`` is `nil`.
    public struct PeriodCheck: Sendable, Hashable {
        /// Which step; `nil` for the proof and the signature, which are about all.
        public let index: Int?
        /// The check.
        public let check: AttestationCheck

        /// Names the step of a check.
        public init(index: Int?, check: AttestationCheck) {
            self.index = index
            self.check = check
        }
    }

    /// Checks a report over a period.
    ///
    /// - Parameters:
    ///   - report: What to check.
    ///   - others: Verifiers of the other policies that steps may be under.
    ///   - expectations: What market data say about the time of each step, in order.
    ///   - now: The verifier's clock.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    /// - Returns: Every check of every step but those of its own proof and signature, which the report does not carry; then
    ///   the signature and the proof of the whole.
    public func checks(
        of report: PeriodReport,
        others: [AttestationVerifier] = [],
        expecting expectations: [Expectation],
        now: Timestamp,
        progress: (Int, Int) -> Void = { _, _ in }
    ) -> [PeriodCheck] {
        guard !report.steps.isEmpty, report.steps.count == expectations.count else {
            return [PeriodCheck(index: nil, check: AttestationCheck("form", .failed("a period has a step or more")))]
        }
        let verifiers = [self] + others
        let policies = verifiers.map(\.policy)
        var checks = startChecks(of: report, policies).map { PeriodCheck(index: 0, check: $0) }
        var parts: [PeriodCircuit.Step] = []
        var previous: Attestation?
        for (index, standing) in report.standings(under: policies).enumerated() {
            let statement = report.steps[index]
            var verifier = verifiers.first { $0.policy.digest == statement.policy } ?? self
            verifier.standing = standing
            let step = report.attestation(index, ownedBy: standing.owner)
            let (ofStep, question) = verifier.checksBeforeProof(
                of: step,
                after: previous,
                expecting: expectations[index],
                now: now
            )
            let apart = Self.apart(in: report, at: index)
            checks += ofStep.filter { !apart.contains($0.name) || $0.name == "vault" && $0.outcome.isFailure }
                .map { PeriodCheck(index: index, check: $0) }
            // Past a statement without form nothing can be laid out.
            guard let question else { return checks }
            let template = verifier.template(of: statement)
            if let template, template.readsRisk {
                let numbers = template.publicNumbers(of: statement, risk: expectations[index].risk)
                guard numbers.isComplete(for: template.mandate) else {
                    let reason = "the covariance that its rules are measured with is not at hand"
                    let check = AttestationCheck("covariance", .failed(reason))
                    return checks + [PeriodCheck(index: index, check: check)]
                }
            }
            if template == nil { checks.append(PeriodCheck(index: index, check: question.answer())) }
            parts.append(
                .init(
                    statement: statement,
                    policy: verifier.policy,
                    template: template,
                    risk: expectations[index].risk
                )
            )
            previous = step
        }
        let whole = wholeChecks(of: report, parts, progress: progress)
        return checks + whole.map { PeriodCheck(index: nil, check: $0) }
    }

    /// What is to be said of the report before its steps.
    private func startChecks(of report: PeriodReport, _ policies: [CompiledPolicy]) -> [AttestationCheck] {
        let first = report.steps[0]
        guard report.version == .spansEvents else {
            // No halt ends inside a period of this form: what pleads one says of every step that the vault was under it.
            let isHalted = report.steps.contains { $0.ground == .halted }
            let trades = report.steps.contains { $0.kind == .rebalance }
            return isHalted && trades
                ? [AttestationCheck("halts", .failed("it rebalances in a period that pleads a halt and ends none"))]
                : []
        }
        guard let start = report.start else {
            return [.require(first.kind == .genesis, "form", "how the vault stood before the period is not here")]
        }
        guard first.kind != .genesis, first.kind != .amend else {
            return [
                AttestationCheck("form", .failed("a period that something lies before begins with no \(first.kind)"))
            ]
        }
        let gap = (policies.first { $0.digest == first.policy }).flatMap { policy in
            AttestationVerifier(policy: policy).gap(before: first)
        }
        return start.checks(before: first, operatorKey: report.operatorKey, policies: policies) + [
            .require(
                first.previousTime < first.time,
                "time order",
                "decided at \(first.time), naming \(first.previousTime) as the time before"
            ),
            .require(gap == nil, "time grid", "no decision at \(gap?.text ?? "")"),
        ]
    }

    /// Checks of a single attestation that a report answers as a whole, or does not carry.
    private static func apart(in report: PeriodReport, at index: Int) -> Set<String> {
        var names: Set<String> = ["signature", "range of the commitments before"]
        switch report.version {
        case .sharesPolicy: names.formUnion(["chain", "owner key", "owner signature"])
        case .spansEvents where index == 0: names.formUnion(report.start == nil ? [] : ["chain", "vault"])
        case .spansEvents where !report.knowsDigest(index - 1): names.insert("chain")
        case .spansEvents: break
        }
        return names
    }

    /// The return, the end, the signature and the proof.
    private func wholeChecks(
        of report: PeriodReport,
        _ parts: [PeriodCircuit.Step],
        progress: (Int, Int) -> Void
    ) -> [AttestationCheck] {
        let policies = parts.map(\.policy)
        if report.periodReturn != nil,
            let obstacle = PeriodReport.returnObstacle(report.steps, policies, report.version)
        {
            return [AttestationCheck("return", .failed("a return is claimed, and \(obstacle)"))]
        }
        var checks: [AttestationCheck] = []
        let last = report.steps.count - 1
        if report.knowsDigest(last) {
            let digest = report.attestation(last, ownedBy: nil).digest
            checks.append(.require(digest == report.head, "head", "the last step's digest is \(digest)"))
        }
        checks.append(.require(report.isSignedByItsOperator, "signature", "it is not the operator's over this report"))
        let circuit = PeriodCircuit(steps: parts, periodReturn: report.periodReturn)
        do {
            let proof = try R1CSProof(bytes: report.proof)
            var transcript = report.transcript(circuit: circuit.digest)
            try Verifier.verify(
                circuit: circuit.build(values: nil, progress: progress).circuit,
                commitments: circuit.commitments,
                proof: proof,
                transcript: &transcript
            )
            checks.append(AttestationCheck("proof", .passed))
        } catch {
            checks.append(AttestationCheck("proof", .failed("it does not prove this period: \(error)")))
        }
        return checks
    }
}

extension AttestationCheck.Outcome {
    fileprivate var isFailure: Bool { if case .failed = self { true } else { false } }
}
