import Foundation
import Testing

@testable import ZeroKnowledge

@Suite("Known answers in zkvec/1 files")
struct ProofVectorTests {
    @Test(
        "agree with the stored vectors, item by item",
        arguments: ["transcript", "range_valid", "range_invalid", "r1cs_valid", "r1cs_invalid"]
    )
    func agreesWithFixtures(name: String) throws {
        let results = try ProofVectorFile.read(Fixtures.bytes("\(name).json")).check()
        #expect(!results.isEmpty)
        for result in results where !result.agree {
            Issue.record("\(name): \(result.name): \(result.reason ?? "")")
        }
    }

    @Test(
        "agree with vectors that are not ours to copy",
        .enabled(if: Fixtures.sharedVectors != nil),
        arguments: ["range_published", "group", "scalar", "generators"]
    )
    func agreesWithSharedVectors(name: String) throws {
        let folder = try #require(Fixtures.sharedVectors)
        let bytes = try [UInt8](Data(contentsOf: folder.appendingPathComponent("\(name).json")))
        let results = try ProofVectorFile.read(bytes).check()
        #expect(!results.isEmpty)
        for result in results where !result.agree {
            Issue.record("\(name): \(result.name): \(result.reason ?? "")")
        }
    }
}

/// Where stored and shared vectors lie.
enum Fixtures {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: tests.appendingPathComponent("Fixtures/zk").appendingPathComponent(name)))
    }

    /// The folder of vectors beside the repository: `BALLAST_SHARED`, else `../shared`.
    static let sharedVectors: URL? = {
        let root = tests.deletingLastPathComponent()
        let shared =
            ProcessInfo.processInfo.environment["BALLAST_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? root.deletingLastPathComponent().appendingPathComponent("shared")
        let folder = shared.appendingPathComponent("vectors/zk")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()
}
