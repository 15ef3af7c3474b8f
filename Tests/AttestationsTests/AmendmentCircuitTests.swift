import BigIntegers
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// Asks a circuit whether a prover's wires, honest or not, satisfy it.
enum AmendmentTrial {
    static func isBelieved(_ circuit: Circuit, _ assignment: Assignment) throws -> Bool {
        guard CircuitTrial.broken(circuit, CircuitTrial.Wires(assignment)).isEmpty else { return false }
        guard circuit.secondPhase != nil else { return true }
        let challenges = [Scalar(0x1234_5678_9abc_def1 as UInt64) * Scalar(0xfedc_ba98_7654_3211 as UInt64)]
        guard let (left, right) = assignment.secondPhase(challenges) else { return false }
        var wires = CircuitTrial.Wires(assignment)
        wires.left += left
        wires.right += right
        return try circuit.secondPhaseConstraints(at: challenges).allSatisfy { wires.value($0) == .zero }
    }

    static func isBelieved(_ claims: [AmendmentCircuit.Claim], _ committed: [Scalar]) throws -> Bool {
        let system = AmendmentCircuit.system(of: claims, ConstraintSystem(committedValues: committed))
        let digitBits = DigitSize.cheapest(forChecks: system.rangeChecks) ?? 1
        let built = try system.finish(digitBits: digitBits, falseWitness: .proved)
        return try isBelieved(built.circuit, #require(built.assignment))
    }
}

@Suite("The circuit of an amend")
struct AmendmentCircuitTests {
    /// For each claim of a number that is counted anew a witness that breaks it and no other.
    private static let false64 = Scalar(UInt64(1) << 63)

    @Test("needs every claim of a number counted more finely")
    func finer() throws {
        let claims = AmendmentCircuit.recount("x", at: 0, exponent: 2, bits: 64, rounding: .down).claims
        let honest = [Scalar(7 as UInt64), Scalar(700 as UInt64)]
        let lies: [[Scalar]] = [
            [Scalar(7 as UInt64), Scalar(701 as UInt64)],
            [Self.false64, Self.false64 * Scalar(100 as UInt64)],
        ]
        try expectEachIsNeeded(claims, honest, lies)
    }

    @Test("needs every claim of a number counted more coarsely, rounded down and up")
    func coarser() throws {
        let hundred = Scalar(100 as UInt64)
        let down = AmendmentCircuit.recount("x", at: 0, exponent: -2, bits: 64, rounding: .down).claims
        try expectEachIsNeeded(
            down,
            [Scalar(799 as UInt64), Scalar(7 as UInt64)],
            [
                // The residue of 7.99, of which nothing is left over.
                [Scalar(799 as UInt64), Scalar(799 as UInt64) * hundred.inverted()],
                [Scalar(799 as UInt64), Scalar(8 as UInt64)],
                [Scalar(800 as UInt64), Scalar(7 as UInt64)],
            ]
        )
        let up = AmendmentCircuit.recount("x", at: 0, exponent: -2, bits: 136, rounding: .up).claims
        try expectEachIsNeeded(
            up,
            [Scalar(701 as UInt64), Scalar(8 as UInt64)],
            [
                [Scalar(701 as UInt64), Scalar(701 as UInt64) * hundred.inverted()],
                [Scalar(701 as UInt64), Scalar(7 as UInt64)],
                [Scalar(700 as UInt64), Scalar(8 as UInt64)],
            ]
        )
    }

    @Test("needs the claim that what is left out is zero, and says all of it in mathematics")
    func text() throws {
        let life = try AmendmentScenario.shared.get()
        let circuit = try #require(try PolicyAmendment(from: life.four.policy, to: life.three.policy).circuit)
        let honest = [0, 8, 800, 799, 7, 1, 100, 0, 0].map { Scalar($0 as UInt64) }
        #expect(try AmendmentTrial.isBelieved(circuit.claims, honest))
        var held = honest
        held[0] = .one
        #expect(try !AmendmentTrial.isBelieved(circuit.claims, held))
        #expect(try AmendmentTrial.isBelieved(Array(circuit.claims.dropFirst()), held))
        #expect(
            circuit.text == """
                circuit amend
                  digits of 5 bits, 106 multipliers, 9 commitments
                  from policy \(life.four.policy.digest)
                  to policy \(life.three.policy.digest)
                  before.quantity(SOL) = 0
                  after.quantity(ETH) = 100*before.quantity(ETH); after.quantity(ETH) in [0, 2^64)
                  after.quantity(BTC) in [0, 2^64); 0 <= before.quantity(BTC) - 100*after.quantity(BTC) <= 99 [7 bits, twice]
                  after.turnover = 100*before.turnover; after.turnover in [0, 2^136)
                  after.slippage = 100*before.slippage; after.slippage in [0, 2^136)

                """
        )
        let built = try circuit.build(committed: nil)
        #expect(built.circuit.multiplierCount == 106)
    }

    private func expectEachIsNeeded(
        _ claims: [AmendmentCircuit.Claim],
        _ honest: [Scalar],
        _ lies: [[Scalar]]
    ) throws {
        #expect(claims.count == lies.count)
        #expect(try AmendmentTrial.isBelieved(claims, honest))
        for (index, lie) in lies.enumerated() {
            #expect(try !AmendmentTrial.isBelieved(claims, lie), "claim \(index)")
            var others = claims
            others.remove(at: index)
            #expect(try AmendmentTrial.isBelieved(others, lie), "without claim \(index)")
        }
    }
}
