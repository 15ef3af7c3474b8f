import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// Forgeries whose proofs verify: an operator who proves, and signs, another statement than the chain allows.
@Suite("An operator who proves what is not so")
struct ProvedForgeryTests {
    /// An attestation that an operator proves about any statement, with no care for the chain.
    private static func proved(
        _ statement: Statement,
        _ opening: VaultOpening,
        before: VaultOpening? = nil,
        under policy: CompiledPolicy,
        operatedBy signer: TestSigner = TestSigner(),
        identity: VaultIdentity? = nil
    ) throws -> Attestation {
        let template = try #require(
            policy.template(
                statement.kind,
                regime: Int(statement.regime),
                lastRebalance: statement.lastRebalance,
                time: statement.time
            )
        )
        func parts(_ opening: VaultOpening) -> (values: [Scalar], blindings: [Scalar]) {
            (opening.values, opening.blindings)
        }
        let sides = [before, opening].compactMap { $0 }
        let carried = sides.compactMap(\.carried)
        let carriedBlindings = sides.compactMap(\.carriedBlinding)
        let built = try CircuitSynthesis.build(
            template,
            prices: statement.prices,
            committed: sides.flatMap(\.values) + carried
        )
        var transcript = statement.transcript(circuit: template.digest)
        let proof = try Prover.prove(
            circuit: built.circuit,
            assignment: try #require(built.assignment),
            blindings: sides.flatMap(\.blindings) + carriedBlindings,
            transcript: &transcript
        ).bytes
        return Attestation(
            statement: statement,
            operatorKey: signer.publicKey,
            identity: identity,
            proof: proof,
            signature: try signer.signer.signature(over: Attestation.signedBytes(statement, proof))
        )
    }

    @Test("cannot drop the day's turnover by a stale time of the last rebalance, though that has a proof of its own")
    func staleLastRebalance() throws {
        let chain = try ProvedChain.shared.get()
        let vault = chain.vault
        // Two hours after the rebalance the policy still counts its turnover; the day before it would not.
        let time = chain.rebalance.attestation.statement.time.adding(milliseconds: 7_200_000)
        var moment = vault.moment(2, prices: TestVault.prices(btc: 52_000))
        moment = .init(time: time, regime: moment.regime, candles: moment.candles, prices: moment.prices)
        let honest = try vault.prover.hold(after: chain.rebalance, at: moment, ground: .proved)
        var statement = honest.attestation.statement
        #expect(vault.failures(honest.attestation, after: chain.rebalance.attestation) == [])
        statement.lastRebalance = chain.genesis.attestation.statement.time
        let stale = try Self.proved(statement, chain.rebalance.opening, under: vault.policy)
        #expect(
            vault.failures(stale, after: chain.rebalance.attestation) == ["time of the last rebalance"],
            "the proof itself holds"
        )
    }

    @Test("cannot pass a hold that was proved from other commitments than the chain's last")
    func otherCommitmentsBefore() throws {
        let chain = try ProvedChain.shared.get()
        var statement = chain.hold.attestation.statement
        let other = VaultOpening(
            quantities: AttestationChainTests.onTarget,
            blindings: [3, 4, 5].map { Scalar(UInt64($0)) },
            carried: .zero,
            carriedBlinding: Scalar(UInt64(6))
        )
        (statement.before, statement.after) = (other.commitments(), other.commitments())
        (statement.carriedBefore, statement.carriedAfter) = (other.carriedCommitments(), other.carriedCommitments())
        let forged = try Self.proved(statement, other, under: chain.vault.policy)
        #expect(
            chain.vault.failures(forged, after: chain.genesis.attestation)
                == ["commitments before", "carried turnover"]
        )
    }

    @Test("cannot use another model for one step, whatever digest it states")
    func laxModel() throws {
        let chain = try ProvedChain.shared.get()
        let lax = try CompiledPolicy(
            name: "test",
            version: 1,
            mandates: chain.vault.policy.mandates,
            regimeRules: [],
            attestEvery: TestVault.day,
            modelDigest: ContentDigest(hashing: [2])
        )
        var statement = chain.hold.attestation.statement
        statement.policy = lax.digest
        let opening = chain.genesis.opening
        let forged = try Self.proved(statement, opening, under: lax)
        #expect(
            chain.vault.failures(forged, after: chain.genesis.attestation)
                == ["policy and model", "policy of the chain"]
        )
        // The digest of the policy stands in the transcript: the other one's proof does not move under this one's name.
        let renamed = try forged.altered { $0.policy = chain.vault.policy.digest }
        #expect(chain.vault.failures(renamed, after: chain.genesis.attestation) == ["proof"])
    }

    @Test("cannot take over another vault's chain by signing it anew")
    func resignedChain() throws {
        let chain = try ProvedChain.shared.get()
        let thief = TestSigner(seed: 9)
        let own = try VaultIdentity(
            nonce: [UInt8](repeating: 7, count: 32),
            operatorKey: thief.publicKey,
            ownerKey: [UInt8](repeating: 0, count: 32)
        )
        let vault = own.vault(policy: chain.vault.policy)
        var previous: Attestation?
        for original in [chain.genesis, chain.hold, chain.rebalance].map(\.attestation) {
            // Everything that needs no secret is made to fit: vault, predecessor, keys and signature.
            let resigned = try original.altered(
                { statement in
                    statement.vault = vault
                    if let previous { statement.previous = previous.digest }
                },
                signedBy: thief
            )
            let taken = Attestation(
                statement: resigned.statement,
                operatorKey: thief.publicKey,
                identity: original.identity == nil ? nil : own,
                proof: resigned.proof,
                signature: resigned.signature
            )
            #expect(chain.vault.failures(taken, after: previous) == ["proof"])
            previous = taken
        }
    }

    @Test("cannot replace a commitment by the identity, or by another encoding of it", arguments: [0, 1, 2])
    func identities(asset: Int) throws {
        let chain = try ProvedChain.shared.get()
        let genesis = chain.genesis.attestation
        // p itself, which a reader that reduces would take for 0: the identity's second encoding.
        let second = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        for bytes in [[UInt8](repeating: 0, count: 32), second] {
            let point = try #require(CompressedRistretto(bytes))
            let altered = try genesis.altered { $0.after[asset] = point }
            #expect(chain.vault.failures(altered, after: nil) == ["proof"])
        }
    }
}
