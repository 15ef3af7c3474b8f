import MarketData
import PolicyLanguage
import Testing

@Suite("A new policy")
struct PolicyTemplateTests {
    @Test("checks clean, passes its own tests and is in canonical layout", arguments: [1, 2, 3, 7, 9, 10, 13, 46, 63])
    func isReadyToUse(count: Int) throws {
        let assets = try (1...count).map { try Asset("A\($0)") }
        for regimes in [[], ["all"], ["calm", "storm"], ["calm", "choppy", "storm", "crash"]] {
            let text = try PolicyTemplate(assets: assets, quote: try Asset("USD"), regimes: regimes).text()
            let source = PolicySource(path: "new.policy", text: text)
            let check = Policy.check(source)
            #expect(check.diagnostics.map(\.description) == [])
            let results = PolicyTests.run(try #require(check.policy))
            #expect(results.count == 2)
            #expect(results.flatMap(\.failures).map(\.description) == [])
            #expect(try PolicyFormatter.format(source) == text)
        }
    }

    @Test("reads as stored")
    func golden() throws {
        let assets = [try Asset("BTC"), try Asset("ETH")]
        let template = PolicyTemplate(
            assets: assets,
            quote: try Asset("USD"),
            regimes: ["calm", "choppy", "storm"],
            modelPath: "../Models/sample-daily.json"
        )
        try expectGolden(try template.text(), "accepted/new.policy")
    }

    @Test("holds the quote currency once")
    func leavesOutTheQuote() throws {
        let usd = try Asset("USD")
        let template = PolicyTemplate(assets: [usd, try Asset("BTC"), try Asset("BTC")], quote: usd)
        #expect(template.assets.map(\.symbol) == ["BTC"])
    }

    @Test(
        "is refused with the diagnostics of what it would be",
        arguments: [["storm", "storm"], ["each", "b"], ["two words", "b"], ["", "b"]]
    )
    func refusesBadNames(regimes: [String]) throws {
        let template = PolicyTemplate(assets: [try Asset("BTC")], quote: try Asset("USD"), regimes: regimes)
        #expect(throws: PolicyDiagnostics.self) { _ = try template.text() }
    }

    @Test("needs an asset, and no more than can be attested", arguments: [0, 64, 200])
    func refusesCounts(count: Int) throws {
        let assets = try (0..<count).map { try Asset("A\($0)") }
        #expect(throws: PolicyDiagnostics.self) {
            _ = try PolicyTemplate(assets: assets, quote: try Asset("USD")).text()
        }
    }
}

@Suite("The planned width of a band")
struct PlannedWidthTests {
    @Test("is 4.54 points for half in one asset, 30 basis points of cost and a risk aversion of 3")
    func knownAnswer() {
        // python3 -c 'print((3*.003/6*.0625)**(1/3))'
        #expect(abs(PlannedWidth.width(target: 0.5, cost: PartsPerMillion(3_000)) - 0.045428014820803504) < 1e-11)
    }

    @Test("minimises the cost of straying and of trading", arguments: [0.01, 0.1, 0.5, 0.9], [100, 3_000, 20_000])
    func isOptimal(target: Double, cost: Int64) {
        let (sigma, gamma, share) = (0.8, PlannedWidth.defaultRiskAversion, Double(cost) / 1_000_000)
        let diffusion = sigma * target * (1 - target)
        let loss = { (h: Double) in
            gamma * sigma * sigma * h * h / 6 + share * diffusion * diffusion / (2 * h)
        }
        let width = PlannedWidth.width(target: target, cost: PartsPerMillion(cost))
        #expect(loss(width) < loss(width * 1.01) && loss(width) < loss(width / 1.01))
    }

    @Test("is nothing where nothing can drift")
    func vanishes() {
        #expect(PlannedWidth.width(target: 1, cost: PartsPerMillion(3_000)) < 1e-12)
        #expect(PlannedWidth.width(target: 0, cost: PartsPerMillion(3_000)) < 1e-12)
    }
}
