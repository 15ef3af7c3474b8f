import BigIntegers
public import MarketData

/// Whether any trade saves more risk than it costs, in exact integers: what `unless cost > benefit` asks.
///
/// With w the weights held, t the targets, Σ a covariance a year, λ the risk aversion, H the horizon in years and c the cost of one
/// side, a portfolio pays λH/2·(w − t)ᵀΣ(w − t) for straying over the horizon. To first order, moving money from asset *i* to
/// asset *j* saves gᵢ − gⱼ and costs cᵢ + cⱼ, where g = λHΣ(w − t). Nothing is worth trading iff
///
/// max(gᵢ − cᵢ) ≤ min(gⱼ + cⱼ),
///
/// which says that some μ has |gᵢ − μ| ≤ cᵢ for every asset: the claim that a proof of such a hold makes. The objective is
/// convex, so that no larger trade pays either.
///
/// λHΣ is rounded to whole 10⁻¹² once; everything after is integer arithmetic over values, and the same for everybody.
///
/// - Note: Source: the subgradient condition of the convex problem; Davis and Norman (1990) for the region's shape.
public struct NoTradeTest: Sendable, Hashable {
    /// λ where a policy states none.
    public static let riskAversion = BandProblem.defaultRiskAversion
    /// H where a policy states none, in days.
    public static let horizonDays = 30

    /// 10¹²·λHΣ, row by row.
    private let slopes: [BigInteger]
    /// c of each asset, in parts per million.
    private let costs: [PartsPerMillion]

    /// 10¹².
    private static let scale = BigInteger.powerOfTen(12)

    /// Takes a covariance and costs.
    ///
    /// - Parameters:
    ///   - covariance: Σ, of returns a year.
    ///   - costs: What one side of a trade of each asset costs; 0 of the currency that pays.
    ///   - riskAversion: λ, at least 0.
    ///   - horizonDays: H, at least 0, in days of which a year has 365.
    /// - Throws: ``OptimisationError`` if the parts are of different assets or out of their domains.
    public init(
        covariance: Covariance,
        costs: [PartsPerMillion],
        riskAversion: Double = NoTradeTest.riskAversion,
        horizonDays: Int = NoTradeTest.horizonDays
    ) throws(OptimisationError) {
        guard costs.count == covariance.count else {
            throw .countMismatch(name: "costs", got: costs.count, expected: covariance.count)
        }
        guard riskAversion >= 0, riskAversion.isFinite else {
            throw .unusableParameter(name: "risk aversion", got: "\(riskAversion)", expected: "at least 0")
        }
        guard horizonDays >= 0 else {
            throw .unusableParameter(name: "horizon", got: "\(horizonDays) days", expected: "at least 0")
        }
        let weight = riskAversion * Double(horizonDays) / 365 * 1e12
        slopes = try covariance.elements.map { element throws(OptimisationError) in
            guard let rounded = Int128(exactly: (weight * element).rounded()) else {
                throw .unusableParameter(
                    name: "covariance",
                    got: "\(element)",
                    expected: "less than 10²⁰ a year"
                )
            }
            return BigInteger(rounded)
        }
        self.costs = costs
    }

    /// What the best exchange would save and cost.
    func benefit(_ values: [BigInteger], under mandate: Mandate) throws(HoldingsError) -> TradeBenefit {
        let count = values.count
        guard costs.count == count else { throw .countMismatch(got: costs.count, expected: count) }
        let total = values.reduce(0, +)
        // 10⁶·(value − target·V), whole.
        let strayed = zip(values, mandate.targets.weights).map {
            1_000_000 * $0 - BigInteger(Int($1.value)) * total
        }
        // 10¹⁸·V·g.
        let slopes: [BigInteger] = (0..<count).map { row in
            var sum: BigInteger = 0
            for column in 0..<count { sum += self.slopes[row * count + column] * strayed[column] }
            return sum
        }
        let prices: [BigInteger] = costs.map { Self.scale * BigInteger(Int($0.value)) * total }
        let sales: [BigInteger] = zip(slopes, prices).map { $0 - $1 }
        let purchases: [BigInteger] = zip(slopes, prices).map { $0 + $1 }
        let all = sales.indices
        guard total > 0, count > 1, let first = all.max(by: { sales[$0] < sales[$1] }),
            let last = all.min(by: { purchases[$0] < purchases[$1] }),
            let toBuy = all.filter({ $0 != first }).min(by: { purchases[$0] < purchases[$1] }),
            let toSell = all.filter({ $0 != last }).max(by: { sales[$0] < sales[$1] })
        else { return TradeBenefit(sell: mandate.quote, buy: mandate.quote, saving: ExactFraction(0), cost: .zero) }
        // The best seller may be the best buyer too, as cash is where all else is dear: then one of the two gives way.
        let isFirst = sales[first] - purchases[toBuy] >= sales[toSell] - purchases[last]
        let (sell, buy) = isFirst ? (first, toBuy) : (toSell, last)
        return TradeBenefit(
            sell: mandate.assets[sell],
            buy: mandate.assets[buy],
            saving: ExactFraction(slopes[sell] - slopes[buy], over: Self.scale * total),
            cost: PartsPerMillion(costs[sell].value + costs[buy].value)
        )
    }
}

/// What exchanging a little of one asset for another saves and costs, per unit of value moved. **Secret.**
public struct TradeBenefit: Sendable, Hashable {
    /// What would be sold.
    public let sell: Asset
    /// What would be bought.
    public let buy: Asset
    /// gᵢ − gⱼ in parts per million of what moves.
    public let saving: ExactFraction
    /// cᵢ + cⱼ in parts per million of what moves.
    public let cost: PartsPerMillion

    /// Whether the saving exceeds the cost.
    public var isWorthIt: Bool { saving > ExactFraction(BigInteger(Int(cost.value))) }

    /// Both figures, for the operator's eyes only.
    public var explanation: String {
        let saved = Points(millionths: saving.numerator.floorDivided(by: saving.denominator))
        let paid = Points(millionths: BigInteger(Int(cost.value)))
        return "\(sell.symbol) for \(buy.symbol) saves \(saved) of what moves and costs \(paid): "
            + (isWorthIt ? "worth it" : "not worth its cost")
    }
}

extension TradeBenefit: CustomStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
