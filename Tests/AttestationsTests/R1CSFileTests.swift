import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

@Suite("A circuit as an `.r1cs` file")
struct R1CSFileTests {
    /// ℓ, from RFC 9496 section 4, least significant byte first.
    private static let order: [UInt8] =
        [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        ] + [UInt8](repeating: 0, count: 15) + [0x10]

    @Test("has the bytes that the format's description asks for")
    func knownBytes() throws {
        // 3·w₁ + 5·left − 2·left − 7 = 0 over one multiplier and one committed value, and a coefficient that cancels.
        let constraint = LinearCombination(terms: [
            .init(.left(0), 5), .init(.committed(0), 3), .init(.one, -Scalar(UInt64(7))),
            .init(.left(0), -Scalar(UInt64(2))), .init(.right(0), 1), .init(.right(0), -Scalar.one),
        ])
        let circuit = Circuit(committedCount: 1, firstPhase: .init(multiplierCount: 1, constraints: [constraint]))
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        func term(_ wire: Int, _ factor: Scalar) -> [UInt8] { number(wire, 4) + factor.bytes }
        let header =
            number(32, 4) + Self.order + number(5, 4) + number(0, 4) + number(0, 4) + number(1, 4) + number(5, 8)
            + number(2, 4)
        let one = number(1, 4)
        let rows =
            one + term(2, 1) + one + term(3, 1) + one + term(4, 1) + number(3, 4) + term(0, -Scalar(UInt64(7)))
            + term(1, 3) + term(2, 3) + one + term(0, 1) + number(0, 4)
        let labels = (0..<5).flatMap { number($0, 8) }
        let expected =
            Array("r1cs".utf8) + number(1, 4) + number(3, 4) + number(1, 4) + number(header.count, 8) + header
            + number(2, 4) + number(rows.count, 8) + rows + number(3, 4) + number(labels.count, 8) + labels
        let file = try R1CSFile(circuit, challenges: [])
        #expect(file.bytes == expected)
        #expect(file.wireCount == 5 && file.constraintCount == 2)
    }

    @Test(
        "is satisfied by an honest witness, and by none with a wire of a multiplier altered",
        arguments: AttestationKind.allCases.filter(\.hasCircuit)
    )
    func holdsARealWitness(kind: AttestationKind) throws {
        let mandate = try MaliciousScenario.mandate()
        let prices = kind.isDecision ? MaliciousScenario.prices : []
        let trial = try CircuitTrial(kind, mandate, prices: prices)
        let committed = try #require(
            MaliciousScenario.honestStates(kind, mandate, sameDay: false).first
        ).committed(kind, mandate)
        let (circuit, assignment) = try CircuitSynthesis.build(trial.template, prices: prices, committed: committed)
        let witness = try #require(assignment)
        let challenges = [Scalar(0x1234_5678_9abc_def1 as UInt64).inverted()]
        let second = try #require(witness.secondPhase(challenges))
        var wires = [Scalar.one] + committed
        for (left, right) in zip(witness.left.values + second.left, witness.right.values + second.right) {
            wires += [left, right, left * right]
        }
        let reader = try R1CSFileReader(R1CSFile(circuit, challenges: challenges).bytes)
        #expect(reader.prime == Self.order)
        #expect(reader.wireCount == wires.count && reader.labels == (0..<UInt64(wires.count)).map { $0 })
        #expect(reader.publicCount == 0 && reader.privateInputCount == committed.count)
        #expect(reader.rows.count == (circuit.multiplierCount ?? 0) + circuit.constraintCount)
        #expect(reader.broken(wires) == [])
        for wire in stride(from: 1, to: wires.count, by: 7) {
            var altered = wires
            altered[wire] += .one
            // A commitment that this kind's circuit does not read may be anything.
            let isRead = reader.rows.contains { row in (row.a + row.b + row.c).contains { $0.wire == wire } }
            if isRead, wire > committed.count { #expect(!reader.broken(altered).isEmpty, "wire \(wire)") }
        }
    }

    @Test("is not made of a malformed circuit, or without its challenges")
    func refuses() throws {
        let broken = Circuit(
            committedCount: 0,
            firstPhase: .init(multiplierCount: 0, constraints: [LinearCombination(.left(0))])
        )
        #expect(throws: CircuitError.variable(constraint: 0)) { try R1CSFile(broken, challenges: []) }
        let mandate = try MaliciousScenario.mandate()
        let circuit = try CircuitTrial(.genesis, mandate, prices: MaliciousScenario.prices).template
            .circuit(prices: MaliciousScenario.prices)
        #expect(throws: CircuitError.self) { try R1CSFile(circuit, challenges: []) }
    }
}
