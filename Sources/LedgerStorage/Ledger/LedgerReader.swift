/// A ledger open for reading: without a lock, without a key, also while a writer is at work.
public struct LedgerReader: Sendable {
    /// The path as given.
    public let path: String
    /// What the ledger is a ledger of, as the file states it.
    public let identity: LedgerIdentity
    /// The names of all vaults that the ledger holds, in order of their making where it is known: the first one's first.
    public var vaults: [String] { store.vaults }
    /// The name of the vault that is read.
    public var vault: String {
        switch store.scope {
        case .first: identity[.vault] ?? VaultScope.unnamed
        case .other(let name): name
        }
    }

    let store: LedgerStore

    /// Opens the ledger at `path`.
    ///
    /// SQLite puts its shared-memory file beside a ledger that it reads, so the folder must be writable.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - vault: The vault's name, where the ledger holds several.
    /// - Throws: ``LedgerError``: nothing there, not a ledger, or of a format that this version does not know.
    public init(path: String, vault: String? = nil) throws(LedgerError) {
        guard DurableFile.exists(path) else { throw .missing(path: path) }
        let resolved: String
        do {
            resolved = try DurableFile.resolved(path)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        store = try LedgerStore(path: path, resolvedPath: resolved, access: .reading, vault: vault)
        self.path = path
        identity = store.identity
    }

    /// The names of the vaults that the ledger at `path` holds, the first one's first.
    ///
    /// - Throws: ``LedgerError``: nothing there, not a ledger, or of a format that this version does not know.
    public static func vaults(at path: String) throws(LedgerError) -> [String] {
        do {
            return try LedgerReader(path: path).vaults
        } catch .severalVaults(_, let names) {
            return names
        }
    }

    /// The number of entries.
    public func entryCount() throws(LedgerError) -> Int {
        try store.entryCount()
    }

    /// The last entry, or nothing if there is none yet.
    public func lastEntry() throws(LedgerError) -> LedgerEntry? {
        try store.lastEntry()
    }

    /// Up to `limit` entries from `sequence` on, in order.
    ///
    /// - Throws: ``LedgerError/damaged(path:sequence:reason:)`` for a row that is no entry. Hashes are not checked
    ///   here, see ``audit(keys:)``.
    public func entries(from sequence: UInt64 = 0, limit: Int) throws(LedgerError) -> [LedgerEntry] {
        try store.entries(from: sequence, limit: limit)
    }

    /// Calls `body` with every entry from `sequence` on, in order, holding one small page of them at a time.
    public func forEachEntry(from sequence: UInt64 = 0, _ body: (LedgerEntry) throws -> Void) throws {
        var next = sequence
        while true {
            let page = try store.entries(from: next, limit: LedgerReader.pageLength)
            for entry in page { try body(entry) }
            guard let last = page.last, page.count == LedgerReader.pageLength else { return }
            next = last.sequence + 1
        }
    }

    /// The openings of an entry of this ledger.
    ///
    /// - Throws: ``LedgerError/foreign(path:field:got:expected:)`` if the keys are another operator's;
    ///   ``LedgerError/sealedForAnother(path:sequence:)`` if entry or box were altered.
    public func openings(of entry: LedgerEntry, keys: OperatorKeys) throws(LedgerError) -> SecretBytes {
        try checkOperator(keys)
        let seal = OpeningsSeal(keys: keys, identity: identity)
        guard let openings = seal.open(entry.sealedOpenings, authenticating: entry.boxContext) else {
            throw .sealedForAnother(path: path, sequence: entry.sequence)
        }
        return openings
    }

    /// Refuses keys whose public key is not the one that the ledger was made with.
    func checkOperator(_ keys: OperatorKeys) throws(LedgerError) {
        let got = Hexadecimal.text(keys.publicKey)
        let expected = identity[.operatorKey] ?? "nothing"
        guard got == expected else {
            throw .foreign(path: path, field: .operatorKey, got: got, expected: expected)
        }
    }

    /// Entries read at a time: at the format's largest entries, some 110 MiB.
    private static let pageLength = 16
}
