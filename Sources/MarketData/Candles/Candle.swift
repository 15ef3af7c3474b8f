/// One bar of the market: what was paid first, most, least and last from its opening time on, and how much was traded.
///
/// INVARIANT: prices are positive and low ≤ open, close ≤ high; the volume is not negative. A volume of 0 is valid.
public struct Candle: Sendable, Hashable {
    /// When the bar begins; it ends one interval later, and the interval belongs to the series.
    public let openTime: Timestamp

    /// The first price.
    public let open: ExactDecimal

    /// The highest price.
    public let high: ExactDecimal

    /// The lowest price.
    public let low: ExactDecimal

    /// The last price.
    public let close: ExactDecimal

    /// The amount traded, in the unit of the source.
    public let volume: ExactDecimal

    /// Creates a bar from numbers that are consistent.
    ///
    /// - Throws: ``CandleFlaw`` naming the first number that cannot be.
    public init(
        openTime: Timestamp,
        open: ExactDecimal,
        high: ExactDecimal,
        low: ExactDecimal,
        close: ExactDecimal,
        volume: ExactDecimal
    ) throws(CandleFlaw) {
        if open.significand <= 0 { throw .priceNotPositive(.open, got: open) }
        if high.significand <= 0 { throw .priceNotPositive(.high, got: high) }
        if low.significand <= 0 { throw .priceNotPositive(.low, got: low) }
        if close.significand <= 0 { throw .priceNotPositive(.close, got: close) }
        if volume.significand < 0 { throw .volumeNegative(got: volume) }
        if high < low { throw .highBelowLow(high: high, low: low) }
        if open > high { throw .aboveHigh(.open, got: open, high: high) }
        if close > high { throw .aboveHigh(.close, got: close, high: high) }
        if open < low { throw .belowLow(.open, got: open, low: low) }
        if close < low { throw .belowLow(.close, got: close, low: low) }
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    /// The same bar at another time.
    func shifted(byMilliseconds offset: Int64) -> Candle {
        Candle(self, openTime: openTime.adding(milliseconds: offset))
    }

    private init(_ candle: Candle, openTime: Timestamp) {
        self.openTime = openTime
        open = candle.open
        high = candle.high
        low = candle.low
        close = candle.close
        volume = candle.volume
    }
}

/// The fields of a candle, by the names that files use.
public enum CandleField: String, Sendable, Hashable, CaseIterable {
    /// The time stamp of the bar.
    case timestamp
    /// The first price.
    case open
    /// The highest price.
    case high
    /// The lowest price.
    case low
    /// The last price.
    case close
    /// The amount traded.
    case volume
    /// The symbol, in files of several assets.
    case asset
}

/// Why five numbers are not a candle.
public enum CandleFlaw: Error, Hashable, Sendable {
    /// A price is zero or less.
    case priceNotPositive(CandleField, got: ExactDecimal)
    /// The volume is below zero.
    case volumeNegative(got: ExactDecimal)
    /// The highest price is below the lowest.
    case highBelowLow(high: ExactDecimal, low: ExactDecimal)
    /// The open or close lies above the highest price.
    case aboveHigh(CandleField, got: ExactDecimal, high: ExactDecimal)
    /// The open or close lies below the lowest price.
    case belowLow(CandleField, got: ExactDecimal, low: ExactDecimal)

    /// The field to point at.
    public var field: CandleField {
        switch self {
        case .priceNotPositive(let field, _), .aboveHigh(let field, _, _), .belowLow(let field, _, _): field
        case .volumeNegative: .volume
        case .highBelowLow: .high
        }
    }
}

extension CandleFlaw: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .priceNotPositive(let field, let got): "\(field.rawValue) must be above zero, got `\(got)`"
        case .volumeNegative(let got): "volume must not be negative, got `\(got)`"
        case .highBelowLow(let high, let low): "high `\(high)` is below low `\(low)`"
        case .aboveHigh(let field, let got, let high): "\(field.rawValue) `\(got)` is above high `\(high)`"
        case .belowLow(let field, let got, let low): "\(field.rawValue) `\(got)` is below low `\(low)`"
        }
    }
}
