#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The free parameters of a transition matrix around a maximum: log-odds against each row's largest entry.
///
/// Entries on the boundary, which less than one move in twenty series would use, are held and have no standard error.
struct ChainParameters {
    private let count: Int
    private let transitions: [Double]
    /// The entries that vary, by row; the first of a row is its largest, against which the others are measured.
    private let rows: [[Int]]
    private let objective: PenalizedObjective

    /// - Parameter moves: Σₜ ξₜ(i, j) at the maximum, `[K][K]`.
    init(_ transitions: [Double], moves: [Double], _ objective: PenalizedObjective) {
        let count = Int(Double(transitions.count).squareRoot().rounded())
        self.count = count
        self.transitions = transitions
        self.objective = objective
        rows = (0..<count).map { from in
            let entries = (from * count..<(from + 1) * count).filter { entry in
                transitions[entry] > 0 && moves[entry] + objective.pseudoCount(from, entry - from * count) > 0.05
            }
            return entries.sorted { transitions[$0] > transitions[$1] }
        }
    }

    /// The entries that are parameters, in order.
    private var entries: [Int] { rows.flatMap { $0.dropFirst() } }

    /// The number of parameters.
    var parameterCount: Int { entries.count }

    /// θ at the maximum: 0, the log-odds being measured from there.
    var point: [Double] { [Double](repeating: 0, count: parameterCount) }

    /// *a* with its entries multiplied by exp θ and each row normalized over the entries that vary.
    func transitions(at point: ArraySlice<Double>) -> [Double] {
        var next = transitions
        var position = point.startIndex
        for row in rows where row.count > 1 {
            let whole = row.reduce(0) { $0 + transitions[$1] }
            for entry in row.dropFirst() {
                next[entry] *= exp(point[position])
                position += 1
            }
            let total = row.reduce(0) { $0 + next[$1] }
            for entry in row { next[entry] *= whole / total }
        }
        return next
    }

    /// ∂ by θ of the expected objective: moves less the share of the row's moves that *a* expects.
    func score(_ statistics: ExpectedStatistics, at chain: [Double], start share: [Double]) -> [Double]? {
        var counts = statistics.transitions
        for from in 0..<count {
            for to in 0..<count { counts[from * count + to] += objective.pseudoCount(from, to) }
        }
        if objective.start == .stationary {
            guard let slopes = StationaryAscent.slopes(chain, share, statistics.first) else { return nil }
            // The derivative by a of the long-run start enters as a · ∂, like a count.
            for entry in counts.indices { counts[entry] += chain[entry] * slopes[entry] }
        }
        return rows.flatMap { row -> [Double] in
            let (moves, whole) = (row.reduce(0) { $0 + counts[$1] }, row.reduce(0) { $0 + chain[$1] })
            return row.dropFirst().map { counts[$0] - chain[$0] / whole * moves }
        }
    }

    /// The standard errors of all entries of *a*, by the delta method; nil where one is not identified or on the boundary.
    ///
    /// - Parameter offset: Where the chain's parameters begin.
    func standardErrors(_ information: ObservedInformation, offset: Int) -> [Double?] {
        var errors = [Double?](repeating: nil, count: count * count)
        var position = offset
        for row in rows where row.count > 1 {
            let whole = row.reduce(0) { $0 + transitions[$1] }
            let positions = Dictionary(uniqueKeysWithValues: zip(row.dropFirst(), position...))
            for entry in row {
                var slopes: [Int: Double] = [:]
                for (other, index) in positions {
                    slopes[index] = transitions[entry] * ((entry == other ? 1 : 0) - transitions[other] / whole)
                }
                errors[entry] = information.standardError(slopes)
            }
            position += row.count - 1
        }
        return errors
    }
}
