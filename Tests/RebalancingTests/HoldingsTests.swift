import BigIntegers
import MarketData
import Rebalancing
import Testing

@Suite("Holdings")
struct HoldingsTests {
    private func read(_ decimals: [String: String]) throws -> Holdings {
        let keyed = try decimals.map { (try Asset($0.key), $0.value) }
        return try Holdings(decimals: Dictionary(uniqueKeysWithValues: keyed), under: Portfolio().mandate)
    }

    @Test("are read in the mandate's order, finer units floored")
    func areFloored() throws {
        let holdings = try read(["USD": "1e3", "ETH": "0.123456789999", "BTC": "21"])
        #expect(holdings.quantities.map(\.units) == [2_100_000_000, 12_345_678, 100_000_000_000])
    }

    @Test("refuse a key that is missing or beyond the policy, by name")
    func refuseForeignKeys() throws {
        #expect(throws: HoldingsError.missing(try Asset("ETH"))) { try read(["USD": "1", "BTC": "1"]) }
        #expect(throws: HoldingsError.foreign(try Asset("SOL"))) {
            try read(["USD": "1", "BTC": "1", "ETH": "1", "SOL": "1"])
        }
    }

    @Test("refuse what is no amount, without repeating it")
    func refuseNoAmounts() throws {
        let btc = try Asset("BTC")
        for (text, error) in [
            ("-1", HoldingsError.negative(btc)), ("lots", .notADecimal(btc)), ("1e30", .tooLarge(btc)),
            ("184467440737.09551616", .tooLarge(btc)),
        ] {
            #expect(throws: error) { try read(["USD": "1", "BTC": text, "ETH": "1"]) }
            #expect(!error.description.contains(text))
        }
    }

    @Test("show nothing when printed, dumped or mirrored")
    func areHidden() throws {
        let holdings = try read(["USD": "77", "BTC": "77", "ETH": "77"])
        var dumped = ""
        dump(holdings, to: &dumped)
        #expect("\(holdings)" == "<hidden>")
        #expect(String(reflecting: holdings) == "<hidden>")
        #expect(!dumped.contains("77"))
    }

    @Test("are priced from a snapshot in the mandate's order, and refuse one without a price")
    func arePricedFromSnapshot() throws {
        let portfolio = try Portfolio()
        let prices = [Price.one, Price(units: 7), Price(units: 9)].compactMap { $0 }
        let state = { (symbols: [String]) in
            try VaultState(
                holdings: portfolio.holdings([1, 2, 3]),
                snapshot: PriceSnapshot(time: Portfolio.noon, assets: symbols.map { try Asset($0) }, prices: prices),
                carriedTurnover: 77,
                lastRebalance: Portfolio.noon,
                under: portfolio.mandate
            )
        }
        #expect(try state(["USD", "ETH", "BTC"]).prices.map(\.units) == [9, 7, 100_000_000])
        #expect("\(try state(["USD", "ETH", "BTC"]))" == "state at 2023-11-15T12:00:00Z")
        #expect(throws: HoldingsError.noPrice(try Asset("BTC"))) { try state(["USD", "ETH", "SOL"]) }
    }
}
