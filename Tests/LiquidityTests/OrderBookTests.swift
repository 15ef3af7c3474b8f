import BigIntegers
import Liquidity
import MarketData
import TestSupport
import Testing

@Suite("An order book")
struct OrderBookTests {
    private func level(_ price: UInt64, _ size: UInt64) throws -> BookLevel {
        BookLevel(price: try #require(Price(units: price)), size: size)
    }

    @Test("fills level by level, rounded against the taker, and charges a share of the money")
    func fills() throws {
        let book = try OrderBook(
            bids: [level(9_900_000_000, 3), level(9_800_000_000, 100)],
            asks: [level(10_000_000_001, 3), level(10_100_000_000, 100)],
            takerFee: PartsPerMillion(1_000)
        )
        let sale = try book.selling(5)
        // 3 · 99 + 2 · 98 = 493, and one for the fee's fraction.
        #expect(sale.gross == Money(units: 493) && sale.fee == Money(units: 1) && sale.net == Money(units: 492))
        #expect(sale.levelCount == 2)
        let purchase = try book.buying(5)
        // 3 · 100.00000001, rounded up, and 2 · 101.
        #expect(purchase.gross == Money(units: 301 + 202) && purchase.net == Money(units: 504))
        #expect(throws: LiquidityError.insufficientLiquidity(got: 104, available: 103)) { try book.selling(104) }
        #expect(throws: LiquidityError.unusableAmount(got: 0)) { try book.buying(0) }
    }

    private func random(_ seed: UInt64) throws -> (book: OrderBook, random: SplitMix64) {
        var random = SplitMix64(seed: seed)
        let middle = UInt64.random(in: 1_000_000...10_000_000_000_000, using: &random)
        let count = UInt64.random(in: 1...20, using: &random)
        let sizes = (0..<2 * count).map { _ in UInt64.random(in: 1...1_000_000_000_000, using: &random) }
        let book = try OrderBook(
            bids: (0..<count).map { try level(middle - 1 - $0 * 1_000, sizes[Int($0)]) },
            asks: (0..<count).map { try level(middle + 1 + $0 * 1_000, sizes[Int(count + $0)]) },
            takerFee: PartsPerMillion(Int64.random(in: 0...10_000, using: &random))
        )
        return (book, random)
    }

    @Test("spends what it is given and not a unit more, on the most that it buys", arguments: UInt64(0)..<60)
    func spends(seed: UInt64) throws {
        var (book, random) = try random(seed)
        let money = Money(units: Int128.random(in: 1...1_000_000_000_000_000_000, using: &random))
        guard let fill = try? book.spending(money) else { return }
        #expect(fill.net <= money)
        if let more = try? book.buying(fill.size + 1) { #expect(more.net > money) }
    }

    @Test("pays no less for more, and never more than buying it back costs", arguments: UInt64(0)..<60)
    func isMonotone(seed: UInt64) throws {
        var (book, random) = try random(seed)
        let available = book.bids.reduce(0) { $0 + $1.size }
        let sizes = (0..<2).map { _ in UInt64.random(in: 1...available, using: &random) }.sorted()
        #expect(try book.selling(sizes[0]).net <= book.selling(sizes[1]).net)
        if let purchase = try? book.buying(sizes[0]) { #expect(try book.selling(sizes[0]).net <= purchase.net) }
    }

    @Test("refuses unsorted, empty and crossed books, and survives the largest figures")
    func refuses() throws {
        #expect(throws: LiquidityError.self) { try OrderBook(bids: [level(2, 1), level(3, 1)], asks: []) }
        #expect(throws: LiquidityError.self) { try OrderBook(bids: [], asks: [level(3, 1), level(3, 1)]) }
        #expect(throws: LiquidityError.self) { try OrderBook(bids: [level(3, 0)], asks: []) }
        #expect(throws: LiquidityError.self) { try OrderBook(bids: [level(3, 1)], asks: [level(3, 1)]) }
        #expect(throws: LiquidityError.self) { try OrderBook(bids: [], asks: [], takerFee: .whole) }
        let huge = try OrderBook(
            bids: [],
            asks: [level(.max - 1, .max), level(.max, .max)],
            takerFee: PartsPerMillion(999_999)
        )
        #expect(try huge.buying(.max).levelCount == 1)
        #expect(throws: LiquidityError.self) { try huge.spending(Money(units: -1)) }
    }

    @Test("has depth like every venue: a pool's curve rises and bends down")
    func depth() throws {
        let pool = try ConstantProductPool(reserve0: 1_000_000_000, reserve1: 2_000_000_000)
        let curve = try DepthCurve(of: pool, from: 0, to: 1, smallest: 1_000, count: 300)
        #expect(curve.points.count > 60)
        for (point, next) in zip(curve.points, curve.points.dropFirst()) {
            #expect(next.amountOut >= point.amountOut)
            #expect(next.amountOut <= point.amountOut * 2 + 1)
        }
    }
}
