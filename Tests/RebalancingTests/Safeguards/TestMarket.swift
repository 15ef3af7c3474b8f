import BigIntegers
import MarketData

@testable import Rebalancing

/// Hourly closes of a few assets, written as whole quote units.
enum TestMarket {
    static let hour: Int64 = 3_600_000
    static let start = Timestamp(milliseconds: 1_704_067_200_000)

    static func time(_ hours: Int64) -> Timestamp { start.adding(milliseconds: hours * hour) }

    /// The first bar closes at hour 1; `nil` is a missing bar.
    static func series(_ symbol: String, _ closes: [Int?], interval: Int64 = hour) throws -> CandleSeries {
        let candles = try closes.enumerated().compactMap { index, close -> Candle? in
            guard let close, let price = ExactDecimal(significand: Int128(close), exponent: 0) else { return nil }
            return try Candle(
                openTime: start.adding(milliseconds: Int64(index) * interval),
                open: price,
                high: price,
                low: price,
                close: price,
                volume: price
            )
        }
        return try CandleSeries(asset: Asset(symbol), interval: interval, candles: candles)
    }

    static func history(
        _ breakers: [CircuitBreaker],
        _ series: [CandleSeries],
        oracle: OracleRule? = nil,
        reports: [PriceReport]? = nil,
        closes: [Timestamp] = []
    ) throws -> SafeguardHistory {
        try SafeguardHistory(
            Safeguards(breakers: breakers, oracle: oracle),
            candles: series,
            reports: reports,
            closes: closes,
            assets: [Asset("BTC"), Asset("USD")],
            quote: Asset("USD")
        )
    }

    static func halt(_ hours: Int64, _ figure: MarketFigure, above units: Int) -> CircuitBreaker {
        CircuitBreaker(
            name: "b",
            action: .halt(milliseconds: hours * hour),
            condition: .compared(figure, .above, .value(.init(units)))
        )
    }
}
