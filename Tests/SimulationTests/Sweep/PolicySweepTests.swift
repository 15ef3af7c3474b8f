import CanonicalJSON
import MarketData
import Rebalancing
import Testing

@testable import Simulation

@Suite("Sweeps")
struct PolicySweepTests {
    private static let labels = ["calm", "storm"]

    private func sweep(_ texts: [String]) throws -> PolicySweep {
        let policy = try SimulatedPolicy(seed: 7, bars: 120)
        let study = BacktestStudy(
            name: "swept",
            mandates: policy.mandates,
            market: policy.market,
            opening: policy.opening,
            share: PartsPerMillion(1_000),
            costModel: .flat,
            comparisons: [],
            shuffles: 0
        )
        return try PolicySweep(study: study, parameters: texts.map { try SweepParameter($0, labels: Self.labels) })
    }

    @Test("ranges hold both ends, and values their units")
    func ranges() throws {
        let band = try SweepParameter("band=1pp..2.5pp:0.5pp", labels: Self.labels)
        #expect(band.values.map(\.text) == ["1pp", "1.5pp", "2pp", "2.5pp"])
        #expect(band.values.map(\.units) == [10_000, 15_000, 20_000, 25_000])
        #expect(try SweepParameter("cost=0bps,0.1%", labels: []).values.map(\.units) == [0, 1_000])
        #expect(try SweepParameter("cooldown=0d,36h", labels: []).values.map(\.text) == ["0d", "2160m"])
        #expect(try SweepParameter("storm=1.5", labels: Self.labels).kind == .regime("storm"))
    }

    @Test(
        "refuses what is no parameter",
        arguments: [
            "", "band", "band=", "width=1pp", "band=1pp..2pp", "band=1pp..2pp:0pp", "band=2pp..1pp:1pp", "band=1",
            "band=0pp",
            "calm=2", "storm=0", "scale=1,1", "scale=1..1000:0.001", "cooldown=1w", "cost=-1bps", "band=0.00001pp",
        ]
    )
    func refusals(text: String) {
        #expect(throws: BacktestError.self) { try SweepParameter(text, labels: Self.labels) }
    }

    @Test("every combination has a name of its own, the last parameter fastest")
    func points() throws {
        let sweep = try sweep(["band=2pp,4pp", "storm=1,2,3"])
        let names = (0..<sweep.count).map { sweep.name($0) }
        #expect(names.first == "band=2pp storm=1" && names[1] == "band=2pp storm=2" && names.last == "band=4pp storm=3")
        #expect(Set(names).count == 6)
    }

    @Test("the point that is the policy itself gives the policy's own run")
    func neutralPoint() throws {
        // Calm's trigger is four points, and a side costs ten basis points: none of these changes anything.
        let policy = try SimulatedPolicy(seed: 7, bars: 120)
        let run = try policy.backtest().run()
        for texts in [["band=4pp"], ["scale=1"], ["cooldown=0d"], ["cost=10bps"]] {
            let result = try sweep(texts).result(0)
            #expect(result.cost == run.cumulatedCost.last)
            #expect(result.rebalances == run.rebalances)
        }
    }

    @Test("wider bands trade less and track worse, and a long cooldown allows fewer rebalances")
    func monotone() throws {
        let bands = try sweep(["band=2pp,6pp,15pp"])
        let results = try (0..<3).map { try bands.result($0) }
        #expect(results[0].rebalances > results[1].rebalances && results[1].rebalances > results[2].rebalances)
        #expect(results[0].trackingError < results[2].trackingError)
        let pauses = try sweep(["cooldown=0d,10d"])
        #expect(try pauses.result(0).rebalances > pauses.result(1).rebalances)
        #expect(try pauses.result(1).rebalances <= 3)
    }

    @Test("a result survives its file")
    func json() throws {
        let result = try sweep(["scale=1.25"]).result(0)
        let line = result.json(of: ContentDigest(hashing: [])).canonicalBytes
        #expect(try SweepResult(json: JSONValue.read(line)) == result)
    }

    @Test("a parameter may not stand twice")
    func repeated() {
        #expect(throws: BacktestError.self) { try sweep(["scale=1", "scale=2"]) }
    }
}
