import MarketData
import Testing

@testable import LedgerStorage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("A ledger stored by an earlier version")
struct StoredLedgerForeverTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/Forever")

    private static let isRegenerating = ProcessInfo.processInfo.environment["BALLAST_REGENERATE"] == "1"

    @Test("is still read, audited and continued", arguments: ["ledger-1.sqlite", "ledger-2.sqlite"])
    func isStillRead(name: String) async throws {
        let stored = StoredLedgerForeverTests.folder.appendingPathComponent(name)
        let fixture = try LedgerFixture()
        // Made once for a new format, never rewritten.
        if StoredLedgerForeverTests.isRegenerating, !FileManager.default.fileExists(atPath: stored.path),
            name == "ledger-\(LedgerSchema.currentVersion).sqlite"
        {
            let filled = try await LedgerFixture.filled(3)
            let other = try filled.open(LedgerFixture.identity(policy: "q"), vault: "other")
            try await other.append(LedgerFixture.draft(0))
            await other.close()
            try FileManager.default.createDirectory(
                at: StoredLedgerForeverTests.folder,
                withIntermediateDirectories: true
            )
            try FileManager.default.copyItem(at: URL(fileURLWithPath: filled.path), to: stored)
        }
        // SQLite writes beside what it reads: work on a copy.
        try FileManager.default.copyItem(at: stored, to: URL(fileURLWithPath: fixture.path))
        let reader = try LedgerReader(path: fixture.path, vault: "main")
        let audit = try reader.audit(keys: LedgerFixture.keys())
        #expect(audit.findings == [])
        #expect(audit.entryCount == 3)
        for entry in try reader.entries(limit: 10) {
            let draft = LedgerFixture.draft(Int(entry.sequence))
            #expect(entry.attestation == draft.attestation)
            #expect(try reader.openings(of: entry, keys: LedgerFixture.keys()) == draft.openings)
        }
        let ledger = try fixture.open(vault: "main")
        #expect(try await ledger.append(LedgerFixture.draft(3)).sequence == 3)
        await ledger.close()
    }
}
