extension OneStepProblem {
    /// Whether holding still is optimal, by the first-order test for proportional costs.
    ///
    /// With g = λΣ(w⁰ − t), moving money from asset *i* to asset *j* gains gᵢ − gⱼ and costs cᵢ + cⱼ. Nothing is worth trading
    /// iff max(gᵢ − cᵢ) ≤ min(gⱼ + cⱼ), over assets that may be sold and assets that may be bought. Impact costs nothing to
    /// first order, and fixed costs only widen the region: for those the test is of the problem without them.
    ///
    /// - Precondition: What is held keeps every bound and limit; caps and limits that bind are not read.
    /// - Note: Source: the subgradient condition of the convex problem; Davis and Norman (1990) for the region's shape.
    public var isHoldingOptimal: Bool { bestExchange.gain <= 0 }

    /// The exchange of a little of one asset for another that improves the objective most, per share of the portfolio moved.
    ///
    /// - Returns: What to sell, what to buy, and what it gains after proportional costs: at most 0 in the no-trade region.
    ///   `nil` for both where bounds leave nothing to exchange.
    public var bestExchange: (sell: Int?, buy: Int?, gain: Double) {
        let slopes = covariance.times(zip(held, targets).map { $0 - $1 }).map { riskAversion * $0 }
        let seller = held.indices.filter { held[$0] > lowest[$0] }
            .max { slopes[$0] - costs[$0].proportional < slopes[$1] - costs[$1].proportional }
        let buyer = held.indices.filter { held[$0] < highest[$0] }
            .min { slopes[$0] + costs[$0].proportional < slopes[$1] + costs[$1].proportional }
        guard let seller, let buyer, seller != buyer else { return (nil, nil, 0) }
        let gain =
            slopes[seller] - costs[seller].proportional - slopes[buyer] - costs[buyer].proportional
        return (seller, buyer, gain)
    }
}
