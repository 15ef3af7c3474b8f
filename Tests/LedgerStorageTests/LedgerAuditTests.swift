import GRDB
import MarketData
import Testing

@testable import LedgerStorage

@Suite("An audit of a ledger")
struct LedgerAuditTests {
    @Test("finds nothing wrong with a whole ledger and says what it left unchecked")
    func acceptsWholeLedgers() async throws {
        let fixture = try await LedgerFixture.filled(20)
        let reader = try LedgerReader(path: fixture.path)
        let without = try reader.audit()
        #expect(without.isClean)
        #expect(without.entryCount == 20)
        #expect(without.head == (try reader.lastEntry()?.head))
        #expect(without.unchecked.contains("openings: they need the operator's key"))
        let with = try reader.audit(keys: LedgerFixture.keys())
        #expect(with.isClean)
        #expect(!with.unchecked.contains { $0.hasPrefix("openings") })
        #expect(with.unchecked.contains { $0.hasPrefix("that no entry is missing at the end") })
    }

    @Test(
        "names the entry of which one column was altered",
        arguments: [
            "kind = 'halt'", "time = time + 1", "decision = x'7b7d'", "fills = x''", "attestation = x'00'",
            "sealedOpenings = zeroblob(28)", "previousHash = zeroblob(32)", "hash = zeroblob(32)",
            "kind = upper(kind)",
        ],
        [0, 1, 3]
    )
    func namesAlteredEntries(assignment: String, sequence: Int) async throws {
        let fixture = try await LedgerFixture.filled(4)
        try fixture.forge("UPDATE entry SET \(assignment) WHERE sequence = \(sequence)")
        let audit = try LedgerReader(path: fixture.path).audit()
        #expect(audit.findings.first?.sequence == UInt64(sequence))
        #expect(audit.findings.contains { $0.sequence == UInt64(sequence) && $0.check == .hash })
    }

    @Test("finds each byte of the openings altered", arguments: 0..<40)
    func findsAlteredBoxes(position: Int) async throws {
        let fixture = try await LedgerFixture.filled(2)
        let box = try #require(try LedgerReader(path: fixture.path).lastEntry()).sealedOpenings
        var altered = box
        altered[position % box.count] ^= 1
        try fixture.forge("UPDATE entry SET sealedOpenings = x'\(Hexadecimal.text(altered))' WHERE sequence = 1")
        let audit = try LedgerReader(path: fixture.path).audit(keys: LedgerFixture.keys())
        #expect(audit.findings.map(\.check) == [.hash, .openings])
    }

    @Test("finds a gap, a renumbered entry and entries that changed places")
    func findsWrongPlaces() async throws {
        let gap = try await LedgerFixture.filled(4)
        try gap.forge("DELETE FROM entry WHERE sequence = 1")
        #expect(try checks(of: gap) == [.sequence, .chain])
        let renumbered = try await LedgerFixture.filled(4)
        try renumbered.forge("UPDATE entry SET sequence = 9 WHERE sequence = 3")
        #expect(try checks(of: renumbered) == [.sequence, .hash])
        let swapped = try await LedgerFixture.filled(4)
        try swapped.forge(
            """
            UPDATE entry SET sequence = 100 WHERE sequence = 1;
            UPDATE entry SET sequence = 1 WHERE sequence = 2;
            UPDATE entry SET sequence = 2 WHERE sequence = 100;
            """
        )
        #expect(try Set(checks(of: swapped)) == [.time, .chain, .hash])
    }

    @Test("finds an altered identity at entry 0")
    func findsAlteredIdentities() async throws {
        let fixture = try await LedgerFixture.filled(2)
        try fixture.forge("UPDATE identity SET value = 'another' WHERE name = 'policy'")
        let audit = try LedgerReader(path: fixture.path).audit()
        #expect(audit.findings.map(\.check) == [.chain])
        #expect(audit.findings.first?.sequence == 0)
    }

    @Test(
        "finds a changed schema",
        arguments: [
            "DROP TRIGGER noUpdateOnEntry": "`noUpdateOnEntry` is missing from the schema",
            "CREATE TABLE more (x)": "`more` is foreign to the schema",
            "DROP TRIGGER noDeleteOnEntry; CREATE TRIGGER noDeleteOnEntry BEFORE DELETE ON entry BEGIN SELECT 1; END":
                "`noDeleteOnEntry` is not what the format demands",
        ]
    )
    func findsChangedSchemas(statement: String, reason: String) async throws {
        let fixture = try await LedgerFixture.filled(2)
        try fixture.sql(statement)
        let audit = try LedgerReader(path: fixture.path).audit()
        #expect(audit.findings == [.init(sequence: nil, check: .schema, reason: reason)])
    }

    @Test("finds a chain that was rewritten without the key, but only with the key")
    func findsRewrittenChains() async throws {
        let fixture = try await LedgerFixture.filled(3)
        let entries = try LedgerReader(path: fixture.path).entries(limit: 10)
        var statements = ""
        var previous = entries[0].previousHash
        for entry in entries {
            // The forger changes the fills of the first entry and mends every hash behind it.
            let forged = LedgerEntry(
                stored: LedgerDraft(
                    kind: entry.kind,
                    time: entry.time,
                    decision: entry.decision,
                    fills: entry.sequence == 0 ? [1, 2, 3] : entry.fills,
                    attestation: entry.attestation,
                    openings: .empty
                ),
                sequence: entry.sequence,
                sealedOpenings: entry.sealedOpenings,
                previousHash: previous,
                hash: .zero
            )
            previous = forged.recomputedHash
            statements += """
                UPDATE entry SET fills = x'\(Hexadecimal.text(forged.fills))', previousHash = x'\(forged.previousHash)',
                    hash = x'\(previous)' WHERE sequence = \(entry.sequence);

                """
        }
        try fixture.forge(statements)
        let reader = try LedgerReader(path: fixture.path)
        let without = try reader.audit()
        #expect(without.isClean)
        #expect(without.unchecked.contains { $0.hasPrefix("that no one without the key rewrote") })
        let with = try reader.audit(keys: LedgerFixture.keys())
        #expect(with.findings.map(\.check) == [.openings, .openings, .openings])
        #expect(with.findings.map(\.sequence) == [0, 1, 2])
    }

    @Test("finds rows of a form that the schema's checks would have refused")
    func findsMalformedRows() async throws {
        let columns = "decision, fills, attestation, sealedOpenings, previousHash, hash"
        for (replacement, reason) in [
            ("SELECT sequence, kind, 'noon' AS time, \(columns) FROM entry", "its time is no integer"),
            ("SELECT sequence, 17 AS kind, time, \(columns) FROM entry", "its kind is no text of at most 32 bytes"),
            ("SELECT -1 AS sequence, kind, time, \(columns) FROM entry", "its sequence number is not a number ≥ 0"),
            (
                "SELECT sequence, kind, time, zeroblob(1048577) AS decision, fills, attestation, sealedOpenings,"
                    + " previousHash, hash FROM entry", "its decision is no byte string of at most 1048576 bytes"
            ),
            (
                "SELECT sequence, kind, time, decision, fills, attestation, sealedOpenings, x'00' AS previousHash, hash"
                    + " FROM entry", "its hashes are not 32 bytes long"
            ),
        ] {
            let fixture = try await LedgerFixture.filled(1)
            // A table without constraints, of the same name.
            try fixture.sql("CREATE TABLE other AS \(replacement); DROP TABLE entry; ALTER TABLE other RENAME TO entry")
            let audit = try LedgerReader(path: fixture.path).audit()
            #expect(audit.findings.contains { $0.check == .form && $0.reason == reason }, "\(audit.findings)")
            #expect(audit.findings.contains { $0.check == .schema })
        }
    }

    @Test("refuses another operator's keys")
    func refusesOtherKeys() async throws {
        let fixture = try await LedgerFixture.filled(1)
        #expect(throws: LedgerError.self) {
            try LedgerReader(path: fixture.path).audit(keys: LedgerFixture.keys(seed: 9))
        }
    }

    private func checks(of fixture: LedgerFixture) throws -> [LedgerAudit.Check] {
        try LedgerReader(path: fixture.path).audit().findings.map(\.check)
    }
}
