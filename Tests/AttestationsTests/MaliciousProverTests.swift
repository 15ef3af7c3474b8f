import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

@Suite("A dishonest prover")
struct MaliciousProverTests {
    /// A rebalance that breaks one rule and no other, as the evaluator reads it.
    struct Lie: Sendable, CustomTestStringConvertible {
        let rule: String
        let before: [UInt64]
        let after: [UInt64]
        var carried = 0
        var carriedError = 0
        var sameDay = false
        var testDescription: String { rule }
    }

    static let lies = [
        Lie(rule: "a trigger", before: [5_300_000, 2_800_000, 1_900_000], after: [5_200_000, 2_800_000, 1_999_900]),
        Lie(
            rule: "no purchase of overweight BTC",
            before: [5_100_000, 2_500_000, 2_400_000],
            after: [5_110_000, 2_700_000, 2_189_900]
        ),
        Lie(
            rule: "no sale of underweight ETH",
            before: [5_600_000, 2_800_000, 1_600_000],
            after: [5_200_000, 2_780_000, 2_019_900]
        ),
        Lie(
            rule: "target of BTC not passed",
            before: [5_600_000, 2_600_000, 1_800_000],
            after: [4_980_000, 3_009_000, 2_009_000]
        ),
        Lie(
            rule: "destination of BTC",
            before: [5_600_000, 2_400_000, 2_000_000],
            after: [5_450_000, 2_650_000, 1_899_900]
        ),
        Lie(
            rule: "trade(BTC)",
            before: [6_450_000, 1_800_000, 1_750_000],
            after: [5_390_000, 2_700_000, 1_909_900]
        ),
        Lie(
            rule: "smallest trade(ETH)",
            before: [5_600_000, 2_600_000, 1_800_000],
            after: [5_396_000, 2_600_999, 2_002_900]
        ),
        Lie(rule: "cost", before: [5_600_000, 2_600_000, 1_800_000], after: [5_200_000, 2_800_000, 1_995_000]),
        Lie(rule: "surplus", before: [5_600_000, 2_600_000, 1_800_000], after: [5_200_000, 2_800_000, 2_005_000]),
        Lie(
            rule: "turnover per rebalance",
            before: [4_200_000, 4_700_000, 1_100_000],
            after: [4_990_000, 3_050_000, 1_950_000]
        ),
        Lie(
            rule: "turnover per day",
            before: [5_600_000, 2_600_000, 1_800_000],
            after: [5_200_000, 2_800_000, 1_999_800],
            carried: 3_500_000,
            sameDay: true
        ),
        Lie(
            rule: "turnover carried",
            before: [5_600_000, 2_600_000, 1_800_000],
            after: [5_200_000, 2_800_000, 1_999_800],
            carriedError: 1
        ),
        Lie(
            rule: "turnover carried",
            before: [5_600_000, 2_600_000, 1_800_000],
            after: [5_200_000, 2_800_000, 1_999_800],
            carriedError: -1
        ),
        Lie(
            rule: "diversified",
            before: [6_900_000, 2_300_000, 800_000],
            after: [5_910_000, 3_290_000, 799_000]
        ),
    ]

    @Test("cannot prove a rebalance that breaks a rule", arguments: lies)
    func breaksOneRule(lie: Lie) throws {
        let mandate = try MaliciousScenario.mandate()
        var move = MaliciousScenario.move(lie.before, lie.after, carried: lie.carried)
        if !lie.sameDay { move.carriedAfter = move.carriedAfter - move.carriedBefore }
        move.carriedAfter = move.carriedAfter + BigInteger(lie.carriedError)
        let failures = mandate.failures(
            ofRebalance: try move.values(MaliciousScenario.prices, mandate),
            sameDay: lie.sameDay,
            scheduleDue: false
        ).map(\.name)
        #expect(failures.contains(lie.rule), "the lie breaks \(failures)")
        let trial = try CircuitTrial(.rebalance, mandate, sameDay: lie.sameDay, prices: MaliciousScenario.prices)
        let committed = move.committed(.rebalance, mandate)
        #expect(try !trial.accepts(committed))
        #expect(try !Forger(trial).isBelieved(committed))
    }

    @Test("cannot commit to quantities or carried turnover that are out of range", arguments: 3..<8)
    func outOfRange(wire: Int) throws {
        let mandate = try MaliciousScenario.mandate()
        let trial = try CircuitTrial(.rebalance, mandate, sameDay: true, prices: MaliciousScenario.prices)
        let honest = MaliciousScenario.rebalance.committed(.rebalance, mandate)
        #expect(try trial.accepts(honest))
        let tooLarge = Scalar(BigInteger(1) << (wire < 6 ? 64 : FormBounds.carriedBits))
        for value in [-Scalar.one, tooLarge, honest[wire] + tooLarge] {
            var committed = honest
            committed[wire] = value
            #expect(try !trial.accepts(committed))
        }
        // The carried turnover is a sum: shift both ends, so that only the range is wrong.
        var committed = honest
        for index in 6..<8 { committed[index] = committed[index] - Scalar(UInt64(1) << 62) }
        #expect(try !trial.accepts(committed))
    }

    @Test("cannot carry yesterday's turnover, or drop today's")
    func carriesByTheDay() throws {
        let mandate = try MaliciousScenario.mandate()
        let move = MaliciousScenario.move(
            MaliciousScenario.rebalance.before,
            MaliciousScenario.rebalance.after,
            carried: 1_000
        )
        var dropped = move
        dropped.carriedAfter = move.carriedAfter - move.carriedBefore
        let today = try CircuitTrial(.rebalance, mandate, sameDay: true, prices: MaliciousScenario.prices)
        let later = try CircuitTrial(.rebalance, mandate, sameDay: false, prices: MaliciousScenario.prices)
        #expect(try today.accepts(move.committed(.rebalance, mandate)))
        #expect(try !today.accepts(dropped.committed(.rebalance, mandate)))
        #expect(try later.accepts(dropped.committed(.rebalance, mandate)))
        #expect(try !later.accepts(move.committed(.rebalance, mandate)))
    }

    @Test("cannot inflate turnover by buying and selling the same asset, whatever side it claims", arguments: 0..<3)
    func inflatedTurnover(asset: Int) throws {
        let mandate = try MaliciousScenario.mandate()
        let trial = try CircuitTrial(.rebalance, mandate, prices: MaliciousScenario.prices)
        let (circuit, assignment) = try CircuitSynthesis.build(
            trial.template,
            prices: trial.prices,
            committed: MaliciousScenario.rebalance.committed(.rebalance, mandate)
        )
        let honest = CircuitTrial.Wires(try #require(assignment))
        // An asset's multipliers: purchase and side, sale and other side, side bit, and two signed deviations.
        let first = 5 * asset
        for side in [Scalar.zero, .one, -Scalar.one, Scalar(2 as UInt64), Scalar(2 as UInt64).inverted()] {
            var wires = honest
            wires.left[first] += Scalar(77 as UInt64)
            wires.left[first + 1] += Scalar(77 as UInt64)
            wires.right[first] = side
            wires.right[first + 1] = .one - side
            wires.left[first + 2] = side
            wires.right[first + 2] = .one - side
            let broken = CircuitTrial.broken(circuit, wires).filter { $0 < 11 * (asset + 1) }
            #expect(!broken.isEmpty)
        }
    }

    @Test("cannot prove a hold under a broken band, a broken requirement or a due schedule")
    func falseHolds() throws {
        let mandate = try MaliciousScenario.mandate(schedules: [.daily(minuteOfDay: 0)])
        let calm: [UInt64] = [5_100_000, 2_900_000, 2_000_000]
        for (held, sameDay, due, carried, isAllowed) in [
            (calm, false, false, 0, true),
            ([5_410_000, 2_700_000, 1_890_000], false, false, 0, false),
            ([5_400_000, 2_700_000, 1_900_000], false, false, 0, true),
            (calm, true, true, 0, false),
            (calm, true, true, 3_998_000, false),
            (calm, true, true, 3_998_001, true),
        ] as [([UInt64], Bool, Bool, Int, Bool)] {
            let trial = try CircuitTrial(
                .hold,
                mandate,
                sameDay: sameDay,
                scheduleDue: due,
                prices: MaliciousScenario.prices
            )
            let committed = MaliciousScenario.move(held, held, carried: carried).committed(.hold, mandate)
            #expect(try trial.accepts(committed) == isAllowed, "\(held), carried \(carried)")
            if !isAllowed { #expect(try !Forger(trial).isBelieved(committed)) }
        }
    }

    @Test("cannot open a vault with turnover already carried, or with a quantity below zero")
    func falseGenesis() throws {
        let mandate = try MaliciousScenario.mandate()
        let trial = try CircuitTrial(.genesis, mandate, prices: MaliciousScenario.prices)
        let honest = [5, 3, 2, 0].map { Scalar(UInt64($0)) }
        #expect(try trial.accepts(honest))
        for (index, value) in [(3, Scalar.one), (3, -Scalar.one), (0, -Scalar.one), (2, Scalar(BigInteger(1) << 64))] {
            var committed = honest
            committed[index] = value
            #expect(try !trial.accepts(committed))
        }
    }
}

/// Proves false statements with the wires of a true one: the best that can be done without breaking a commitment.
struct Forger {
    private let trial: CircuitTrial
    private let states: [RandomDecision.Move]?

    /// - Parameter honest: States of which one is provable; by default those of the scenario that the mandate is of.
    init(_ trial: CircuitTrial, honest: [RandomDecision.Move]? = nil) {
        self.trial = trial
        states = honest
    }

    /// Whether a verifier believes that `committed` satisfy the circuit.
    func isBelieved(_ committed: [Scalar]) throws -> Bool {
        let mandate = trial.template.mandate
        let kind = trial.template.kind
        let states =
            self.states
            ?? (mandate.carriesBucket
                ? BucketScenario.honestStates(kind)
                : mandate.riskMeasures.isEmpty
                    ? MaliciousScenario.honestStates(kind, mandate, sameDay: trial.template.variant.sameDay)
                    : RiskScenario.honestStates(kind))
        let truth = try states.map { $0.committed(kind, mandate) }.first { try trial.accepts($0) } ?? committed
        let built = try? CircuitSynthesis.build(
            trial.template,
            prices: trial.prices,
            matrices: trial.matrices,
            committed: truth
        )
        guard let built, let honest = built.assignment else { return false }
        let forged = Assignment(
            committed: committed,
            left: honest.left.values,
            right: honest.right.values,
            secondPhase: honest.secondPhase
        )
        let blindings = committed.indices.map { Scalar(UInt64($0 + 3)) }
        var transcript = MerlinTranscript(label: "forgery")
        let proof = try Prover.prove(
            circuit: built.circuit,
            assignment: forged,
            blindings: blindings,
            transcript: &transcript,
            falseWitness: .proved
        )
        var verifying = MerlinTranscript(label: "forgery")
        do {
            try Verifier.verify(
                circuit: built.circuit,
                commitments: zip(committed, blindings).map {
                    PedersenCommitment.commit(value: $0, blinding: $1).compressed
                },
                proof: proof,
                transcript: &verifying
            )
            return true
        } catch {
            return false
        }
    }
}
