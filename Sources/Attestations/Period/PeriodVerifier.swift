public import MarketData
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
    ///   - expectations: What market data say about the time of each step, in order.
    ///   - now: The verifier's clock.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    /// - Returns: Every check of every step but those of its own proof and signature, which the report does not carry; then
    ///   the signature and the proof of the whole.
    public func checks(
        of report: PeriodReport,
        expecting expectations: [Expectation],
        now: Timestamp,
        progress: (Int, Int) -> Void = { _, _ in }
    ) -> [PeriodCheck] {
        guard !report.steps.isEmpty, report.steps.count == expectations.count else {
            return [PeriodCheck(index: nil, check: AttestationCheck("form", .failed("a period has a step or more")))]
        }
        var checks: [PeriodCheck] = []
        var parts: [(statement: Statement, template: CircuitTemplate?)] = []
        var previous: Attestation?
        for (index, (statement, expectation)) in zip(report.steps, expectations).enumerated() {
            let step = Attestation(unproved: statement, operatorKey: report.operatorKey)
            let (ofStep, question) = checksBeforeProof(of: step, after: previous, expecting: expectation, now: now)
            checks += ofStep.filter { !Self.apart.contains($0.name) }.map { PeriodCheck(index: index, check: $0) }
            // Past a statement without form nothing can be laid out.
            guard let question else { return checks }
            let template = template(of: statement)
            parts.append((statement, template))
            if template == nil, case .decided(let check) = question {
                checks.append(PeriodCheck(index: index, check: check))
            }
            previous = step
        }
        if report.periodReturn != nil, !parts.allSatisfy({ $0.statement.readsPrices }) {
            let reason = "a return is claimed of a period with flows or a halt"
            return checks + [PeriodCheck(index: nil, check: AttestationCheck("return", .failed(reason)))]
        }
        let messages = PeriodReport.messages(
            steps: report.steps,
            head: report.head,
            periodReturn: report.periodReturn
        )
        let isSigned =
            report.operatorKey.count == 32 && report.signature.count == 64
            && Signer.isValid(
                report.signature,
                over: PeriodReport.signedBytes(messages, report.proof),
                publicKey: report.operatorKey
            )
        let signature = AttestationCheck.require(isSigned, "signature", "it is not the operator's over this report")
        let circuit = PeriodCircuit(steps: parts, policy: policy, periodReturn: report.periodReturn)
        let proof = check(report.proof, of: circuit, messages, progress: progress)
        return checks + [signature, proof].map { PeriodCheck(index: nil, check: $0) }
    }

    /// Checks of a single attestation that a report answers as a whole, or does not carry.
    private static let apart: Set<String> = [
        "signature", "owner key", "owner signature", "chain", "range of the commitments before",
    ]

    private func check(
        _ proof: [UInt8],
        of circuit: PeriodCircuit,
        _ messages: [(label: String, bytes: [UInt8])],
        progress: (Int, Int) -> Void
    ) -> AttestationCheck {
        do {
            let parsed = try R1CSProof(bytes: proof)
            var transcript = PeriodReport.transcript(messages, circuit: circuit.digest)
            try Verifier.verify(
                circuit: circuit.build(values: nil, progress: progress).circuit,
                commitments: circuit.commitments,
                proof: parsed,
                transcript: &transcript
            )
            return AttestationCheck("proof", .passed)
        } catch {
            return AttestationCheck("proof", .failed("it does not prove this period: \(error)"))
        }
    }
}

extension Attestation {
    /// A statement that stands for its attestation where the proof is another's business.
    fileprivate init(unproved statement: Statement, operatorKey: [UInt8]) {
        let unsigned = [UInt8](repeating: 0, count: 64)
        self.init(
            statement: statement,
            operatorKey: operatorKey,
            identity: nil,
            proof: [],
            signature: unsigned,
            countersignature: statement.kind == .flow
                ? Countersignature(ownerKey: [UInt8](repeating: 0, count: 32), signature: unsigned) : nil
        )
    }
}
