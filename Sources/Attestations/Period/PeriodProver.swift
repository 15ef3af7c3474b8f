import BigIntegers
import MarketData
public import Rebalancing
import Ristretto
import ZeroKnowledge

extension AttestationProver {
    /// Proves consecutive steps of this vault's chain at once.
    ///
    /// - Parameters:
    ///   - heads: The attestation before the period with its opening, then those of the period, in order; without a `start`, the
    ///     period's alone, of which the first is the genesis.
    ///   - start: How the vault stood before the period; `nil` where that begins with the genesis.
    ///   - others: The policies beside this prover's own that steps of the period are under.
    ///   - risks: What the market said of risk at each step, where its policy looks back over some window.
    ///   - provingReturn: Whether to prove the return too, which makes it public.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    /// - Throws: ``AttestationError``: a period too long for one proof, or one that begins with an amend.
    public func period(
        _ heads: [Head],
        since start: PeriodStart?,
        under others: [PeriodPolicy] = [],
        risks: [MarketRisk]? = nil,
        provingReturn: ReturnDisclosure,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(AttestationError) -> PeriodReport {
        try period(
            .spansEvents,
            heads,
            since: start,
            under: others,
            risks: risks,
            provingReturn: provingReturn,
            progress: progress
        )
    }

    /// Proves a period in a form of one's choice: the first one is made for tests alone, which hold that it is read for ever.
    func period(
        _ version: PeriodReport.Version,
        _ heads: [Head],
        since start: PeriodStart?,
        under others: [PeriodPolicy] = [],
        risks: [MarketRisk]? = nil,
        provingReturn: ReturnDisclosure,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(AttestationError) -> PeriodReport {
        let isRooted = version == .spansEvents && start == nil
        let attestations = heads.dropFirst(isRooted ? 0 : 1).map(\.attestation)
        guard let last = heads.last, !attestations.isEmpty else {
            throw .wrongLength(field: "steps of the period", got: 0, expected: 1)
        }
        var statements = attestations.map(\.statement)
        if version == .sharesPolicy {
            // The digest of a predecessor whose proof the reader does not have says nothing to him.
            for index in statements.indices.dropFirst() { statements[index].previous = .zero }
        }
        try checkKinds(statements, version, isRooted: isRooted)
        let risks = risks ?? statements.map { _ in .none }
        guard risks.count == statements.count else {
            throw .wrongLength(field: "risks of the period", got: risks.count, expected: statements.count)
        }
        let known = [PeriodPolicy(policy, parameters: parameters)] + others
        var steps: [PeriodCircuit.Step] = []
        for (statement, risk) in zip(statements, risks) {
            guard let policy = known.first(where: { $0.policy.digest == statement.policy })?.policy else {
                throw .unreportable(
                    reason: "number \(statement.sequence) is under policy \(statement.policy), which is not at hand"
                )
            }
            let template = AttestationVerifier(policy: policy).template(of: statement)
            steps.append(.init(statement: statement, policy: policy, template: template, risk: risk))
        }
        var periodReturn: PeriodReturn?
        if provingReturn == .disclosed {
            if let obstacle = PeriodReport.returnObstacle(statements, steps.map(\.policy), version) {
                throw .unreportable(reason: obstacle)
            }
            periodReturn = try self.periodReturn(steps, from: heads[0], to: last)
        }
        let report = PeriodReport(
            version: version,
            steps: statements,
            evidence: attestations.map { version == .sharesPolicy ? .none : StepEvidence(of: $0) },
            start: isRooted || version == .sharesPolicy ? nil : start,
            head: last.attestation.digest,
            periodReturn: periodReturn,
            operatorKey: signer.publicKey,
            proof: [],
            signature: []
        )
        let circuit = PeriodCircuit(steps: steps, periodReturn: periodReturn)
        let openings = Self.openings(heads, known)
        let proved = report.with(proof: try prove(report, circuit, openings, progress: progress))
        return proved.with(signature: try signer.signature(over: proved.signedBytes))
    }

    /// That the events are of kinds that a report of this form has, in places where they can be checked.
    private func checkKinds(
        _ statements: [Statement],
        _ version: PeriodReport.Version,
        isRooted: Bool
    ) throws(AttestationError) {
        for (index, statement) in statements.enumerated() {
            guard version.kinds.contains(statement.kind) else {
                throw .unreportable(reason: "number \(statement.sequence) is of kind \(statement.kind)")
            }
            guard (statement.kind == .genesis) == (isRooted && index == 0) else {
                throw .unreportable(
                    reason:
                        "number \(statement.sequence) is of kind \(statement.kind): without how the vault stood before it, "
                        + "a period begins with the genesis"
                )
            }
        }
        if statements[0].kind == .amend {
            throw .unreportable(
                reason:
                    "number \(statements[0].sequence) is an amend: begin the period before it, or with the step after it"
            )
        }
    }

    /// The openings of every commitment that a period can name.
    private static func openings(_ heads: [Head], _ policies: [PeriodPolicy]) -> [CompressedRistretto: Opened] {
        var known: [CompressedRistretto: Opened] = [:]
        for head in heads {
            let (statement, opening) = (head.attestation.statement, head.opening)
            for (point, pair) in zip(statement.after, zip(opening.values, opening.blindings)) { known[point] = pair }
            let carried = zip(opening.carriedValues, opening.carriedBlindings)
            for (point, pair) in zip(statement.carriedAfter, carried) { known[point] = pair }
        }
        for given in policies {
            guard let parameters = given.parameters, let sealed = given.policy.sealed else { continue }
            let openings = zip(parameters.scalars, parameters.blindings)
            for (point, pair) in zip(sealed.commitments, openings) { known[point] = pair }
        }
        return known
    }

    private typealias Opened = (value: Scalar, blinding: Scalar)

    private func prove(
        _ report: PeriodReport,
        _ circuit: PeriodCircuit,
        _ known: [CompressedRistretto: Opened],
        progress: (Int, Int) -> Void
    ) throws(AttestationError) -> [UInt8] {
        var (values, blindings): ([Scalar], [Scalar]) = ([], [])
        defer {
            values.erase()
            blindings.erase()
        }
        values.reserveCapacity(circuit.commitments.count)
        blindings.reserveCapacity(circuit.commitments.count)
        for commitment in circuit.commitments {
            guard let (value, blinding) = known[commitment],
                PedersenCommitment.commit(value: value, blinding: blinding).compressed == commitment
            else { throw .openingsUnreadable }
            values.append(value)
            blindings.append(blinding)
        }
        let built = try circuit.build(values: values, progress: progress)
        guard let assignment = built.assignment else { throw .openingsUnreadable }
        var transcript = report.transcript(circuit: circuit.digest)
        do {
            return try Prover.prove(
                circuit: built.circuit,
                assignment: assignment,
                blindings: blindings,
                transcript: &transcript
            ).bytes
        } catch .multiplierCount(let got, let limit) {
            throw .unreportable(
                reason: "\(report.steps.count) steps take \(got) multipliers, and one proof has at most \(limit): "
                    + "choose a shorter period"
            )
        } catch {
            throw .malformed(reason: "the period has no proof: \(error)")
        }
    }

    /// What the portfolio's value did, rounded down to the basis point.
    private func periodReturn(
        _ steps: [PeriodCircuit.Step],
        from before: Head,
        to last: Head
    ) throws(AttestationError) -> PeriodReturn {
        let (first, final) = (steps[0], steps[steps.count - 1])
        let exponent = [first, final].map { $0.policy.mandates[0].valueExponent }.max() ?? 0
        func value(_ head: Head, _ step: PeriodCircuit.Step) -> Scalar {
            zip(head.opening.quantities, step.statement.prices).enumerated().reduce(Scalar.zero) { sum, asset in
                let (quantity, price) = asset.element
                let unit = step.policy.unitValue(asset.offset, at: BigInteger(price.units), exponent: exponent)
                return sum + Scalar(quantity.units) * Scalar(unit)
            }
        }
        let (start, end) = (value(before, first), value(last, final))
        guard !start.isZero.isSet else {
            throw .unreportable(reason: "the portfolio is worth nothing before the period")
        }
        // In constant time, for values are secret; 27 bits reach beyond the largest return.
        let ratio = (Scalar(10_000 as UInt64) * end).quotient(by: start, bits: 27)
        let parts = BigInteger(littleEndianMagnitude: ratio.bytes) - 10_000
        guard let parts = Int32(parts.description), let periodReturn = PeriodReturn(basisPoints: parts) else {
            throw .unreportable(reason: "the return is beyond \(PeriodReturn.range.upperBound / 100)%")
        }
        return periodReturn
    }
}

/// A policy that steps of a period are under, with what its prover needs.
public struct PeriodPolicy: Sendable {
    /// The policy.
    public let policy: CompiledPolicy
    /// The openings of a sealed policy's secret parameters. **Secret.**
    public let parameters: ParameterOpening?

    /// Names a policy.
    public init(_ policy: CompiledPolicy, parameters: ParameterOpening? = nil) {
        self.policy = policy
        self.parameters = parameters
    }
}

/// Whether a report shows the return.
public enum ReturnDisclosure: Sendable, Hashable {
    /// It stays hidden.
    case hidden
    /// It is shown, and proved.
    case disclosed
}
