import GRDB
import MarketData

/// An append-only, hash-chained ledger in one SQLite file, open for writing.
///
/// One writer at a time, in one process: an operating-system lock on `<path>.lock` dies with the process that holds
/// it. ``append(_:)`` returns when the entry is on the disk. What a crash can leave behind is described in
/// <doc:Durability>.
public actor Ledger {
    /// The path as given.
    public nonisolated let path: String
    /// What the ledger is a ledger of, the operator's public key included.
    public nonisolated let identity: LedgerIdentity
    /// Whether this call of ``open(at:vault:identity:keys:)`` made the file.
    public nonisolated let isNew: Bool
    /// The last entry's place, time and hash, or nothing if there is no entry yet.
    public private(set) var head: LedgerHead?

    private let store: LedgerStore
    private let seal: OpeningsSeal
    // Held until the ledger is closed or gone.
    private var lock: WriterLock?

    /// Opens the ledger at `path` for writing, or makes it if there is no file.
    ///
    /// The last entry is checked against its hash and its openings are opened; ``LedgerReader/audit(keys:)`` checks
    /// them all.
    ///
    /// - Parameters:
    ///   - path: The file. Its folder must exist.
    ///   - vault: The vault's name, where the ledger is to hold several: lower-case words joined by hyphens, at most 32 bytes. A
    ///     vault that the ledger does not hold yet is added.
    ///   - identity: What the ledger is for, without the operator's key, which is taken from `keys`.
    ///   - keys: The operator's keys.
    /// - Throws: ``LedgerError``: ``LedgerError/inUse(path:process:)`` if another writer has it,
    ///   ``LedgerError/foreign(path:field:got:expected:)`` for the first field in which a ledger that exists differs.
    public static func open(
        at path: String,
        vault: String? = nil,
        identity: LedgerIdentity,
        keys: OperatorKeys
    ) throws(LedgerError) -> Ledger {
        if let vault, !VaultScope.isName(vault) {
            throw .malformed(
                part: "the vault's name",
                got: String(vault.prefix(VaultScope.longestName)),
                expected: "lower-case words and hyphens, at most \(VaultScope.longestName) bytes"
            )
        }
        let named = vault == VaultScope.unnamed ? nil : vault
        let created = try identity.signed(by: keys, vault: named)
        let resolved: String
        do {
            resolved = try DurableFile.resolved(path)
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
        let lock = try WriterLock(ledger: path, resolvedPath: resolved)
        let isNew = !DurableFile.exists(resolved)
        if isNew { try LedgerStore.create(path: path, resolvedPath: resolved, identity: created) }
        let store = try LedgerStore(
            path: path,
            resolvedPath: resolved,
            access: .writing,
            vault: vault,
            adding: named == nil ? nil : created
        )
        // A vault that is alone in its ledger need not be named, and has a name all the same.
        let complete = try identity.signed(by: keys, vault: store.identity[.vault])
        if let difference = complete.firstDifference(from: store.identity) {
            throw .foreign(
                path: path,
                field: difference.field,
                got: difference.got,
                expected: difference.expected
            )
        }
        let seal = OpeningsSeal(keys: keys, identity: store.identity)
        let last = try Ledger.checkedLastEntry(of: store, with: seal)
        return Ledger(store: store, seal: seal, lock: lock, head: last?.head, isNew: isNew)
    }

    /// Opens a ledger that exists, whatever its holdings and start were, for writing.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - vault: The vault's name, where the ledger holds several.
    ///   - expected: Fields of its identity that must have these values.
    ///   - keys: The operator's keys.
    /// - Throws: ``LedgerError``: ``LedgerError/missing(path:)`` if there is none,
    ///   ``LedgerError/foreign(path:field:got:expected:)`` for the first field that differs.
    public static func reopen(
        at path: String,
        vault: String? = nil,
        expecting expected: [(field: LedgerIdentity.Field, value: String)],
        keys: OperatorKeys
    ) throws(LedgerError) -> Ledger {
        let stored = try LedgerReader(path: path, vault: vault).identity
        for (field, value) in expected where stored[field] != value {
            throw .foreign(path: path, field: field, got: value, expected: stored[field] ?? "nothing")
        }
        let fields = stored.fields.filter { $0 != .operatorKey && $0 != .vault }
        return try open(
            at: path,
            vault: vault,
            identity: LedgerIdentity(fields.map { ($0, stored[$0] ?? "") }),
            keys: keys
        )
    }

    private init(store: LedgerStore, seal: OpeningsSeal, lock: WriterLock, head: LedgerHead?, isNew: Bool) {
        path = store.path
        identity = store.identity
        self.store = store
        self.seal = seal
        self.lock = lock
        self.head = head
        self.isNew = isNew
    }

    /// Records an event after the last one; the entry is on the disk when this returns.
    ///
    /// - Throws: ``LedgerError``; the ledger is then as it was before.
    @discardableResult
    public func append(_ draft: LedgerDraft) throws(LedgerError) -> LedgerEntry {
        guard lock != nil else { throw .closed(path: path) }
        let head = head
        let entry = try LedgerEntry(sealing: draft, after: head, identity: identity, with: seal)
        try store.writing { database in
            // The lock keeps our own programs out; this keeps a chain whole that another one wrote to.
            guard try store.lastEntry(in: database)?.head == head else {
                throw LedgerError.damaged(path: path, sequence: nil, reason: "another program changed it meanwhile")
            }
            try entry.insert(in: database, of: store.scope)
        }
        self.head = entry.head
        return entry
    }

    /// The last entry, or nothing if there is none yet.
    public func lastEntry() throws(LedgerError) -> LedgerEntry? {
        guard lock != nil else { throw .closed(path: path) }
        return try store.lastEntry()
    }

    /// Up to `limit` entries from `sequence` on, in order.
    public func entries(from sequence: UInt64, limit: Int) throws(LedgerError) -> [LedgerEntry] {
        guard lock != nil else { throw .closed(path: path) }
        return try store.entries(from: sequence, limit: limit)
    }

    /// The openings of an entry of this ledger.
    ///
    /// - Throws: ``LedgerError/sealedForAnother(path:sequence:)`` if entry or box were altered.
    public func openings(of entry: LedgerEntry) throws(LedgerError) -> SecretBytes {
        guard let openings = seal.open(entry.sealedOpenings, authenticating: entry.boxContext) else {
            throw .sealedForAnother(path: path, sequence: entry.sequence)
        }
        return openings
    }

    /// Ends writing: the write-ahead log moves into the file, then the lock is free for the next writer.
    public func close() {
        guard lock != nil else { return }
        store.close()
        lock = nil
    }

    private static func checkedLastEntry(
        of store: LedgerStore,
        with seal: OpeningsSeal
    ) throws(LedgerError) -> LedgerEntry? {
        guard let last = try store.lastEntry() else { return nil }
        guard last.recomputedHash == last.hash else {
            throw .damaged(path: store.path, sequence: last.sequence, reason: "its hash is not that of its contents")
        }
        let count = try store.entryCount()
        guard UInt64(count) == last.sequence &+ 1 else {
            let reason = "entries are missing or doubled: got \(count), expected \(last.sequence &+ 1)"
            throw .damaged(path: store.path, sequence: nil, reason: reason)
        }
        guard seal.open(last.sealedOpenings, authenticating: last.boxContext) != nil else {
            throw .sealedForAnother(path: store.path, sequence: last.sequence)
        }
        return last
    }
}
