/// A rank-1 constraint system as an explicit value: multipliers, and linear constraints over their wires.
///
/// Multiplier i claims left(i)·right(i) = output(i). Multipliers of the second phase continue the numbers of the first; their
/// constraints may depend on challenges that are drawn when the first phase is committed. Constraint q, first phase first,
/// is weighed with z^(q+1), so order is meaning.
///
/// A circuit may come from outside: ``Verifier`` refuses a malformed one, and never traps on it.
public struct Circuit: Sendable, Hashable {
    /// Multipliers whose wires are committed before any challenge, and their constraints.
    public struct FirstPhase: Sendable, Hashable {
        /// Number of multipliers.
        public var multiplierCount: Int
        /// Constraints, each a combination that must be zero.
        public var constraints: [LinearCombination]

        /// A first phase.
        public init(multiplierCount: Int, constraints: [LinearCombination]) {
            self.multiplierCount = multiplierCount
            self.constraints = constraints
        }
    }

    /// Challenges, and what depends on them.
    public struct SecondPhase: Sendable, Hashable {
        /// The transcript labels of the challenges, in order of drawing.
        public var challengeLabels: [String]
        /// Number of further multipliers.
        public var multiplierCount: Int
        /// Constraints over the wires of both phases.
        public var constraints: [ChallengeCombination]

        /// A second phase.
        public init(challengeLabels: [String], multiplierCount: Int, constraints: [ChallengeCombination]) {
            self.challengeLabels = challengeLabels
            self.multiplierCount = multiplierCount
            self.constraints = constraints
        }
    }

    /// Number of commitments that the circuit speaks about.
    public var committedCount: Int
    /// The first phase.
    public var firstPhase: FirstPhase
    /// The second phase; a circuit without one is proved in one phase.
    public var secondPhase: SecondPhase?

    /// A circuit.
    public init(committedCount: Int, firstPhase: FirstPhase, secondPhase: SecondPhase? = nil) {
        self.committedCount = committedCount
        self.firstPhase = firstPhase
        self.secondPhase = secondPhase
    }

    /// Number of constraints of both phases.
    public var constraintCount: Int {
        firstPhase.constraints.count + (secondPhase?.constraints.count ?? 0)
    }

    /// The circuit without the constraint of this index, first phase first.
    ///
    /// Tests remove each constraint in turn, and show a false witness that then passes.
    ///
    /// - Precondition: `index` is at least 0 and less than ``constraintCount``.
    public func removingConstraint(at index: Int) -> Circuit {
        var circuit = self
        let firstCount = firstPhase.constraints.count
        if index < firstCount {
            circuit.firstPhase.constraints.remove(at: index)
        } else {
            circuit.secondPhase?.constraints.remove(at: index - firstCount)
        }
        return circuit
    }

    /// Number of multipliers of both phases, or `nil` for counts that make no sense.
    public var multiplierCount: Int? {
        let second = secondPhase?.multiplierCount ?? 0
        let (sum, overflows) = firstPhase.multiplierCount.addingReportingOverflow(second)
        return firstPhase.multiplierCount >= 0 && second >= 0 && !overflows ? sum : nil
    }
}
