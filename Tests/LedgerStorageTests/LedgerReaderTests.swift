import GRDB
import MarketData
import TestSupport
import Testing

@testable import LedgerStorage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("A ledger open for reading")
struct LedgerReaderTests {
    @Test("shows each entry to a reader while the writer is at work")
    func readsBesideTheWriter() async throws {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open()
        let reader = try LedgerReader(path: fixture.path)
        for index in 0..<40 {
            let entry = try await ledger.append(LedgerFixture.draft(index))
            #expect(try reader.lastEntry() == entry)
        }
        var sequences: [UInt64] = []
        try reader.forEachEntry(from: 3) { sequences.append($0.sequence) }
        #expect(sequences == Array(3..<40))
        #expect(try reader.entries(from: .max, limit: 5).isEmpty)
        #expect(try reader.entryCount() == 40)
        #expect(reader.identity == ledger.identity)
        #expect(reader.identity[.policy] == "p")
        await ledger.close()
    }

    @Test("opens the openings with the key, and with no other")
    func opensWithTheKey() async throws {
        let fixture = try await LedgerFixture.filled(3)
        let reader = try LedgerReader(path: fixture.path)
        let entry = try #require(try reader.lastEntry())
        #expect(try reader.openings(of: entry, keys: LedgerFixture.keys()) == LedgerFixture.draft(2).openings)
        #expect(throws: LedgerError.sealedForAnother(path: fixture.path, sequence: 2)) {
            try reader.openings(of: entry, keys: LedgerFixture.keys(opening: 3))
        }
    }

    @Test("is refused by name where there is no ledger, or something else")
    func refusesOtherFiles() throws {
        let fixture = try LedgerFixture()
        #expect(throws: LedgerError.missing(path: fixture.path)) { try LedgerReader(path: fixture.path) }
        #expect(throws: LedgerError.notALedger(path: fixture.folder, reason: "it is not a file")) {
            try LedgerReader(path: fixture.folder)
        }
        let other = "it is an SQLite database of another kind, or empty"
        try Data().write(to: URL(fileURLWithPath: fixture.path))
        #expect(throws: LedgerError.notALedger(path: fixture.path, reason: other)) {
            try LedgerReader(path: fixture.path)
        }
        try fixture.sql("CREATE TABLE entry (x); CREATE TABLE identity (y)")
        #expect(throws: LedgerError.notALedger(path: fixture.path, reason: other)) {
            try LedgerReader(path: fixture.path)
        }
        try fixture.sql("PRAGMA application_id = \(LedgerSchema.applicationIdentifier)")
        #expect(throws: LedgerError.unknownFormat(path: fixture.path, got: 0, expected: 1...2)) {
            try LedgerReader(path: fixture.path)
        }
        try fixture.sql("PRAGMA user_version = 3")
        #expect(throws: LedgerError.unknownFormat(path: fixture.path, got: 3, expected: 1...2)) { try fixture.open() }
        try fixture.sql("DROP TABLE entry; PRAGMA user_version = 1")
        #expect(throws: LedgerError.damaged(path: fixture.path, sequence: nil, reason: "its tables are missing")) {
            try LedgerReader(path: fixture.path)
        }
    }

    @Test("survives random bytes in a file's place", arguments: UInt64(0)..<20)
    func survivesNoise(seed: UInt64) throws {
        let fixture = try LedgerFixture()
        var random = SplitMix64(seed: seed)
        let noise = (0..<Int.random(in: 1...10_000, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        try Data(noise).write(to: URL(fileURLWithPath: fixture.path))
        #expect(throws: LedgerError.notALedger(path: fixture.path, reason: "it is not an SQLite database")) {
            try LedgerReader(path: fixture.path)
        }
        #expect(throws: LedgerError.self) { try fixture.open() }
    }

    @Test("refuses a truncated file, or its audit does", arguments: 0..<24)
    func refusesTruncatedFiles(step: Int) async throws {
        let fixture = try await LedgerFixture.filled(20)
        let url = URL(fileURLWithPath: fixture.path)
        let whole = try Data(contentsOf: url)
        try whole.prefix(whole.count * step / 24).write(to: url)
        do throws(LedgerError) {
            let audit = try LedgerReader(path: fixture.path).audit()
            #expect(!audit.isClean)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    @Test("survives flipped bytes anywhere in the file", arguments: UInt64(0)..<60)
    func survivesFlippedBytes(seed: UInt64) async throws {
        let fixture = try await LedgerFixture.filled(6)
        let url = URL(fileURLWithPath: fixture.path)
        var random = SplitMix64(seed: seed)
        var bytes = try Data(contentsOf: url)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        }
        try bytes.write(to: url)
        let original = try await LedgerFixture.filled(6)
        do {
            let reader = try LedgerReader(path: fixture.path)
            let audit = try reader.audit(keys: LedgerFixture.keys())
            // A flip in unused space changes nothing that the ledger says; any other must be found.
            if audit.isClean {
                let drafts = try LedgerReader(path: original.path).entries(limit: 10).map(\.attestation)
                #expect(try reader.entries(limit: 10).map(\.attestation) == drafts)
            }
        } catch let error as LedgerError {
            #expect(!error.description.isEmpty)
        }
    }
}
