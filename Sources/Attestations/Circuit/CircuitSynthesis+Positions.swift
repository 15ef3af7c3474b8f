import BigIntegers
import Rebalancing
import Ristretto
import ZeroKnowledge

/// The gadget that counts the assets held.
extension CircuitSynthesis {
    /// A bit of every asset that is 1 if and only if its quantity is not 0: q·u = b and q·(1 − b) = 0, two gates an asset.
    ///
    /// Sound in both directions, so that one count serves "at most" and "more than". Where q = 0 the first equation makes b = 0,
    /// whatever u is: nothing can be counted that is not there. Where q ≠ 0 the second makes b = 1: nothing that is there can be
    /// left out. So b needs no check of its own to be a bit. Quantities lie in [0, 2⁶⁴) by the exact checks of their commitments,
    /// so that "not 0" is "above 0". Complete with u = q⁻¹. It is the usual test for zero of arithmetic circuits: Parno, Howell,
    /// Gentry and Raykova, "Pinocchio: Nearly Practical Verifiable Computation" (2013), the zero-equality gate.
    mutating func countPositions(_ moment: ConcentrationForm.Moment) {
        var count = LinearCombination()
        for asset in mandate.assets.indices {
            let quantity = LinearCombination(
                .committed(moment == .before ? layout.before(asset) : layout.after(asset))
            )
            // The inverse of 0 is 0 here, in the same time as any other.
            let test = system.allocateMultiplier(system.evaluate(quantity).map { ($0, $0.inverted()) })
            system.constrain(LinearCombination(test.left) - quantity)
            let isAbsent = LinearCombination(.one) - LinearCombination(test.output)
            system.constrain(LinearCombination(system.multiply(quantity, isAbsent).output))
            count = count + LinearCombination(test.output)
        }
        positions[moment] = count
    }

    /// The limit minus the count, or the count minus the limit and 1.
    func margin(_ form: PositionsForm) -> LinearCombination {
        guard let count = positions[form.moment] else { return LinearCombination(constant: -Scalar.one) }
        let margin = LinearCombination(constant: Scalar(BigInteger(form.limit))) - count
        return form.sense == .atMost ? margin : margin * -Scalar.one - LinearCombination(.one)
    }
}
