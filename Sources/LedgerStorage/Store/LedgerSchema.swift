import GRDB

/// The tables of a ledger file, by format version.
///
/// SQLite's `application_id` says that a file is a ledger and `user_version` says of which format, so that both stand
/// in the file's first hundred bytes. A new format is one more step at the end of ``steps``; a step that was released
/// is never edited.
enum LedgerSchema {
    /// `BLST` as a big-endian integer.
    static let applicationIdentifier: Int64 = 0x424C_5354

    /// The format that this version writes.
    static var currentVersion: Int { steps.count }

    /// Step *n* − 1 turns version *n* − 1 into version *n*.
    static let steps = [version1, version2]

    /// What one version adds. Triggers are made after the identity's rows, which they then close.
    struct Step: Sendable {
        let tables: [Statement]
        let triggers: [Statement]
    }

    /// One object of the schema and the statement that makes it.
    struct Statement: Sendable {
        let name: String
        let sql: String
    }

    // INVARIANT: every statement stands exactly as SQLite stores it, so that an audit can compare the two.
    private static let version1 = Step(
        tables: [
            Statement(
                name: "identity",
                sql: """
                    CREATE TABLE identity (
                        position INTEGER PRIMARY KEY,
                        name TEXT NOT NULL UNIQUE,
                        value TEXT NOT NULL
                    ) STRICT
                    """
            ),
            Statement(
                name: "entry",
                sql: """
                    CREATE TABLE entry (
                        sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
                        kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 32),
                        time INTEGER NOT NULL,
                        decision BLOB NOT NULL CHECK (length(decision) <= 1048576),
                        fills BLOB NOT NULL CHECK (length(fills) <= 1048576),
                        attestation BLOB NOT NULL CHECK (length(attestation) <= 4194304),
                        sealedOpenings BLOB NOT NULL CHECK (length(sealedOpenings) BETWEEN 28 AND 1048576),
                        previousHash BLOB NOT NULL CHECK (length(previousHash) = 32),
                        hash BLOB NOT NULL CHECK (length(hash) = 32)
                    ) STRICT
                    """
            ),
        ],
        triggers: [
            Statement(
                name: "entryFollowsTheLast",
                sql: """
                    CREATE TRIGGER entryFollowsTheLast BEFORE INSERT ON entry
                    WHEN NEW.sequence IS NOT (SELECT ifnull(max(sequence), -1) + 1 FROM entry)
                        OR NEW.time <= (SELECT time FROM entry ORDER BY sequence DESC LIMIT 1)
                        OR NEW.previousHash IS NOT ifnull(
                            (SELECT hash FROM entry ORDER BY sequence DESC LIMIT 1), NEW.previousHash)
                    BEGIN SELECT RAISE(ABORT, 'an entry must follow the last one'); END
                    """
            ),
            refusal("noUpdateOnEntry", of: "UPDATE", on: "entry"),
            refusal("noDeleteOnEntry", of: "DELETE", on: "entry"),
            refusal("noInsertOnIdentity", of: "INSERT", on: "identity"),
            refusal("noUpdateOnIdentity", of: "UPDATE", on: "identity"),
            refusal("noDeleteOnIdentity", of: "DELETE", on: "identity"),
        ]
    )

    /// More vaults in one file: what version 1 has stays as it is, and holds the first one.
    private static let version2 = Step(
        tables: [
            Statement(
                name: "otherIdentity",
                sql: """
                    CREATE TABLE otherIdentity (
                        vault TEXT NOT NULL CHECK (length(vault) BETWEEN 1 AND 32),
                        position INTEGER NOT NULL CHECK (position >= 0),
                        name TEXT NOT NULL,
                        value TEXT NOT NULL,
                        PRIMARY KEY (vault, position),
                        UNIQUE (vault, name)
                    ) STRICT
                    """
            ),
            Statement(
                name: "otherEntry",
                sql: """
                    CREATE TABLE otherEntry (
                        vault TEXT NOT NULL CHECK (length(vault) BETWEEN 1 AND 32),
                        sequence INTEGER NOT NULL CHECK (sequence >= 0),
                        kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 32),
                        time INTEGER NOT NULL,
                        decision BLOB NOT NULL CHECK (length(decision) <= 1048576),
                        fills BLOB NOT NULL CHECK (length(fills) <= 1048576),
                        attestation BLOB NOT NULL CHECK (length(attestation) <= 4194304),
                        sealedOpenings BLOB NOT NULL CHECK (length(sealedOpenings) BETWEEN 28 AND 1048576),
                        previousHash BLOB NOT NULL CHECK (length(previousHash) = 32),
                        hash BLOB NOT NULL CHECK (length(hash) = 32),
                        PRIMARY KEY (vault, sequence)
                    ) STRICT
                    """
            ),
        ],
        triggers: [
            Statement(
                name: "otherEntryFollowsTheLast",
                sql: """
                    CREATE TRIGGER otherEntryFollowsTheLast BEFORE INSERT ON otherEntry
                    WHEN NEW.sequence IS NOT (SELECT ifnull(max(sequence), -1) + 1 FROM otherEntry WHERE vault = NEW.vault)
                        OR NEW.time <= (
                            SELECT time FROM otherEntry WHERE vault = NEW.vault ORDER BY sequence DESC LIMIT 1)
                        OR NEW.previousHash IS NOT ifnull(
                            (SELECT hash FROM otherEntry WHERE vault = NEW.vault ORDER BY sequence DESC LIMIT 1),
                            NEW.previousHash)
                        OR NOT EXISTS (SELECT 1 FROM otherIdentity WHERE vault = NEW.vault)
                    BEGIN SELECT RAISE(ABORT, 'an entry must follow the last one'); END
                    """
            ),
            Statement(
                name: "otherIdentityStaysAsItIs",
                sql: """
                    CREATE TRIGGER otherIdentityStaysAsItIs BEFORE INSERT ON otherIdentity
                    WHEN EXISTS (SELECT 1 FROM otherEntry WHERE vault = NEW.vault)
                    BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END
                    """
            ),
            refusal("noUpdateOnOtherEntry", of: "UPDATE", on: "otherEntry"),
            refusal("noDeleteOnOtherEntry", of: "DELETE", on: "otherEntry"),
            refusal("noUpdateOnOtherIdentity", of: "UPDATE", on: "otherIdentity"),
            refusal("noDeleteOnOtherIdentity", of: "DELETE", on: "otherIdentity"),
        ]
    )

    private static func refusal(_ name: String, of operation: String, on table: String) -> Statement {
        Statement(
            name: name,
            sql: """
                CREATE TRIGGER \(name) BEFORE \(operation) ON \(table)
                BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END
                """
        )
    }

    /// Makes tables, identity and triggers in one transaction of an empty database.
    static func create(_ identity: LedgerIdentity, in database: Database) throws {
        try database.inTransaction(.exclusive) {
            for statement in steps.flatMap(\.tables) { try database.execute(sql: statement.sql) }
            for (position, field) in identity.fields.enumerated() {
                try database.execute(
                    sql: "INSERT INTO identity (position, name, value) VALUES (?, ?, ?)",
                    arguments: [position, field.name, identity[field]]
                )
            }
            for statement in steps.flatMap(\.triggers) { try database.execute(sql: statement.sql) }
            try database.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
            try database.execute(sql: "PRAGMA user_version = \(currentVersion)")
            return .commit
        }
    }

    /// Brings a ledger of an older format to the current one, all steps in one transaction.
    static func migrate(_ database: Database, from version: Int) throws {
        guard version < currentVersion else { return }
        try database.inTransaction(.exclusive) {
            for step in steps[version...] {
                for statement in step.tables + step.triggers { try database.execute(sql: statement.sql) }
            }
            try database.execute(sql: "PRAGMA user_version = \(currentVersion)")
            return .commit
        }
    }

    /// How the schema of a file differs from that of its version: one sentence a difference.
    static func differences(in database: Database, version: Int) throws -> [String] {
        var stored: [String: String] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex%' LIMIT 1000"
        )
        while let row = try rows.next() {
            stored[row.text("name") ?? "an object without a name"] = row.text("sql") ?? ""
        }
        var differences: [String] = []
        for statement in steps[..<version].flatMap({ $0.tables + $0.triggers }) {
            switch stored.removeValue(forKey: statement.name) {
            case statement.sql: continue
            case nil: differences.append("`\(statement.name)` is missing from the schema")
            default: differences.append("`\(statement.name)` is not what the format demands")
            }
        }
        return differences + stored.keys.sorted().map { "`\($0)` is foreign to the schema" }
    }
}
