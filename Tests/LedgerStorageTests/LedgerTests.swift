import GRDB
import MarketData
import Testing

@testable import LedgerStorage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("A ledger open for writing")
struct LedgerTests {
    @Test("gives back what was appended, after reopening, too", arguments: UInt64(0)..<10)
    func keepsEntries(seed: UInt64) async throws {
        let fixture = try LedgerFixture()
        var written: [LedgerEntry] = []
        for _ in 0..<3 {
            let ledger = try fixture.open()
            #expect(await ledger.head == written.last?.head)
            #expect(ledger.isNew == written.isEmpty)
            for _ in 0..<3 {
                let draft = LedgerFixture.draft(written.count, random: seed)
                let entry = try await ledger.append(draft)
                #expect(entry.sequence == UInt64(written.count))
                #expect(entry.attestation == draft.attestation)
                #expect(try await ledger.openings(of: entry) == draft.openings)
                written.append(entry)
            }
            await ledger.close()
        }
        #expect(try LedgerReader(path: fixture.path).entries(limit: 100) == written)
        #expect(try LedgerReader(path: fixture.path).audit(keys: LedgerFixture.keys()).isClean)
    }

    @Test("hides the openings in a box that differs every time")
    func sealsFreshly() async throws {
        let draft = LedgerFixture.draft(0)
        var boxes: Set<[UInt8]> = []
        for _ in 0..<2 {
            let fixture = try LedgerFixture()
            let entry = try await fixture.open().append(draft)
            #expect(entry.sealedOpenings.count == draft.openings.count + OpeningsSeal.overhead)
            boxes.insert(entry.sealedOpenings)
        }
        #expect(boxes.count == 2)
    }

    @Test("admits one writer, and the next one as soon as the first is closed")
    func admitsOneWriter() async throws {
        let fixture = try LedgerFixture()
        let first = try fixture.open()
        let error = #expect(throws: LedgerError.self) { try fixture.open() }
        #expect(error == .inUse(path: fixture.path, process: getpid()))
        await first.close()
        await #expect(throws: LedgerError.closed(path: fixture.path)) { try await first.append(LedgerFixture.draft(0)) }
        let second = try fixture.open()
        #expect(try await second.append(LedgerFixture.draft(0)).sequence == 0)
    }

    @Test("sees one file behind a symbolic link and its target")
    func resolvesLinks() async throws {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open()
        let link = fixture.folder + "/link.ledger"
        #expect(symlink(fixture.path, link) == 0)
        #expect(throws: LedgerError.inUse(path: link, process: getpid())) {
            try Ledger.open(at: link, identity: LedgerFixture.identity(), keys: LedgerFixture.keys())
        }
        await ledger.close()
    }

    @Test(
        "names the field in which a ledger is foreign",
        arguments: [LedgerIdentity.Field.policy, .model, .holdings, .start]
    )
    func refusesForeignLedgers(field: LedgerIdentity.Field) async throws {
        let fixture = try await LedgerFixture.filled(1)
        let own = try LedgerFixture.identity()
        let other = try LedgerIdentity(own.fields.map { ($0, $0 == field ? "other" : own[$0] ?? "") })
        #expect(
            throws: LedgerError.foreign(path: fixture.path, field: field, got: "other", expected: own[field] ?? "")
        ) { try fixture.open(other) }
    }

    @Test("names a field that only one of ledger and caller has")
    func refusesOtherFields() async throws {
        let fixture = try await LedgerFixture.filled(1)
        let own = try LedgerFixture.identity()
        let more = try LedgerIdentity(own.fields.map { ($0, own[$0] ?? "") } + [(LedgerIdentity.Field("fee"), "10")])
        let fewer = try LedgerIdentity(own.fields.dropLast().map { ($0, own[$0] ?? "") })
        let fee = LedgerIdentity.Field("fee")
        #expect(throws: LedgerError.foreign(path: fixture.path, field: fee, got: "10", expected: "nothing")) {
            try fixture.open(more)
        }
        #expect(
            throws: LedgerError.foreign(
                path: fixture.path,
                field: .start,
                got: "nothing",
                expected: "2022-01-01T00:00:00Z"
            )
        ) { try fixture.open(fewer) }
    }

    @Test("refuses another operator's keys, and the operator's own with another opening key")
    func refusesOtherKeys() async throws {
        let fixture = try await LedgerFixture.filled(2)
        let identity = try LedgerFixture.identity()
        let error = #expect(throws: LedgerError.self) {
            try Ledger.open(at: fixture.path, identity: identity, keys: LedgerFixture.keys(seed: 1))
        }
        guard case .foreign(_, .operatorKey, _, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(throws: LedgerError.sealedForAnother(path: fixture.path, sequence: 1)) {
            try Ledger.open(at: fixture.path, identity: identity, keys: LedgerFixture.keys(opening: 101))
        }
    }

    @Test("refuses what is out of order, out of form or too large, and stays as it was")
    func refusesBadDrafts() async throws {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open()
        let first = try await ledger.append(LedgerFixture.draft(0))
        var early = LedgerFixture.draft(1)
        early.time = first.time
        await #expect(
            throws: LedgerError.notLater(got: first.time.milliseconds, previous: first.time.milliseconds)
        ) { try await ledger.append(early) }
        for kind in ["", "Hold", "hold-", "a b", String(repeating: "a", count: 33)] {
            var draft = LedgerFixture.draft(1)
            draft.kind = kind
            await #expect(throws: LedgerError.self, "kind `\(kind)`") { try await ledger.append(draft) }
        }
        var large = LedgerFixture.draft(1)
        large.fills = [UInt8](repeating: 0, count: LedgerEntry.limits.fills + 1)
        await #expect(
            throws: LedgerError.tooLarge(
                part: "the fills",
                got: LedgerEntry.limits.fills + 1,
                limit: LedgerEntry.limits.fills
            )
        ) { try await ledger.append(large) }
        #expect(await ledger.head == first.head)
        #expect(try await ledger.append(LedgerFixture.draft(1)).sequence == 1)
    }

    @Test("takes entries as large as the format allows")
    func takesLargestEntries() async throws {
        let fixture = try LedgerFixture()
        let limits = LedgerEntry.limits
        let ledger = try fixture.open()
        let draft = LedgerDraft(
            kind: String(repeating: "k", count: limits.kind),
            time: Timestamp(milliseconds: .min),
            decision: [UInt8](repeating: 1, count: limits.decision),
            fills: [],
            attestation: [UInt8](repeating: 2, count: limits.attestation),
            openings: SecretBytes([UInt8](repeating: 3, count: limits.sealedOpenings - OpeningsSeal.overhead))
        )
        let entry = try await ledger.append(draft)
        #expect(try await ledger.lastEntry() == entry)
    }

    @Test("writes ahead and waits for the disk at every commit")
    func isDurable() async throws {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open()
        try await ledger.append(LedgerFixture.draft(0))
        let store = try LedgerStore(path: fixture.path, resolvedPath: fixture.path, access: .writing)
        #expect(try store.pragma("journal_mode") == "\"wal\"")
        // 2 is FULL.
        #expect(try store.pragma("synchronous") == "2")
        await ledger.close()
    }

    @Test("makes a file that only its owner can read")
    func isPrivate() async throws {
        let fixture = try await LedgerFixture.filled(1)
        #expect(try DurableFile.contents(of: fixture.path, limit: 1 << 20).mode == 0o600)
    }

    @Test("takes the place of what a killed maker left, and never of a file that is there")
    func makesOverLeftovers() async throws {
        let fixture = try LedgerFixture()
        try DurableFile.makeEmpty(fixture.path + ".new")
        let ledger = try fixture.open()
        #expect(ledger.isNew)
        await ledger.close()
        let other = try LedgerFixture()
        try DurableFile.makeEmpty(other.path)
        #expect(throws: LedgerError.self) { try other.open() }
        #expect(DurableFile.exists(other.path))
    }

    @Test(
        "is append-only for every other program, too",
        arguments: [
            "UPDATE entry SET kind = 'halt' WHERE sequence = 1",
            "DELETE FROM entry WHERE sequence = 1",
            "DELETE FROM entry",
            "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE sequence = 1",
            "INSERT INTO entry SELECT 7, kind, time + 900000000, decision, fills, attestation, sealedOpenings, hash, hash"
                + " FROM entry WHERE sequence = 2",
            "INSERT INTO entry SELECT 3, kind, time, decision, fills, attestation, sealedOpenings, hash, hash"
                + " FROM entry WHERE sequence = 2",
            "INSERT INTO entry SELECT 3, kind, time + 1, decision, fills, attestation, sealedOpenings, previousHash, hash"
                + " FROM entry WHERE sequence = 2",
            "UPDATE identity SET value = 'x' WHERE name = 'policy'",
            "DELETE FROM identity",
            "INSERT INTO identity VALUES (9, 'more', 'x')",
        ]
    )
    func refusesChange(statement: String) async throws {
        let fixture = try await LedgerFixture.filled(3)
        let error = #expect(throws: DatabaseError.self) { try fixture.sql(statement) }
        #expect(error?.extendedResultCode == .SQLITE_CONSTRAINT_TRIGGER)
        #expect(try LedgerReader(path: fixture.path).audit().isClean)
    }

    @Test("refuses to continue what another program appended to")
    func refusesForeignAppends() async throws {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open()
        try await ledger.append(LedgerFixture.draft(0))
        try fixture.sql(
            "INSERT INTO entry SELECT 1, kind, time + 1, decision, fills, attestation, sealedOpenings, hash, hash FROM entry"
        )
        await #expect(
            throws: LedgerError.damaged(
                path: fixture.path,
                sequence: nil,
                reason: "another program changed it meanwhile"
            )
        ) { try await ledger.append(LedgerFixture.draft(1)) }
    }

    @Test("refuses a ledger whose last entry was altered, or one before it removed")
    func refusesDamagedTails() async throws {
        let altered = try await LedgerFixture.filled(3)
        try altered.forge("UPDATE entry SET fills = x'00' WHERE sequence = 2")
        let hash = #expect(throws: LedgerError.self) { try altered.open() }
        #expect(
            hash
                == .damaged(path: altered.path, sequence: 2, reason: "its hash is not that of its contents")
        )
        let shortened = try await LedgerFixture.filled(3)
        try shortened.forge("DELETE FROM entry WHERE sequence = 1")
        let gap = #expect(throws: LedgerError.self) { try shortened.open() }
        #expect(
            gap
                == .damaged(
                    path: shortened.path,
                    sequence: nil,
                    reason: "entries are missing or doubled: got 2, expected 3"
                )
        )
    }
}
