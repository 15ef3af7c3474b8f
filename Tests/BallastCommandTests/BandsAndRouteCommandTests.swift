import Foundation
import Testing

/// `ballast bands` and `ballast route`: what they answer, and what they refuse.
@Suite("Bands and routes on the command line")
struct BandsAndRouteCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "ballast-routes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(Self.pool(["1000000000000000000000", "2000000000"]), to: "deep.json")
        try write(Self.pool(["100000000000000000000", "300000000"]), to: "apart.json")
        try write(Self.pool(["0", "2000000000"]), to: "empty.json")
        try write("side,price,size\nbid,1.99,5\nask,2.01,5\n", to: "book.csv")
        try write("side,price,size\nbid,-1,5\nask,2.01,5\n", to: "negative.csv")
        try write("side,price,size\nbid,0,5\nask,2.01,5\n", to: "zero.csv")
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    private func ballast(_ arguments: [String]) throws -> BallastExecutable.Outcome {
        try BallastExecutable.run(arguments, in: folder)
    }

    /// A constant product of two tokens, ETH of 18 decimals and USD of 6.
    private static func pool(_ balances: [String]) -> String {
        """
        {"reserves_token0": \(balances[0]), "reserves_token1": \(balances[1]), "fee_token0": "3/1000",
         "tokens": [{"symbol": "ETH", "decimals": 18}, {"symbol": "USD", "decimals": 6}]}
        """
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// 9.42 points to 1.78: the example of the design's band planner.
    @Test("bands plans the reference example, and says what another width costs")
    func bands() throws {
        let outcome = try ballast([
            "bands", "--target", "50%", "--volatility", "80%/yr", "--cost", "30bps", "--gas", "200USD", "--value",
            "1_000_000", "--band", "5pp", "--svg", "loss.svg",
        ])
        #expect(outcome.status == 0, "\(outcome.all)")
        #expect(outcome.output.contains("9.42pp") && outcome.output.contains("1.78pp"), "\(outcome.output)")
        #expect(outcome.output.contains("5pp to the edge") && outcome.output.contains("USD a year"))
        let picture = try String(decoding: Data(contentsOf: folder.appending(path: "loss.svg")), as: UTF8.self)
        #expect(picture.hasPrefix("<svg") || picture.hasPrefix("<?xml"))
    }

    @Test(
        "bands refuses senseless figures by name, with status 2",
        arguments: [
            (["--volatility", "80%/yr", "--cost", "30bps"], "--target or --policy"),
            (["--target", "0%", "--volatility", "80%/yr", "--cost", "30bps"], "target"),
            (["--target", "100%", "--volatility", "80%/yr", "--cost", "30bps"], "target"),
            (["--target", "50%", "--volatility", "0%/yr", "--cost", "30bps"], "volatility"),
            (["--target", "50%", "--volatility", "-3%", "--cost", "30bps"], "--volatility"),
            (["--target", "50%", "--volatility", "80%/yr", "--cost", "30"], "--cost"),
            (["--target", "50%", "--volatility", "80%/yr", "--cost", "30bps", "--gas", "12USD"], "--value"),
            (["--target", "50%", "--volatility", "80%/yr", "--cost", "30bps", "--band", "0pp"], "--band"),
            (["--target", "50%", "--volatility", "80%/yr", "--cost", "30bps", "--risk-aversion", "0"], "risk aversion"),
            (["--target", "50%", "--volatility", "80%/yr", "--cost", "30bps", "--policy", "p"], "--policy"),
        ]
    )
    func refusesBands(arguments: [String], word: String) throws {
        let outcome = try ballast(["bands"] + arguments)
        #expect(outcome.status == 2 && !outcome.wasKilled, "\(outcome.all)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }

    @Test("route splits over a pool and a book, no worse than either, and parts sum to the whole")
    func splits() throws {
        let outcome = try ballast([
            "route", "--pools", "deep.json", "--books", "ETH/USD=book.csv", "--sell", "20", "ETH", "--for", "USD",
            "--format", "json",
        ])
        #expect(outcome.status == 0, "\(outcome.all)")
        let result = try json(outcome.output)
        let value = try #require(result["value"] as? Double)
        let best = try #require((result["best_single_venue"] as? [String: Any])?["value"] as? Double)
        #expect(value >= best * (1 - 1e-9))
        let legs = try #require(result["legs"] as? [[String: Any]])
        let received = legs.compactMap { ($0["received"] as? [String: Double])?["USD"] }.reduce(0, +)
        let gas = try #require(result["gas"] as? Double)
        #expect(abs(received - gas - value) <= 1e-6 * value)
        let impact = try #require(result["price_impact"] as? Double)
        let price = try #require(result["marginal_price"] as? Double)
        #expect(impact > 0 && abs(1 - value / 20 / price - impact) < 1e-9)
        #expect(result["arbitrage_gain"] is NSNull)
    }

    @Test("route calls what pools out of line with each other bring arbitrage, and no negative impact")
    func arbitrage() throws {
        let arguments = ["route", "--pools", "deep.json", "apart.json", "--sell", "0.1", "ETH", "--for", "USD"]
        let text = try ballast(arguments)
        #expect(text.status == 0, "\(text.all)")
        #expect(text.output.contains("no price impact: pools out of line with each other bring"), "\(text.output)")
        let result = try json(ballast(arguments + ["--format", "json"]).output)
        #expect(result["price_impact"] is NSNull)
        #expect(try #require(result["arbitrage_gain"] as? Double) > 0)
    }

    @Test(
        "route refuses bad input by name",
        arguments: [
            (["--pools", "empty.json", "--sell", "1", "ETH", "--for", "USD"], "empty.json", Int32(1)),
            (["--pools", "absent.json", "--sell", "1", "ETH", "--for", "USD"], "absent.json", 3),
            (["--pools", "deep.json", "--sell", "1", "ETH", "--for", "BTC"], "no venues lead from ETH to BTC", 1),
            (["--pools", "deep.json", "--sell", "1", "BTC", "--for", "USD"], "no venues lead from BTC to USD", 1),
            (["--pools", "deep.json", "--sell", "1", "ETH", "--for", "ETH"], "against itself", 1),
            (["--pools", "deep.json", "--sell", "0", "ETH", "--for", "USD"], "--sell", 2),
            (["--pools", "deep.json", "--sell", "-1", "ETH", "--for", "USD"], "--sell", 2),
            (["--pools", "deep.json", "--sell", "1", "--for", "USD"], "--sell", 2),
            (["--pools", "deep.json", "--sell", "1", "ETH", "--for", "USD", "--gas", "-1"], "--gas", 2),
            (["--books", "ETH/USD=negative.csv", "--sell", "1", "ETH", "--for", "USD"], "negative.csv", 3),
            (["--books", "ETH/USD=zero.csv", "--sell", "1", "ETH", "--for", "USD"], "zero.csv", 3),
            (["--books", "ETH=book.csv", "--sell", "1", "ETH", "--for", "USD"], "BASE/QUOTE=FILE", 2),
            (["--pools", "deep.json", "deep.json", "--sell", "1", "ETH", "--for", "USD"], "another venue", 2),
            (["--sell", "1", "ETH", "--for", "USD"], "no venues", 2),
        ]
    )
    func refusesRoutes(arguments: [String], word: String, status: Int32) throws {
        let outcome = try ballast(["route"] + arguments)
        #expect(outcome.status == status && !outcome.wasKilled, "\(outcome.all)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }
}
