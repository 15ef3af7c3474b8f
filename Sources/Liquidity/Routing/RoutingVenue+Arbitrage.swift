extension RoutingVenue {
    /// The most valuable trade at `prices`, one for each asset of the venue.
    ///
    /// Pieces of constant rate are used all or nothing; `softness`, in units of the objective, makes their use smooth, and
    /// `answer.value` then counts the softening. At zero softness, values are exact and slopes are not given for such pieces.
    func arbitrage(
        at prices: [Double],
        softness: Double,
        _ answer: inout ArbitrageAnswer,
        _ part: inout ArbitrageAnswer
    ) {
        let count = assets.count
        answer.reset(count: count)
        for piece in pieces {
            switch piece {
            case .weighted(let arbitrage):
                part.reset(count: count)
                arbitrage.answer(prices[...], &part)
                answer.add(part)
            case .stable(let arbitrage):
                part.reset(count: count)
                arbitrage.answer(prices[...], &part)
                answer.add(part)
            case .level(let rate, let size):
                let margin = rate * prices[1] - prices[0]
                var (used, slope) = (margin > 0 ? size : 0, 0.0)
                answer.value += max(0, margin) * size
                if softness > 0 {
                    let soft = SoftShare(margin * size / softness)
                    used = soft.share * size
                    slope = soft.slope * size * size / softness
                    answer.value += softness * soft.value - max(0, margin) * size
                }
                answer.add(used, slope: slope, rate: rate)
            case .mix(let quantities, let size):
                var margin = prices[count - 1]
                for index in quantities.indices { margin -= quantities[index] * prices[index] }
                var (used, slope) = (margin > 0 ? size : 0, 0.0)
                answer.value += max(0, margin) * size
                if softness > 0 {
                    let soft = SoftShare(margin * size / softness)
                    used = soft.share * size
                    slope = soft.slope * size * size / softness
                    answer.value += softness * soft.value - max(0, margin) * size
                }
                answer.add(used, slope: slope, direction: quantities.map { -$0 } + [1])
            case .impact(let rate, let retained, let coefficient, let size):
                let root = (retained - prices[0] / (prices[1] * rate)) / (1.5 * coefficient)
                guard root > 0 else { continue }
                let used = min(size, root * root)
                let received = rate * (retained * used - coefficient * used * used.squareRoot())
                answer.trade[0] -= used
                answer.trade[1] += received
                answer.value += received * prices[1] - used * prices[0]
                guard used < size else { continue }
                // The rate at the margin is ν₀/ν₁, and d(used)/dν follows from root.
                let marginal = prices[0] / prices[1]
                let perRate = 2 * root / (1.5 * coefficient * prices[1] * rate)
                answer.add(0, slope: perRate, rate: marginal)
            }
        }
    }

    /// Prices at which the venue's first piece would rest, one for each asset, up to a common factor.
    var restingPrices: [Double] {
        switch pieces.first {
        case .weighted(let arbitrage): arbitrage.restingPrices
        case .stable(let arbitrage): arbitrage.restingPrices
        case .level(let rate, _): [rate, 1]
        case .impact(let rate, let retained, _, _): [rate * retained, 1]
        case .mix(let quantities, _): quantities.map { 1 / ($0 * Double(quantities.count)) } + [1]
        case nil: []
        }
    }

    /// Whether the venue takes every one of its assets, and not the first alone.
    var isReversible: Bool {
        switch pieces.first {
        case .weighted, .stable, .mix: true
        case .level, .impact, nil: false
        }
    }
}

extension ArbitrageAnswer {
    fileprivate mutating func add(_ other: ArbitrageAnswer) {
        value += other.value
        for index in trade.indices { trade[index] += other.trade[index] }
        for index in slope.indices { slope[index] += other.slope[index] }
    }

    /// Adds `used` times a fixed trade, which answers to its own margin with `slope`.
    fileprivate mutating func add(_ used: Double, slope: Double, direction: [Double]) {
        for row in direction.indices {
            trade[row] += used * direction[row]
            for column in direction.indices {
                self.slope[row * direction.count + column] += slope * direction[row] * direction[column]
            }
        }
    }

    /// Adds a trade of `used` of token 0 for `rate` of token 1 each, which answers to its own margin with `slope`.
    fileprivate mutating func add(_ used: Double, slope: Double, rate: Double) {
        trade[0] -= used
        trade[1] += rate * used
        self.slope[0] += slope
        self.slope[1] -= slope * rate
        self.slope[2] -= slope * rate
        self.slope[3] += slope * rate * rate
    }
}
