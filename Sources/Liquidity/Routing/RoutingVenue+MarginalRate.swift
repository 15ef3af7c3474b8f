public import MarketData

extension RoutingVenue {
    /// What the first unit of one asset brings of another here, fees deducted and gas not: the price before any trade.
    ///
    /// For a product of reserves γ·(wᵢ/Rᵢ)/(wⱼ/Rⱼ), for a stable pool γ times the ratio of its slopes, for a book its best level.
    /// Of several ranges, the best that still holds what is wanted.
    ///
    /// - Returns: `nil` where the venue does not give `output` for `input`.
    public func marginalRate(from input: Asset, to output: Asset) -> Double? {
        guard let from = assets.firstIndex(of: input), let to = assets.firstIndex(of: output), from != to else {
            return nil
        }
        return pieces.compactMap { $0.marginalRate(from, to) }.max()
    }
}

extension RoutingVenue.Piece {
    fileprivate func marginalRate(_ from: Int, _ to: Int) -> Double? {
        switch self {
        case .weighted(let arbitrage):
            // A range that has run out of a token gives none of it.
            guard arbitrage.reserves[to] > arbitrage.offsets[to] else { return nil }
            let prices = arbitrage.restingPrices
            return arbitrage.retained * prices[from] / prices[to]
        case .stable(let arbitrage):
            let prices = arbitrage.restingPrices
            return arbitrage.retained * prices[from] / prices[to]
        case .level(let rate, _): return from == 0 ? rate : nil
        case .impact(let rate, let retained, _, _): return from == 0 ? rate * retained : nil
        case .mix: return nil
        }
    }
}

extension Router {
    /// The best price before any trade: what the first unit of `input` brings of `output` along the best path, fees deducted.
    ///
    /// Paths visit no asset twice and have up to ``mostHops`` venues: a round through pools that are out of line with each other
    /// would bring ever more, and is no price. So an order may bring *more* a unit than this, where such rounds pay.
    ///
    /// - Returns: `nil` if no such path leads from one asset to the other.
    /// - Complexity: O(n^(``mostHops`` − 1)) for n assets.
    public func marginalPrice(of input: Asset, in output: Asset) -> Double? {
        var rates: [Asset: [Asset: Double]] = [:]
        for venue in venues {
            for from in venue.assets {
                for to in venue.assets {
                    guard let rate = venue.marginalRate(from: from, to: to) else { continue }
                    rates[from, default: [:]][to] = max(rates[from]?[to] ?? 0, rate)
                }
            }
        }
        var path: Set<Asset> = []
        func best(from asset: Asset, hops: Int) -> Double? {
            if asset == output { return 1 }
            guard hops > 0 else { return nil }
            path.insert(asset)
            defer { path.remove(asset) }
            return (rates[asset] ?? [:]).compactMap { next, rate in
                path.contains(next) ? nil : best(from: next, hops: hops - 1).map { rate * $0 }
            }.max()
        }
        return input == output ? nil : best(from: input, hops: Self.mostHops)
    }

    /// The most venues in a path that ``marginalPrice(of:in:)`` looks at.
    public static let mostHops = 4
}
