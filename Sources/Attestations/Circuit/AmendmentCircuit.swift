import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

/// What an amend proves where copies do not do: assets left out are not held, and what is counted anew is the same amount.
///
/// **What it constrains.** Of an asset that is left out: q = 0. Of a number counted 10^k times as finely: x⁺ = 10^k·x⁻, exact in
/// its width. Of one counted 10^k times as coarsely: x⁺ exact in its width, and the rest that is rounded, 10^k·x⁺ − x⁻ or its
/// negative, in [0, 10^k − 1]. Quantities are rounded down, as a balance in finer units is, and have 64 bits; carried turnover
/// and slippage are rounded up, which is never in the operator's favour, and have 136.
///
/// **Cost.** No multiplier of its own; a check a number that is counted more finely, three a number counted more coarsely.
///
/// **Soundness.** x⁻ is below 2^64 or 2^136 by the chain. With k ≤ 18 for quantities and ≤ 34 for carried values 10^k·x is below
/// 2^249, so that no equation here holds in the field and not over the integers. The rest's two checks leave one x⁺: without that
/// of x⁺ itself another would be the residue of a fraction.
struct AmendmentCircuit: Sendable {
    /// The claims, each of which is one constraint or check.
    let claims: [Claim]
    /// Digit size of the lookup range checks, in bits.
    let digitBits: Int
    /// How many commitments it speaks about.
    let commitmentCount: Int
    /// The circuit in mathematics, one step a line.
    let text: String
    /// SHA-256 of ``text``; it enters the transcript.
    let digest: ContentDigest

    /// One constraint or range check over the committed numbers.
    struct Claim: Sendable, Hashable {
        /// The factors of the committed numbers, by their places.
        let factors: [Int: BigInteger]
        let constant: BigInteger
        let demand: Demand

        /// What is asked of the form.
        enum Demand: Sendable, Hashable {
            case isZero
            case isWithin(bits: Int, RangeCheck.UpperBound)
        }
    }

    /// Lays out what passing from one policy to the other has to prove.
    ///
    /// - Returns: `nil` where copies do.
    /// - Throws: ``AttestationError/unprovable(reason:)`` if a check is too wide for the group.
    init?(
        from old: CompiledPolicy,
        to new: CompiledPolicy,
        dropped: [Int],
        quantities: [PolicyAmendment.Source],
        carried: [(name: String, source: PolicyAmendment.Source)]
    ) throws(AttestationError) {
        var lines: [String] = []
        var claims: [Claim] = []
        var count = 0
        for place in dropped {
            claims.append(Claim(factors: [count: 1], constant: 0, demand: .isZero))
            lines.append("before.quantity(\(old.assets[place].symbol)) = 0")
            count += 1
        }
        for (index, source) in quantities.enumerated() {
            guard case .recount(_, let exponent) = source else { continue }
            let name = "quantity(\(new.assets[index].symbol))"
            let (more, line) = Self.recount(name, at: count, exponent: exponent, bits: 64, rounding: .down)
            claims += more
            lines.append(line)
            count += 2
        }
        for (name, source) in carried {
            guard case .recount(_, let exponent) = source else { continue }
            let bits = FormBounds.carriedBits
            let (more, line) = Self.recount(name, at: count, exponent: exponent, bits: bits, rounding: .up)
            claims += more
            lines.append(line)
            count += 2
        }
        guard count > 0 else { return nil }
        let checks = Self.system(of: claims, ConstraintSystem(committedCount: count)).rangeChecks
        guard let digitBits = DigitSize.cheapest(forChecks: checks) else {
            throw .unprovable(reason: "what is counted anew is wider than the group's order allows")
        }
        let multiplierCount = DigitSize.multiplierCount(forChecks: checks, digitBits: digitBits)
        let header = [
            "circuit amend",
            "  digits of \(digitBits) bits, \(multiplierCount) multipliers, \(count) commitments",
            "  from policy \(old.digest)", "  to policy \(new.digest)",
        ]
        self.claims = claims
        self.digitBits = digitBits
        commitmentCount = count
        text = (header + lines.map { "  " + $0 }).joined(separator: "\n") + "\n"
        digest = ContentDigest(hashing: Array(text.utf8))
    }

    /// The claims about a number counted anew: before at `place`, after behind it.
    static func recount(
        _ name: String,
        at place: Int,
        exponent: Int,
        bits: Int,
        rounding: Scalar.Rounding
    ) -> (claims: [Claim], line: String) {
        let factor = BigInteger.tenPower(abs(exponent))
        let inRange = Claim(factors: [place + 1: 1], constant: 0, demand: .isWithin(bits: bits, .exact))
        if exponent > 0 {
            let isMultiple = Claim(factors: [place + 1: 1, place: -factor], constant: 0, demand: .isZero)
            let line = "after.\(name) = \(factor)*before.\(name); after.\(name) in [0, 2^\(bits))"
            return ([isMultiple, inRange], line)
        }
        let sign: BigInteger = rounding == .up ? 1 : -1
        let rest: [Int: BigInteger] = [place + 1: sign * factor, place: -sign]
        let width = (factor - 1).bitWidth
        let line =
            "after.\(name) in [0, 2^\(bits)); 0 <= "
            + (rounding == .up
                ? "\(factor)*after.\(name) - before.\(name)" : "before.\(name) - \(factor)*after.\(name)")
            + " <= \(factor - 1) [\(width) bits, twice]"
        return (
            [
                inRange, Claim(factors: rest, constant: 0, demand: .isWithin(bits: width, .atLeast)),
                Claim(
                    factors: rest.mapValues { -1 * $0 },
                    constant: factor - 1,
                    demand: .isWithin(bits: width, .atLeast)
                ),
            ], line
        )
    }

    /// The constraints of claims, added to a system over their commitments.
    static func system(of claims: [Claim], _ empty: ConstraintSystem) -> ConstraintSystem {
        var system = empty
        for claim in claims {
            let constant =
                claim.constant == 0 ? LinearCombination() : LinearCombination(constant: Scalar(claim.constant))
            let form = claim.factors.sorted { $0.key < $1.key }.reduce(constant) { sum, term in
                sum + LinearCombination(.committed(term.key)) * Scalar(term.value)
            }
            switch claim.demand {
            case .isZero: system.constrain(form)
            case .isWithin(let bits, let upperBound): system.checkRange(form, bits: bits, upperBound: upperBound)
            }
        }
        return system
    }

    /// The circuit, with its assignment if `committed` numbers are given.
    ///
    /// - Throws: ``AttestationError/notSatisfied(kind:reason:)`` if they are out of range.
    func build(committed: [Scalar]?) throws(AttestationError) -> (circuit: Circuit, assignment: Assignment?) {
        let empty =
            committed.map { ConstraintSystem(committedValues: $0) } ?? ConstraintSystem(committedCount: commitmentCount)
        do {
            return try Self.system(of: claims, empty).finish(digitBits: digitBits)
        } catch .valueOutOfRange {
            throw .notSatisfied(kind: .amend, reason: "what is counted anew is more than its units can count")
        } catch {
            throw .unprovable(reason: "\(error)")
        }
    }
}
