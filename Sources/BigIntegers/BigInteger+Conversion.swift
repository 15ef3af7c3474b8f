internal import CGMP

extension BigInteger: ExpressibleByIntegerLiteral {
    /// Creates an integer from a literal of any length.
    public init(integerLiteral literal: StaticBigInt) {
        let wordCount = (literal.bitWidth + UInt.bitWidth - 1) / UInt.bitWidth
        self.init(twosComplementWords: (0..<wordCount).map { literal[$0] })
    }

    /// Creates an integer of the same value.
    public init(_ value: Int) {
        var header = __mpz_struct()
        __gmpz_init_set_si(&header, value)
        self.init(owning: header)
    }

    /// Creates an integer of the same value.
    public init(_ value: UInt64) {
        var header = __mpz_struct()
        __gmpz_init_set_ui(&header, UInt(value))
        self.init(owning: header)
    }

    /// Creates an integer of the same value.
    public init(_ value: UInt128) {
        self.init { result in
            withUnsafePointer(to: value) { __gmpz_import(result, 2, -1, 8, 0, 0, $0) }
        }
    }

    /// Creates an integer of the same value.
    public init(_ value: Int128) {
        self.init(value.magnitude)
        if value < 0 { negate() }
    }

    /// Creates an integer of the same value.
    public init(_ value: some BinaryInteger) {
        self.init(twosComplementWords: value.words.map { $0 })
        // An unsigned value whose top bit is set would read as negative.
        if value >= 0 && isNegative { self += BigInteger(1) << (value.words.count * UInt.bitWidth) }
    }

    /// Creates an integer of the same value; never nil, the name is `Numeric`'s.
    public init?(exactly value: some BinaryInteger) {
        self.init(value)
    }

    private init(twosComplementWords words: [UInt]) {
        guard let top = words.last else {
            self.init()
            return
        }
        self.init { result in __gmpz_import(result, words.count, -1, MemoryLayout<UInt>.size, 0, 0, words) }
        if top >> (UInt.bitWidth - 1) == 1 { self -= BigInteger(1) << (words.count * UInt.bitWidth) }
    }
}

// MARK: - Text

extension BigInteger: CustomStringConvertible {
    /// Creates the integer that `decimal` writes: an optional minus sign, then 1…``maximumDecimalDigits`` ASCII digits.
    ///
    /// - Returns: nil for anything else, a plus sign, space or separator included.
    public init?(_ decimal: String) {
        let text = Array(decimal.utf8)
        let digits = text.drop { $0 == UInt8(ascii: "-") }
        guard text.count - digits.count <= 1,
            (1...BigInteger.maximumDecimalDigits).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.init { result in
            let terminated = text.map { CChar(bitPattern: $0) } + [0]
            // The text was checked above, so GMP cannot refuse it.
            _ = __gmpz_set_str(result, terminated, 10)
        }
    }

    /// The integer in decimal digits, with a minus sign if it is negative.
    public var description: String {
        read { integer in
            // One more for the sign, one for the terminating zero; `sizeinbase` may be one too many by itself.
            let capacity = Int(__gmpz_sizeinbase(integer, 10)) + 2
            return String(unsafeUninitializedCapacity: capacity) { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return base.withMemoryRebound(to: CChar.self, capacity: capacity) { text in
                    _ = __gmpz_get_str(text, 10, integer)
                    return (0..<capacity).first { text[$0] == 0 } ?? 0
                }
            }
        }
    }
}

// MARK: - Bytes

extension BigInteger {
    /// The magnitude in base 256, least significant byte first, without leading zeros: empty for zero.
    public var magnitudeBytes: [UInt8] {
        let count = (bitWidth + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            read { integer in
                if count > 0 { _ = __gmpz_export(buffer.baseAddress, nil, -1, 1, 0, 0, integer) }
            }
            initialized = count
        }
    }

    /// Creates a non-negative integer from base 256, least significant byte first; leading zeros are allowed.
    public init(littleEndianMagnitude bytes: [UInt8]) {
        self.init { result in __gmpz_import(result, bytes.count, -1, 1, 0, 0, bytes) }
    }

    /// The word of the magnitude with weight 2^(64·index); zero beyond the end.
    public func magnitudeWord(at index: Int) -> UInt64 {
        read { UInt64(__gmpz_getlimbn($0, mp_size_t(index))) }
    }
}

// MARK: - To fixed widths

extension Int {
    /// The same value, or nil if it does not fit.
    public init?(exactly value: BigInteger) {
        guard value.read({ __gmpz_fits_slong_p($0) != 0 }) else { return nil }
        self = value.read { __gmpz_get_si($0) }
    }
}

extension UInt64 {
    /// The same value, or nil if it does not fit.
    public init?(exactly value: BigInteger) {
        guard !value.isNegative, value.bitWidth <= 64 else { return nil }
        self = value.magnitudeWord(at: 0)
    }
}

extension UInt128 {
    /// The same value, or nil if it does not fit.
    public init?(exactly value: BigInteger) {
        guard !value.isNegative, value.bitWidth <= 128 else { return nil }
        self = UInt128(value.magnitudeWord(at: 1)) << 64 | UInt128(value.magnitudeWord(at: 0))
    }
}

extension Int128 {
    /// The same value, or nil if it does not fit.
    public init?(exactly value: BigInteger) {
        guard let magnitude = UInt128(exactly: value.magnitude) else { return nil }
        if value.isNegative {
            guard magnitude <= Int128.min.magnitude else { return nil }
            self = Int128(truncatingIfNeeded: 0 &- magnitude)
        } else {
            self.init(exactly: magnitude)
        }
    }
}

extension Double {
    /// The nearest double, ties to even; infinite where the magnitude is beyond every finite one.
    public init(_ value: BigInteger) {
        // 64 leading bits and a sticky bit decide the rounding: 11 more bits than a significand holds.
        let excess = max(0, value.bitWidth - 64)
        let magnitude = value.magnitude
        var leading = (magnitude >> excess).magnitudeWord(at: 0)
        if excess > 0, magnitude.read({ Int(clamping: __gmpz_scan1($0, 0)) }) < excess { leading |= 1 }
        // `leading` has its top bit set here, so the exponent alone decides overflow and scaling is exact.
        let scaled =
            excess > 1_100 ? Double.infinity : Double(sign: .plus, exponent: excess, significand: Double(leading))
        self = value.isNegative ? -scaled : scaled
    }
}
