import CanonicalJSON
import Liquidity
import MarketData
import TestSupport
import Testing

/// No bytes trap the readers of pools and books, and a pool that is read quotes or says why not.
@Suite("Fuzzing venues")
struct VenueFuzzTests {
    private static let targets: [FuzzTarget] = {
        let pools = [
            #"{"reserves_token0": 5000000000, "reserves_token1": 9000000000000, "fee_token0": "3/1000", "token0": {"symbol": "USDC", "decimals": 6}, "token1": {"symbol": "WETH", "decimals": 18}}"#,
            #"{"balances": [1000000000000000000, 2000000000000000000], "weights": [500000000000000000, 500000000000000000], "fee": "1/1000", "pow_version": "v2", "tokens": [{"symbol": "A", "decimals": 18}, {"symbol": "B", "decimals": 18}]}"#,
            #"{"balances": [1000000, 2000000], "a_coefficient": 200, "fee": 4000000, "tokens": [{"symbol": "A", "decimals": 6}, {"symbol": "B", "decimals": 6}]}"#,
            #"{"sqrt_price_x96": 79228162514264337593543950336, "tick": 0, "liquidity": 1000000000000, "fee": 3000, "tick_spacing": 60, "tick_data": {"-60": [1000, 1000], "60": [1000, -1000]}, "tokens": [{"symbol": "A", "decimals": 6}, {"symbol": "B", "decimals": 6}]}"#,
        ]
        let pool = FuzzTarget("pool", corpus: pools.map { Array($0.utf8) }) { bytes, mutator in
            let listing = try PoolListing(bytes)
            #expect(listing.assets.count == listing.decimals.count)
            let amount = Double(mutator.offset(below: 1_000_000)) / 1_000
            if let paid = listing.paid(for: amount, of: listing.assets[0], to: listing.assets[1]) { #expect(paid >= 0) }
            _ = try listing.venue(named: "fuzz")
        }
        let books = [
            "side,price,size\nbid,2682.81,2.088\nbid,2682.8,0.0487\nask,2682.82,16.3339\n",
            "timestamp,bid_px_0,bid_qty_0,ask_px_0,ask_qty_0\n2024-08-08T23:54:15Z,100,2,101,1\n",
        ]
        let book = FuzzTarget(
            "book",
            corpus: books.map { Array($0.utf8) },
            dictionary: [",", "\n", "bid", "ask", "_px_", "1e3"]
        ) {
            bytes,
            _ in
            for snapshot in try BookFile.read(String(decoding: bytes, as: UTF8.self)) {
                #expect(!snapshot.book.bids.isEmpty || !snapshot.book.asks.isEmpty)
            }
        }
        return [pool, book]
    }()

    @Test("mutations of the corpus never trap", arguments: 0..<2, UInt64(0)..<4)
    func smoke(target: Int, seed: UInt64) { Self.targets[target].run(seed: seed, count: 400) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong), arguments: 0..<2)
    func long(target: Int) throws { try Self.targets[target].runLong() }
}
