/// Reads the time stamps of candle files: ISO-8601, or a Unix time whose unit its magnitude tells.
enum StampScanner {
    /// Reads one stamp from a buffer that holds nothing else.
    static func timestamp(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Timestamp, ISO8601Scanner.Failure> {
        guard let first = bytes.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else {
            return .failure(.malformed)
        }
        if bytes.count > 4, bytes[4] == UInt8(ascii: "-") {
            var scanner = ISO8601Scanner(bytes: bytes)
            return scanner.timestamp()
        }
        guard case .success(let decimal) = ExactDecimal.scan(bytes),
            let whole = decimal.scaled(byPowerOfTen: 0, rounding: .down)
        else { return .failure(.malformed) }

        // The powers of ten by which a stamp of so many digits is seconds, milli-, micro- or nanoseconds.
        let places: Int
        switch whole {
        case 100_000_000..<100_000_000_000: places = 3
        case 100_000_000_000..<100_000_000_000_000: places = 0
        case 100_000_000_000_000..<100_000_000_000_000_000: places = -3
        case 100_000_000_000_000_000..<100_000_000_000_000_000_000: places = -6
        default: return .failure(.malformed)
        }
        guard decimal.exponent + places >= 0 else { return .failure(.finerThanMillisecond) }
        guard let scaled = decimal.scaled(byPowerOfTen: places, rounding: .down),
            let milliseconds = Int64(exactly: scaled)
        else { return .failure(.malformed) }
        return .success(Timestamp(milliseconds: milliseconds))
    }
}
