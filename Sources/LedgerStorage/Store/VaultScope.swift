import GRDB
import MarketData

/// Which of a ledger's chains is meant, and where its rows are.
///
/// The first vault stands in `identity` and `entry`, as in a ledger of version 1; every other one in `otherIdentity` and
/// `otherEntry`, under its name.
enum VaultScope: Sendable, Equatable {
    case first
    case other(String)

    /// The name of a first vault that was given none.
    static let unnamed = "main"
    /// The longest name, in bytes.
    static let longestName = 32

    /// The table of entries.
    var entries: String { self == .first ? "entry" : "otherEntry" }
    /// What a row of this vault satisfies.
    var condition: String { self == .first ? "1" : "vault = ?" }
    /// The values of ``condition``.
    var arguments: [any DatabaseValueConvertible] {
        switch self {
        case .first: []
        case .other(let name): [name]
        }
    }

    /// Whether a name is one: lower-case words, joined by hyphens.
    static func isName(_ name: String) -> Bool { name.utf8.count <= longestName && isHyphenated(name) }

    /// The names of all vaults of a file, the first one's first.
    static func names(in database: Database, version: Int, first identity: LedgerIdentity) throws -> [String] {
        let first = identity[.vault] ?? unnamed
        guard version >= 2 else { return [first] }
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT DISTINCT CASE WHEN length(vault) <= \(longestName) THEN vault END AS vault
                FROM otherIdentity ORDER BY vault LIMIT \(LedgerStore.mostVaults)
                """
        )
        var names = [first]
        while let row = try rows.next() {
            guard let name = row.text("vault") else {
                throw RowProblem(sequence: nil, reason: "the name of one of its vaults is malformed")
            }
            names.append(name)
        }
        return names
    }
}

extension LedgerStore {
    /// The most vaults of one ledger: enough for anybody, and few enough to list.
    static let mostVaults = 1_000

    /// The vault of a name; `nil` where the file has none of it.
    ///
    /// - Throws: ``LedgerError/severalVaults(path:names:)`` where no name is given and there are several.
    static func scope(
        of vault: String?,
        in database: Database,
        version: Int,
        first identity: LedgerIdentity,
        path: String
    ) throws -> VaultScope? {
        let names = try VaultScope.names(in: database, version: version, first: identity)
        guard let vault else {
            guard names.count == 1 else { throw LedgerError.severalVaults(path: path, names: names) }
            return .first
        }
        return vault == names[0] ? .first : names.dropFirst().contains(vault) ? .other(vault) : nil
    }

    /// Adds a vault without entries, in one transaction.
    static func add(_ vault: String, _ identity: LedgerIdentity, to database: Database) throws {
        try database.inTransaction(.immediate) {
            for (position, field) in identity.fields.enumerated() {
                try database.execute(
                    sql: "INSERT INTO otherIdentity (vault, position, name, value) VALUES (?, ?, ?, ?)",
                    arguments: [vault, position, field.name, identity[field]]
                )
            }
            return .commit
        }
    }
}
