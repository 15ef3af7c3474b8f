import Ristretto
import TestSupport
import Testing

@testable import ZeroKnowledge

@Suite("Range checks by paired digit lookup")
struct LookupTests {
    @Test("accept the ends of every range at every digit size", arguments: 1...12)
    func isComplete(digitBits: Int) throws {
        for bits in digitBits > 8 ? [1, 13, 64] : [1, 2, 3, 7, 8, 13, 64, 136] {
            let top = powerOfTwo(bits) - .one
            for upperBound in [RangeCheck.UpperBound.exact, .atLeast] {
                try LookupClaim(values: [.zero, top, .one], bits: bits, upperBound: upperBound)
                    .proveAndVerify(digitBits: digitBits)
            }
        }
    }

    @Test("refuse to lay out a value above an exact range, and a negative one", arguments: 1...12)
    func namesValueOutOfRange(digitBits: Int) {
        for bits in [1, 5, 8, 64] {
            for value in [powerOfTwo(bits), -Scalar.one, powerOfTwo(251)] {
                let claim = LookupClaim(values: [.zero, value], bits: bits, upperBound: .exact)
                #expect(throws: CircuitError.valueOutOfRange(check: 1)) { try claim.finished(digitBits: digitBits) }
            }
        }
    }

    @Test("refuse a value out of range whose lowest digits a prover lays out", arguments: [1, 4, 8])
    func refusesTruncatedValues(digitBits: Int) throws {
        for value in [powerOfTwo(13), -Scalar.one] {
            var system = ConstraintSystem(committedValues: [value])
            system.checkRange(LinearCombination(.committed(0)), bits: 13, upperBound: .exact)
            let (circuit, assignment) = try system.finish(digitBits: digitBits, falseWitness: .proved)
            var transcript = MerlinTranscript(label: "cut")
            // 2¹³ in digits of 4 or 8 bits recomposes, and its doubled top digit leaves the table: the sum breaks.
            let recomposes = value == powerOfTwo(13) && digitBits > 1
            let broken = recomposes ? circuit.constraintCount - 1 : 0
            #expect(throws: ProvingError.unsatisfied(constraint: broken)) {
                try Prover.prove(
                    circuit: circuit,
                    assignment: #require(assignment),
                    blindings: [.one],
                    transcript: &transcript
                )
            }
        }
    }

    @Test("bound from one side where the upper bound need not be exact")
    func roundsUpWhereAllowed() throws {
        // 5 bits in digits of 4: two digits reach 255.
        try LookupClaim(values: [Scalar(UInt64(255))], bits: 5, upperBound: .atLeast).proveAndVerify(digitBits: 4)
        let claim = LookupClaim(values: [Scalar(UInt64(256))], bits: 5, upperBound: .atLeast)
        #expect(throws: CircuitError.valueOutOfRange(check: 0)) { try claim.finished(digitBits: 4) }
    }

    @Test("refuse widths whose digits would wrap around the group's order")
    func refusesUnsoundWidths() {
        #expect(RangeCheck(bits: 251, upperBound: .exact).isSound(digitBits: 1))
        #expect(!RangeCheck(bits: 252, upperBound: .exact).isSound(digitBits: 1))
        #expect(RangeCheck(bits: 250, upperBound: .exact).isSound(digitBits: 10))
        #expect(!RangeCheck(bits: 245, upperBound: .exact).isSound(digitBits: 12))
        #expect(!RangeCheck(bits: 0, upperBound: .exact).isSound(digitBits: 8))
        #expect(!RangeCheck(bits: .max, upperBound: .exact).isSound(digitBits: 8))
        for bits in [0, -1, 252, 300, Int.max] {
            let claim = LookupClaim(values: [.zero], bits: bits, upperBound: .exact)
            #expect(throws: CircuitError.width(bits: bits, digitBits: 8)) { try claim.finished(digitBits: 8) }
        }
        for digitBits in [0, -1, 17, Int.max] {
            let claim = LookupClaim(values: [.zero], bits: 8, upperBound: .exact)
            #expect(throws: CircuitError.digitSize(got: digitBits)) { try claim.finished(digitBits: digitBits) }
        }
    }

    @Test("cost what the design page says: 60 checks of 128 bits take 1 088 multipliers")
    func costsAsDesigned() throws {
        let checks = Array(repeating: RangeCheck(bits: 128, upperBound: .exact), count: 60)
        #expect(DigitSize.multiplierCount(forChecks: checks, digitBits: 8) == 1_088)
        let claim = LookupClaim(values: Array(repeating: .zero, count: 60), bits: 128, upperBound: .exact)
        #expect(try claim.finished(digitBits: 8).circuit.multiplierCount == 1_088)
        #expect(DigitSize.cheapest(forChecks: checks) != nil)
        #expect(DigitSize.cheapest(forChecks: [RangeCheck(bits: 252, upperBound: .exact)]) == nil)
    }

    @Test("predict the number of multipliers of every layout", arguments: 1...12)
    func predictsCost(digitBits: Int) throws {
        for bits in 1...70 {
            let claim = LookupClaim(values: [.zero, .one], bits: bits, upperBound: .exact)
            let expected = DigitSize.multiplierCount(
                forChecks: Array(repeating: RangeCheck(bits: bits, upperBound: .exact), count: 2),
                digitBits: digitBits
            )
            #expect(try claim.finished(digitBits: digitBits).circuit.multiplierCount == expected)
        }
    }

    @Test("give prover and verifier one circuit")
    func doesNotDependOnValues() throws {
        var system = ConstraintSystem(committedCount: 2)
        for index in 0..<2 {
            system.checkRange(LinearCombination(.committed(index)), bits: 13, upperBound: .exact)
        }
        let (circuit, assignment) = try system.finish(digitBits: 4)
        #expect(assignment == nil)
        let claim = LookupClaim(values: [Scalar(UInt64(77)), Scalar(UInt64(8191))], bits: 13, upperBound: .exact)
        #expect(try claim.finished(digitBits: 4).circuit == circuit)
    }
}

@Suite("Every constraint of the digit lookup")
struct LookupSoundnessTests {
    // Two checks of 3 bits in digits of 2: per check a digit, a top digit of one bit, and that digit doubled; six slots on
    // multipliers 0 to 2, multiplicities of 0…3 on multipliers 3 and 4, second phase on 5 to 7.
    private let bits = 3

    @Test("refuses a false digit, a value out of range, a negative and a wrap-around one, and a false multiplicity")
    func refusesFalseWitnesses() throws {
        let honest: [UInt64] = [1, 1, 2, 3, 0, 0]
        let circuit = try LookupClaim(values: [.zero, .zero], bits: bits, upperBound: .exact).finished(digitBits: 2)
            .circuit
        func accepts(_ values: [Scalar], _ slots: [Scalar], _ counts: [Scalar]) throws -> Bool {
            try LookupWitness(values: values, slots: slots, counts: counts).isAccepted(by: circuit)
        }
        let slots = honest.map { Scalar($0) }
        let values = [Scalar(UInt64(5)), Scalar(UInt64(3))]
        let counts = tally(slots, entries: 4)
        #expect(try accepts(values, slots, counts))
        // A digit of 5 in place of 1 + 1·4.
        let oneDigit = [Scalar(UInt64(5)), .zero, .zero] + slots[3...]
        #expect(try !accepts(values, oneDigit, tally(oneDigit, entries: 4)))
        // 8 = 0 + 2·4: the top digit has one bit only, and its double leaves the table.
        let above = [.zero, Scalar(UInt64(2)), Scalar(UInt64(4))] + slots[3...]
        #expect(try !accepts([Scalar(UInt64(8)), values[1]], above, tally(above, entries: 4)))
        // −1 as one digit, and as the digits of ℓ − 1 would be cut off.
        let negative = [-Scalar.one, .zero, .zero] + slots[3...]
        #expect(try !accepts([-.one, values[1]], negative, tally(negative, entries: 4)))
        let wrapped = [Scalar(UInt64(3)), -Scalar.one, -Scalar(UInt64(2))] + slots[3...]
        #expect(try !accepts([-.one, values[1]], wrapped, tally(wrapped, entries: 4)))
        for entry in 0..<4 {
            var wrong = counts
            wrong[entry] += .one
            #expect(try !accepts(values, slots, wrong))
        }
        #expect(try !accepts([Scalar(UInt64(6)), values[1]], slots, counts))
    }

    @Test("refuses digits out of range and values wrapped around the order, at every digit size", arguments: 1...8)
    func refusesWrapAround(digitBits: Int) throws {
        let circuit = try LookupClaim(values: [.zero], bits: 16, upperBound: .exact).finished(digitBits: digitBits)
            .circuit
        let count = (16 + digitBits - 1) / digitBits
        let isDoubled = 16 % digitBits != 0
        let radix = Scalar(UInt64(1) << UInt64(digitBits))
        let slotCount = (count + (isDoubled ? 1 : 0) + 1) / 2 * 2
        /// Whether `value` passes with `low` as its first digit and all the rest of it in its second.
        func passes(_ value: Scalar, low: Scalar) throws -> Bool {
            var slots = [Scalar](repeating: .zero, count: slotCount)
            slots[0] = low
            if count > 1 { slots[1] = (value - low) * radix.inverted() }
            if isDoubled, count == 2 {
                slots[2] = slots[1] * Scalar(UInt64(1) << UInt64(2 * digitBits - 16))
            }
            return try LookupWitness(
                values: [value],
                slots: slots,
                counts: tally(slots, entries: 1 << digitBits)
            ).isAccepted(by: circuit)
        }
        #expect(try passes(.one, low: .one))
        // −1, 2^16 and what lies a multiple of the radix away: each recomposes, none has its digits in the table.
        for value in [-Scalar.one, -radix, Scalar(UInt64(1) << 16) * radix, radix.inverted()] {
            for low in [value, .zero, .one] { #expect(try !passes(value, low: low)) }
        }
    }

    @Test("is needed: without it a false witness passes")
    func needsEveryConstraint() throws {
        // Three slots a check and one check: an odd slot is left, so that every kind of constraint is there.
        let circuit = try LookupClaim(values: [.zero], bits: bits, upperBound: .exact).finished(digitBits: 2).circuit
        // 0 recomposition, 1 doubled top digit, 2 odd slot; then P and N of two pairs; last the sum.
        #expect(circuit.constraintCount == 8)
        let (two, four, nine) = (Scalar(UInt64(2)), Scalar(UInt64(4)), Scalar(UInt64(9)))
        let zero = Scalar.zero

        var falseWitnesses: [LookupWitness] = []
        // Without recomposition the digits of 0 vouch for the value 9.
        falseWitnesses.append(LookupWitness(values: [nine], slots: [zero, zero, zero, zero]))
        // Without the doubled digit the top digit may be 2, and the value 8.
        falseWitnesses.append(LookupWitness(values: [Scalar(UInt64(8))], slots: [zero, two, zero, zero]))
        // Without the fixed odd slot the multiplicity of 0 is no longer what the format says.
        falseWitnesses.append(LookupWitness(values: [zero], slots: [zero, zero, zero, Scalar(UInt64(3))]))
        // Without the product, or the sum, of a pair, P and N are free: digits 9 and 2 (or 4) pass as 0 and 0.
        let outside = LookupWitness(values: [nine], slots: [nine, zero, zero, zero])
        falseWitnesses.append(outside.claiming(.product, ofPair: 0))
        falseWitnesses.append(outside.claiming(.sum, ofPair: 0))
        let doubled = LookupWitness(values: [Scalar(UInt64(8))], slots: [zero, two, four, zero])
        falseWitnesses.append(doubled.claiming(.product, ofPair: 1))
        falseWitnesses.append(doubled.claiming(.sum, ofPair: 1))
        // Without the equation of sums no digit is compared with the table at all.
        falseWitnesses.append(outside)

        for (index, witness) in falseWitnesses.enumerated() {
            #expect(try !witness.isAccepted(by: circuit), "all constraints")
            #expect(try witness.isAccepted(by: circuit.removingConstraint(at: index)), "without constraint \(index)")
        }
    }
}
