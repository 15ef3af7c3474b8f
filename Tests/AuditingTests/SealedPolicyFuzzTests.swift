import Foundation
import TestSupport
import Testing

@testable import Auditing

/// No bytes trap the reader of sealed policies, and none but the file itself compiles: every byte that says something is bound.
@Suite("Fuzzing sealed policies")
struct SealedPolicyFuzzTests {
    private static let target = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/Forever")
        let files = try ["sealed-policy-v1", "sealed-policy-v1-guarded"].map {
            [UInt8](try Data(contentsOf: folder.appending(path: "\($0)/policy.sealed.json")))
        }
        let stored = try files.map { try SealedPolicy(fileBytes: $0) }
        return FuzzTarget("sealed-policy", corpus: files) { bytes, _ in
            let read = try SealedPolicy(fileBytes: bytes)
            let again = try SealedPolicy(fileBytes: Array(read.fileText.utf8))
            #expect(again == read)
            for stored in stored where read != stored {
                #expect(read.document != stored.document || read.sealedParameters != stored.sealedParameters)
            }
        }
    }

    @Test("mutations of the corpus never trap", arguments: UInt64(0)..<8)
    func smoke(seed: UInt64) throws { try Self.target.get().run(seed: seed, count: 150) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong))
    func long() throws { try Self.target.get().runLong() }
}
