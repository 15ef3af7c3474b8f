package import Ristretto

/// Multipliers whose input wires an honest prover keeps below a public bound.
struct ShortWires: Sendable, Hashable {
    /// The first of them; they reach to the end of their phase.
    let firstGate: Int
    /// Inputs are below 2^bits, outputs below its square.
    let bits: Int
}

/// The prover's secrets for one circuit: a value for every wire, the second phase's once its challenges are known.
///
/// Prints as `<hidden>`, and is overwritten when its last owner lets go.
public struct Assignment: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Inputs of the second phase's multipliers, as a function of the challenges; `nil` where a challenge cannot be used.
    package typealias SecondPhaseWires =
        @Sendable (_ challenges: [Scalar]) -> (left: [Scalar], right: [Scalar])?

    let committed: SecretScalars
    let left: SecretScalars
    let right: SecretScalars
    let output: SecretScalars
    let secondPhase: SecondPhaseWires
    let short: ShortWires?

    /// Takes over wires that already stand in erased storage.
    init(
        committed: SecretScalars,
        left: SecretScalars,
        right: SecretScalars,
        output: SecretScalars,
        short: ShortWires?,
        secondPhase: @escaping SecondPhaseWires
    ) {
        self.short = short
        self.committed = committed
        self.left = left
        self.right = right
        self.output = output
        self.secondPhase = secondPhase
    }

    /// The values of all first-phase wires.
    ///
    /// `output` is what the prover claims; an honest one claims the products.
    package init(
        committed: [Scalar],
        left: [Scalar],
        right: [Scalar],
        output: [Scalar]? = nil,
        secondPhase: @escaping SecondPhaseWires = { _ in ([], []) }
    ) {
        self.output = SecretScalars(output ?? zip(left, right).map { $0 * $1 })
        self.committed = SecretScalars(committed)
        self.left = SecretScalars(left)
        self.right = SecretScalars(right)
        self.secondPhase = secondPhase
        short = nil
    }

    /// `<hidden>`.
    public var description: String { "<hidden>" }
    /// `<hidden>`.
    public var debugDescription: String { "<hidden>" }
    /// Without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
