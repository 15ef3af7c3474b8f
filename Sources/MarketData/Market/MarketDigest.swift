import Crypto

/// The digest *D* of all candles that had closed at a point in time: what an attestation says it saw of the market.
///
/// SHA-256 over the 18 ASCII bytes `ballast candles v1` and then every candle of every asset, ordered by closing time
/// and, among equal ones, by symbol. A candle is: u8 length of the symbol, the symbol; i64 opening time in
/// milliseconds; i64 interval in milliseconds; then open, high, low, close, volume, each as i128 significand and i32
/// exponent of the normalised ``ExactDecimal``. All integers are little-endian. File format, row order, column order,
/// spelling of numbers and time zone of the source therefore do not matter; every value does.
public struct MarketDigest: Sendable {
    private let series: [CandleSeries]
    private var next: [Int]
    private var hasher: SHA256
    private var hashedThrough: Timestamp?

    /// Creates the digest of some assets' candles, in any order of assets.
    ///
    /// - Throws: ``MarketError/duplicateAsset(_:)`` if an asset occurs twice.
    public init(series: [CandleSeries]) throws(MarketError) {
        let sorted = series.sorted { $0.asset < $1.asset }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.asset == right.asset {
            throw .duplicateAsset(left.asset)
        }
        self.series = sorted
        next = []
        hasher = SHA256()
        restart()
    }

    /// The digest of every candle that closed at or before `time`.
    ///
    /// Amortised O(new candles · assets) while `time` does not decrease; an earlier time starts over.
    public mutating func digest(through time: Timestamp) -> ContentDigest {
        if let hashedThrough, time < hashedThrough { restart() }
        hashedThrough = time
        var buffer: [UInt8] = []
        buffer.reserveCapacity(1 << 16)
        while let index = earliest(closedBy: time) {
            MarketDigest.append(series[index].candles[next[index]], of: series[index], to: &buffer)
            next[index] += 1
            if buffer.count >= 1 << 15 { flush(&buffer) }
        }
        flush(&buffer)
        // A value: finalising reads a copy of the state, and ours goes on from here.
        return ContentDigest(finalising: hasher)
    }

    private mutating func restart() {
        next = [Int](repeating: 0, count: series.count)
        hasher = SHA256()
        var domain = Array("ballast candles v1".utf8)
        flush(&domain)
        hashedThrough = nil
    }

    private mutating func flush(_ buffer: inout [UInt8]) {
        buffer.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// The series whose next candle comes first in canonical order; series are sorted by symbol, so ties go to the first.
    private func earliest(closedBy time: Timestamp) -> Int? {
        var best: (index: Int, close: Timestamp)?
        for (index, candidate) in series.enumerated() where next[index] < candidate.candles.count {
            let close = candidate.closeTime(of: candidate.candles[next[index]])
            if close <= time, best.map({ close < $0.close }) ?? true { best = (index, close) }
        }
        return best?.index
    }

    private static func append(_ candle: Candle, of series: CandleSeries, to buffer: inout [UInt8]) {
        let symbol = series.asset.symbol.utf8
        buffer.append(UInt8(symbol.count))
        buffer.append(contentsOf: symbol)
        append(candle.openTime.milliseconds, to: &buffer)
        append(series.interval, to: &buffer)
        append(candle.open, to: &buffer)
        append(candle.high, to: &buffer)
        append(candle.low, to: &buffer)
        append(candle.close, to: &buffer)
        append(candle.volume, to: &buffer)
    }

    private static func append(_ decimal: ExactDecimal, to buffer: inout [UInt8]) {
        append(decimal.significand, to: &buffer)
        append(Int32(truncatingIfNeeded: decimal.exponent), to: &buffer)
    }

    private static func append(_ integer: some FixedWidthInteger, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: integer.littleEndian) { buffer.append(contentsOf: $0) }
    }
}
