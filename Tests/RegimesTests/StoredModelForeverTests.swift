import MarketData
import Regimes
import Testing

@Suite("A model file of version 1, forever")
struct StoredModelForeverTests {
    @Test("reads to the same digest and labels, and filters to the same probabilities")
    func stillReads() throws {
        let model = try RegimeModel(fileBytes: Fixtures.bytes(Fixtures.root + "/Tests/Fixtures/Forever/model-1.json"))
        #expect(model.digest.description == "1989b30152fc568975a59d1ce780dcaed51acda118d809737c0c73a52b6c292d")
        #expect(model.labels == ["calm", "choppy", "storm"])
        var filter = ForwardFilter(model.parameters)
        for observation in [-1.0, -0.5, 0.2] { try filter.update(observation) }
        // From the file's parameters by the textbook recursion in Python's doubles.
        let expected = [7.2043143080018355e-09, 0.015150488413214067, 0.9848495043824715]
        for (got, wanted) in zip(filter.filteredProbabilities, expected) { #expect(abs(got - wanted) <= 1e-12) }
    }
}
