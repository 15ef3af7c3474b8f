import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations

/// A chain of genesis, hold and rebalance, proved once for all tests that alter it.
struct ProvedChain {
    let vault: TestVault
    let genesis: AttestationProver.Head
    let hold: AttestationProver.Head
    let rebalance: AttestationProver.Head

    static let shared = Result { try ProvedChain() }

    init(cooldown: Int64 = 0) throws {
        vault = try TestVault(mandates: [
            TestVault.mandate("calm", trigger: 40_000, cooldown: cooldown),
            TestVault.mandate("storm", trigger: 100_000, cooldown: cooldown),
        ])
        genesis = try vault.prover.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        hold = try vault.prover.hold(after: genesis, at: vault.moment(1), ground: .proved)
        rebalance = try vault.prover.rebalance(
            after: hold,
            at: vault.moment(2, prices: TestVault.prices(btc: 52_000)),
            quantities: AttestationChainTests.rebalanced
        )
    }

    /// The first failed check of an attestation whose market data are those of `original`.
    func refusal(_ attestation: Attestation, of original: Attestation, after previous: Attestation?) -> String? {
        failures(attestation, of: original, after: previous).first
    }

    func failures(_ attestation: Attestation, of original: Attestation, after previous: Attestation?) -> [String] {
        vault.verifier.checks(
            of: attestation,
            after: previous,
            expecting: .init(
                regime: Int(original.statement.regime),
                candles: original.statement.candles,
                prices: original.statement.prices
            ),
            now: TestVault.start.adding(milliseconds: 100 * TestVault.day)
        ).compactMap { if case .failed = $0.outcome { $0.name } else { nil } }
    }
}

extension Attestation {
    /// The same proof under another statement, signed by an operator who goes along.
    func altered(_ change: (inout Statement) -> Void, signedBy signer: TestSigner? = TestSigner()) throws -> Attestation
    {
        var statement = statement
        change(&statement)
        return try with(statement: statement, proof: proof, signer: signer)
    }

    func with(statement: Statement? = nil, proof: [UInt8]? = nil, signer: TestSigner?) throws -> Attestation {
        let (statement, proof) = (statement ?? self.statement, proof ?? self.proof)
        return Attestation(
            statement: statement,
            operatorKey: signer?.publicKey ?? operatorKey,
            identity: identity,
            proof: proof,
            signature: try signer?.signer.signature(over: Attestation.signedBytes(statement, proof)) ?? signature,
            countersignature: countersignature,
            appointed: appointed,
            guardianSignatures: guardianSignatures
        )
    }
}

@Suite("A statement")
struct StatementBindingTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let field: String
        let check: String
        let apply: @Sendable (inout Statement) -> Void
        var testDescription: String { "\(field) → \(check)" }
    }

    static let changes: [Change] = [
        Change(field: "kind", check: "commitments") { ($0.kind, $0.ground) = (.hold, .proved) },
        Change(field: "kind alone", check: "form") { $0.kind = .hold },
        Change(field: "vault", check: "vault") { $0.vault = ContentDigest(hashing: [9]) },
        Change(field: "sequence", check: "sequence") { $0.sequence += 1 },
        Change(field: "previous", check: "chain") { $0.previous = .zero },
        Change(field: "time, later", check: "time grid") { $0.time = $0.time.adding(milliseconds: 1) },
        Change(field: "time, earlier", check: "proof") { $0.time = $0.time.adding(milliseconds: -1) },
        Change(field: "time, before its predecessor", check: "time order") { $0.time = $0.previousTime },
        Change(field: "time, far ahead", check: "time grid") { $0.time = Timestamp(milliseconds: .max) },
        Change(field: "time, far behind", check: "time order") { $0.time = Timestamp(milliseconds: .min) },
        Change(field: "previous time", check: "time order") {
            $0.previousTime = $0.previousTime.adding(milliseconds: 1)
        },
        Change(field: "last rebalance", check: "time of the last rebalance") {
            $0.lastRebalance = $0.lastRebalance.adding(milliseconds: 1)
        },
        Change(field: "policy", check: "policy and model") { $0.policy = .zero },
        Change(field: "regime", check: "regime") { $0.regime = 1 },
        Change(field: "regime, unknown", check: "form") { $0.regime = 2 },
        Change(field: "candles", check: "market data") { $0.candles = .zero },
        Change(field: "a price", check: "prices") { $0.prices[1] = .one },
        Change(field: "number of prices", check: "form") { $0.prices.removeLast() },
        Change(field: "ground", check: "form") { $0.ground = .proved },
        Change(field: "a commitment before", check: "commitments before") { $0.before[0] = $0.after[0] },
        Change(field: "number of commitments before", check: "form") { $0.before.removeLast() },
        Change(field: "a commitment after", check: "proof") { $0.after[0] = $0.after[1] },
        Change(field: "an identity after", check: "proof") { $0.after[0] = RistrettoPoint.identity.compressed() },
        Change(field: "a commitment used again", check: "commitments") { $0.after[2] = $0.before[2] },
        Change(field: "no point at all", check: "proof") {
            $0.after[0] = CompressedRistretto([UInt8](repeating: 0xff, count: 32)) ?? $0.after[1]
        },
        Change(field: "carried before", check: "carried turnover") { $0.carriedBefore = $0.carriedAfter },
        Change(field: "carried after", check: "proof") { $0.carriedAfter[0] = $0.after[0] },
        Change(field: "carried after used again", check: "commitments") { $0.carriedAfter = $0.carriedBefore },
        Change(field: "number of carried values", check: "form") { $0.carriedAfter = [] },
        Change(field: "an input that the policy does not use", check: "form") {
            $0.inputs = [PublicInput(.covariance, .zero)]
        },
    ]

    @Test("is refused by the right check when one field is altered and signed anew", arguments: changes)
    func everyField(change: Change) throws {
        let chain = try ProvedChain.shared.get()
        let (original, previous) = (chain.rebalance.attestation, chain.hold.attestation)
        let altered = try original.altered(change.apply)
        let failures = chain.failures(altered, of: original, after: previous)
        #expect(failures.first == change.check)
        // Whatever else is found, the proof is of the statement as it was.
        if failures.first != "form" { #expect(failures.contains("proof")) }
        let unsigned = try original.altered(change.apply, signedBy: nil)
        let ofUnsigned = chain.failures(unsigned, of: original, after: previous)
        #expect(ofUnsigned.first == "form" || ofUnsigned.contains("signature"))
    }

    @Test("has a digest that every field changes", arguments: changes)
    func everyFieldIsHashed(change: Change) throws {
        let original = try ProvedChain.shared.get().rebalance.attestation
        #expect(try original.altered(change.apply).digest != original.digest)
    }

    @Test("and its proof are refused when any part of the proof is altered")
    func everyProofByte() throws {
        let chain = try ProvedChain.shared.get()
        let (original, previous) = (chain.rebalance.attestation, chain.hold.attestation)
        var proofs: [[UInt8]] = [
            [], Array(original.proof.dropLast()), original.proof + [0], original.proof + original.proof,
        ]
        proofs += stride(from: 0, to: original.proof.count, by: 16).map { index in
            var proof = original.proof
            proof[index] ^= 1
            return proof
        }
        // The identity, and encodings that are not canonical, in the place of every point and scalar.
        for start in stride(from: 1, to: original.proof.count, by: 32) {
            for filler in [UInt8(0), 0xff] {
                var proof = original.proof
                proof.replaceSubrange(start..<start + 32, with: repeatElement(filler, count: 32))
                proofs.append(proof)
            }
        }
        for proof in proofs {
            let altered = try original.with(proof: proof, signer: TestSigner())
            #expect(chain.refusal(altered, of: original, after: previous) == "proof")
        }
    }

    @Test("is refused when any byte of the signature is altered", arguments: 0..<64)
    func everySignatureByte(index: Int) throws {
        let chain = try ProvedChain.shared.get()
        let original = chain.hold.attestation
        var signature = original.signature
        signature[index] ^= 0x10
        let altered = Attestation(
            statement: original.statement,
            operatorKey: original.operatorKey,
            identity: nil,
            proof: original.proof,
            signature: signature
        )
        #expect(chain.refusal(altered, of: original, after: chain.genesis.attestation) == "signature")
    }
}

@Suite("A chain in bad hands")
struct ForgedChainTests {
    @Test("is refused when an attestation is replayed, skipped or forked")
    func order() throws {
        let chain = try ProvedChain.shared.get()
        let (genesis, hold, rebalance) = (
            chain.genesis.attestation, chain.hold.attestation, chain.rebalance.attestation
        )
        #expect(chain.refusal(hold, of: hold, after: hold) == "sequence")
        #expect(chain.refusal(rebalance, of: rebalance, after: genesis) == "sequence")
        #expect(chain.refusal(hold, of: hold, after: rebalance) == "sequence")
        let fork = try chain.vault.prover.hold(
            after: chain.genesis,
            at: chain.vault.moment(1, regime: 1),
            ground: .proved
        )
        #expect(chain.refusal(fork.attestation, of: fork.attestation, after: genesis) == nil)
        #expect(chain.refusal(rebalance, of: rebalance, after: fork.attestation) == "chain")
    }

    @Test("is refused when another operator signs it anew")
    func operatorKey() throws {
        let chain = try ProvedChain.shared.get()
        let stranger = TestSigner(seed: 6)
        let hold = try chain.hold.attestation.with(signer: stranger)
        #expect(chain.refusal(hold, of: hold, after: chain.genesis.attestation) == "vault")
        let genesis = try chain.genesis.attestation.with(signer: stranger)
        #expect(chain.refusal(genesis, of: genesis, after: nil) == "vault")
        let pinned = AttestationVerifier(policy: chain.vault.policy, trustedOperator: stranger.publicKey)
        let original = chain.genesis.attestation
        let checks = pinned.checks(
            of: original,
            after: nil,
            expecting: .init(regime: 0, candles: original.statement.candles, prices: original.statement.prices),
            now: TestVault.start
        )
        #expect(checks.contains { $0.name == "vault" && $0.outcome != .passed })
    }

    @Test("is refused when one step was proved under another policy")
    func laxPolicy() throws {
        let chain = try ProvedChain.shared.get()
        let lax = try TestVault(mandates: [
            TestVault.mandate("calm", trigger: 90_000), TestVault.mandate("storm", trigger: 100_000),
        ])
        let hold = try lax.prover.hold(after: chain.genesis, at: lax.moment(1), ground: .proved).attestation
        #expect(chain.refusal(hold, of: hold, after: chain.genesis.attestation) == "policy and model")
        let renamed = try hold.altered { $0.policy = chain.vault.policy.digest }
        #expect(chain.refusal(renamed, of: hold, after: chain.genesis.attestation) == "proof")
    }

    @Test("is refused when a rebalance ignores the cooldown, or a hold pleads one that is over")
    func cooldown() throws {
        let chain = try ProvedChain(cooldown: 2 * TestVault.day)
        let (vault, rebalance) = (chain.vault, chain.rebalance.attestation)
        #expect(chain.refusal(rebalance, of: rebalance, after: chain.hold.attestation) == nil)
        let prices = TestVault.prices(btc: 40_000)
        let resting = try vault.prover.hold(
            after: chain.rebalance,
            at: vault.moment(3, prices: prices),
            ground: .cooldown
        )
        #expect(resting.attestation.proof.isEmpty)
        #expect(chain.refusal(resting.attestation, of: resting.attestation, after: rebalance) == nil)
        let late = try vault.prover.hold(after: resting, at: vault.moment(4, prices: prices), ground: .cooldown)
            .attestation
        #expect(chain.refusal(late, of: late, after: resting.attestation) == "cooldown")
        let early = try vault.prover.rebalance(
            after: chain.genesis,
            at: vault.moment(1, prices: TestVault.prices(btc: 52_000)),
            quantities: AttestationChainTests.rebalanced
        ).attestation
        #expect(chain.refusal(early, of: early, after: chain.genesis.attestation) == "cooldown")
    }

    @Test("names an instant of the time grid that it skipped")
    func timeGrid() throws {
        let chain = try ProvedChain.shared.get()
        let late = try chain.vault.prover.hold(after: chain.genesis, at: chain.vault.moment(2), ground: .proved)
            .attestation
        #expect(chain.refusal(late, of: late, after: chain.genesis.attestation) == "time grid")
    }

    @Test("leaves what needs the predecessor unchecked without it, and says so")
    func alone() throws {
        let chain = try ProvedChain.shared.get()
        let rebalance = chain.rebalance.attestation
        let unchecked = chain.vault.checks(rebalance, after: nil).compactMap { check in
            if case .unchecked = check.outcome { check.name } else { nil }
        }
        #expect(
            unchecked == [
                "vault", "chain", "range of the commitments before", "time of the last rebalance", "carried turnover",
                "halts",
            ]
        )
        #expect(chain.vault.failures(rebalance, after: nil) == [])
    }
}
