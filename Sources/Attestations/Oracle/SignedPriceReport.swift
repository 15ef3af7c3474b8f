public import MarketData

/// A source's price of an asset at a time, signed with the source's Ed25519 key.
///
/// A report says nothing of a vault: one serves all. What it says of (asset, quote, time, price) is all signed, under a
/// domain of its own, so that no other signature of the source passes for one.
public struct SignedPriceReport: Sendable, Hashable {
    /// The source's public key, 32 bytes.
    public let source: [UInt8]
    /// What is priced.
    public let asset: Asset
    /// What the price is counted in.
    public let quote: Asset
    /// When, by the source's clock.
    public let time: Timestamp
    /// The price.
    public let price: Price
    /// The signature over ``message``, 64 bytes.
    public let signature: [UInt8]

    /// Takes a report as it is; ``isAuthentic`` says whether it is its source's.
    public init(
        source: [UInt8],
        asset: Asset,
        quote: Asset,
        time: Timestamp,
        price: Price,
        signature: [UInt8]
    ) {
        self.source = source
        self.asset = asset
        self.quote = quote
        self.time = time
        self.price = price
        self.signature = signature
    }

    /// Signs a price.
    ///
    /// - Throws: ``AttestationError/signerFailed(reason:)``.
    public init(
        of asset: Asset,
        in quote: Asset,
        at time: Timestamp,
        price: Price,
        by signer: Signer
    ) throws(AttestationError) {
        let message = Self.message(asset, quote, time, price)
        self.init(
            source: signer.publicKey,
            asset: asset,
            quote: quote,
            time: time,
            price: price,
            signature: try signer.signature(over: message)
        )
    }

    /// What is signed: the domain, both symbols with their lengths, the time in milliseconds and the price in 10⁻⁸, little-endian.
    public var message: [UInt8] { Self.message(asset, quote, time, price) }

    private static func message(_ asset: Asset, _ quote: Asset, _ time: Timestamp, _ price: Price) -> [UInt8] {
        var bytes = Array("ballast price report v1".utf8)
        for symbol in [asset.symbol.utf8, quote.symbol.utf8] {
            bytes.append(UInt8(symbol.count))
            bytes += Array(symbol)
        }
        return bytes + time.littleEndianBytes + price.units.littleEndianBytes
    }

    /// Whether the signature is the source's over this very report.
    public var isAuthentic: Bool { Signer.isValid(signature, over: message, publicKey: source) }
}

/// A source's signature over the digest of all candles through a time.
///
/// It says that the market data a decision was made on are the source's, from the first bar on.
public struct SignedMarketDigest: Sendable, Hashable {
    /// The source's public key, 32 bytes.
    public let source: [UInt8]
    /// Through which time.
    public let time: Timestamp
    /// D: see `MarketDigest`.
    public let candles: ContentDigest
    /// The signature over ``message``, 64 bytes.
    public let signature: [UInt8]

    /// Takes a signature as it is; ``isAuthentic`` says whether it is its source's.
    public init(source: [UInt8], time: Timestamp, candles: ContentDigest, signature: [UInt8]) {
        self.source = source
        self.time = time
        self.candles = candles
        self.signature = signature
    }

    /// Signs a digest.
    ///
    /// - Throws: ``AttestationError/signerFailed(reason:)``.
    public init(of candles: ContentDigest, through time: Timestamp, by signer: Signer) throws(AttestationError) {
        self.init(
            source: signer.publicKey,
            time: time,
            candles: candles,
            signature: try signer.signature(over: Self.message(time, candles))
        )
    }

    /// What is signed: the domain, the time in milliseconds, little-endian, and the digest.
    public var message: [UInt8] { Self.message(time, candles) }

    private static func message(_ time: Timestamp, _ candles: ContentDigest) -> [UInt8] {
        Array("ballast market digest v1".utf8) + time.littleEndianBytes + candles.bytes
    }

    /// Whether the signature is the source's over this very digest.
    public var isAuthentic: Bool { Signer.isValid(signature, over: message, publicKey: source) }
}
