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
}
