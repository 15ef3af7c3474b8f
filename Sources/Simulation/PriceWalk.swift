import MarketData

/// The price of one simulated asset, and the bar it is in.
///
/// The path is a `Double`; what is printed is the path rounded to ticks, so that a bar is exact decimals.
struct PriceWalk {
    /// The highest price in ticks; the path is held between 1 and this, far from where rounding would matter.
    static let largestTicks: Int64 = 1_000_000_000_000_000

    private(set) var open: Int64
    private(set) var high: Int64
    private(set) var low: Int64
    private(set) var close: Int64
    private var path: Double

    init(firstTicks: Int64) {
        open = firstTicks
        high = firstTicks
        low = firstTicks
        close = firstTicks
        path = Double(firstTicks)
    }

    /// Begins a bar at the last price.
    mutating func beginBar() {
        open = close
        high = close
        low = close
    }

    /// Moves the price by a logarithmic return.
    mutating func move(by logReturn: Double) {
        path = min(max(path * reproducibleExponential(logReturn), 1), Double(PriceWalk.largestTicks))
        close = Int64(path.rounded(.toNearestOrEven))
        high = max(high, close)
        low = min(low, close)
    }
}
