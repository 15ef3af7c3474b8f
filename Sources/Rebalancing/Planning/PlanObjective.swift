import BigIntegers

/// What a plan weighs beside its fees: the risk that is left, and costs that grow with size or are paid for any trade.
///
/// With it a plan under a mandate minimises λH/2·(w − t)ᵀΣ(w − t) + Σ (cᵢ|Δᵢ| + kᵢ|Δᵢ|^(3/2) + Fᵢ·[Δᵢ ≠ 0]) within the mandate's
/// bounds, where c is the venue's fee; without it the fees alone. All in floating point: what comes of it is settled in whole
/// units and checked in exact integers like every plan.
public struct PlanObjective: Sendable, Hashable {
    /// Σ, of returns a year, such as ``Covariance/shrunk(from:)`` gives.
    public let covariance: Covariance
    /// λH: risk aversion times the horizon in years.
    public let riskWeight: Double
    /// k of each asset, in shares of the portfolio: ``TradeCost/squareRootImpact(coefficient:volatility:volume:value:)``.
    public let impacts: [Double]
    /// F of each asset, as a share of the portfolio.
    public let fixedCosts: [Double]

    /// Creates an objective.
    ///
    /// - Parameters:
    ///   - covariance: Σ, of returns a year.
    ///   - riskAversion: λ, at least 0.
    ///   - horizonDays: H, at least 0, in days of which a year has 365.
    ///   - impacts: k of each asset; 0 each if absent.
    ///   - fixedCosts: F of each asset; 0 each if absent.
    /// - Throws: ``OptimisationError``.
    public init(
        covariance: Covariance,
        riskAversion: Double = BandProblem.defaultRiskAversion,
        horizonDays: Int = NoTradeRule.defaultHorizonDays,
        impacts: [Double]? = nil,
        fixedCosts: [Double]? = nil
    ) throws(OptimisationError) {
        let zeros = [Double](repeating: 0, count: covariance.count)
        for (name, figures) in [("impacts", impacts), ("fixed costs", fixedCosts)] {
            guard let figures else { continue }
            guard figures.count == covariance.count else {
                throw .countMismatch(name: name, got: figures.count, expected: covariance.count)
            }
            for figure in figures where !(figure >= 0 && figure.isFinite) {
                throw .unusableParameter(name: name, got: "\(figure)", expected: "finite numbers of at least 0")
            }
        }
        guard riskAversion >= 0, riskAversion.isFinite, horizonDays >= 0 else {
            throw .unusableParameter(
                name: "risk aversion and horizon",
                got: "\(riskAversion) and \(horizonDays) days",
                expected: "at least 0 each"
            )
        }
        self.covariance = covariance
        riskWeight = riskAversion * Double(horizonDays) / 365
        self.impacts = impacts ?? zeros
        self.fixedCosts = fixedCosts ?? zeros
    }

    /// Whether it is of this many assets.
    func isOf(_ count: Int) -> Bool { covariance.count == count }
}

extension PlanObjective {
    /// What a mandate's own `unless cost > benefit` weighs in a market: the same λ, H and Σ; `nil` without the rule or its window.
    init?(_ mandate: Mandate, of risk: MarketRisk) {
        guard let rule = mandate.noTrade, let covariance = risk.covariance(days: rule.windowDays),
            covariance.entries.count == mandate.assets.count
        else { return nil }
        let unit = Double(sign: .plus, exponent: -2 * ExactCovariance.returnBits, significand: 1)
        let rows = covariance.entries.map { $0.map { Double($0) * unit } }
        guard let measured = try? Covariance(rows),
            let objective = try? PlanObjective(
                covariance: measured,
                riskAversion: Double(rule.riskAversion) / 1_000,
                horizonDays: rule.horizonDays
            )
        else { return nil }
        self = objective
    }
}
