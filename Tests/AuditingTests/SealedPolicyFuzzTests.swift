import Foundation
import TestSupport
import Testing

@testable import Auditing

/// No bytes trap the reader of sealed policies, and none but the file itself compiles: every byte that says something is bound.
@Suite("Fuzzing sealed policies")
struct SealedPolicyFuzzTests {
    private static let target = Result {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/Forever/sealed-policy-v1/policy.sealed.json")
        let file = [UInt8](try Data(contentsOf: path))
        let stored = try SealedPolicy(fileBytes: file)
        return FuzzTarget("sealed-policy", corpus: [file]) { bytes, _ in
            let read = try SealedPolicy(fileBytes: bytes)
            let again = try SealedPolicy(fileBytes: Array(read.fileText.utf8))
            #expect(again == read)
            guard read != stored else { return }
            #expect(read.document != stored.document || read.sealedParameters != stored.sealedParameters)
        }
    }

    @Test("mutations of the corpus never trap", arguments: UInt64(0)..<4)
    func smoke(seed: UInt64) throws { try Self.target.get().run(seed: seed, count: 150) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong))
    func long() throws { try Self.target.get().runLong() }
}
