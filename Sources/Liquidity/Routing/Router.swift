public import MarketData

/// Splits orders over venues so that no other split is worth more.
///
/// Without gas the problem is convex and its dual is one of prices: each venue answers prices with its most valuable trade, in
/// closed form, and prices are sought at which these trades fit together (`DualProblem`). Gas makes using a venue a decision:
/// branch and bound opens and closes venues, and every set of prices met on the way bounds every subset.
///
/// - Note: Source: Angeris et al. (2022), *Optimal Routing for Constant Function Market Makers*; Diamandis et al. (2023),
///   *An Efficient Algorithm for Optimal Routing Through Constant Function Market Makers*.
public struct Router: Sendable {
    /// The venues.
    public let venues: [RoutingVenue]

    private let assets: [Asset]

    /// Creates a router over any graph of venues.
    ///
    /// - Throws: ``RoutingError/unusableVenue(name:reason:)`` if two venues have one name.
    public init(venues: [RoutingVenue]) throws(RoutingError) {
        var names: Set<String> = []
        for venue in venues where !names.insert(venue.name).inserted {
            throw .unusableVenue(name: venue.name, reason: "another venue has this name")
        }
        self.venues = venues
        assets = Set(venues.flatMap(\.assets)).sorted()
    }

    /// The route that turns `amount` of `input` into the most of `output`, gas deducted in units of `output`.
    ///
    /// - Parameters:
    ///   - amount: Whole units of `input`; positive. What is worth nothing more may be left.
    ///   - input: The asset given.
    ///   - output: The asset wanted.
    /// - Returns: The route; without legs, and worth 0, if every way costs more gas than it brings.
    /// - Throws: ``RoutingError/unroutable(from:to:)``, ``RoutingError/unusableOrder(reason:)``, ``RoutingError/noConvergence``.
    public func route(_ amount: Double, of input: Asset, to output: Asset) throws(RoutingError) -> Route {
        guard amount > 0, amount.isFinite else {
            throw .unusableOrder(reason: "its amount is \(amount): expected a positive number")
        }
        guard input != output else { throw .unusableOrder(reason: "it trades \(input) against itself") }
        guard let problem = problem(worth: [output: 1], holdings: [input: amount]) else {
            throw .unroutable(from: input, to: output)
        }
        return try problem.optimum()
    }

    /// The route that turns several holdings into the most of one asset.
    func route(holding holdings: [Asset: Double], to output: Asset) throws(RoutingError) -> Route {
        guard let problem = problem(worth: [output: 1], holdings: holdings) else {
            throw .unroutable(from: holdings.keys.min() ?? output, to: output)
        }
        return try problem.optimum()
    }

    /// The trades that start with nothing, end with nothing owed, and are worth the most at `prices`.
    ///
    /// - Parameter prices: What a unit of each asset is worth: at least 0, some of them positive. Assets not named are worth 0.
    /// - Throws: ``RoutingError/unusableOrder(reason:)``, ``RoutingError/noConvergence``.
    public func arbitrage(at prices: [Asset: Double]) throws(RoutingError) -> Route {
        guard prices.values.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw .unusableOrder(reason: "expected prices of at least 0")
        }
        guard let problem = problem(worth: prices, holdings: [:]) else {
            return Route(legs: [], value: 0, gas: 0, upperBound: 0)
        }
        return try problem.optimum()
    }

    /// The problem over those venues that can be reached from what is held and lead to what is worth something.
    private func problem(worth: [Asset: Double], holdings: [Asset: Double]) -> VenueSearch? {
        let priced = worth.filter { $0.value > 0 }
        var obtainable = Set(holdings.keys)
        if holdings.isEmpty { obtainable = Set(priced.keys) }
        var usable: [RoutingVenue] = []
        var remaining = venues.filter { !$0.pieces.isEmpty }
        var found = true
        while found {
            found = false
            remaining.removeAll { venue in
                let taken = venue.isReversible ? venue.assets : [venue.assets[0]]
                guard taken.contains(where: obtainable.contains) else { return false }
                obtainable.formUnion(venue.assets)
                usable.append(venue)
                found = true
                return true
            }
        }
        if !holdings.isEmpty, !priced.keys.contains(where: obtainable.contains) { return nil }
        // First prices: outwards from what is worth something, each venue at rest.
        var estimates = priced
        var waiting = venues.filter { venue in usable.contains { $0.name == venue.name } }
        usable = []
        found = true
        while found {
            found = false
            waiting.removeAll { venue in
                let resting = venue.restingPrices
                guard let known = venue.assets.indices.first(where: { (estimates[venue.assets[$0]] ?? 0) > 0 }) else {
                    return false
                }
                let unit = (estimates[venue.assets[known]] ?? 1) / resting[known]
                for (index, asset) in venue.assets.enumerated() where estimates[asset] == nil {
                    estimates[asset] = unit * resting[index]
                }
                usable.append(venue)
                found = true
                return true
            }
        }
        let reached = Set(usable.map(\.name))
        let ordered = venues.filter { reached.contains($0.name) }
        let tokens = assets.filter { asset in ordered.contains { $0.assets.contains(asset) } }
        if tokens.isEmpty { return nil }
        let positions = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
        let problem = DualProblem(
            entries: ordered.map { venue in
                DualProblem.Entry(venue: venue, tokens: venue.assets.compactMap { positions[$0] })
            },
            worth: tokens.map { worth[$0] ?? 0 },
            holdings: tokens.map { holdings[$0] ?? 0 },
            start: tokens.map { token in
                let (estimate, floor) = (estimates[token] ?? 1, worth[token] ?? 0)
                return max(estimate - floor, 0.05 * max(estimate, floor))
            }
        )
        return VenueSearch(problem: problem)
    }
}
