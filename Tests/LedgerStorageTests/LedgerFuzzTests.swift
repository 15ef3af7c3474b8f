import TestSupport
import Testing

@testable import LedgerStorage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// No bytes trap the readers of ledgers and keys; a ledger that was altered in what it says is found out.
@Suite("Fuzzing ledgers")
struct LedgerFuzzTests {
    private static let stored = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Forever/ledger-1.sqlite")

    private static let targets = Result {
        let bytes = [UInt8](try Data(contentsOf: stored))
        let ledger = FuzzTarget("ledger", corpus: [bytes], dictionary: []) { bytes, _ in
            let fixture = try LedgerFixture()
            try Data(bytes).write(to: URL(fileURLWithPath: fixture.path))
            let reader = try LedgerReader(path: fixture.path)
            let audit = try reader.audit(keys: LedgerFixture.keys())
            try reader.forEachEntry { entry in
                if audit.isClean { _ = try reader.openings(of: entry, keys: LedgerFixture.keys()) }
            }
        }
        let fixture = try LedgerFixture()
        let path = fixture.folder + "/operator.key"
        _ = try OperatorKeys.readOrMake(at: path, ledger: fixture.path)
        let key = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let openings = Array(
            "ballast-policy-openings/1\nsealed: \(String(repeating: "0a", count: 32))\nopenings: 0708090a\n".utf8
        )
        let keys = FuzzTarget("keys", corpus: [key, openings]) { bytes, _ in
            let fixture = try LedgerFixture()
            let path = fixture.folder + "/fuzz.key"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            #expect((try? OperatorKeys.read(from: path))?.publicKey.count ?? 32 == 32)
            #expect((try? SignatoryKey.read(.owner, from: path))?.publicKey.count ?? 32 == 32)
            if let openings = try? PolicyOpenings.read(from: path) { #expect("\(openings)" == "<hidden>") }
        }
        return [ledger, keys]
    }

    @Test("mutations of the corpus never trap", arguments: 0..<2, UInt64(0)..<4)
    func smoke(target: Int, seed: UInt64) throws { try Self.targets.get()[target].run(seed: seed, count: 40) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong), arguments: 0..<2)
    func long(target: Int) throws { try Self.targets.get()[target].runLong() }
}
