public import MarketData

/// A venue as the router sees it: reserves in whole tokens, a fee on the input, a fixed cost of being used at all.
///
/// Convention: a trade tenders Δ and receives Λ, both at least zero, if φ(R + γΔ − Λ) ≥ φ(R), with γ = 1 − fee.
public struct RoutingVenue: Sendable {
    /// The name by which a route speaks of the venue.
    public let name: String

    /// The tokens it trades, in the order of its figures.
    public let assets: [Asset]

    /// What it costs to use the venue at all, in units of the objective.
    public let gas: Double

    let pieces: [Piece]

    /// A part of a venue that trades independently of its other parts.
    enum Piece: Sendable {
        case weighted(WeightedArbitrage)
        case stable(StableArbitrage)
        /// Up to `size` of token 0 for `rate` of token 1 each.
        case level(rate: Double, size: Double)
        /// `rate`·(γx − k·x^1.5) of token 1 for x of token 0, up to `size`.
        case impact(rate: Double, retained: Double, coefficient: Double, size: Double)
        /// One of the last token for `quantities` of all others, up to `size`.
        case mix(quantities: [Double], size: Double)
    }

    private init(_ name: String, _ assets: [Asset], _ gas: Double, _ pieces: [Piece]) throws(RoutingError) {
        guard assets.count >= 2, Set(assets).count == assets.count else {
            throw .unusableVenue(name: name, reason: "expected two or more different assets")
        }
        guard gas.isFinite, gas >= 0 else {
            throw .unusableVenue(name: name, reason: "its gas is \(gas): expected a number of at least 0")
        }
        (self.name, self.assets, self.gas, self.pieces) = (name, assets, gas, pieces)
    }

    private static func check(
        _ name: String,
        fee: Double,
        positive figures: [Double],
        count: Int,
        of assets: [Asset]
    ) throws(RoutingError) {
        guard fee >= 0, fee < 1 else {
            throw .unusableVenue(name: name, reason: "its fee is \(fee): expected at least 0 and less than 1")
        }
        guard figures.allSatisfy({ $0.isFinite && $0 > 0 }), count == assets.count else {
            throw .unusableVenue(name: name, reason: "expected a positive number for each asset")
        }
    }

    /// A constant product of two reserves.
    public static func constantProduct(
        _ name: String,
        assets: [Asset],
        reserves: [Double],
        fee: Double,
        gas: Double = 0
    ) throws(RoutingError) -> RoutingVenue {
        try weighted(name, assets: assets, reserves: reserves, weights: reserves.map { _ in 1 }, fee: fee, gas: gas)
    }

    /// A weighted product of two or more reserves; weights count as shares of their sum.
    public static func weighted(
        _ name: String,
        assets: [Asset],
        reserves: [Double],
        weights: [Double],
        fee: Double,
        gas: Double = 0
    ) throws(RoutingError) -> RoutingVenue {
        try check(name, fee: fee, positive: reserves + weights, count: reserves.count, of: assets)
        guard weights.count == reserves.count else {
            throw .unusableVenue(name: name, reason: "expected a weight for each reserve")
        }
        let piece = WeightedArbitrage(
            reserves: reserves,
            offsets: reserves.map { _ in 0 },
            weights: weights,
            fee: fee
        )
        return try RoutingVenue(name, assets, gas, [.weighted(piece)])
    }

    /// A stable pool of two to eight tokens: A·nⁿ·Σx + D = A·nⁿ·D + Dⁿ⁺¹/(nⁿ∏x).
    ///
    /// A is that of Egorov (2019). Contracts store A·nⁿ⁻¹ under this name: divide what they say by nⁿ⁻¹.
    public static func stable(
        _ name: String,
        assets: [Asset],
        reserves: [Double],
        amplification: Double,
        fee: Double,
        gas: Double = 0
    ) throws(RoutingError) -> RoutingVenue {
        try check(name, fee: fee, positive: reserves, count: reserves.count, of: assets)
        guard amplification > 0, amplification <= 1e6, reserves.count <= 8 else {
            throw .unusableVenue(
                name: name,
                reason: "expected at most 8 assets and a positive amplification of at most 1000000"
            )
        }
        let piece = StableArbitrage(reserves: reserves, amplification: amplification, fee: fee)
        return try RoutingVenue(name, assets, gas, [.stable(piece)])
    }

    /// Ranges of concentrated liquidity over two assets: each holds its reserves and lacks its offsets of a constant product.
    public static func ranges(
        _ name: String,
        assets: [Asset],
        ranges: [(reserves: [Double], offsets: [Double])],
        fee: Double,
        gas: Double = 0
    ) throws(RoutingError) -> RoutingVenue {
        var pieces: [Piece] = []
        for range in ranges {
            let whole = zip(range.reserves, range.offsets).map { $0 + $1 }
            try check(name, fee: fee, positive: whole, count: range.reserves.count, of: assets)
            guard (range.reserves + range.offsets).allSatisfy({ $0 >= 0 }), range.offsets.count == 2, assets.count == 2
            else { throw .unusableVenue(name: name, reason: "expected two reserves and two offsets of at least 0") }
            pieces.append(
                .weighted(WeightedArbitrage(reserves: whole, offsets: range.offsets, weights: [1, 1], fee: fee))
            )
        }
        return try RoutingVenue(name, assets, gas, pieces)
    }

    /// One side of an order book: at each level up to `size` of `input` is paid `price` of `output` each, less the fee.
    public static func book(
        _ name: String,
        input: Asset,
        output: Asset,
        levels: [(price: Double, size: Double)],
        fee: Double,
        gas: Double = 0
    ) throws(RoutingError) -> RoutingVenue {
        try check(name, fee: fee, positive: levels.flatMap { [$0.price, $0.size] }, count: 2, of: [input, output])
        return try RoutingVenue(
            name,
            [input, output],
            gas,
            levels.map { .level(rate: $0.price * (1 - fee), size: $0.size) }
        )
    }

    /// One unit of `mix` for fixed quantities of other assets: how a router is told in what proportions they are wanted.
    static func mix(
        _ name: String,
        of assets: [Asset],
        quantities: [Double],
        into mix: Asset,
        atMost size: Double
    ) throws(RoutingError) -> RoutingVenue {
        try check(name, fee: 0, positive: quantities + [size], count: quantities.count, of: assets)
        return try RoutingVenue(name, assets + [mix], 0, [.mix(quantities: quantities, size: size)])
    }

    /// A quote whose price falls with the square root of the size: `price`·((1 − fee)·x − impact·x^1.5) for x up to `size`.
    public static func squareRootImpact(
        _ name: String,
        input: Asset,
        output: Asset,
        price: Double,
        impact: Double,
        size: Double,
        fee: Double,
        gas: Double = 0
    ) throws(RoutingError) -> RoutingVenue {
        try check(name, fee: fee, positive: [price, impact, size], count: 2, of: [input, output])
        return try RoutingVenue(
            name,
            [input, output],
            gas,
            [.impact(rate: price, retained: 1 - fee, coefficient: impact, size: size)]
        )
    }
}

/// Why nothing can be routed.
public enum RoutingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A venue's figures are outside their domain.
    case unusableVenue(name: String, reason: String)
    /// An order that is not a positive, finite amount, or trades an asset against itself.
    case unusableOrder(reason: String)
    /// No venues lead from one asset to the other.
    case unroutable(from: Asset, to: Asset)
    /// The prices of the optimum were not found.
    case noConvergence

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .unusableVenue(let name, let reason): "venue `\(name)` cannot be routed through: \(reason)"
        case .unusableOrder(let reason): "the order cannot be routed: \(reason)"
        case .unroutable(let from, let to): "no venues lead from \(from) to \(to)"
        case .noConvergence: "no prices were found at which the venues' best trades fit together"
        }
    }
}
