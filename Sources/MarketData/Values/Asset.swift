/// An asset by its symbol, such as `BTC`.
///
/// Symbols are `[A-Z][A-Z0-9._-]{0,15}`: upper case on purpose, so that two spellings cannot mean one asset.
public struct Asset: Sendable, Hashable {
    /// The symbol, 1…16 ASCII characters.
    public let symbol: String

    /// Creates an asset from its symbol.
    public init(_ symbol: String) throws(AssetError) {
        let bytes = symbol.utf8
        guard (1...16).contains(bytes.count), let first = bytes.first, Asset.isLetter(first),
            bytes.allSatisfy({ Asset.isLetter($0) || Asset.isDigit($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D })
        else { throw .invalidSymbol(got: symbol) }
        self.symbol = symbol
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}

extension Asset: Comparable, CustomStringConvertible {
    /// Whether `left` comes first in the byte order of the symbols, the order of every canonical form.
    public static func < (left: Asset, right: Asset) -> Bool {
        left.symbol.utf8.lexicographicallyPrecedes(right.symbol.utf8)
    }

    /// The symbol.
    public var description: String { symbol }
}

/// Why a text cannot name an asset.
public enum AssetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is not of the form `[A-Z][A-Z0-9._-]{0,15}`.
    case invalidSymbol(got: String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .invalidSymbol(let got):
            "invalid asset symbol `\(got)`: expected an upper-case letter and at most 15 of A-Z 0-9 . _ -"
        }
    }
}

/// In which units an asset is counted: public powers of ten.
public struct AssetUnits: Sendable, Hashable {
    /// u: a quantity counts 10^(−u) of the asset.
    public let quantityExponent: Int

    /// e: a price counts 10^(−e) quote units per whole unit of the asset.
    public let priceExponent: Int

    /// The exponents that a format may carry.
    public static let exponents = 0...18

    /// The units of ``Price`` and ``Quantity``: 8 and 8.
    public static let standard = AssetUnits(checkedQuantityExponent: 8, priceExponent: 8)

    /// Creates units, or nothing if an exponent lies outside ``exponents``.
    public init?(quantityExponent: Int = 8, priceExponent: Int = 8) {
        guard AssetUnits.exponents.contains(quantityExponent), AssetUnits.exponents.contains(priceExponent) else {
            return nil
        }
        self.init(checkedQuantityExponent: quantityExponent, priceExponent: priceExponent)
    }

    private init(checkedQuantityExponent: Int, priceExponent: Int) {
        quantityExponent = checkedQuantityExponent
        self.priceExponent = priceExponent
    }
}
