public import MarketData
import Ristretto
import ZeroKnowledge

/// Many attestations, checked together: their proofs as one multiscalar multiplication, everything else on all cores.
///
/// The checks of each are exactly those of ``AttestationVerifier/checks(of:after:expecting:now:)``.
public struct AttestationBatch: Sendable {
    private let verifier: AttestationVerifier
    private var items: [Item] = []

    private struct Item: Sendable {
        let attestation: Attestation
        let predecessor: Attestation?
        let expectation: AttestationVerifier.Expectation
        let now: Timestamp
        let verifier: AttestationVerifier
    }

    /// A batch of no attestations yet.
    public init(verifier: AttestationVerifier) {
        self.verifier = verifier
    }

    /// How many attestations it holds.
    public var count: Int { items.count }

    /// Adds an attestation.
    ///
    /// - Parameters:
    ///   - attestation: What to check.
    ///   - predecessor: The attestation before it, if at hand.
    ///   - expectation: What market data say about its time.
    ///   - now: The verifier's clock.
    ///   - other: Checks this one in place of the batch's verifier: under another policy, or with what the chain has fixed by
    ///     then.
    public mutating func add(
        _ attestation: Attestation,
        after predecessor: Attestation?,
        expecting expectation: AttestationVerifier.Expectation,
        now: Timestamp,
        by other: AttestationVerifier? = nil
    ) {
        items.append(
            Item(
                attestation: attestation,
                predecessor: predecessor,
                expectation: expectation,
                now: now,
                verifier: other ?? verifier
            )
        )
    }

    /// The checks of every attestation, in the order of adding.
    ///
    /// - Parameter generator: Where the weights of the proofs come from; nobody who made one may have foreseen it.
    public func checks(using generator: inout some RandomNumberGenerator) -> [[AttestationCheck]] {
        var answers = Workers.map(items) { item in
            item.verifier.checksBeforeProof(
                of: item.attestation,
                after: item.predecessor,
                expecting: item.expectation,
                now: item.now
            )
        }
        var batch = BatchVerifier()
        var claims: [(item: Int, claim: ProofClaim)] = []
        for (index, answer) in answers.enumerated() {
            switch answer.question {
            case .decided(let check): answers[index].checks.append(check)
            case .open(let claim):
                claims.append((index, claim))
                batch.add(
                    claim.proof,
                    about: { claim.circuit },
                    commitments: claim.commitments,
                    transcript: claim.transcript
                )
            case nil: break
            }
        }
        for ((index, claim), verdict) in zip(claims, batch.verify(using: &generator)) {
            answers[index].checks.append(claim.check(verdict))
        }
        return answers.map(\.checks)
    }
}
