/// What width of a no-trade band balances the risk of straying against the cost of coming back.
///
/// Of one asset with target t and x = w − t, s = σ·t(1 − t): trade when |x| ≥ h, to |x| = l. The loss a year is
/// J(h, l) = γσ²(h² + l²)/12 + (K + ε(h − l))·s²/(h² − l²): the risk of straying, and the cost of a trade times how often one
/// comes.
///
/// - Note: Source: Janeček and Shreve (2004), *Finance and Stochastics* 8, and Gerhold et al. (2014), who count 2ε, for
///   proportional costs; Korn (1998), *Finance and Stochastics* 2, for fixed ones.
public struct BandProblem: Sendable, Hashable {
    /// t: 0 < t < 1.
    public let target: Double
    /// σ a year, of the asset against the rest: positive.
    public let volatility: Double
    /// ε: what one side of a trade costs of its value: fee and half the spread.
    public let proportionalCost: Double
    /// K: what a trade costs as a share of the portfolio, such as gas.
    public let fixedCost: Double
    /// γ: relative risk aversion, positive.
    public let riskAversion: Double

    /// Risk aversion of a strategist who states none.
    public static let defaultRiskAversion = 3.0

    /// Checks the figures.
    ///
    /// - Throws: ``OptimisationError/unusableParameter(name:got:expected:)``; also if trading costs nothing at all, because no
    ///   band is too narrow then.
    public init(
        target: Double,
        volatility: Double,
        proportionalCost: Double,
        fixedCost: Double = 0,
        riskAversion: Double = BandProblem.defaultRiskAversion
    ) throws(OptimisationError) {
        guard target > 0, target < 1 else {
            throw .unusableParameter(name: "target", got: "\(target)", expected: "more than 0 and less than 1")
        }
        for (name, value) in [("volatility", volatility), ("risk aversion", riskAversion)]
        where !(value > 0 && value.isFinite) {
            throw .unusableParameter(name: name, got: "\(value)", expected: "a positive number")
        }
        for (name, value) in [("cost", proportionalCost), ("fixed cost", fixedCost)]
        where !(value >= 0 && value.isFinite) {
            throw .unusableParameter(name: name, got: "\(value)", expected: "a finite number of at least 0")
        }
        guard proportionalCost + fixedCost > 0 else {
            throw .unusableParameter(name: "cost", got: "0", expected: "a positive cost, in proportion or fixed")
        }
        self.target = target
        self.volatility = volatility
        self.proportionalCost = proportionalCost
        self.fixedCost = fixedCost
        self.riskAversion = riskAversion
    }

    /// J(h, l), a year as a share of the portfolio; infinite for l = h with a fixed cost.
    ///
    /// - Precondition: 0 ≤ `destination` ≤ `trigger`, and `trigger` is positive.
    public func loss(trigger: Double, destination: Double) -> Double {
        precondition(destination >= 0 && destination <= trigger && trigger > 0, "a trade goes inward")
        let (sum, difference) = (trigger + destination, trigger - destination)
        let risk = riskAversion * volatility * volatility / 12
        let s = volatility * target * (1 - target)
        let fixed = fixedCost > 0 ? fixedCost / (sum * difference) : 0
        return risk * (sum * sum + difference * difference) / 2 + s * s * (fixed + proportionalCost / sum)
    }

    /// A band of somebody else's choice, with its loss.
    ///
    /// - Precondition: 0 ≤ `destination` ≤ `trigger`, and `trigger` is positive.
    public func plan(trigger: Double, destination: Double) -> BandPlan {
        BandPlan(
            trigger: trigger,
            destination: destination,
            loss: loss(trigger: trigger, destination: destination)
        )
    }

    /// The band that costs least.
    ///
    /// With u = h + l, v = h − l and κ = 12·t²(1 − t)²/γ, both slopes of J vanish where u = κK/v³ and v⁸(K + εv) = κ²K³: one
    /// root. It keeps v ≤ u by itself. Without a fixed cost v = 0 and h = (3ε/(2γ)·t²(1 − t)²)^(1/3); without a proportional
    /// one l = 0 and h = (12K·t²(1 − t)²/γ)^(1/4). The volatility σ cancels: it makes drift as much dearer as trading more
    /// frequent.
    public var optimum: BandPlan {
        guard fixedCost > 0 else {
            let width = (proportionalCost * kappa / 8).cubeRoot
            return plan(trigger: width, destination: width)
        }
        // v = r·(κK)^(1/4) with r⁸(1 + q·r) = 1: 0 < r ≤ 1 whatever the scales.
        let widest = (kappa * fixedCost).squareRoot().squareRoot()
        let ratio = proportionalCost * widest / fixedCost
        let share = Self.root(0, 1) { share in
            let square = share * share
            return square * square * square * square * (1 + ratio * share) - 1
        }
        let difference = share * widest
        let sum = widest / (share * share * share)
        return plan(trigger: (sum + difference) / 2, destination: max((sum - difference) / 2, 0))
    }

    /// The best trigger where every trade must go all the way to the target: h⁴ = κ(K + εh/2).
    public var optimumToTarget: BandPlan {
        let (fixed, proportional) = (
            (kappa * fixedCost).squareRoot().squareRoot(), (kappa * proportionalCost / 2).cubeRoot
        )
        let trigger = Self.root(max(fixed, proportional), fixed + proportional) { trigger in
            let square = trigger * trigger
            return square * square - kappa * (fixedCost + proportionalCost * trigger / 2)
        }
        return plan(trigger: trigger, destination: 0)
    }

    /// The best destination for a trigger that somebody else chose.
    ///
    /// - Precondition: `trigger` is positive.
    public func bestDestination(trigger: Double) -> BandPlan {
        precondition(trigger > 0, "a band has a width")
        // J is convex in l; its slope is negative at 0 and, with a fixed cost, positive before h.
        let s = target * (1 - target)
        let destination = Self.root(0, trigger) { inside in
            let (sum, difference) = (trigger + inside, trigger - inside)
            // The slope times (h² − l²)²/σ², so that the end of the range is finite.
            let square = sum * difference
            return riskAversion / 6 * inside * square * square
                + s * s * (2 * inside * fixedCost - proportionalCost * difference * difference)
        }
        return plan(trigger: trigger, destination: destination)
    }

    /// κ = 12·t²(1 − t)²/γ.
    private var kappa: Double {
        let spread = target * (1 - target)
        return 12 * spread * spread / riskAversion
    }

    /// Where a function that is negative before its one root in `low`…`high` becomes positive, to the last digit.
    private static func root(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Double {
        var (low, high) = (low, high)
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return high }
            if function(middle) < 0 { low = middle } else { high = middle }
        }
    }
}

/// A band: when to trade, where to, and what that loses.
public struct BandPlan: Sendable, Hashable {
    /// h: the drift that triggers, as a fraction of portfolio value.
    public let trigger: Double
    /// l: the drift that a trade leaves.
    public let destination: Double
    /// J: the loss a year, as a fraction of portfolio value.
    public let loss: Double
}
