import BigIntegers
public import MarketData

/// What to do at one moment, and why: a reason for every trade and for every non-trade.
public enum DriftDecision: Sendable, Hashable {
    /// Nothing moves.
    case hold(HoldReason)
    /// Trade back; the reasons are in the order of the mandate and never empty.
    case rebalance(because: [TriggerReason])
}

/// Why nothing moves.
public enum HoldReason: Sendable, Hashable {
    /// The last rebalance is too recent: public, recomputed by every verifier.
    case cooldown(remainingMilliseconds: Int64)
    /// Every band and every requirement holds and no schedule is due. The figures are one per asset. **Secret.**
    case withinBands(DriftFigures)
    /// Something is due, but the day's turnover leaves less than one smallest trade.
    case limitUsedUp(pending: [TriggerReason])
    /// Something is due, but the slippage bucket leaves less than one smallest trade may cost.
    case bucketUsedUp(pending: [TriggerReason])
    /// Something is due, but no trade saves what it costs: `unless cost > benefit`. **Secret.**
    case notWorthTheCost(pending: [TriggerReason], TradeBenefit)
    /// Circuit breakers halt trading, named in the policy's order: public, recomputed by every verifier.
    case breaker(names: [String])
    /// The oracle is bad, or was so recently: public, recomputed by every verifier.
    case oracle(reason: String)
}

/// What makes a rebalance due.
public enum TriggerReason: Sendable, Hashable {
    /// An asset strayed beyond its band.
    case drift(DriftFigure)
    /// A requirement is broken before the rebalance.
    case requirement(name: String)
    /// A figure exceeded what a trigger of its own allows, such as `tracking error(60d)`.
    case condition(name: String)
    /// A scheduled instant lies in (last rebalance, now].
    case schedule(Schedule, instant: Timestamp)
}

/// One asset's weight against its target, exact. **Secret**: it is read from the holdings.
public struct DriftFigure: Sendable, Hashable {
    /// The asset.
    public let asset: Asset
    /// Its weight in parts per million; 0 in an empty portfolio.
    public let weight: ExactFraction
    /// Its target.
    public let target: PartsPerMillion
    /// The band's trigger in parts per million; `nil` if drift of this asset never triggers.
    public let trigger: ExactFraction?

    /// Weight minus target in parts per million.
    public var drift: ExactFraction {
        ExactFraction(
            weight.numerator - BigInteger(target.value) * weight.denominator,
            over: weight.denominator
        )
    }
}

extension DriftDecision: CustomStringConvertible {
    /// One line without figures: safe for logs.
    public var description: String {
        switch self {
        case .hold(let reason): "hold: \(reason)"
        case .rebalance(let reasons): "rebalance because " + reasons.map(\.description).joined(separator: ", ")
        }
    }

    /// The same with every figure, for the operator's eyes only.
    public var explanation: String {
        switch self {
        case .hold(let reason): "hold: \(reason.explanation)"
        case .rebalance(let reasons): "rebalance because " + reasons.map(\.explanation).joined(separator: "; ")
        }
    }
}

extension HoldReason: CustomStringConvertible {
    /// The reason without figures of the holdings.
    public var description: String {
        switch self {
        case .cooldown(let remaining): "cooldown for another \(ElapsedTime(milliseconds: remaining))"
        case .withinBands: "within bands"
        case .limitUsedUp(let pending):
            "the day's turnover is used up, pending " + pending.map(\.description).joined(separator: ", ")
        case .bucketUsedUp(let pending):
            "the slippage bucket is used up, pending " + pending.map(\.description).joined(separator: ", ")
        case .notWorthTheCost(let pending, _):
            "not worth its cost, pending " + pending.map(\.description).joined(separator: ", ")
        case .breaker(let names): "breaker " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .oracle(let reason): "oracle: \(reason)"
        }
    }

    /// The reason with every figure. **Secret.**
    public var explanation: String {
        switch self {
        case .cooldown, .breaker, .oracle: description
        case .withinBands(let figures):
            figures.isEmpty ? description : "within bands: " + figures.map(\.explanation).joined(separator: "; ")
        case .limitUsedUp(let pending):
            "the day's turnover is used up, pending " + pending.map(\.explanation).joined(separator: "; ")
        case .bucketUsedUp(let pending):
            "the slippage bucket is used up, pending " + pending.map(\.explanation).joined(separator: "; ")
        case .notWorthTheCost(let pending, let benefit):
            "\(benefit.explanation), pending " + pending.map(\.explanation).joined(separator: "; ")
        }
    }
}

extension TriggerReason {
    /// Whether a rebalance must mend it, whatever that costs: a broken requirement is never excused.
    var isObligation: Bool {
        if case .requirement = self { true } else { false }
    }
}

extension TriggerReason: CustomStringConvertible {
    /// The reason without figures of the holdings.
    public var description: String {
        switch self {
        case .drift(let figure): "drift(\(figure.asset.symbol))"
        case .requirement(let name): "`\(name)` broken"
        case .condition(let name): name
        case .schedule(let schedule, let instant): "\(schedule) due at \(instant)"
        }
    }

    /// The reason with its figures. **Secret.**
    public var explanation: String {
        switch self {
        case .drift(let figure): figure.explanation
        case .requirement, .condition, .schedule: description
        }
    }
}

extension DriftFigure: CustomStringConvertible, CustomReflectable {
    /// The asset alone.
    public var description: String { asset.symbol }

    /// A mirror of the asset alone.
    public var customMirror: Mirror { Mirror(self, children: ["asset": asset.symbol]) }

    /// `BTC weighs 54.2031%, 4.2031pp above its target of 50% (band 4pp)`; digits beyond parts per million are cut. **Secret.**
    public var explanation: String {
        let weight = Points.percent(weight.numerator.floorDivided(by: weight.denominator))
        let drift = drift
        let distance = Points(millionths: drift.numerator.magnitude.floorDivided(by: drift.denominator))
        let place = drift.numerator == 0 ? "on" : "\(distance) \(drift.numerator > 0 ? "above" : "below")"
        let band = trigger.map {
            "band \(Points(millionths: $0.numerator.floorDivided(by: $0.denominator)))"
        }
        return "\(asset.symbol) weighs \(weight)%, \(place) its target of \(target) (\(band ?? "no band"))"
    }
}

extension Schedule: CustomStringConvertible {
    /// The rule in the language's words.
    public var description: String {
        switch self {
        case .every(let step): "every \(ElapsedTime(milliseconds: step))"
        case .daily(let minute): "every day at \(Self.clock(minute)) UTC"
        case .weekly(let weekday, let minute): "every week on day \(weekday) at \(Self.clock(minute)) UTC"
        case .monthly(let day, let minute): "every month on day \(day) at \(Self.clock(minute)) UTC"
        }
    }

    private static func clock(_ minute: Int) -> String {
        let digits = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        return "\(digits(minute / 60)):\(digits(minute % 60))"
    }
}
