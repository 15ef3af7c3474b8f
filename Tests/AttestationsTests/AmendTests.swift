import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations

@Suite("An amend")
struct AmendTests {
    private static let noon = ChainLife.time(12)

    private static func amended(_ life: ChainLife) throws -> AttestationProver.Head {
        try ChainLife.prover(life.strict.policy)
            .amend(after: life.genesis, from: life.vault.policy, at: noon, owner: ChainLife.owner.signer)
    }

    @Test("passes the vault to another policy, and the chain goes on under it alone")
    func verifies() throws {
        let life = try ChainLife.shared.get()
        let amend = try Self.amended(life)
        #expect(amend.attestation.statement.after == life.genesis.attestation.statement.after)
        #expect(amend.attestation.proof.isEmpty)
        let next = try ChainLife.prover(life.strict.policy)
            .hold(after: amend, at: life.strict.moment(1), ground: .proved)
        #expect(life.failures(life.genesis, amend, next) == [nil, nil, nil])
        // Under the old policy the same hold is proved as well, and is not the chain's any more.
        let stale = try life.prover.hold(after: amend, at: life.vault.moment(1), ground: .proved)
        #expect(life.failures(life.genesis, amend, stale) == [nil, nil, "policy of the chain"])
    }

    @Test("comes before whatever the new policy decides: a lax policy for one step is refused")
    func comesFirst() throws {
        let life = try ChainLife.shared.get()
        let early = try ChainLife.prover(life.strict.policy)
            .hold(after: life.genesis, at: life.strict.moment(1), ground: .proved)
        #expect(life.failures(life.genesis, early) == [nil, "policy of the chain"])
        let back = try life.prover.hold(after: early, at: life.vault.moment(2), ground: .proved)
        #expect(
            life.failures(life.genesis, early, back) == [nil, "policy of the chain", "policy of the chain"]
        )
    }

    @Test("is refused by name where the policy it leaves, or the one it comes to, is not at hand")
    func needsBothPolicies() throws {
        let life = try ChainLife.shared.get()
        let amend = try Self.amended(life)
        let chain = [life.genesis.attestation, amend.attestation]
        #expect(ChainLife.failures(chain, [life.vault.policy]) == [nil, "policy and model"])
        #expect(ChainLife.failures(chain, [life.strict.policy]) == ["policy and model", "amendment"])
    }

    @Test("needs the owner: the operator alone, a flow's consent or another vault's countersignature do not do")
    func needsTheOwner() throws {
        let life = try ChainLife.shared.get()
        let genuine = try Self.amended(life).attestation
        func failure(_ consent: Attestation.Countersignature?) -> String? {
            let altered = Attestation(
                statement: genuine.statement,
                operatorKey: genuine.operatorKey,
                identity: nil,
                proof: [],
                signature: genuine.signature,
                countersignature: consent
            )
            return ChainLife.failures([life.genesis.attestation, altered], [life.vault.policy, life.strict.policy])[1]
        }
        let owner = ChainLife.owner
        #expect(failure(genuine.countersignature) == nil)
        #expect(failure(nil) == "form")
        func consent(_ signer: TestSigner, over bytes: [UInt8]) throws -> Attestation.Countersignature {
            .init(ownerKey: signer.publicKey, signature: try signer.signer.signature(over: bytes))
        }
        let bytes = Attestation.countersignedBytes(genuine.statement, [])
        #expect(try failure(consent(TestSigner(), over: bytes)) == "owner key")
        #expect(try failure(consent(owner, over: Attestation.signedBytes(genuine.statement, []))) == "owner signature")
        // What the owner says to a flow of the same fields.
        var flow = genuine.statement
        flow.kind = .flow
        #expect(try failure(consent(owner, over: Attestation.countersignedBytes(flow, []))) == "owner signature")
        for alter in [
            { $0.vault = .zero }, { $0.sequence += 1 }, { $0.previous = .zero }, { $0.policy = .zero },
        ] as [(inout Statement) -> Void] {
            var other = genuine.statement
            alter(&other)
            let bytes = Attestation.countersignedBytes(other, [])
            #expect(try failure(consent(owner, over: bytes)) == "owner signature")
        }
    }

    @Test("moves nothing: an altered commitment, carried value, price or proof is refused")
    func movesNothing() throws {
        let life = try ChainLife.shared.get()
        let amend = try Self.amended(life).attestation
        func failure(_ proof: [UInt8] = [], _ change: (inout Statement) -> Void) throws -> String? {
            var statement = amend.statement
            change(&statement)
            let owner = ChainLife.owner
            let altered = Attestation(
                statement: statement,
                operatorKey: amend.operatorKey,
                identity: nil,
                proof: proof,
                signature: try TestSigner().signer.signature(over: Attestation.signedBytes(statement, proof)),
                countersignature: .init(
                    ownerKey: owner.publicKey,
                    signature: try owner.signer.signature(over: Attestation.countersignedBytes(statement, proof))
                )
            )
            return ChainLife.failures([life.genesis.attestation, altered], [life.vault.policy, life.strict.policy])[1]
        }
        #expect(try failure { _ in } == nil)
        #expect(try failure { $0.after.swapAt(0, 1) } == "amendment")
        #expect(try failure { $0.after[0] = RistrettoPoint.identity.compressed() } == "amendment")
        #expect(try failure { $0.carriedAfter = [$0.after[0]] } == "amendment")
        #expect(try failure { $0.before.swapAt(0, 1) } == "commitments before")
        #expect(try failure { $0.carriedBefore = [$0.after[0]] } == "carried turnover")
        #expect(try failure { $0.lastRebalance = $0.time } == "time of the last rebalance")
        #expect(try failure { $0.candles = ContentDigest(hashing: [1]) } == "market data")
        #expect(try failure { $0.prices = TestVault.prices() } == "form")
        #expect(try failure { $0.inputs = [PublicInput(.guardians, .zero)] } == "form")
        #expect(try failure([1]) { _ in } == "proof")
        #expect(try failure { $0.policy = life.vault.policy.digest } == "change")
    }

    @Test("keeps the time grid of the policy that it leaves, and no instant of it is its own")
    func keepsTheGrid() throws {
        let life = try ChainLife()
        let free = try TestVault(attestEvery: nil)
        let policies = [life.vault.policy, free.policy]
        for (hours, failure) in [(23, nil), (24, "time grid"), (25, "time grid")] as [(Int64, String?)] {
            let amend = try ChainLife.prover(free.policy)
                .amend(
                    after: life.genesis,
                    from: life.vault.policy,
                    at: ChainLife.time(hours),
                    owner: ChainLife.owner.signer
                )
            #expect(
                ChainLife.failures([life.genesis.attestation, amend.attestation], policies) == [nil, failure],
                "\(hours) h"
            )
        }
    }

    @Test("takes assets in that begin at zero and can be bought, in any order of the list")
    func addsAssets() throws {
        let life = try ChainLife.shared.get()
        let assets = try ["SOL", "ETH", "USD", "BTC"].map { try Asset($0) }
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        let wide = try TestVault(mandates: [
            Mandate(
                regime: "calm",
                assets: assets,
                quote: assets[2],
                targets: TargetWeights([100_000, 300_000, 200_000, 400_000].map { PartsPerMillion($0) }),
                bands: [band, band, band, band],
                triggersOnDrift: true,
                schedules: [],
                cooldown: 0,
                limits: TradingLimits(costCeiling: PartsPerMillion(3_500)),
                requirements: []
            )
        ])
        let prover = try ChainLife.prover(wide.policy)
        let amend = try prover.amend(
            after: life.genesis,
            from: life.vault.policy,
            at: Self.noon,
            owner: ChainLife.owner.signer
        )
        let (before, after) = (life.genesis.attestation.statement.after, amend.attestation.statement.after)
        #expect(after == [RistrettoPoint.identity.compressed(), before[1], before[2], before[0]])
        #expect(amend.attestation.statement.carriedAfter == [])
        // 50% BTC and no SOL: 0.25 BTC at 40,000 buy 100 SOL at 100.
        let prices = [100, 3_000, 1, 40_000].map { Price(units: $0 * 100_000_000)! }
        let rebalance = try prover.rebalance(
            after: amend,
            at: wide.moment(1, prices: prices),
            quantities: TestVault.quantities(10_000_000_000, 1_000_000_000, 2_000_000_000_000, 100_000_000)
        )
        let chain = [life.genesis, amend, rebalance].map(\.attestation)
        #expect(ChainLife.failures(chain, [life.vault.policy, wide.policy]) == [nil, nil, nil])
        // The way back leaves SOL out, and has to prove that none is held.
        #expect(try !PolicyAmendment(from: life.vault.policy, to: wide.policy).needsProof)
        #expect(try PolicyAmendment(from: wide.policy, to: life.vault.policy).needsProof)
    }

    @Test("refuses a policy that is in force already, or that the chain does not stand under")
    func refusals() throws {
        let life = try ChainLife.shared.get()
        #expect(throws: AttestationError.unamendable(reason: "it is under this policy already")) {
            try life.prover.amend(
                after: life.genesis,
                from: life.vault.policy,
                at: Self.noon,
                owner: ChainLife.owner.signer
            )
        }
        #expect(throws: AttestationError.self) {
            try ChainLife.prover(life.strict.policy)
                .amend(after: life.genesis, from: life.strict.policy, at: Self.noon, owner: ChainLife.owner.signer)
        }
    }

    @Test("appoints guardians whom the statement covers, and never the operator")
    func appoints() throws {
        let life = try ChainLife(guarded: false)
        let set = try GuardianSet(keys: ChainLife.guardians.map(\.publicKey), threshold: 2)
        let amend = try life.prover.amend(
            after: life.genesis,
            from: life.vault.policy,
            at: Self.noon,
            appointing: set,
            owner: ChainLife.owner.signer
        )
        #expect(life.failures(life.genesis, amend) == [nil, nil])
        let lax = Attestation(
            statement: amend.attestation.statement,
            operatorKey: amend.attestation.operatorKey,
            identity: nil,
            proof: [],
            signature: amend.attestation.signature,
            countersignature: amend.attestation.countersignature,
            appointed: try GuardianSet(keys: set.keys, threshold: 1)
        )
        #expect(
            ChainLife.failures([life.genesis.attestation, lax], [life.vault.policy]) == [nil, "guardians"]
        )
        let itself = try life.prover.amend(
            after: life.genesis,
            from: life.vault.policy,
            at: Self.noon,
            appointing: GuardianSet(keys: [TestSigner().publicKey], threshold: 1),
            owner: ChainLife.owner.signer
        )
        #expect(life.failures(life.genesis, itself) == [nil, "guardians"])
    }

    @Test("comes back from its file as it was, with guardians and without")
    func roundTrips() throws {
        let life = try ChainLife.shared.get()
        let plain = try Self.amended(life).attestation
        let appointing = try ChainLife.prover(life.strict.policy)
            .amend(
                after: life.genesis,
                from: life.vault.policy,
                at: Self.noon,
                appointing: GuardianSet(keys: [ChainLife.guardians[0].publicKey], threshold: 1),
                owner: ChainLife.owner.signer
            ).attestation
        for attestation in [life.genesis.attestation, plain, appointing] {
            #expect(try Attestation(fileBytes: Array(attestation.fileText.utf8)) == attestation)
        }
    }
}
