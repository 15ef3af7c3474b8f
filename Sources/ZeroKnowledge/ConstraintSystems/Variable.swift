/// A wire of a constraint system, a committed value, or the constant one.
public enum Variable: Sendable, Hashable {
    /// Left input of a multiplier.
    case left(Int)
    /// Right input of a multiplier.
    case right(Int)
    /// Output of a multiplier: the product of its inputs.
    case output(Int)
    /// A value under a commitment of the statement.
    case committed(Int)
    /// The constant 1.
    case one
}
