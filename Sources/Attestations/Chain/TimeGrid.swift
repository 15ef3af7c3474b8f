public import MarketData

/// The instants at which a policy with `attest every d` owes an attestation: the multiples of d since 1970.
public struct TimeGrid: Sendable, Hashable {
    /// Milliseconds between two instants.
    public let step: Int64

    /// Instants without an attestation.
    public struct Gap: Sendable, Hashable {
        /// The first of them, ascending: at most ``mostNamed``.
        public let named: [Timestamp]
        /// How many there are.
        public let count: Int64

        /// How many are named at most.
        public static let mostNamed = 20

        /// In words: every instant, or the first ones and how many follow.
        public var text: String {
            let times = named.map(\.description).joined(separator: ", ")
            return count > Int64(named.count) ? times + " and \(count - Int64(named.count)) more" : times
        }
    }

    /// Creates a grid.
    ///
    /// - Precondition: the step is positive, as every compiled policy's is.
    public init(step: Int64) {
        precondition(step > 0, "a grid has a positive step")
        self.step = step
    }

    /// The instants that lie strictly between two times, or up to the later one where that instant is not `taken` either.
    ///
    /// - Parameters:
    ///   - earlier: Time of the last attestation.
    ///   - later: Time of the next one.
    ///   - taken: Whether the later attestation may itself stand for an instant.
    /// - Returns: `nil` if none is missing.
    public func gap(after earlier: Timestamp, to later: Timestamp, taken: Bool) -> Gap? {
        let first = earlier.floored(toMultipleOf: step).adding(milliseconds: step)
        // Both ends of the integers saturate, so that a hostile time cannot trap.
        let end = taken ? later.adding(milliseconds: -1) : later
        guard first > earlier, first <= end else { return nil }
        let (sum, overflow) = (end.milliseconds(since: first) / step).addingReportingOverflow(1)
        let count = overflow ? .max : sum
        return Gap(
            named: (0..<min(count, Int64(Gap.mostNamed))).map { first.adding(milliseconds: $0 * step) },
            count: count
        )
    }
}

extension AttestationVerifier {
    /// The instants of the grid that an attestation left out behind its predecessor, by the policy that was then in force.
    ///
    /// - Parameters:
    ///   - statement: The later one.
    ///   - predecessor: The one before it at hand: where attestations between the two were taken away, it is earlier than the
    ///     statement says.
    public func gap(before statement: Statement, after predecessor: Statement? = nil) -> TimeGrid.Gap? {
        guard statement.kind != .genesis else { return nil }
        let inForce = statement.kind == .amend ? standing.policy : policy
        return inForce?.attestEvery.flatMap { step in
            TimeGrid(step: step).gap(
                after: min(statement.previousTime, predecessor?.time ?? statement.previousTime),
                to: statement.time,
                taken: statement.kind.standsOnGrid
            )
        }
    }
}
