import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// Whole chains in which one step is a lie that its operator proves as well as it can be proved, and signs.
///
/// The verifier's other checks all pass, so that each of these shows the proof's own.
@Suite("An operator who fills the wires as it likes")
struct MaliciousOperatorTests {
    /// A false value of one commitment of a rebalance of three assets that carries turnover.
    struct FalseValue: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Place in the circuit's order: three before, three after, turnover before and after.
        let place: Int
        let error: BigInteger
    }

    static let falseValues = [
        FalseValue(testDescription: "a quantity below zero", place: 3, error: -1_000_000_000_000_000),
        FalseValue(testDescription: "a quantity of 2⁶⁴ and more", place: 4, error: BigInteger(1) << 64),
        FalseValue(testDescription: "cash that is not there", place: 5, error: 100_000_000_000),
        FalseValue(testDescription: "cash that vanishes", place: 5, error: -100_000_000_000),
        FalseValue(testDescription: "turnover less by one", place: 7, error: -1),
        FalseValue(testDescription: "turnover more by one", place: 7, error: 1),
        FalseValue(testDescription: "turnover below zero", place: 7, error: -(BigInteger(1) << 120)),
        FalseValue(testDescription: "turnover of 2¹³⁶ and more", place: 7, error: BigInteger(1) << 136),
    ]

    @Test("proves no rebalance to false values", arguments: falseValues)
    func rebalances(lie: FalseValue) throws {
        let chain = try ProvedChain.shared.get()
        let forger = ForgedAttestation(policy: chain.vault.policy)
        let (values, blindings) = chain.rebalance.openings(after: chain.hold)
        let statement = chain.rebalance.attestation.statement
        let honest = try forger.attestation(statement, values: values, blindings: blindings)
        #expect(chain.vault.failures(honest, after: chain.hold.attestation) == [])
        var false_ = values
        false_[lie.place] += Scalar(lie.error)
        let forged = try forger.attestation(statement, values: false_, blindings: blindings)
        #expect(chain.vault.failures(forged, after: chain.hold.attestation) == ["proof"])
    }

    /// The multipliers of an asset's trade in the order of their layout: purchase, sale, side bit, two signed deviations.
    private static let gatesOfATrade = 5

    @Test("proves no trade on the wrong side, and none that buys and sells at once", arguments: 0..<3)
    func sides(asset: Int) throws {
        let chain = try ProvedChain.shared.get()
        let forger = ForgedAttestation(policy: chain.vault.policy)
        let (values, blindings) = chain.rebalance.openings(after: chain.hold)
        let statement = chain.rebalance.attestation.statement
        let first = Self.gatesOfATrade * asset
        for side in [Scalar.zero, .one, -Scalar.one, Scalar(2 as UInt64), Scalar(2 as UInt64).inverted()] {
            let forged = try forger.attestation(statement, values: values, blindings: blindings) { wires in
                // The side alone, or a trade to and fro that pays for a cost ceiling.
                let idle = wires.right[first] == side ? Scalar(77 as UInt64) : .zero
                wires.left[first] += idle
                wires.left[first + 1] += idle
                (wires.right[first], wires.right[first + 1]) = (side, .one - side)
                (wires.left[first + 2], wires.right[first + 2]) = (side, .one - side)
            }
            #expect(chain.vault.failures(forged, after: chain.hold.attestation) == ["proof"])
        }
    }

    @Test("proves no rebalance without a trigger, by selectors that select nothing, twice, or a half")
    func selectors() throws {
        let chain = try ProvedChain.shared.get()
        let vault = chain.vault
        // At the old prices everything is on its target: a rebalance that trades nothing breaks no rule but that it is warranted.
        let calm = AttestationChainTests.onTarget
        let template = try #require(
            vault.policy.template(
                .rebalance,
                regime: 0,
                lastRebalance: chain.genesis.attestation.statement.time,
                time: vault.moment(2).time
            )
        )
        var statement = chain.rebalance.attestation.statement
        statement.prices = TestVault.prices()
        let before = chain.hold.opening
        let carried = chain.rebalance.opening
        let turnover = try #require(vault.policy.mandate(0)).twiceTurnover(
            from: before.quantities,
            to: calm,
            prices: statement.prices
        )
        let values = before.values + calm.map { Scalar($0.units) } + before.carriedValues + [turnover]
        let blindings = before.blindings + carried.blindings + before.carriedBlindings + carried.carriedBlindings
        let forger = ForgedAttestation(policy: vault.policy)
        let system = try CircuitSynthesis.layOut(template, prices: statement.prices, committed: values)
        let (circuit, laidOut) = try system.finish(digitBits: template.digitBits, falseWitness: .proved)
        let wires = CircuitTrial.Wires(try #require(laidOut))
        let broken = CircuitTrial.broken(circuit, wires)
        // The sum of the triggers' selectors: a constraint of more than three wires and the constant.
        let sum = try #require(
            broken.map { circuit.firstPhase.constraints[$0] }.first { form in
                form.terms.count > 4 && form.terms.contains { $0.variable == .one }
            }
        )
        let selectors = sum.terms.compactMap { term in
            if case .left(let gate) = term.variable { gate } else { nil }
        }
        #expect(broken.count == 1 && selectors.count >= 6)
        for choice in [
            [], [Scalar.one], [.one, .one], [Scalar(2 as UInt64), -Scalar.one],
            [Scalar(2 as UInt64).inverted(), Scalar(2 as UInt64).inverted()],
        ] {
            let forged = try forger.attestation(statement, values: values, blindings: blindings) { wires in
                for (index, gate) in selectors.enumerated() {
                    let bit = index < choice.count ? choice[index] : .zero
                    (wires.left[gate], wires.right[gate]) = (bit, .one - bit)
                }
            }
            #expect(vault.failures(forged, after: chain.hold.attestation) == ["proof"])
        }
    }

    @Test("opens no vault with a quantity below zero, or with turnover to its credit")
    func genesis() throws {
        let chain = try ProvedChain.shared.get()
        let forger = ForgedAttestation(policy: chain.vault.policy)
        let opening = chain.genesis.opening
        let values = opening.values + opening.carriedValues
        let blindings = opening.blindings + opening.carriedBlindings
        for (place, error) in [
            (0, BigInteger(0)), (1, -(BigInteger(1) << 40)), (2, BigInteger(1) << 64), (3, -1), (3, 1),
        ] {
            var false_ = values
            false_[place] += Scalar(error)
            let forged = try forger.attestation(
                chain.genesis.attestation.statement,
                values: false_,
                blindings: blindings,
                identity: chain.vault.identity
            )
            #expect(chain.vault.failures(forged, after: nil) == (error == 0 ? [] : ["proof"]))
        }
    }

    @Test(
        "moves nothing from one asset to another under the owner's own signature, and no quantity below zero",
        arguments: [[0, 0, 0], [1, 0, 5], [1, -1, 0], [-1, 0, 7], [-(1 << 60), 0, 0]] as [[Int]]
    )
    func flows(changes: [Int]) throws {
        let life = try ChainLife.shared.get()
        let honest = try life.prover.flow(
            after: life.genesis,
            at: ChainLife.time(6),
            candles: ContentDigest(hashing: [6]),
            quantities: life.genesis.opening.quantities,
            owner: ChainLife.owner.signer
        )
        let (before, after) = (life.genesis.opening, honest.opening)
        let forger = ForgedAttestation(policy: life.vault.policy)
        // Both directions are tried: what a trade moves up or down can then be called the one or the other.
        for direction in [Scalar.zero, .one] {
            let forged = try forger.attestation(
                honest.attestation.statement,
                values: before.values + zip(after.values, changes).map { $0 + Scalar(BigInteger($1)) },
                blindings: before.blindings + after.blindings,
                owner: ChainLife.owner
            ) { wires in
                guard changes.contains(where: { $0 < 0 }), changes.contains(where: { $0 > 0 }) else { return }
                (wires.left[0], wires.right[0]) = (direction, .one - direction)
                for asset in 0..<3 { wires.left[asset + 1] = .one - direction - direction }
            }
            let isHonest = changes.allSatisfy { $0 >= 0 }
            let failure: String? = isHonest ? nil : "proof"
            #expect(
                ChainLife.failures([life.genesis.attestation, forged], [life.vault.policy]) == [nil, failure],
                "\(changes)"
            )
        }
    }

    @Test(
        "carries no slippage bucket but the one that follows: none less, more, below zero or beyond 136 bits",
        arguments: [0, -1, 1, -(BigInteger(1) << 100), BigInteger(1) << 136] as [BigInteger]
    )
    func buckets(error: BigInteger) throws {
        let vault = try BucketScenario.vault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        let rebalance = try vault.prover.rebalance(
            after: genesis,
            at: vault.moment(1, prices: TestVault.prices(btc: 52_000)),
            quantities: AttestationChainTests.rebalanced
        )
        var (values, blindings) = rebalance.openings(after: genesis)
        values[values.count - 1] += Scalar(error)
        let forged = try ForgedAttestation(policy: vault.policy)
            .attestation(rebalance.attestation.statement, values: values, blindings: blindings)
        #expect(vault.failures(forged, after: genesis.attestation) == (error == 0 ? [] : ["proof"]))
        guard error == 0 else { return }
        // A hold from a bucket that is fuller than the chain's is one of another chain.
        let hold = try vault.prover.hold(
            after: rebalance,
            at: vault.moment(2, prices: TestVault.prices(btc: 62_000, eth: 2_000)),
            ground: .proved
        )
        let opening = rebalance.opening
        var full = opening.values + opening.carriedValues
        full[full.count - 1] += Scalar(1_000_000_000_000_000_000 as UInt64)
        let pleaded = try ForgedAttestation(policy: vault.policy).attestation(
            hold.attestation.statement,
            values: full,
            blindings: opening.blindings + opening.carriedBlindings
        )
        #expect(vault.failures(pleaded, after: rebalance.attestation) == ["carried turnover"])
    }

    @Test("counts no position as absent that is there, whatever bit it sets", arguments: [0, 1])
    func positions(bit: UInt64) throws {
        let vault = try TestVault(mandates: [PositionsScenario.mandate()], attestEvery: nil)
        // Four positions where three are allowed, and every band kept.
        let state = PositionsScenario.move([5_000, 3_000, 50, 1_950], [5_000, 3_000, 50, 1_950])
        let genesis = try vault.prover.genesis(
            at: .init(
                time: TestVault.start,
                regime: 0,
                candles: ContentDigest(hashing: [1]),
                prices: PositionsScenario.prices
            ),
            quantities: state.before.map { Quantity(units: $0) }
        )
        var statement = genesis.attestation.statement
        (statement.kind, statement.ground, statement.sequence) = (.hold, .proved, 1)
        statement.previous = genesis.attestation.digest
        statement.time = statement.time.adding(milliseconds: TestVault.day)
        let forged = try ForgedAttestation(policy: vault.policy).attestation(
            statement,
            values: genesis.opening.values,
            blindings: genesis.opening.blindings
        ) { wires in
            // SOL's test for zero: the inverse that it multiplies with, and the complement of the bit.
            wires.right[4] = bit == 0 ? .zero : wires.left[4].inverted()
            wires.right[5] = Scalar(1 - bit)
        }
        #expect(vault.failures(forged, after: genesis.attestation) == ["proof"])
    }
}
