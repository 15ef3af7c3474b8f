public import MarketData

/// A public figure that a circuit breaker reads: of the market, of the oracle, or of what this version only understands.
///
/// A figure is read at an instant *s*, from nothing later than *s*. Of an asset it takes closes alone, because a close has
/// a time and a high has none: the last close c ≤ *s*, and the closes in [c − window, c], both ends included. It is not
/// known where c is a bar or more before *s*, or where a bar that should have closed in that window is missing.
public enum MarketFigure: Sendable, Hashable {
    /// The close, in 10⁻⁸ of the quote currency.
    case price(Asset)
    /// 1 − close ÷ the highest close of the window.
    case fall(Asset, window: Int64)
    /// Close ÷ the lowest close of the window − 1.
    case rise(Asset, window: Int64)
    /// √(Σr² · year ÷ (n · bar)) over the n simple returns r of the window; a year has 365 days.
    case realizedVolatility(Asset, window: Int64)
    /// Pearson's correlation of the simple returns of the window; 0 where one of the two did not move.
    case correlation(Asset, Asset, window: Int64)
    /// The age of the oldest report that counts, in milliseconds.
    case oracleAge
    /// How far ahead of the decision the newest report that counts is, in milliseconds; at least 0.
    case oracleAhead
    /// The widest distance between an asset's highest and lowest report, of its median.
    case oracleSpread
    /// How many sources counted for the asset with the fewest.
    case oracleSources
    /// What can be sold within a distance of the price, in parts per million: understood, and not measured yet.
    case depth(Asset, distance: Int64)
    /// What a transaction costs: understood, and not measured yet.
    case gas
    /// The time since the last rebalance: understood, and not acted on in a breaker.
    case elapsed
    /// The model's probability of a regime: understood, and not acted on in a breaker.
    case probability(regime: String)

    /// The assets whose candles it reads, in the order of the text.
    public var assets: [Asset] {
        switch self {
        case .price(let asset), .fall(let asset, _), .rise(let asset, _), .realizedVolatility(let asset, _): [asset]
        case .correlation(let one, let other, _): [one, other]
        case .oracleAge, .oracleAhead, .oracleSpread, .oracleSources, .depth, .gas, .elapsed, .probability: []
        }
    }

    /// How far it looks back, in milliseconds; 0 where it reads one close.
    public var window: Int64 {
        switch self {
        case .fall(_, let window), .rise(_, let window), .realizedVolatility(_, let window),
            .correlation(_, _, let window):
            window
        default: 0
        }
    }

    /// Whether signed reports give it.
    public var isOfOracle: Bool {
        switch self {
        case .oracleAge, .oracleAhead, .oracleSpread, .oracleSources: true
        default: false
        }
    }

    /// Whether this version can measure it at any instant of the past, from candles or reports.
    public var isMeasured: Bool { isOfOracle || !assets.isEmpty }

    /// Whether its value is kept as a signed square, so that no root is taken.
    var isSquared: Bool {
        switch self {
        case .realizedVolatility, .correlation: true
        default: false
        }
    }
}

extension MarketFigure: CustomStringConvertible {
    /// The canonical text, with windows in milliseconds and distances in parts per million.
    public var description: String {
        switch self {
        case .price(let asset): "price(\(asset))"
        case .fall(let asset, let window): "fall(\(asset), \(window) ms)"
        case .rise(let asset, let window): "rise(\(asset), \(window) ms)"
        case .realizedVolatility(let asset, let window): "realized volatility(\(asset), \(window) ms)"
        case .correlation(let one, let other, let window): "correlation(\(one), \(other), \(window) ms)"
        case .oracleAge: "oracle age"
        case .oracleAhead: "oracle ahead"
        case .oracleSpread: "oracle spread"
        case .oracleSources: "oracle sources"
        case .depth(let asset, let distance): "depth(\(asset), \(distance))"
        case .gas: "gas"
        case .elapsed: "elapsed"
        case .probability(let regime): "p(\(regime))"
        }
    }
}
