import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations
@testable import ZeroKnowledge

@Suite("An amend that leaves assets out or counts anew")
struct AmendmentProofTests {
    private static let none: [String?] = [nil, nil, nil, nil, nil]

    @Test("drops, reorders and counts anew, and the vault goes on with the same amounts")
    func goesOn() throws {
        let life = try AmendmentScenario.shared.get()
        let amend = try life.amend(after: life.head, from: life.four, to: life.three)
        #expect(amend.opening.quantities == TestVault.quantities(80_000_000_000, 1_799_500_000_000, 960_000))
        // 2T of 3,995 USD, and a slippage of 5, in values a hundred times as fine.
        #expect(amend.opening.carriedTurnover == life.head.opening.carriedTurnover * 100)
        #expect(amend.opening.carriedTurnover == 3_995 * BigInteger(1_000_000_000) * 1_000_000_000)
        #expect(amend.opening.carriedSlippage == life.head.opening.carriedSlippage * 100)
        #expect(amend.opening.carriedSlippage == 5 * BigInteger(1_000_000_000) * 1_000_000_000)
        let statement = amend.attestation.statement
        #expect(statement.before.count == 4 && statement.after.count == 3)
        #expect(statement.after[1] == statement.before[3], "USD is copied")
        #expect(amend.attestation.proof.count > 100)
        let hold = try ChainLife.prover(life.three.policy).hold(
            after: amend,
            at: life.three.moment(2, prices: AmendmentScenario.prices("ETH", "USD", "BTC", btc: 50_000)),
            ground: .proved
        )
        // Back in coarser values: what is carried is rounded up, and BTC comes back without what was rounded down.
        let back = try life.amend(after: hold, from: life.three, to: life.standard, hours: 60)
        #expect(back.opening.quantities == TestVault.quantities(800_000_000, 1_799_500_000_000, 96_000_000))
        #expect(back.opening.carriedTurnover == life.head.opening.carriedTurnover)
        let chain = (life.chain + [amend, hold, back]).map(\.attestation)
        let policies = [life.four.policy, life.three.policy, life.standard.policy]
        #expect(ChainLife.failures(chain, policies) == Self.none)
        for attestation in chain {
            #expect(try Attestation(fileBytes: Array(attestation.fileText.utf8)) == attestation)
        }
    }

    @Test("that only reorders proves nothing, and one that only drops has the smallest of proofs")
    func smallest() throws {
        let life = try AmendmentScenario.shared.get()
        let turned = try AmendmentScenario.vault([:], order: ["USD", "SOL", "BTC", "ETH"])
        let reorder = try life.amend(after: life.head, from: life.four, to: turned)
        let before = life.head.attestation.statement.after
        #expect(reorder.attestation.statement.after == [before[3], before[1], before[0], before[2]])
        #expect(reorder.attestation.proof.isEmpty)
        #expect(life.failure(reorder.attestation, [life.four.policy, turned.policy]) == nil)
        let drop = try life.amend(after: life.head, from: life.four, to: life.standard)
        #expect(drop.attestation.statement.after == [before[2], before[3], before[0]])
        #expect(drop.attestation.statement.carriedAfter == life.head.attestation.statement.carriedAfter)
        #expect((1...500).contains(drop.attestation.proof.count), "\(drop.attestation.proof.count)")
        #expect(life.failure(drop.attestation) == nil)
    }

    @Test("drops an asset that was taken in and never bought, whose commitment is the identity")
    func untouched() throws {
        let life = try AmendmentScenario.shared.get()
        let more = try AmendmentScenario.vault([:], order: ["BTC", "SOL", "XRP", "ETH", "USD"])
        let added = try life.amend(after: life.head, from: life.four, to: more)
        #expect(added.attestation.statement.after[2] == RistrettoPoint.identity.compressed())
        let finer = try AmendmentScenario.vault(["XRP": 9], order: ["XRP", "BTC", "ETH", "USD"])
        let recounted = try life.amend(after: added, from: more, to: finer, hours: 40)
        #expect(recounted.attestation.statement.after[0] != RistrettoPoint.identity.compressed())
        let dropped = try life.amend(after: recounted, from: finer, to: life.standard, hours: 41)
        let directly = try life.amend(after: added, from: more, to: life.standard, hours: 41)
        let policies = [life.four, more, finer, life.standard].map(\.policy)
        for chain in [life.chain + [added, recounted, dropped], life.chain + [added, directly]] {
            #expect(ChainLife.failures(chain.map(\.attestation), policies).allSatisfy { $0 == nil })
        }
    }

    @Test("is checked with others in one batch, which finds the false one")
    func inBatches() throws {
        let life = try AmendmentScenario.shared.get()
        let honest = try life.amend(after: life.head, from: life.four, to: life.three).attestation
        let later = try life.amend(after: life.head, from: life.four, to: life.three, hours: 37)
        let forged = try life.forged(later, proof: honest.proof)
        var verifier = AttestationVerifier(policy: life.three.policy)
        for head in life.chain { verifier.standing.advance(past: head.attestation, under: life.four.policy) }
        var batch = AttestationBatch(verifier: verifier)
        for attestation in [honest, forged, later.attestation] {
            batch.add(
                attestation,
                after: life.head.attestation,
                expecting: .init(regime: 0, candles: .zero, prices: []),
                now: ChainLife.time(100)
            )
        }
        var random = SplitMix64(seed: 1)
        let failures = batch.checks(using: &random).map { checks in
            checks.compactMap { if case .failed = $0.outcome { $0.name } else { nil } }
        }
        #expect(failures == [[], ["proof"], []])
    }

    @Test("cannot leave out an asset that is held, whatever is proved in its place")
    func held() throws {
        let life = try AmendmentScenario.shared.get()
        let withoutBTC = try AmendmentScenario.vault([:], order: ["ETH", "USD", "SOL"])
        #expect(
            throws: AttestationError.notSatisfied(
                kind: .amend,
                reason: "the new policy leaves out BTC, of which the vault holds some: sell it or take it out first"
            )
        ) { try life.amend(after: life.head, from: life.four, to: withoutBTC) }
        // Honest but for BTC: the statement that leaves it out, with a proof made for an opening of zero.
        let drop = try life.amend(after: life.head, from: life.four, to: life.standard)
        let before = life.head.attestation.statement.after
        let amendment = try PolicyAmendment(from: life.four.policy, to: withoutBTC.policy)
        let circuit = try #require(amendment.circuit)
        func lie(_ committed: Scalar, blinding: Scalar) throws -> Attestation {
            var statement = drop.attestation.statement
            statement.policy = withoutBTC.policy.digest
            statement.after = [before[2], before[3], before[1]]
            let built = try circuit.build(committed: [committed])
            var transcript = statement.transcript(circuit: circuit.digest)
            let proof = try Prover.prove(
                circuit: built.circuit,
                assignment: #require(built.assignment),
                blindings: [blinding],
                transcript: &transcript,
                falseWitness: .proved
            ).bytes
            return try life.forged(drop, proof: proof) { $0 = statement }
        }
        let policies = [life.four.policy, withoutBTC.policy]
        let blinding = life.head.opening.blindings[0]
        #expect(try life.failure(lie(.zero, blinding: blinding), policies) == "proof")
        #expect(try life.failure(lie(Scalar(96_000_050 as UInt64), blinding: blinding), policies) == "proof")
        // Nor by a copy, or nothing, in place of a proof.
        let bare = try life.forged(drop, proof: []) {
            $0.policy = withoutBTC.policy.digest
            $0.after = [before[2], before[3], before[1]]
        }
        #expect(life.failure(bare, policies) == "proof")
    }

    @Test("is bound to its statement: another's proof, another order or another count is refused")
    func isBound() throws {
        let life = try AmendmentScenario.shared.get()
        let honest = try life.amend(after: life.head, from: life.four, to: life.three)
        #expect(try life.failure(life.forged(honest)) == nil)
        let later = try life.amend(after: life.head, from: life.four, to: life.three, hours: 37)
        let drop = try life.amend(after: life.head, from: life.four, to: life.standard)
        #expect(try life.failure(life.forged(honest, proof: later.attestation.proof)) == "proof")
        #expect(try life.failure(life.forged(honest, proof: drop.attestation.proof)) == "proof")
        #expect(try life.failure(life.forged(drop, proof: honest.attestation.proof)) == "proof")
        #expect(try life.failure(life.forged(honest, proof: [])) == "proof")
        // Value is not moved from one asset to another by changing places: copies are compared, the rest is proved.
        #expect(try life.failure(life.forged(drop) { $0.after.swapAt(0, 1) }) == "amendment")
        #expect(try life.failure(life.forged(honest) { $0.after.swapAt(0, 1) }) == "amendment")
        #expect(try life.failure(life.forged(honest) { $0.after.swapAt(0, 2) }) == "proof")
        #expect(try life.failure(life.forged(honest) { $0.carriedAfter.swapAt(0, 1) }) == "proof")
        // A count that was not changed.
        #expect(try life.failure(life.forged(honest) { $0.after[0] = $0.before[2] }) == "proof")
        #expect(try life.failure(life.forged(honest) { $0.carriedAfter = $0.carriedBefore }) == "proof")
        #expect(try life.failure(life.forged(honest) { $0.after[0] = RistrettoPoint.identity.compressed() }) == "proof")
        #expect(try life.failure(life.forged(honest) { $0.after.removeLast() }) == "form")
        #expect(try life.failure(life.forged(honest) { $0.before.removeLast() }) == "commitments before")
        #expect(try life.failure(life.forged(honest, owner: TestSigner())) == "owner key")
        let unsigned = Attestation(
            statement: honest.attestation.statement,
            operatorKey: honest.attestation.operatorKey,
            identity: nil,
            proof: honest.attestation.proof,
            signature: honest.attestation.signature,
            countersignature: .init(
                ownerKey: ChainLife.owner.publicKey,
                signature: try ChainLife.owner.signer.signature(
                    over: Attestation.countersignedBytes(honest.attestation.statement, [])
                )
            )
        )
        #expect(life.failure(unsigned) == "owner signature")
    }

    @Test("cannot count anew falsely", arguments: 0..<6)
    func falseCount(lie: Int) throws {
        let life = try AmendmentScenario.shared.get()
        let amendment = try PolicyAmendment(from: life.four.policy, to: life.three.policy)
        let circuit = try #require(amendment.circuit)
        // SOL; ETH before and after; BTC before and after; turnover; bucket.
        let honest: [UInt64] = [0, 800_000_000, 80_000_000_000, 96_000_050, 960_000, 7_000, 700_000, 3, 300]
        func isBelieved(_ committed: [Scalar]) throws -> Bool {
            let built = try AmendmentCircuit.system(of: circuit.claims, ConstraintSystem(committedValues: committed))
                .finish(digitBits: circuit.digitBits, falseWitness: .proved)
            return try AmendmentTrial.isBelieved(built.circuit, #require(built.assignment))
        }
        var committed = honest.map { Scalar($0) }
        #expect(try isBelieved(committed))
        switch lie {
        case 0: committed[0] = .one
        case 1: committed[2] += .one
        case 2: committed[4] += .one
        case 3: committed[4] -= .one
        case 4: committed[4] = committed[3] * Scalar(100 as UInt64).inverted()
        default: committed[6] = Scalar(70_000 as UInt64)
        }
        #expect(try !isBelieved(committed))
    }

    @Test("refuses more units than can be counted, another currency, and carried values too far apart")
    func refusals() throws {
        let life = try AmendmentScenario.shared.get()
        let order = ["ETH", "USD", "BTC"]
        let finest = try AmendmentScenario.vault(["USD": 18], order: order)
        #expect(
            throws: AttestationError.notSatisfied(
                kind: .amend,
                reason: "of USD the vault holds more than 2^64 - 1 of the new units"
            )
        ) { try life.amend(after: life.head, from: life.four, to: finest) }
        let euros = try AmendmentScenario.vault([:], order: order, quote: "EUR")
        #expect(throws: AttestationError.self) { try PolicyAmendment(from: life.four.policy, to: euros.policy) }
        func amendment(_ carried: AmendmentScenario.Carried) throws -> PolicyAmendment {
            let (none, all) = (["ETH": 0, "USD": 0, "BTC": 0], ["ETH": 18, "USD": 18, "BTC": 18])
            let coarse = try AmendmentScenario.vault(none, order: order, carries: carried, priceExponent: 0)
            let fine = try AmendmentScenario.vault(all, order: order, carries: carried, priceExponent: 18)
            return try PolicyAmendment(from: coarse.policy, to: fine.policy)
        }
        #expect(throws: AttestationError.self) { try amendment(.turnover) }
        #expect(try amendment(.nothing).recountedValues == nil)
        #expect(try amendment(.nothing).recountedAssets.map(\.exponent) == [18, 18, 18])
    }

    @Test("copies, begins or drops what is carried as before, whatever assets it drops", arguments: [true, false])
    func carried(begins: Bool) throws {
        let life = try AmendmentScenario.shared.get()
        let plain = try AmendmentScenario.vault([:], order: ["BTC", "ETH", "USD"], carries: .nothing)
        let drop = try life.amend(after: life.head, from: life.four, to: plain)
        #expect(drop.attestation.statement.carriedAfter == [])
        let fine = try AmendmentScenario.vault(["BTC": 9], order: ["BTC", "ETH", "USD"], carries: .turnover)
        let to = begins ? fine : life.standard
        let next = try life.amend(after: drop, from: plain, to: to, hours: 40)
        #expect(next.opening.carriedTurnover == 0 && next.opening.carriedSlippage == 0)
        #expect(next.attestation.proof.isEmpty == !begins)
        let chain = (life.chain + [drop, next]).map(\.attestation)
        let policies = [life.four, plain, fine, life.standard].map(\.policy)
        #expect(ChainLife.failures(chain, policies) == [nil, nil, nil, nil])
    }

    @Test("rounds as it says, for any number and either way", arguments: UInt64(0)..<50)
    func rounds(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = UInt64.random(in: 0...(UInt64.max >> UInt64.random(in: 0..<60, using: &random)), using: &random)
        let exponent = Int.random(in: 1...18, using: &random)
        let factor = BigInteger.tenPower(exponent)
        func recounted(_ exponent: Int, _ rounding: Scalar.Rounding) -> BigInteger {
            BigInteger(
                littleEndianMagnitude: Scalar(value).recounted(exponent, bits: 64, rounding: rounding).bytes
            )
        }
        let (down, up) = (recounted(-exponent, .down), recounted(-exponent, .up))
        #expect(down == BigInteger(value).floorDivided(by: factor))
        #expect(up == (BigInteger(value) + factor - 1).floorDivided(by: factor))
        #expect(recounted(exponent, .down) == BigInteger(value) * factor)
    }
}
