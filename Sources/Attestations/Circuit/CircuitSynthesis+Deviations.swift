import BigIntegers
import Rebalancing
import Ristretto
import ZeroKnowledge

/// Floored deviations of a moment, as wires.
struct ScaledDeviations {
    /// δ, one an asset.
    let ofAssets: [Variable]
    /// W².
    let squareOfTotal: Variable
}

/// The gadget that floors deviations, for tracking error that is measured of them.
extension CircuitSynthesis {
    /// δ with D = 2^s·δ + r, r in exactly [0, 2^s) and δ + 2^bits in [0, 2^(bits + 1)), for every asset's D = 10⁶·value − t·V; and so
    /// for W with 10⁶·V. Two deviations share a gate, whose output nothing reads; W has one that squares it.
    ///
    /// Sound: |D| < 2^(bits + s), and what checks take reaches no farther than 2^(bits + s + 12) however digits round it up, so that
    /// both sides of the equation are below ℓ/2 and it holds over the integers. There r in [0, 2^s) makes δ the floor, of a negative
    /// D as well, and nothing is the prover's to choose: D is linear in wires that commitments fix, products with a secret target
    /// included. Complete: the honest floor keeps both checks, by the interval of D that `bits` is taken from.
    mutating func scale(
        _ deviations: RiskForm.Deviations,
        _ moment: ConcentrationForm.Moment,
        bits: Int,
        totalBits: Int
    ) {
        let shift = deviations.shift
        let unit = Scalar(BigInteger(1) << shift)
        let reach = Scalar(BigInteger(1) << bits)
        let forms = deviations.ofAssets.map { combination($0) }
        let floors = forms.map { form in
            system.evaluate(form).map { ($0 + reach * unit).shiftedRight(by: shift) - reach }
        }
        var wires: [Variable] = []
        for first in stride(from: 0, to: forms.count, by: 2) {
            let isPair = first + 1 < forms.count
            // The right input of a last gate alone is 0, and nothing reads it.
            let right: Scalar? = isPair ? floors[first + 1] : .zero
            let gate = system.allocateMultiplier(floors[first].flatMap { left in right.map { (left, $0) } })
            wires.append(gate.left)
            if isPair { wires.append(gate.right) }
        }
        for (form, wire) in zip(forms, wires) {
            check(LinearCombination(wire) + LinearCombination(constant: reach), bits: bits + 1)
            check(form - LinearCombination(wire) * unit, bits: shift, .exact)
        }
        let total = combination(deviations.total)
        let scaled = system.evaluate(total).map { $0.shiftedRight(by: shift) }
        let square = system.allocateMultiplier(scaled.map { ($0, $0) })
        system.constrain(LinearCombination(square.left) - LinearCombination(square.right))
        check(LinearCombination(square.left), bits: totalBits)
        check(total - LinearCombination(square.left) * unit, bits: shift, .exact)
        self.deviations[moment] = ScaledDeviations(ofAssets: wires, squareOfTotal: square.output)
    }
}
