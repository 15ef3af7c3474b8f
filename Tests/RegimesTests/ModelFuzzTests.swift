import Foundation
import Regimes
import TestSupport
import Testing

/// No bytes trap the reader of models, and a model that is read filters.
@Suite("Fuzzing models")
struct ModelFuzzTests {
    private static let target = Result {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let names = [
            "Models/sample-daily.json", "Tests/Fixtures/Forever/model-1.json", "Tests/Fixtures/Forever/model-2.json",
        ]
        let files = try names.map { [UInt8](try Data(contentsOf: root.appending(path: $0))) }
        return FuzzTarget("model", corpus: files) { bytes, _ in
            let model = try RegimeModel(fileBytes: bytes)
            #expect(model.digest == (try RegimeModel(fileBytes: bytes)).digest)
            #expect(!model.labels.isEmpty)
        }
    }

    @Test("mutations of the corpus never trap", arguments: UInt64(0)..<4)
    func smoke(seed: UInt64) throws { try Self.target.get().run(seed: seed, count: 200) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong))
    func long() throws { try Self.target.get().runLong() }
}
