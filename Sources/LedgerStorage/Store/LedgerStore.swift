import GRDB
import MarketData

/// One SQLite connection to a ledger file, read by the writer and by readers alike.
struct LedgerStore: Sendable {
    /// The ledger's path as the caller gave it, for messages.
    let path: String
    /// The format version that the file states.
    let version: Int
    /// The identity that the file states.
    let identity: LedgerIdentity
    /// Which of the file's vaults this store reads and writes.
    let scope: VaultScope
    /// The names of all vaults of the file, the first one's first.
    let vaults: [String]
    private let queue: DatabaseQueue

    /// Opens the ledger file at `resolvedPath`, which must exist.
    ///
    /// The file is never opened but through SQLite: closing a second descriptor of it would release the record locks
    /// that SQLite holds for another connection of this process.
    ///
    /// - Parameters:
    ///   - vault: The name of the vault; `nil` where the file has one alone.
    ///   - added: The identity of a vault of that name, to be added where the file has none; only for writing.
    init(
        path: String,
        resolvedPath: String,
        access: Access,
        vault: String? = nil,
        adding added: LedgerIdentity? = nil
    ) throws(LedgerError) {
        guard DurableFile.exists(resolvedPath) else { throw .missing(path: path) }
        guard DurableFile.isRegular(resolvedPath) else { throw .notALedger(path: path, reason: "it is not a file") }
        var configuration = Configuration()
        configuration.readonly = access == .reading
        configuration.busyMode = .timeout(5)
        configuration.label = "ballast.ledger"
        configuration.prepareDatabase { database in
            // The file may be a stranger's: nothing in its schema may call functions with effects.
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        do {
            let queue = try DatabaseQueue(path: resolvedPath, configuration: configuration)
            let stored = try queue.read { try LedgerStore.readIdentity(in: $0, path: path) }
            if access == .writing {
                try queue.writeWithoutTransaction { database in
                    // Every commit reaches the disk before it returns, and readers are never in the writer's way.
                    try database.execute(sql: "PRAGMA journal_mode = WAL")
                    try database.execute(sql: "PRAGMA synchronous = FULL")
                    try LedgerSchema.migrate(database, from: stored.version)
                }
            }
            let version = access == .writing ? LedgerSchema.currentVersion : stored.version
            func found(in database: Database) throws -> VaultScope? {
                try Self.scope(of: vault, in: database, version: version, first: stored.identity, path: path)
            }
            if let vault, let added, access == .writing {
                try queue.writeWithoutTransaction { database in
                    if try found(in: database) == nil { try Self.add(vault, added, to: database) }
                }
            }
            let (scope, names, identity) = try queue.read { database in
                let names = try VaultScope.names(in: database, version: version, first: stored.identity)
                guard let scope = try found(in: database) else {
                    throw LedgerError.noSuchVault(path: path, got: vault ?? "", names: names)
                }
                let identity =
                    scope == .first ? stored.identity : try Self.readFields(in: database, of: scope, path: path)
                return (scope, names, identity)
            }
            self.path = path
            self.queue = queue
            self.version = version
            self.identity = identity
            self.scope = scope
            vaults = names
        } catch {
            throw LedgerError(error, path: path, writing: false)
        }
    }

    /// How a connection is used.
    enum Access {
        case reading, writing
    }

    /// Makes a ledger file that did not exist: it appears at `resolvedPath` complete, flushed and of mode 0600.
    static func create(path: String, resolvedPath: String, identity: LedgerIdentity) throws(LedgerError) {
        let draft = resolvedPath + ".new"
        do {
            // Left by a process that was killed here; only the holder of the writer's lock gets this far.
            for leftover in [draft, draft + "-journal"] { try DurableFile.remove(leftover) }
            try DurableFile.makeEmpty(draft)
            let queue = try DatabaseQueue(path: draft)
            try queue.writeWithoutTransaction { database in
                try LedgerSchema.create(identity, in: database)
            }
            try queue.close()
            try DurableFile.publish(draft, as: resolvedPath)
        } catch let failure as DurableFile.Failure {
            throw .unwritable(path: path, reason: failure.reason)
        } catch {
            throw LedgerError(error, path: path, writing: true)
        }
    }

    /// Runs `body` on the connection, with SQLite's errors turned into the ledger's.
    func reading<Result>(_ body: (Database) throws -> Result) throws(LedgerError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw LedgerError(error, path: path, writing: false)
        }
    }

    /// Runs `body` in one transaction that is on the disk when this returns.
    func writing(_ body: (Database) throws -> Void) throws(LedgerError) {
        do {
            try queue.inTransaction(.immediate) { database in
                try body(database)
                return .commit
            }
        } catch {
            throw LedgerError(error, path: path, writing: true)
        }
    }

    /// The setting of a SQLite pragma that yields one value.
    func pragma(_ name: String) throws(LedgerError) -> String? {
        try reading { database in
            try Row.fetchOne(database, sql: "PRAGMA \(name)")?.databaseValues.first.map(\.description)
        }
    }

    /// Moves the write-ahead log into the file and closes the connection.
    func close() {
        // Both are courtesies: a log that stays behind is read by the next opener, as after a crash.
        _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? queue.close()
    }

    /// The number of entries.
    func entryCount() throws(LedgerError) -> Int {
        try reading { database in
            try Row.fetchOne(
                database,
                sql: "SELECT count(*) AS count FROM \(scope.entries) WHERE \(scope.condition)",
                arguments: StatementArguments(scope.arguments)
            )?.integer("count").map(Int.init) ?? 0
        }
    }

    /// Up to `limit` entries from `sequence` on, in order.
    func entries(from sequence: UInt64, limit: Int) throws(LedgerError) -> [LedgerEntry] {
        guard let first = Int64(exactly: sequence) else { return [] }
        return try reading { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT \(LedgerEntry.columns) FROM \(scope.entries) WHERE \(scope.condition) AND sequence >= ? "
                    + "ORDER BY sequence LIMIT ?",
                arguments: StatementArguments(scope.arguments + [first, Int64(limit)])
            )
            var entries: [LedgerEntry] = []
            while let row = try rows.next() {
                try entries.append(LedgerEntry(row: row))
            }
            return entries
        }
    }

    /// The last entry, or nothing if there is none yet.
    func lastEntry() throws(LedgerError) -> LedgerEntry? {
        try reading { try lastEntry(in: $0) }
    }

    /// The last entry, within a transaction of the caller's.
    func lastEntry(in database: Database) throws -> LedgerEntry? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT \(LedgerEntry.columns) FROM \(scope.entries) WHERE \(scope.condition) "
                + "ORDER BY sequence DESC LIMIT 1",
            arguments: StatementArguments(scope.arguments)
        )
        return try row.map { try LedgerEntry(row: $0) }
    }

    private static func readIdentity(
        in database: Database,
        path: String
    ) throws -> (version: Int, identity: LedgerIdentity) {
        let application = try Row.fetchOne(database, sql: "PRAGMA application_id")?.integer("application_id")
        guard application == LedgerSchema.applicationIdentifier else {
            throw LedgerError.notALedger(path: path, reason: "it is an SQLite database of another kind, or empty")
        }
        let version = try Row.fetchOne(database, sql: "PRAGMA user_version")?.integer("user_version").map(Int.init) ?? 0
        let known = 1...LedgerSchema.currentVersion
        guard known.contains(version) else {
            throw LedgerError.unknownFormat(path: path, got: version, expected: known)
        }
        let tables = try Row.fetchOne(
            database,
            sql: "SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table' AND name IN ('identity', 'entry')"
        )
        guard tables?.integer("count") == 2 else {
            throw LedgerError.damaged(path: path, sequence: nil, reason: "its tables are missing")
        }
        return (version, try readFields(in: database, of: .first, path: path))
    }

    private static func readFields(
        in database: Database,
        of scope: VaultScope,
        path: String
    ) throws -> LedgerIdentity {
        let limits = LedgerIdentity.limits
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT CASE WHEN length(name) <= \(limits.name) THEN name END AS name,
                    CASE WHEN length(value) <= \(limits.value) THEN value END AS value
                FROM \(scope == .first ? "identity" : "otherIdentity") WHERE \(scope.condition)
                ORDER BY position LIMIT \(limits.fields + 1)
                """,
            arguments: StatementArguments(scope.arguments)
        )
        var entries: [(LedgerIdentity.Field, String)] = []
        while let row = try rows.next() {
            guard let name = row.text("name"), let value = row.text("value") else {
                throw LedgerError.damaged(path: path, sequence: nil, reason: "a field of its identity is malformed")
            }
            entries.append((LedgerIdentity.Field(name), value))
        }
        do {
            return try LedgerIdentity(entries)
        } catch {
            throw LedgerError.damaged(path: path, sequence: nil, reason: "its identity is malformed: \(error)")
        }
    }
}

extension LedgerError {
    /// The ledger's words for an error of SQLite, of a row, or of its own.
    init(_ error: any Error, path: String, writing: Bool) {
        switch error {
        case let error as LedgerError:
            self = error
        case let problem as RowProblem:
            self = .damaged(path: path, sequence: problem.sequence, reason: problem.reason)
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB:
            self = .notALedger(path: path, reason: "it is not an SQLite database")
        case let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT:
            self = .damaged(path: path, sequence: nil, reason: error.message ?? "SQLite cannot read it")
        case let error as DatabaseError:
            let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            self = writing ? .unwritable(path: path, reason: reason) : .unreadable(path: path, reason: reason)
        default:
            self = writing ? .unwritable(path: path, reason: "\(error)") : .unreadable(path: path, reason: "\(error)")
        }
    }
}
