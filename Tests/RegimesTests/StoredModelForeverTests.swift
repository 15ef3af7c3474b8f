import MarketData
import Regimes
import Testing

@Suite("Model files of every version, forever")
struct StoredModelForeverTests {
    @Test("version 1 reads to the same digest and labels, and filters to the same probabilities")
    func stillReadsVersionOne() throws {
        let model = try RegimeModel(fileBytes: Fixtures.bytes(Fixtures.root + "/Tests/Fixtures/Forever/model-1.json"))
        #expect(model.digest.description == "1989b30152fc568975a59d1ce780dcaed51acda118d809737c0c73a52b6c292d")
        #expect(model.labels == ["calm", "choppy", "storm"])
        var filter = ForwardFilter(model.parameters)
        for observation in [-1.0, -0.5, 0.2] { try filter.update(observation) }
        // From the file's parameters by the textbook recursion in Python's doubles.
        let expected = [7.2043143080018355e-09, 0.015150488413214067, 0.9848495043824715]
        for (got, wanted) in zip(filter.filteredProbabilities, expected) { #expect(abs(got - wanted) <= 1e-12) }
    }

    @Test("version 2 reads to the same digest, and filters to the same probabilities to the last bit")
    func stillReadsVersionTwo() throws {
        let model = try RegimeModel(fileBytes: Fixtures.bytes(Fixtures.root + "/Tests/Fixtures/Forever/model-2.json"))
        #expect(model.digest.description == "0a5f6821bd31cc9d98dccc6c98ea2fe7ce46fd13d25292f04b2ae1a165318f85")
        #expect(model.labels == ["calm", "choppy", "storm"])
        #expect(model.forecast?.residuals.stateCount == 3)
        var filter = FixedPointFilter(try #require(model.fixedPoint))
        for observation in [-1.0, -0.5, nil, 0.2] { filter.update(observation.flatMap { FixedPoint($0) }) }
        // From the file's parameters by the textbook recursion in 200-bit arithmetic.
        let exact = [4.3012707172664916852e-9, 0.0080079727402749113792, 0.99199202295845437135]
        for (got, wanted) in zip(filter.filteredProbabilities, exact) {
            #expect(abs(got - wanted) <= filter.errorBound)
        }
        // Whole numbers, hence no tolerance besides: the same bits on every machine, now and later.
        let bits: [UInt64] = [4_481_777_946_833_518_592, 4_575_769_903_771_337_631, 4_607_110_289_355_176_815]
        #expect(filter.filteredProbabilities.map(\.bitPattern) == bits)
    }
}
