import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations
@testable import ZeroKnowledge

@Suite("Circuits that count positions")
struct PositionsCircuitTests {
    typealias Scenario = PositionsScenario

    private func failures(_ move: Scenario.Move, _ kind: AttestationKind, _ mandate: Mandate) throws -> [String] {
        let values = try move.values(Scenario.prices, mandate)
        let failures =
            kind == .hold
            ? mandate.failures(ofHold: values, sameDay: false, scheduleDue: false)
            : mandate.failures(ofRebalance: values, sameDay: false, scheduleDue: false)
        return failures.map(\.name)
    }

    @Test(
        "agree with the evaluator on holds of no unit, one and all that 64 bits hold, at every limit",
        arguments: [ConcentrationForm.Sense.atMost, .above],
        -1...5
    )
    func holds(sense: ConcentrationForm.Sense, limit: Int) throws {
        let mandate = try Scenario.mandate(Scenario.few(sense, limit))
        let trial = try CircuitTrial(.hold, mandate, prices: Scenario.prices)
        let choices: [UInt64] = [0, 1, .max]
        for state in 0..<81 {
            let units = [1, 3, 9, 27].map { choices[state / $0 % 3] }
            let move = Scenario.move(units: units, units)
            let count = units.count { $0 > 0 }
            let isRight = sense == .atMost ? count <= limit : count > limit
            #expect(try failures(move, .hold, mandate).isEmpty == isRight, "\(units)")
            #expect(try trial.accepts(move.committed(.hold, mandate)) == isRight, "\(units)")
        }
    }

    @Test(
        "agree with the evaluator on rebalances that close, leave or open a position of few units",
        arguments: [ConcentrationForm.Sense.atMost, .above],
        [2, 3]
    )
    func rebalances(sense: ConcentrationForm.Sense, limit: Int) throws {
        let mandate = try Scenario.mandate(Scenario.few(sense, limit))
        let trial = try CircuitTrial(.rebalance, mandate, prices: Scenario.prices)
        var accepted = 0
        let rest: UInt64 = 1_000_000_000_000
        // SOL is sold and ETH bought, each a few units, and cash takes the difference.
        for (held, left) in [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)] as [(UInt64, UInt64)] {
            for (had, has) in [(0, 0), (0, 1), (1, 1), (rest, rest)] as [(UInt64, UInt64)] {
                // Below its target where a position is to close, above it where one is to open.
                let cash = sense == .atMost ? rest : 2 * rest
                let move = Scenario.move(
                    units: [5 * rest, had, held, cash],
                    [5 * rest, has, left, cash + held - left - (has - had)]
                )
                let failures = try failures(move, .rebalance, mandate)
                let isAccepted = try trial.accepts(move.committed(.rebalance, mandate))
                #expect(isAccepted == failures.isEmpty, "\(move): \(failures)")
                let before = move.before.count { $0 > 0 }
                let after = move.after.count { $0 > 0 }
                let (was, became) =
                    sense == .atMost ? (before <= limit, after <= limit) : (before > limit, after > limit)
                #expect(failures.contains("a trigger") == was, "\(move): \(failures)")
                #expect(failures.contains("few") == !became, "\(move): \(failures)")
                if isAccepted { accepted += 1 }
            }
        }
        #expect(accepted > 0)
    }

    @Test("hold no state of too many or too few positions, however the prover fills its wires")
    func lies() throws {
        let mandate = try Scenario.mandate()
        let states = Scenario.honestStates(.rebalance)
        let trial = try CircuitTrial(.rebalance, mandate, prices: Scenario.prices)
        // A unit of SOL is left, and then one is there from the start though no band is left.
        for (before, after, rule) in [
            ([5_000, 3_000, 50, 1_950], [5_000, 3_000, 1, 1_999], "few"),
            ([5_000, 3_050, 0, 1_950], [5_000, 3_000, 0, 2_000], "a trigger"),
        ] as [([UInt64], [UInt64], String)] {
            let lie = Scenario.move(before, after)
            #expect(try failures(lie, .rebalance, mandate) == [rule])
            let committed = lie.committed(.rebalance, mandate)
            #expect(try !trial.accepts(committed))
            #expect(try !Forger(trial, honest: states).isBelieved(committed))
        }
        let holds = try CircuitTrial(.hold, mandate, prices: Scenario.prices)
        for units in [[5_000, 2_999, 1, 2_000], [0, 0, 0, 0]] as [[UInt64]] {
            let committed = Scenario.move(units, units).committed(.hold, mandate)
            #expect(try !holds.accepts(committed))
            #expect(try !Forger(holds, honest: Scenario.honestStates(.hold)).isBelieved(committed))
        }
    }

    /// A false count of one asset, which breaks one of the gadget's four constraints and no other.
    enum FalseCount: CaseIterable {
        /// Nothing is held, and counted with a quantity that is not the committed one.
        case counted
        /// Something is held, and not counted: as it is, with another quantity, or with another complement of the bit.
        case leftOut, leftOutOfAnother, leftOutWithoutComplement
    }

    @Test(
        "need every constraint of the count: each keeps out a false one that all others let pass",
        arguments: FalseCount.allCases
    )
    func removal(lie: FalseCount) throws {
        let mandate = try Scenario.mandate(Scenario.few())
        let trial = try CircuitTrial(.hold, mandate, prices: Scenario.prices)
        let committed = Scenario.honestStates(.hold)[0].committed(.hold, mandate)
        let built = try CircuitSynthesis.build(trial.template, prices: trial.prices, committed: committed)
        var wires = CircuitTrial.Wires(try #require(built.assignment))
        #expect(CircuitTrial.broken(built.circuit, wires).isEmpty)
        // A hold begins with the count, two gates an asset: BTC is held, SOL is not.
        let test = lie == .counted ? 4 : 0
        switch lie {
        case .counted: (wires.left[test], wires.right[test], wires.right[test + 1]) = (.one, .one, .zero)
        case .leftOut: (wires.right[test], wires.right[test + 1]) = (.zero, .one)
        case .leftOutOfAnother:
            (wires.right[test], wires.left[test + 1], wires.right[test + 1]) = (.zero, .zero, .one)
        case .leftOutWithoutComplement: (wires.right[test], wires.right[test + 1]) = (.zero, .zero)
        }
        let broken = CircuitTrial.broken(built.circuit, wires).filter { index in
            built.circuit.firstPhase.constraints[index].terms.allSatisfy { term in
                switch term.variable {
                case .left(let gate), .right(let gate), .output(let gate): gate < 8
                case .committed, .one: true
                }
            }
        }
        #expect(broken.count == 1)
    }

    @Test("are proved and verified from genesis on, and leave what does not count as it was")
    func proved() throws {
        let vault = try TestVault(mandates: [Scenario.mandate()], attestEvery: nil)
        let state = Scenario.honestStates(.rebalance)[1]
        let quantities = { (units: [UInt64]) in units.map { Quantity(units: $0) } }
        func moment(_ day: Int64) -> AttestationProver.Moment {
            AttestationProver.Moment(
                time: TestVault.start.adding(milliseconds: day * TestVault.day),
                regime: 0,
                candles: ContentDigest(hashing: [UInt8(day)]),
                prices: Scenario.prices
            )
        }
        let genesis = try vault.prover.genesis(at: moment(0), quantities: quantities(state.before))
        #expect(throws: AttestationError.self) { try vault.prover.hold(after: genesis, at: moment(1), ground: .proved) }
        let next = try vault.prover.rebalance(after: genesis, at: moment(1), quantities: quantities(state.after))
        #expect(vault.failures(next.attestation, after: genesis.attestation) == [])
        let held = try vault.prover.hold(after: next, at: moment(2), ground: .proved)
        #expect(vault.failures(held.attestation, after: next.attestation) == [])
        // A laxer rule is another policy, and its proof none of this one's.
        let lax = try TestVault(mandates: [Scenario.mandate(Scenario.few(.atMost, 4))], attestEvery: nil)
        #expect(lax.policy.digest != vault.policy.digest)
        let plain = try TestVault().policy.document
        #expect(vault.policy.document.contains("sum before.held(i) > 3") && !plain.contains("held(i)"))
    }
}
