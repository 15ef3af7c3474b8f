import BigIntegers
public import MarketData

/// One price of an order book and what stands there.
public struct BookLevel: Sendable, Hashable {
    /// The price, in 10⁻⁸ of the quote asset for a whole unit of the base asset.
    public let price: Price

    /// How much stands there, in 10⁻⁸ of the base asset: positive. Market data, and no secret as holdings are.
    public let size: UInt64

    /// Creates a level.
    public init(price: Price, size: UInt64) {
        self.price = price
        self.size = size
    }
}

/// The two sides of an order book, with exact fills.
///
/// A taker's order walks the levels from the best. Each level's money is price · size · 10⁻⁸, in 10⁻⁸ of the quote asset, rounded down
/// where the taker receives it and up where the taker pays it. The fee is a share of the order's money, rounded up.
public struct OrderBook: Sendable, Hashable {
    /// Offers to buy, the highest price first.
    public let bids: [BookLevel]

    /// Offers to sell, the lowest price first.
    public let asks: [BookLevel]

    /// The taker's fee, as a share of the money: 0 to 10⁶ − 1.
    public let takerFee: PartsPerMillion

    /// Creates a book.
    ///
    /// - Parameters:
    ///   - bids: Falling prices, each once, with positive sizes.
    ///   - asks: Rising prices, each once, with positive sizes.
    ///   - takerFee: The taker's fee.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``: also for a crossed book, whose best bid is not below its
    ///   best ask.
    public init(bids: [BookLevel], asks: [BookLevel], takerFee: PartsPerMillion = .zero) throws(LiquidityError) {
        for (name, levels, isRising) in [("bids", bids, false), ("asks", asks, true)] {
            for (level, next) in zip(levels, levels.dropFirst())
            where isRising ? next.price <= level.price : next.price >= level.price {
                throw .unusableParameter(
                    name: name,
                    got: "\(level.price), \(next.price)",
                    expected: isRising ? "rising prices" : "falling prices"
                )
            }
            for level in levels where level.size == 0 {
                throw .unusableParameter(name: name, got: "0 at \(level.price)", expected: "a positive size")
            }
        }
        if let bid = bids.first, let ask = asks.first, bid.price >= ask.price {
            throw .unusableParameter(
                name: "book",
                got: "a bid of \(bid.price) against an ask of \(ask.price)",
                expected: "the best bid below the best ask"
            )
        }
        guard takerFee.value >= 0, takerFee < .whole else {
            throw .unusableParameter(name: "fee", got: "\(takerFee)", expected: "at least 0 and less than 1")
        }
        self.bids = bids
        self.asks = asks
        self.takerFee = takerFee
    }
}

extension OrderBook {
    /// What a taker's order gets.
    public struct Fill: Sendable, Hashable {
        /// What of the base asset changes hands, in 10⁻⁸.
        public let size: UInt64
        /// What it costs or brings before the fee.
        public let gross: Money
        /// The fee.
        public let fee: Money
        /// What the taker pays in all for a purchase, or receives in all for a sale.
        public let net: Money
        /// How many levels were touched.
        public let levelCount: Int
    }

    /// Sells `size` of the base asset into the bids.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if less stands there, ``LiquidityError/unusableAmount(got:)``
    ///   for zero.
    public func selling(_ size: UInt64) throws(LiquidityError) -> Fill {
        let (gross, levelCount) = try money(for: size, on: bids, roundedUp: false)
        let fee = fee(on: gross)
        return Fill(
            size: size,
            gross: Money(units: gross),
            fee: Money(units: fee),
            net: Money(units: gross - fee),
            levelCount: levelCount
        )
    }

    /// Buys `size` of the base asset from the asks.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if less stands there, ``LiquidityError/unusableAmount(got:)``
    ///   for zero.
    public func buying(_ size: UInt64) throws(LiquidityError) -> Fill {
        let (gross, levelCount) = try money(for: size, on: asks, roundedUp: true)
        let fee = fee(on: gross)
        return Fill(
            size: size,
            gross: Money(units: gross),
            fee: Money(units: fee),
            net: Money(units: gross + fee),
            levelCount: levelCount
        )
    }

    /// Buys as much of the base asset as `money` pays for, fee included; less than all of `money` may be spent, and never more.
    ///
    /// - Throws: ``LiquidityError/unusableAmount(got:)`` if not one unit can be bought.
    public func spending(_ money: Money) throws(LiquidityError) -> Fill {
        var enough: UInt64 = 0
        var tooMuch = UInt64(min(Self.total(asks), UInt128(UInt64.max - 1))) + 1
        while tooMuch - enough > 1 {
            let middle = enough + (tooMuch - enough) / 2
            if try buying(middle).net <= money { enough = middle } else { tooMuch = middle }
        }
        if enough == 0 { throw .unusableAmount(got: BigInteger(money.units)) }
        return try buying(enough)
    }

    private static func total(_ levels: [BookLevel]) -> UInt128 { levels.reduce(0) { $0 + UInt128($1.size) } }

    private func money(
        for size: UInt64,
        on levels: [BookLevel],
        roundedUp: Bool
    ) throws(LiquidityError) -> (gross: Int128, levelCount: Int) {
        if size == 0 { throw .unusableAmount(got: 0) }
        var (remaining, gross, levelCount) = (size, Int128(0), 0)
        for level in levels {
            let filled = min(remaining, level.size)
            // Two words of 64 bits: the product has at most 128, and a hundred-millionth of it at most 102.
            let product = UInt128(filled) * UInt128(level.price.units)
            let (whole, part) = product.quotientAndRemainder(dividingBy: 100_000_000)
            let (sum, overflows) = gross.addingReportingOverflow(Int128(whole) + (roundedUp && part > 0 ? 1 : 0))
            if overflows { throw .overflow(bits: 127) }
            gross = sum
            remaining -= filled
            levelCount += 1
            if remaining == 0 { return (gross, levelCount) }
        }
        throw .insufficientLiquidity(got: BigInteger(size), available: BigInteger(size - remaining))
    }

    /// The fee, rounded up. A gross of up to 64 + 102 bits never occurs: sizes add up to 64 bits, so 102 bits and 20 of the share fit.
    private func fee(on gross: Int128) -> Int128 {
        (gross * Int128(takerFee.value) + 999_999) / 1_000_000
    }
}
