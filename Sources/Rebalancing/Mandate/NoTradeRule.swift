public import MarketData

/// `unless cost > benefit`: what is due is left where no exchange of assets saves more risk than it costs.
///
/// With w the weights held, t the targets, Σ a covariance a year, λ the risk aversion and H the horizon in years, a portfolio pays
/// λH/2·(w − t)ᵀΣ(w − t) for straying over the horizon. To first order, moving value from asset *i* to asset *j* saves gᵢ − gⱼ of what
/// moves, where g = λHΣ(w − t), and costs at most c. Nothing is worth trading iff
///
///     max gᵢ − min gⱼ ≤ c,
///
/// which says that some μ has |gᵢ − μ| ≤ c/2 for every asset. The objective is convex, so that no larger trade pays either.
///
/// c is public, and one figure for every pair of assets: an exchange of one unit of value has a turnover of one unit, and the policy's
/// ceiling on cost is a share of that (decision record 0055).
///
/// - Note: Source: the subgradient condition of the convex problem; Davis and Norman (1990) for the region's shape.
public struct NoTradeRule: Sendable, Hashable {
    /// How many daily returns Σ looks back over.
    public let windowDays: Int
    /// H, in days of which a year has 365.
    public let horizonDays: Int
    /// λ, in thousandths.
    public let riskAversion: Int
    /// c, in parts per million of what moves.
    public let cost: PartsPerMillion

    /// The window where a policy names none.
    public static let defaultWindowDays = 60
    /// The horizon where a policy names none.
    public static let defaultHorizonDays = 30
    /// λ where a policy names none, in thousandths: what the planner of bands takes.
    public static let defaultRiskAversion = 3_000
    /// The horizons that circuits have room for, in days.
    public static let horizons = 1...365
    /// The risk aversions that circuits have room for, in thousandths.
    public static let riskAversions = 1...100_000
    /// The costs that a rule may reckon with.
    public static let costs: ClosedRange<Int64> = 0...1_000_000

    /// Creates a rule.
    ///
    /// - Precondition: Every figure is in its range; that of windows is ``RiskMeasure``'s. The language checks them.
    public init(
        windowDays: Int = NoTradeRule.defaultWindowDays,
        horizonDays: Int = NoTradeRule.defaultHorizonDays,
        riskAversion: Int = NoTradeRule.defaultRiskAversion,
        cost: PartsPerMillion
    ) {
        precondition((RiskMeasure.leastDays...RiskMeasure.mostDays).contains(windowDays), "a window of so many days")
        precondition(Self.horizons.contains(horizonDays), "a horizon of so many days")
        precondition(Self.riskAversions.contains(riskAversion), "so much risk aversion")
        precondition(Self.costs.contains(cost.value), "a cost of so much")
        self.windowDays = windowDays
        self.horizonDays = horizonDays
        self.riskAversion = riskAversion
        self.cost = cost
    }
}

extension NoTradeRule: CustomStringConvertible {
    /// In the language's words, with every part: `cost 0.3% > benefit(60d) over 30d at risk aversion 3`.
    public var description: String {
        "cost \(cost) > benefit(\(windowDays)d) over \(horizonDays)d at risk aversion \(Self.text(riskAversion))"
    }

    /// Thousandths as a decimal without trailing zeros.
    private static func text(_ thousandths: Int) -> String {
        var decimals = String(1_000 + thousandths % 1_000).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(thousandths / 1_000)" + (decimals.isEmpty ? "" : ".\(decimals)")
    }
}
