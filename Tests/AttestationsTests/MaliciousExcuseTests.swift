import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// Whole chains under `unless cost > benefit`, and amends with proofs, in which one step is a lie, proved with wires of the
/// operator's choice and digits that follow from them, and signed by all who have to.
@Suite("An operator who lies about what pays, or about what an amend moves,")
struct MaliciousExcuseTests {
    private typealias Scenario = NoTradeScenario

    /// A vault that opens with these holdings, and the statement of a hold by proof some hours later.
    private static func chain(
        _ vault: TestVault,
        _ state: RandomDecision.Move,
        hours: Int64
    ) throws -> (genesis: AttestationProver.Head, hold: Statement) {
        let genesis = try vault.prover.genesis(
            at: .init(
                time: TestVault.start,
                regime: 0,
                candles: ContentDigest(hashing: [1]),
                prices: Scenario.prices
            ),
            quantities: state.before.map { Quantity(units: $0) }
        )
        var statement = genesis.attestation.statement
        (statement.kind, statement.ground, statement.sequence) = (.hold, .proved, 1)
        statement.previous = genesis.attestation.digest
        statement.time = ChainLife.time(hours)
        statement.inputs = [PublicInput(.covariance, try RiskScenario.risk().digest)]
        return (genesis, statement)
    }

    /// The day of the opening, on which a hold may plead turnover, and the next, on which it may not.
    @Test("proves no hold where an exchange pays or a requirement is broken", arguments: [6, 30] as [Int64])
    func holds(hours: Int64) throws {
        let vault = try TestVault(mandates: [Scenario.mandate()], attestEvery: nil)
        let forger = ForgedAttestation(policy: vault.policy, risk: try RiskScenario.risk())
        func failures(
            _ state: RandomDecision.Move,
            choosing: @escaping (inout FalseWitness) -> Void
        ) throws -> [String] {
            let (genesis, statement) = try Self.chain(vault, state, hours: hours)
            let opening = genesis.opening
            let forged = try forger.attestation(
                statement,
                values: opening.values + opening.carriedValues,
                blindings: opening.blindings + opening.carriedBlindings,
                choosing: choosing
            )
            return vault.failures(forged, after: genesis.attestation, risk: try RiskScenario.risk())
        }
        // What is true is believed, and stays so wherever the free wire lies that the checks leave room for.
        #expect(try failures(Scenario.spared) { $0.plead([true, false]) } == [])
        #expect(try failures(Scenario.inOrder) { $0.plead([false, false]) } == [])
        let half = Scalar(2 as UInt64).inverted()
        for state in [Scenario.paying, Scenario.brokenFloor] {
            for pleas in [[false, false], [true, false], [false, true], [true, true]] {
                #expect(try failures(state) { $0.plead(pleas) } == ["proof"], "\(pleas)")
            }
            // Waived, with the free wire at every end of every check, between two of them, and wrapped around the field.
            for check in 0..<6 {
                #expect(
                    try failures(state) {
                        $0.plead([true, false]); $0.touch(fromLast: check)
                    } == ["proof"]
                )
            }
            for shift in [half, -Scalar(BigInteger(1) << 250), Scalar(BigInteger(1) << 171)] {
                #expect(
                    try failures(state) {
                        $0.plead([true, false]); $0.shiftLeast(by: shift)
                    } == ["proof"]
                )
            }
        }
    }

    /// An amend from the scenario's head to a policy, its numbers after off by these errors, as provable as can be.
    private static func amend(
        to vault: TestVault,
        quantities errors: [Int: Scalar] = [:],
        carried carriedErrors: [Int: Scalar] = [:],
        claiming claimed: [Int: Scalar] = [:]
    ) throws -> String? {
        let life = try AmendmentScenario.shared.get()
        let amendment = try PolicyAmendment(from: life.four.policy, to: vault.policy)
        let circuit = try #require(amendment.circuit)
        let before = life.head.opening
        func after(
            _ sources: [PolicyAmendment.Source],
            _ old: (values: [Scalar], blindings: [Scalar]),
            bits: Int,
            _ rounding: Scalar.Rounding,
            _ errors: [Int: Scalar]
        ) -> (values: [Scalar], blindings: [Scalar]) {
            let pairs = sources.enumerated().map { index, source -> (Scalar, Scalar) in
                switch source {
                case .zero: (.zero, .zero)
                case .copy(let place): (old.values[place], old.blindings[place])
                case .recount(let place, let exponent):
                    (
                        old.values[place].recounted(exponent, bits: bits, rounding: rounding)
                            + (errors[index] ?? .zero), Scalar(UInt64(1_000 + bits + index))
                    )
                }
            }
            return (pairs.map(\.0), pairs.map(\.1))
        }
        let quantities = after(amendment.quantities, (before.values, before.blindings), bits: 64, .down, errors)
        let carried = after(
            amendment.carried,
            (before.carriedValues, before.carriedBlindings),
            bits: FormBounds.carriedBits,
            .up,
            carriedErrors
        )
        func commitments(_ numbers: (values: [Scalar], blindings: [Scalar])) -> [CompressedRistretto] {
            zip(numbers.values, numbers.blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed }
        }
        let honest = try life.amend(after: life.head, from: life.four, to: life.three)
        var statement = honest.attestation.statement
        statement.policy = vault.policy.digest
        (statement.after, statement.carriedAfter) = (commitments(quantities), commitments(carried))
        var committed = amendment.inCircuitOrder(
            (before.values, quantities.values),
            (before.carriedValues, carried.values)
        )
        for (place, value) in claimed { committed[place] = value }
        let built = try AmendmentCircuit.system(of: circuit.claims, ConstraintSystem(committedValues: committed))
            .finish(digitBits: circuit.digitBits, falseWitness: .proved)
        var transcript = statement.transcript(circuit: circuit.digest)
        let proof = try Prover.prove(
            circuit: built.circuit,
            assignment: #require(built.assignment),
            blindings: amendment.inCircuitOrder(
                (before.blindings, quantities.blindings),
                (before.carriedBlindings, carried.blindings)
            ),
            transcript: &transcript,
            falseWitness: .proved
        ).bytes
        return life.failure(
            try life.forged(honest, proof: proof) { $0 = statement },
            [life.four.policy, vault.policy]
        )
    }

    @Test("counts nothing anew but what it is: no unit more or less, no residue, nothing below zero or too wide")
    func recounts() throws {
        let three = try AmendmentScenario.shared.get().three
        #expect(try Self.amend(to: three) == nil)
        let hundredth = Scalar(100 as UInt64).inverted()
        // ETH more finely, BTC more coarsely: 96 000 050 is no multiple of 100, and 50 hundredths are left over.
        for error in [Scalar.one, -Scalar.one, hundredth, Scalar(BigInteger(1) << 64), -Scalar(BigInteger(1) << 64)] {
            #expect(try Self.amend(to: three, quantities: [0: error]) == "proof")
            #expect(try Self.amend(to: three, quantities: [2: error]) == "proof")
            #expect(try Self.amend(to: three, carried: [0: error]) == "proof")
            #expect(try Self.amend(to: three, carried: [1: error]) == "proof")
        }
        #expect(try Self.amend(to: three, quantities: [2: Scalar(50 as UInt64) * hundredth]) == "proof")
        // One asset's units moved to another.
        #expect(try Self.amend(to: three, quantities: [0: .one, 2: -Scalar.one]) == "proof")
    }

    @Test("drops no asset that is held, whatever it proves of it and of the others")
    func drops() throws {
        let narrow = try AmendmentScenario.vault(["ETH": 10], order: ["ETH", "USD", "SOL"])
        // The truth about BTC breaks the claim, and nothing else can be claimed of its commitment.
        #expect(try Self.amend(to: narrow) == "proof")
        for value in [Scalar.zero, .one, -Scalar.one] {
            #expect(try Self.amend(to: narrow, claiming: [0: value]) == "proof")
        }
        // What is dropped turns up as another asset.
        #expect(
            try Self.amend(to: narrow, quantities: [0: Scalar(96_000_050 as UInt64)], claiming: [0: .zero]) == "proof"
        )
    }
}
