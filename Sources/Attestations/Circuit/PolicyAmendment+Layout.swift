package import Ristretto
package import ZeroKnowledge

extension PolicyAmendment {
    /// The circuit over committed numbers as a prover lays it out, whose range checks have no digits yet, and the size of these
    /// in bits; `nil` where copies do.
    ///
    /// Time depends on the two policies alone.
    ///
    /// - Parameter committed: In the circuit's order: those left out, then before and after of each that is counted anew.
    package func layOut(_ committed: [Scalar]) -> (system: ConstraintSystem, digitBits: Int)? {
        circuit.map { circuit in
            let empty = ConstraintSystem(committedValues: committed)
            return (AmendmentCircuit.system(of: circuit.claims, empty), circuit.digitBits)
        }
    }
}
