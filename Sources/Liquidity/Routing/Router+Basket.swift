public import MarketData

extension Router {
    /// Rebalances all assets at once to given weights: the trades after which most of the wanted mix is held.
    ///
    /// maximise s subject to h + Ψ ≥ s·w/p, where Ψ is what all trades together bring: sales and purchases are netted over every
    /// venue, and a unit of s is one unit of value at `prices`, spread as `weights` say. It is the router's problem with one more
    /// venue, which takes w/p of each asset and gives one unit of s.
    ///
    /// - Parameters:
    ///   - holdings: h, in whole tokens: at least 0.
    ///   - weights: w: positive where wanted, together 1.
    ///   - prices: p of each asset that is wanted: positive. They define the mix and its value; venues trade at their own.
    /// - Returns: The route: its value is s, in the prices' unit, gas deducted in the same.
    /// - Throws: ``RoutingError/unusableOrder(reason:)``, ``RoutingError/unroutable(from:to:)`` if an asset that is wanted is
    ///   neither held nor reached, ``RoutingError/noConvergence``.
    /// - Note: Source: Angeris et al. (2022), section 3, with a utility of fixed proportions.
    public func basket(
        from holdings: [Asset: Double],
        to weights: [Asset: Double],
        at prices: [Asset: Double]
    ) throws(RoutingError) -> Route {
        for (asset, amount) in holdings where !(amount >= 0 && amount.isFinite) {
            throw .unusableOrder(reason: "it holds \(amount) of \(asset): expected at least 0")
        }
        for (asset, weight) in weights where !(weight >= 0 && weight.isFinite) {
            throw .unusableOrder(reason: "the weight of \(asset) is \(weight): expected at least 0")
        }
        let wanted = weights.filter { $0.value > 0 }.keys.sorted()
        let sum = wanted.reduce(0) { $0 + (weights[$1] ?? 0) }
        guard abs(sum - 1) <= 1e-9 else {
            throw .unusableOrder(reason: "its weights sum to \(sum): expected 1")
        }
        var quantities: [Double] = []
        var value = 0.0
        for asset in wanted {
            guard let price = prices[asset], price > 0, price.isFinite else {
                throw .unusableOrder(reason: "expected a positive price of \(asset)")
            }
            quantities.append((weights[asset] ?? 0) / price)
        }
        for (asset, amount) in holdings where amount > 0 {
            guard let price = prices[asset], price > 0, price.isFinite else {
                throw .unusableOrder(reason: "expected a positive price of \(asset)")
            }
            value += amount * price
        }
        guard value > 0 else { throw .unusableOrder(reason: "nothing is held") }
        let held = holdings.filter { $0.value > 0 }
        let reached = Set(held.keys).union(venues.flatMap(\.assets))
        for asset in wanted where !reached.contains(asset) {
            throw .unroutable(from: held.keys.min() ?? asset, to: asset)
        }
        let mix = try mixAsset(beside: reached)
        let name = "\(mix)"
        let venue = try RoutingVenue.mix(name, of: wanted, quantities: quantities, into: mix, atMost: 2 * value)
        let route = try Router(venues: venues + [venue]).route(holding: held, to: mix)
        return Route(
            legs: route.legs.filter { $0.venue != name },
            value: route.value,
            gas: route.gas,
            upperBound: route.upperBound
        )
    }

    /// A symbol that no asset at hand has.
    private func mixAsset(beside assets: Set<Asset>) throws(RoutingError) -> Asset {
        for number in 0...assets.count {
            if let asset = try? Asset("MIX\(number)"), !assets.contains(asset) { return asset }
        }
        throw .unusableOrder(reason: "no symbol is left for the mix")
    }
}
