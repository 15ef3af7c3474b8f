import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

/// The circuits of a period's steps as one, over each commitment once.
///
/// **What it constrains.** Everything that the steps' own templates do; besides, that quantities and carried values before the
/// first step are in range, which in a chain earlier proofs show; and the claimed return, if there is one:
/// 10⁴·V⁺ ≥ (10⁴ + r)·V⁻ and 10⁴·V⁺ < (10⁴ + r + 1)·V⁻, two checks.
///
/// **Soundness.** The templates' constraints stand side by side, each on multipliers of its own, so that a witness of the whole
/// contains one of each. Equal commitments are one variable: whoever could open one of them in two ways could break the
/// binding of commitments. One table of digits serves all range checks; the lookup's own bound grows with their number alone.
/// The value before and after is bounded by the range checks of the quantities, so that neither form of the return wraps
/// around. At V⁻ = 0 no return can be shown.
struct PeriodCircuit {
    /// Every commitment of the period, once, in the order in which the steps name them.
    let commitments: [CompressedRistretto]
    /// SHA-256 over the digests of the steps' templates, zeros where public data alone decide a step.
    let digest: ContentDigest
    private let parts: [Part]
    private let quantitiesBefore: [Int]
    private let carriedBefore: [Int]
    private let returnClaim: ReturnClaim?

    private struct Part {
        let template: CircuitTemplate
        let prices: [Price]
        let matrices: CircuitMatrices
        let places: [Int]
    }

    /// The values at both ends of the period: for each asset a commitment's place and the value of its unit.
    private struct ReturnClaim {
        let periodReturn: PeriodReturn
        let first: [(place: Int, unit: BigInteger)]
        let last: [(place: Int, unit: BigInteger)]
    }

    /// A step with all that its circuit is made of.
    struct Step {
        /// What is claimed.
        let statement: Statement
        /// What it is claimed under.
        let policy: CompiledPolicy
        /// Its circuit; `nil` where public data decide.
        let template: CircuitTemplate?
        /// The market's risk, where the policy looks back over some window.
        let risk: MarketRisk
    }

    /// Collects the steps' circuits.
    ///
    /// - Parameters:
    ///   - steps: At least one.
    ///   - periodReturn: A return to prove; the first and the last step must have prices.
    init(steps: [Step], periodReturn: PeriodReturn?) {
        var commitments = UniqueCommitments()
        let (first, last) = (steps[0], steps[steps.count - 1])
        quantitiesBefore = commitments.places(of: first.statement.before)
        carriedBefore = commitments.places(of: first.statement.carriedBefore)
        var parts: [Part] = []
        var bytes = Array("ballast period circuit v1".utf8)
        for step in steps {
            bytes += step.template?.digest.bytes ?? ContentDigest.zero.bytes
            guard let template = step.template else { continue }
            let places = commitments.places(of: step.policy.circuitCommitments(of: step.statement))
            let matrices = template.publicNumbers(of: step.statement, risk: step.risk)
            parts.append(Part(template: template, prices: step.statement.prices, matrices: matrices, places: places))
        }
        self.parts = parts
        returnClaim = periodReturn.map { periodReturn in
            let exponent = [first, last].map { $0.policy.mandates[0].valueExponent }.max() ?? 0
            func end(_ points: [CompressedRistretto], of step: Step) -> [(place: Int, unit: BigInteger)] {
                zip(commitments.places(of: points), step.statement.prices.enumerated()).map { place, price in
                    let units = BigInteger(price.element.units)
                    return (place, step.policy.unitValue(price.offset, at: units, exponent: exponent))
                }
            }
            return ReturnClaim(
                periodReturn: periodReturn,
                first: end(first.statement.valuedFirst, of: first),
                last: end(last.statement.after, of: last)
            )
        }
        self.commitments = commitments.points
        digest = ContentDigest(hashing: bytes)
    }

    /// The whole as constraints, with the assignment if the values under ``commitments`` are given.
    ///
    /// - Parameter progress: Called after each step with a circuit, with how many of how many are laid out.
    func build(
        values: [Scalar]?,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(AttestationError) -> (circuit: Circuit, assignment: Assignment?) {
        let system = try layOut(values: values, progress: progress)
        let digits = DigitSize.cheapest(forChecks: system.rangeChecks, otherMultipliers: system.multiplierCount)
        guard let digits else { throw .unprovable(reason: "a sum of values is wider than the group's order allows") }
        do {
            return try system.finish(digitBits: digits)
        } catch .valueOutOfRange {
            throw .malformed(reason: "a step of the period is not as its statement claims")
        } catch {
            throw .unprovable(reason: "\(error)")
        }
    }

    /// Constraints and range checks: the steps' own, those of each number before the first step, those of the return.
    func layOut(
        values: [Scalar]?,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(AttestationError) -> ConstraintSystem {
        var system =
            values.map { ConstraintSystem(committedValues: $0) } ?? ConstraintSystem(committedCount: commitments.count)
        for (index, part) in parts.enumerated() {
            let committed = values.map { values in part.places.map { values[$0] } }
            system.append(
                try CircuitSynthesis.layOut(
                    part.template,
                    prices: part.prices,
                    matrices: part.matrices,
                    committed: committed
                ),
                committedAt: part.places
            )
            // Before more is laid out than any proof is about: a file of few bytes can name thousands of steps.
            let least = system.multiplierCount + system.rangeChecks.count
            guard least <= BulletproofGenerators.maximumChainLength else {
                throw .unreportable(
                    reason:
                        "\(index + 1) of \(parts.count) steps take at least \(least) multipliers, and one proof has at most "
                        + "\(BulletproofGenerators.maximumChainLength): choose a shorter period"
                )
            }
            progress(index + 1, parts.count)
        }
        for place in quantitiesBefore {
            system.checkRange(LinearCombination(.committed(place)), bits: 64, upperBound: .exact)
        }
        for place in carriedBefore {
            let bits = FormBounds.carriedBits
            system.checkRange(LinearCombination(.committed(place)), bits: bits, upperBound: .exact)
        }
        if let returnClaim { lay(returnClaim, in: &system) }
        return system
    }

    private func lay(_ claim: ReturnClaim, in system: inout ConstraintSystem) {
        func sum(_ end: [(place: Int, unit: BigInteger)], times factor: BigInteger) -> LinearCombination {
            end.reduce(LinearCombination()) { sum, part in
                sum + LinearCombination(.committed(part.place)) * Scalar(factor * part.unit)
            }
        }
        let least = BigInteger(10_000 + Int(claim.periodReturn.basisPoints))
        let atLeast = sum(claim.last, times: 10_000) - sum(claim.first, times: least)
        let below = sum(claim.first, times: least + 1) - sum(claim.last, times: 10_000) - LinearCombination(.one)
        let largest = (claim.first + claim.last).reduce(BigInteger(1)) { $0 + $1.unit * BigInteger(UInt64.max) }
        let bits = (largest * (least + 10_001)).bitWidth
        for form in [atLeast, below] { system.checkRange(form, bits: bits, upperBound: .atLeast) }
    }
}

extension Statement {
    /// What a return is measured from: the portfolio before the first decision, or the one that the vault opened with.
    var valuedFirst: [CompressedRistretto] { kind == .genesis ? after : before }
}

/// Commitments in the order in which they are first named, each once.
private struct UniqueCommitments {
    private(set) var points: [CompressedRistretto] = []
    private var known: [CompressedRistretto: Int] = [:]

    mutating func places(of points: [CompressedRistretto]) -> [Int] {
        points.map { point in
            if let place = known[point] { return place }
            known[point] = self.points.count
            self.points.append(point)
            return self.points.count - 1
        }
    }
}
