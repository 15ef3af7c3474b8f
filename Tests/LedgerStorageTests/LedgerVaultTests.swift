import MarketData
import Testing

@testable import LedgerStorage

@Suite("Several vaults in one ledger")
struct LedgerVaultTests {
    /// A ledger of an unnamed vault of three entries and a vault `beta` of two.
    private static func shared() async throws -> LedgerFixture {
        let fixture = try await LedgerFixture.filled(3)
        let beta = try fixture.open(LedgerFixture.identity(policy: "q"), vault: "beta")
        for index in 0..<2 { try await beta.append(LedgerFixture.draft(index, random: 99)) }
        await beta.close()
        return fixture
    }

    @Test("have chains of their own, each read, audited and continued by its name")
    func areApart() async throws {
        let fixture = try await Self.shared()
        #expect(try LedgerReader.vaults(at: fixture.path) == ["main", "beta"])
        for (name, count) in [("main", 3), ("beta", 2)] {
            let reader = try LedgerReader(path: fixture.path, vault: name)
            #expect(reader.vault == name)
            #expect(try reader.entryCount() == count)
            let audit = try reader.audit(keys: LedgerFixture.keys())
            #expect(audit.findings == [])
            #expect(audit.entryCount == count)
        }
        let main = try fixture.open(vault: "main")
        #expect(try await main.append(LedgerFixture.draft(3)).sequence == 3)
        // One writer for the whole file.
        #expect(throws: LedgerError.self) { try fixture.open(LedgerFixture.identity(policy: "q"), vault: "beta") }
        await main.close()
        let beta = try fixture.open(LedgerFixture.identity(policy: "q"), vault: "beta")
        let entry = try await beta.append(LedgerFixture.draft(2, random: 99))
        #expect(entry.sequence == 2)
        #expect(try await beta.openings(of: entry) == LedgerFixture.draft(2, random: 99).openings)
        await beta.close()
        let reopened = try Ledger.reopen(
            at: fixture.path,
            vault: "beta",
            expecting: [(.policy, "q")],
            keys: LedgerFixture.keys()
        )
        #expect(await reopened.head?.sequence == 2)
        await reopened.close()
    }

    @Test("must be named where there are several, and by a name that is one")
    func mustBeNamed() async throws {
        let fixture = try await Self.shared()
        let several = LedgerError.severalVaults(path: fixture.path, names: ["main", "beta"])
        #expect(throws: several) { try LedgerReader(path: fixture.path) }
        #expect(throws: several) { try fixture.open() }
        #expect(throws: LedgerError.noSuchVault(path: fixture.path, got: "gamma", names: ["main", "beta"])) {
            try LedgerReader(path: fixture.path, vault: "gamma")
        }
        for name in ["", "Beta", "a b", String(repeating: "a", count: 33), "-", "é"] {
            #expect(throws: LedgerError.self) { try fixture.open(vault: name) }
        }
        // Another policy under a name that is taken is refused, as in a ledger of one.
        #expect(throws: LedgerError.self) { try fixture.open(LedgerFixture.identity(policy: "z"), vault: "beta") }
    }

    @Test("may be one alone, with a name of its own from the start")
    func namedAlone() async throws {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open(vault: "alpha")
        try await ledger.append(LedgerFixture.draft(0))
        await ledger.close()
        #expect(try LedgerReader(path: fixture.path).vault == "alpha")
        #expect(throws: LedgerError.self) { try LedgerReader(path: fixture.path, vault: "main") }
        let again = try fixture.open()
        #expect(await again.head?.sequence == 0)
        await again.close()
    }

    @Test("are not mixed: an entry or a whole chain moved from one to the other shows")
    func areNotMixed() async throws {
        let columns = "kind, time, decision, fills, attestation, sealedOpenings, previousHash, hash"
        let moves = [
            // One chain's head behind the other's.
            "INSERT INTO otherEntry SELECT 'beta', sequence, \(columns) FROM entry WHERE sequence = 2",
            // The whole chain under the other's name.
            "DELETE FROM otherEntry; INSERT INTO otherEntry SELECT 'beta', sequence, \(columns) FROM entry",
            // The vaults' names changed.
            "UPDATE otherIdentity SET vault = 'gamma'; UPDATE otherEntry SET vault = 'gamma'",
            // Entries of a vault that has no identity.
            "INSERT INTO otherEntry SELECT 'gamma', sequence, \(columns) FROM entry",
        ]
        for move in moves {
            let fixture = try await Self.shared()
            try fixture.forge(move)
            let findings = try LedgerReader.vaults(at: fixture.path).flatMap { name in
                try LedgerReader(path: fixture.path, vault: name).audit(keys: LedgerFixture.keys()).findings
            }
            #expect(!findings.isEmpty, "\(move)")
        }
    }

    @Test("are as append-only as one: rows are neither altered, taken out nor put between")
    func areAppendOnly() async throws {
        let fixture = try await Self.shared()
        for statement in [
            "UPDATE otherEntry SET kind = 'x'", "DELETE FROM otherEntry", "UPDATE otherIdentity SET value = 'x'",
            "DELETE FROM otherIdentity", "INSERT INTO otherIdentity VALUES ('beta', 9, 'more', 'x')",
            """
            INSERT INTO otherEntry SELECT vault, 7, kind, time + 999999999999, decision, fills, attestation, sealedOpenings,
            previousHash, hash FROM otherEntry WHERE sequence = 1
            """,
            """
            INSERT INTO otherEntry SELECT 'nobody', sequence, kind, time, decision, fills, attestation, sealedOpenings,
            previousHash, hash FROM entry WHERE sequence = 0
            """,
        ] {
            #expect(throws: (any Error).self, "\(statement)") { try fixture.sql(statement) }
        }
        #expect(try LedgerReader(path: fixture.path, vault: "beta").audit(keys: LedgerFixture.keys()).isClean)
    }

    @Test("come into a ledger of version 1 without a change to what it holds")
    func migrates() async throws {
        let fixture = try await LedgerFixture.filled(3)
        let entries = try LedgerReader(path: fixture.path).entries(limit: 10)
        try fixture.sql("DROP TABLE otherEntry; DROP TABLE otherIdentity; PRAGMA user_version = 1")
        let old = try LedgerReader(path: fixture.path)
        #expect(old.vaults == ["main"])
        #expect(try old.entries(limit: 10) == entries)
        let beta = try fixture.open(LedgerFixture.identity(policy: "q"), vault: "beta")
        try await beta.append(LedgerFixture.draft(0, random: 99))
        await beta.close()
        #expect(try LedgerReader(path: fixture.path, vault: "main").entries(limit: 10) == entries)
        #expect(try LedgerReader(path: fixture.path, vault: "main").audit(keys: LedgerFixture.keys()).findings == [])
        #expect(try LedgerReader(path: fixture.path, vault: "beta").audit(keys: LedgerFixture.keys()).findings == [])
    }
}
