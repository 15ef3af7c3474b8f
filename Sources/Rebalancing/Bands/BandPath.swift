import BigIntegers
public import MarketData

/// The bands in force where a speed limit bounds how fast they follow the regime.
///
/// Without a limit a change of label widens or narrows every band at once, and a label that was wrong for a day has moved the
/// edges past the portfolio and back. Under a limit of *r* points a day each width, trigger and destination, moves from where it was
/// at the decision before towards the regime's, by r times the time between the two at most. Labels and times are public, so
/// everybody finds the same widths.
///
/// Widths are exact fractions. A band that one regime has and another does not appears and disappears at once: no width lies
/// between some and none.
public struct BandPath: Sendable {
    private let prepared: [PreparedMandate]
    /// r, in parts per million of portfolio value.
    private let pointsPerDay: PartsPerMillion
    private var bands: [ToleranceBand]?
    private var time = Timestamp(milliseconds: 0)

    /// Creates a path that begins with the bands of the first regime it is asked for.
    ///
    /// - Parameters:
    ///   - mandates: One a regime, of the same assets.
    ///   - pointsPerDay: The most that a width may change in a day, in parts per million of portfolio value; negative is 0.
    public init(mandates: [Mandate], pointsPerDay: PartsPerMillion) {
        prepared = mandates.map(PreparedMandate.init)
        self.pointsPerDay = max(pointsPerDay, .zero)
    }

    /// The regime's mandate with the bands in force at a time.
    ///
    /// - Parameters:
    ///   - regime: Index of the regime in force.
    ///   - now: The time of a decision, not before the one asked for last.
    /// - Throws: ``MandateError/countMismatch(what:got:expected:)`` if there is no such regime.
    public mutating func mandate(inRegime regime: Int, at now: Timestamp) throws(MandateError) -> PreparedMandate {
        guard prepared.indices.contains(regime) else {
            throw .countMismatch(what: "mandates", got: prepared.count, expected: regime + 1)
        }
        let own = prepared[regime]
        let elapsed = max(now.milliseconds(since: time), 0)
        time = now
        guard let before = bands, before != own.mandate.bands else {
            bands = own.mandate.bands
            return own
        }
        let step = ExactFraction(
            BigInteger(pointsPerDay.value) * BigInteger(elapsed),
            over: BigInteger(Timestamp.millisecondsPerDay)
        )
        let limited = zip(before, own.mandate.bands).map { $0.moved(towards: $1, by: step) }
        bands = limited
        return limited == own.mandate.bands ? own : PreparedMandate(try own.mandate.replacing(bands: limited))
    }
}

extension ToleranceBand {
    /// Both widths nearer to another band's, by `step` at most.
    func moved(towards goal: ToleranceBand, by step: ExactFraction) -> ToleranceBand {
        func moved(_ width: ExactFraction, _ goal: ExactFraction) -> ExactFraction {
            goal > width ? min(goal, width + step) : max(goal, width - step)
        }
        let trigger = goal.trigger.map { goal in self.trigger.map { moved($0, goal) } ?? goal }
        return ToleranceBand(trigger: trigger, destination: moved(destination, goal.destination))
    }
}

extension ExactFraction {
    /// The exact sum.
    static func + (left: ExactFraction, right: ExactFraction) -> ExactFraction {
        ExactFraction(
            left.numerator * right.denominator + right.numerator * left.denominator,
            over: left.denominator * right.denominator
        )
    }

    /// The exact difference.
    static func - (left: ExactFraction, right: ExactFraction) -> ExactFraction {
        left + ExactFraction(-right.numerator, over: right.denominator)
    }
}
