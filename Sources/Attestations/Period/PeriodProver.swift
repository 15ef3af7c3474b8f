import BigIntegers
import MarketData
public import Rebalancing
import Ristretto
import ZeroKnowledge

extension AttestationProver {
    /// Proves consecutive steps of this vault's chain at once.
    ///
    /// - Parameters:
    ///   - heads: The attestation before the period with its opening, then those of the period, in order.
    ///   - risks: What the market said of risk at each step, where the policy looks back over some window.
    ///   - provingReturn: Whether to prove the return too, which makes it public.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    /// - Throws: ``AttestationError``: a period too long for one proof, or with an event that no report covers.
    public func period(
        _ heads: [Head],
        risks: [MarketRisk]? = nil,
        provingReturn: ReturnDisclosure,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(AttestationError) -> PeriodReport {
        guard let before = heads.first, let last = heads.last, heads.count >= 2 else {
            throw .wrongLength(field: "steps of the period", got: 0, expected: 1)
        }
        let steps = heads.dropFirst().enumerated().map { index, head in
            var statement = head.attestation.statement
            // The digest of a predecessor whose proof the reader does not have says nothing to him.
            if index > 0 { statement.previous = .zero }
            return statement
        }
        if let event = steps.first(where: { !PeriodReport.kinds.contains($0.kind) }) {
            throw .unprovable(
                reason: "number \(event.sequence) is of kind \(event.kind): a period lies between two of these"
            )
        }
        let risks = risks ?? steps.map { _ in .none }
        guard risks.count == steps.count else {
            throw .wrongLength(field: "risks of the period", got: risks.count, expected: steps.count)
        }
        let periodReturn = try provingReturn == .disclosed ? periodReturn(steps, from: before, to: last) : nil
        let verifier = AttestationVerifier(policy: policy)
        let circuit = PeriodCircuit(
            steps: zip(steps, risks).map { ($0, verifier.template(of: $0), $1) },
            policy: policy,
            periodReturn: periodReturn
        )
        var known: [CompressedRistretto: (value: Scalar, blinding: Scalar)] = [:]
        for head in heads {
            let (statement, opening) = (head.attestation.statement, head.opening)
            for (point, pair) in zip(statement.after, zip(opening.values, opening.blindings)) { known[point] = pair }
            let carried = zip(opening.carriedValues, opening.carriedBlindings)
            for (point, pair) in zip(statement.carriedAfter, carried) { known[point] = pair }
        }
        if let parameters, let sealed = policy.sealed {
            let openings = zip(parameters.scalars, parameters.blindings)
            for (point, pair) in zip(sealed.commitments, openings) { known[point] = pair }
        }
        var (values, blindings): ([Scalar], [Scalar]) = ([], [])
        defer {
            values.erase()
            blindings.erase()
        }
        for commitment in circuit.commitments {
            guard let (value, blinding) = known[commitment],
                PedersenCommitment.commit(value: value, blinding: blinding).compressed == commitment
            else { throw .openingsUnreadable }
            values.append(value)
            blindings.append(blinding)
        }
        let built = try circuit.build(values: values, progress: progress)
        guard let assignment = built.assignment else { throw .openingsUnreadable }
        let messages = PeriodReport.messages(steps: steps, head: last.attestation.digest, periodReturn: periodReturn)
        var transcript = PeriodReport.transcript(messages, circuit: circuit.digest)
        let proof: [UInt8]
        do {
            proof = try Prover.prove(
                circuit: built.circuit,
                assignment: assignment,
                blindings: blindings,
                transcript: &transcript
            ).bytes
        } catch .multiplierCount(let got, let limit) {
            throw .unprovable(
                reason: "\(steps.count) steps take \(got) multipliers, and one proof has at most \(limit): "
                    + "choose a shorter period"
            )
        } catch {
            throw .malformed(reason: "the period has no proof: \(error)")
        }
        return PeriodReport(
            steps: steps,
            head: last.attestation.digest,
            periodReturn: periodReturn,
            operatorKey: signer.publicKey,
            proof: proof,
            signature: try signer.signature(over: PeriodReport.signedBytes(messages, proof))
        )
    }

    /// What the portfolio's value did, rounded down to the basis point.
    private func periodReturn(
        _ steps: [Statement],
        from before: Head,
        to last: Head
    ) throws(AttestationError) -> PeriodReturn {
        if let step = steps.first(where: { !$0.readsPrices }) {
            throw .unprovable(
                reason:
                    "number \(step.sequence) is a \(step.kind) without prices: the return of a period with flows or a halt "
                    + "is not proved; end the period before it"
            )
        }
        let mandate = policy.mandates[0]
        let start = mandate.worth(of: before.opening.quantities, at: steps[0].prices)
        let end = mandate.worth(of: last.opening.quantities, at: steps[steps.count - 1].prices)
        guard !start.isZero.isSet else { throw .unprovable(reason: "the portfolio is worth nothing before the period") }
        // Values are below 2¹³⁴, and 27 bits reach beyond the largest return.
        let ratio = (Scalar(10_000 as UInt64) * end).quotient(by: start, bits: 27)
        let parts = BigInteger(littleEndianMagnitude: ratio.bytes) - 10_000
        guard let parts = Int32(parts.description), let periodReturn = PeriodReturn(basisPoints: parts) else {
            throw .unprovable(reason: "the return is beyond \(PeriodReturn.range.upperBound / 100)%")
        }
        return periodReturn
    }
}

/// Whether a report shows the return.
public enum ReturnDisclosure: Sendable, Hashable {
    /// It stays hidden.
    case hidden
    /// It is shown, and proved.
    case disclosed
}

extension PeriodReport {
    /// What a period may consist of. A genesis or an amendment begins another one.
    static let kinds: Set<AttestationKind> = [.rebalance, .hold, .flow]
}
