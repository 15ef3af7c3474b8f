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

extension Variable {
    /// The wire in a system that has `offset` multipliers before, and the commitments at other places.
    func moved(by offset: Int, committedAt places: [Int]) -> Variable {
        switch self {
        case .left(let index): .left(index + offset)
        case .right(let index): .right(index + offset)
        case .output(let index): .output(index + offset)
        case .committed(let index): .committed(places[index])
        case .one: .one
        }
    }
}
