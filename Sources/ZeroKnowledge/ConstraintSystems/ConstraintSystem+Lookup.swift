import Ristretto

/// Range checks by paired digit lookup.
///
/// **What it constrains.** Every registered form x is Σ 2^(kj)·d_j with digits d_j in the table {0, …, 2ᵏ − 1}. Where the
/// upper bound 2^w is to be exact and k does not divide w, the top digit d of b bits is looked up twice, as d and as
/// 2^(k−b)·d, which leaves d < 2ᵇ.
///
/// **Layout.** First phase: lookups two by two on multipliers, left then right, in order of the checks, digits little-endian,
/// the scaled top digit after its check's digits, pairs running across checks; a last odd slot is fixed to 0 and counted in
/// m₀. Then the 2ᵏ multiplicities m_v two by two, in order of v, on multipliers whose products nobody uses. Constraints: for
/// each check its recomposition, then its scaled digit if any; last the odd slot. Second phase, with challenge α: a
/// multiplier a pair, S·P = N, with P − (α² − α(d + d′) + d·d′) = 0 then N − (2α − d − d′) = 0, S free; last
/// Σ S − Σ m_v/(α − v) = 0.
///
/// **Cost.** D lookups: 2⌈D/2⌉ + 2^(k−1) multipliers for all checks of a circuit.
///
/// **Soundness.** S = 1/(α − d) + 1/(α − d′), so the last constraint equates Σ 1/(α − d) with Σ m_v/(α − v). Digits and
/// multiplicities are committed before α is drawn; as rational functions both sides are equal only if every digit's pole is a
/// pole of the right side, that is, lies in the table; a pole's coefficient is the number of its digits, which is less than
/// the characteristic and cannot vanish. A false digit survives with probability at most (D + 2ᵏ)/ℓ. Where P = 0 the
/// multiplier asks N = 0 and leaves S free; that needs α to be one of D digits, within the same bound.
///
/// - Note: Source: Haböck (2022), eprint 2022/1530, *Multivariate lookups based on logarithmic derivatives*, lemma 5; the
///   pairing saves half of the first phase's and half of the second phase's multipliers.
extension ConstraintSystem {
    /// The transcript label of α.
    static let lookupChallengeLabel = "digit lookup"

    /// Allocates digits and multiplicities, and returns the second phase; `nil` without range checks.
    mutating func layOutRangeChecks(
        digitBits: Int,
        falseWitness: Prover.FalseWitness
    ) throws(CircuitError) -> (phase: Circuit.SecondPhase, rule: LookupRule, short: ShortWires)? {
        if rangeChecks.isEmpty { return nil }
        guard DigitSize.supported.contains(digitBits) else { throw .digitSize(got: digitBits) }
        for check in rangeChecks where !check.isSound(digitBits: digitBits) {
            throw .width(bits: check.bits, digitBits: digitBits)
        }
        let firstPair = multiplierCount
        var slots = try allocateDigits(digitBits: digitBits, falseWitness: falseWitness)
        defer { slots.erase() }
        let pairCount = slots.count / 2
        let firstTableGate = multiplierCount
        // A verifier has no digits to count, and counting takes their number times the table's.
        let isKnown = evaluate(LinearCombination(.one)) != nil
        allocateMultiplicities(of: isKnown ? slots.values : [], digitBits: digitBits)
        let rule = LookupRule(firstPair: firstPair, pairCount: pairCount)
        // Digits lie in the table, and no multiplicity exceeds the number of slots.
        let short = ShortWires(
            firstGate: firstPair,
            bits: max(digitBits, Int.bitWidth - slots.count.leadingZeroBitCount)
        )
        let phase = rule.phase(firstGate: multiplierCount, firstTableGate: firstTableGate, digitBits: digitBits)
        return (phase, rule, short)
    }

    /// Puts the digits of all checks on multipliers, and constrains them to recompose the checked forms.
    private mutating func allocateDigits(
        digitBits: Int,
        falseWitness: Prover.FalseWitness
    ) throws(CircuitError) -> LookupSlots {
        var slots = LookupSlots()
        let firstPair = multiplierCount
        func variable(_ slot: Int) -> Variable {
            slot % 2 == 0 ? .left(firstPair + slot / 2) : .right(firstPair + slot / 2)
        }
        var recompositions: [LinearCombination] = []
        let radix = Scalar(UInt64(1) << UInt64(digitBits))
        let asked: UInt64 = falseWitness == .refused ? .max : 0
        for (index, (check, form)) in zip(rangeChecks, checkedForms).enumerated() {
            let count = check.digitCount(digitBits: digitBits)
            let value = evaluate(form)
            if let value {
                // The one thing that is asked of a secret, and where a lie is proved not even that.
                let excess = slots.append(digitsOf: value, check: check, digitBits: digitBits)
                guard excess & asked == 0 else {
                    throw .valueOutOfRange(check: index)
                }
            } else {
                slots.appendUnknown(check.lookupCount(digitBits: digitBits))
            }
            let start = slots.count - check.lookupCount(digitBits: digitBits)
            var recomposition = -form
            var weight = Scalar.one
            for digit in 0..<count {
                recomposition.add(variable(start + digit), times: weight)
                weight *= radix
            }
            recompositions.append(recomposition)
            if check.looksUpTopDigitTwice(digitBits: digitBits) {
                let shift = digitBits - check.topDigitBits(digitBits: digitBits)
                var scaled = LinearCombination(variable(start + count))
                scaled.add(variable(start + count - 1), times: -Scalar(UInt64(1) << UInt64(shift)))
                recompositions.append(scaled)
            }
        }
        if slots.count % 2 == 1 {
            recompositions.append(LinearCombination(variable(slots.count)))
            slots.appendUnknown(1)
        }
        for pair in 0..<slots.count / 2 {
            _ = allocateMultiplier((Scalar(slots.values[2 * pair]), Scalar(slots.values[2 * pair + 1])))
        }
        for recomposition in recompositions { constrain(recomposition) }
        return slots
    }

    private mutating func allocateMultiplicities(of slots: [UInt64], digitBits: Int) {
        var counts = Array(repeating: UInt64(0), count: 1 << digitBits)
        // Every slot is compared with every entry: an access at the digit's index would show the digit to the cache.
        for slot in slots {
            for entry in counts.indices {
                let difference = slot ^ UInt64(entry)
                // Wrapping: to ask whether a sum of digits overflows would be a branch on it.
                counts[entry] &+= 1 ^ ((difference | (0 &- difference)) >> 63)
            }
        }
        for pair in 0..<counts.count / 2 {
            _ = allocateMultiplier((Scalar(counts[2 * pair]), Scalar(counts[2 * pair + 1])))
        }
        for entry in counts.indices { counts[entry] = 0 }
    }
}

/// The looked-up digits in order; zeros for a verifier.
private struct LookupSlots {
    private(set) var values: [UInt64] = []

    var count: Int { values.count }

    mutating func appendUnknown(_ count: Int) {
        values += repeatElement(0, count: count)
    }

    /// Appends the digits of `value`, in time that depends on the check alone.
    ///
    /// - Returns: 0 if the value is in range.
    mutating func append(digitsOf value: Scalar, check: RangeCheck, digitBits: Int) -> UInt64 {
        let limbs = value.limbs
        let words = [limbs.0, limbs.1, limbs.2, limbs.3]
        func field(at position: Int, bits: Int) -> UInt64 {
            if position >= 256 { return 0 }
            let (word, shift) = (position / 64, UInt64(position % 64))
            let low = words[word] >> shift
            let high = word < 3 ? words[word + 1] << (64 - shift) : 0
            return (low | (shift == 0 ? 0 : high)) & (UInt64.max >> UInt64(64 - bits))
        }
        let count = check.digitCount(digitBits: digitBits)
        for digit in 0..<count { values.append(field(at: digit * digitBits, bits: digitBits)) }
        if check.looksUpTopDigitTwice(digitBits: digitBits) {
            values.append(values[values.count - 1] << UInt64(digitBits - check.topDigitBits(digitBits: digitBits)))
        }
        let width = check.upperBound == .exact ? check.bits : count * digitBits
        var excess: UInt64 = 0
        for position in stride(from: width, to: 256, by: 32) {
            excess |= field(at: position, bits: min(32, 256 - position))
        }
        return excess
    }

    mutating func erase() {
        for index in values.indices { values[index] = 0 }
    }
}

/// How the second phase of the lookup follows from the first.
struct LookupRule: Sendable {
    /// The multiplier of the first pair of digits.
    let firstPair: Int
    /// Number of pairs.
    let pairCount: Int

    /// The second phase's multipliers and constraints.
    func phase(firstGate: Int, firstTableGate: Int, digitBits: Int) -> Circuit.SecondPhase {
        let minusOne = -Scalar.one
        let minusAlpha = ChallengeCoefficient.polynomial(.init([.init(minusOne, exponents: [1])]))
        let alphaSquared = ChallengePolynomial([.init(.one, exponents: [2])])
        let twoAlpha = ChallengePolynomial([.init(Scalar(2 as UInt64), exponents: [1])])
        var constraints: [ChallengeCombination] = []
        var sum = ChallengeCombination()
        for pair in 0..<pairCount {
            let (gate, digits) = (firstGate + pair, firstPair + pair)
            constraints.append(
                ChallengeCombination(terms: [
                    .init(.right(gate), .constant(minusOne)),
                    .init(.one, .polynomial(alphaSquared)),
                    .init(.left(digits), minusAlpha),
                    .init(.right(digits), minusAlpha),
                    .init(.output(digits), .constant(.one)),
                ])
            )
            constraints.append(
                ChallengeCombination(terms: [
                    .init(.output(gate), .constant(minusOne)),
                    .init(.one, .polynomial(twoAlpha)),
                    .init(.left(digits), .constant(minusOne)),
                    .init(.right(digits), .constant(minusOne)),
                ])
            )
            sum.terms.append(.init(.left(gate), .constant(.one)))
        }
        let numerator = ChallengePolynomial([.init(minusOne, exponents: [])])
        for entry in 0..<1 << digitBits {
            let gate = firstTableGate + entry / 2
            let denominator = ChallengePolynomial([
                .init(.one, exponents: [1]), .init(-Scalar(UInt64(entry)), exponents: []),
            ])
            sum.terms.append(
                .init(
                    entry % 2 == 0 ? .left(gate) : .right(gate),
                    .quotient(numerator: numerator, denominator: denominator)
                )
            )
        }
        constraints.append(sum)
        return Circuit.SecondPhase(
            challengeLabels: [ConstraintSystem.lookupChallengeLabel],
            multiplierCount: pairCount,
            constraints: constraints
        )
    }

    /// S = N ÷ P and P for every pair; `nil` where a P is zero.
    func wires(left: [Scalar], right: [Scalar], challenges: [Scalar]) -> (left: [Scalar], right: [Scalar])? {
        guard let alpha = challenges.first else { return nil }
        var products: [Scalar] = []
        for pair in firstPair..<firstPair + pairCount {
            products.append((alpha - left[pair]) * (alpha - right[pair]))
        }
        guard !products.contains(.zero) else { return nil }
        var sums = products
        Scalar.batchInvert(&sums)
        for (index, pair) in (firstPair..<firstPair + pairCount).enumerated() {
            sums[index] *= alpha + alpha - left[pair] - right[pair]
        }
        return (sums, products)
    }
}
