import Rebalancing
import Ristretto
import ZeroKnowledge

/// Hidden choices: bits, one margin among many, and claims that a hidden excuse waives.
extension CircuitSynthesis {
    /// Claims that hold unless a hidden excuse does; the excuse is hidden among all that the policy knows.
    mutating func waive(
        _ claims: [CircuitStep.Claim],
        excuses: [Obligation],
        excuseBits: Int
    ) throws(AttestationError) {
        var margins: [LinearCombination] = []
        for claim in claims {
            switch claim.claim {
            case .obligation(let obligation): margins.append(margin(obligation))
            case .destination(let side):
                margins.append(combination(side.destination) - (try signed(side.asset)))
            }
        }
        guard !excuses.isEmpty else {
            for (margin, claim) in zip(margins, claims) { check(margin, bits: claim.bits) }
            return
        }
        var missed: ConstantTimeMask? = ConstantTimeMask(bit: 0)
        for margin in margins {
            let isNegative = system.evaluate(margin).map(\.isNegative)
            missed = missed.flatMap { missed in isNegative.map { missed | $0 } }
        }
        let waiver = LinearCombination(boolean(missed.map { Scalar(bit: $0) }))
        for (margin, claim) in zip(margins, claims) {
            let demanded = system.multiply(LinearCombination(.one) - waiver, margin)
            check(LinearCombination(demanded.output), bits: claim.bits)
        }
        let selected = select(among: excuses.map { margin($0) }, whether: waiver)
        check(selected, bits: excuseBits)
    }

    /// Σ bitⱼ·marginⱼ with hidden bits that sum to `whether`; the assignment picks the first margin that holds.
    ///
    /// `whether` is a bit itself, so that a single margin needs no selector of its own.
    mutating func select(
        among margins: [LinearCombination],
        whether: LinearCombination
    ) -> LinearCombination {
        if margins.count == 1 {
            return LinearCombination(system.multiply(whether, margins[0]).output)
        }
        // Set once a margin was picked, or from the start if none is to be.
        var isSettled = system.evaluate(whether).map(\.isZero)
        var selected = LinearCombination()
        var bits = LinearCombination()
        for margin in margins {
            let isPicked = isSettled.flatMap { isSettled in
                system.evaluate(margin).map { ~isSettled & ~$0.isNegative }
            }
            isSettled = isSettled.flatMap { isSettled in isPicked.map { isSettled | $0 } }
            let selector = boolean(isPicked.map { Scalar(bit: $0) })
            let product = system.multiply(LinearCombination(selector), margin)
            selected = selected + LinearCombination(product.output)
            bits = bits + LinearCombination(selector)
        }
        system.constrain(bits - whether)
        return selected
    }

    mutating func boolean(_ value: Scalar?) -> Variable {
        let gate = system.allocateMultiplier(value.map { ($0, Scalar.one - $0) })
        system.constrain(LinearCombination(gate.left) + LinearCombination(gate.right) - LinearCombination(.one))
        system.constrain(LinearCombination(gate.output))
        return gate.left
    }
}
