import GRDB
import MarketData

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is wrong with one row of the table of entries.
struct RowProblem: Error {
    let sequence: UInt64?
    let reason: String
}

extension LedgerEntry {
    // A part that is too long is not read at all: the file may be a stranger's.
    private static let parts = [
        (name: "decision", limit: limits.decision),
        (name: "fills", limit: limits.fills),
        (name: "attestation", limit: limits.attestation),
        (name: "sealedOpenings", limit: limits.sealedOpenings),
        (name: "previousHash", limit: 32),
        (name: "hash", limit: 32),
    ]

    /// The columns of every query that reads entries.
    static let columns =
        "sequence, time, CASE WHEN length(kind) <= \(limits.kind) THEN kind END AS kind, "
        + parts.map { "CASE WHEN length(\($0.name)) <= \($0.limit) THEN \($0.name) END AS \($0.name)" }
        .joined(separator: ", ")

    /// Reads one row; the types and sizes of its columns may be anything.
    init(row: Row) throws(RowProblem) {
        let position = row.integer("sequence").flatMap { UInt64(exactly: $0) }
        guard let position else { throw RowProblem(sequence: nil, reason: "its sequence number is not a number ≥ 0") }
        guard let time = row.integer("time") else {
            throw RowProblem(sequence: position, reason: "its time is no integer")
        }
        guard let kind = row.text("kind") else {
            throw RowProblem(
                sequence: position,
                reason: "its kind is no text of at most \(LedgerEntry.limits.kind) bytes"
            )
        }
        var blobs: [String: [UInt8]] = [:]
        for (name, limit) in LedgerEntry.parts {
            guard let bytes = row.bytes(name) else {
                throw RowProblem(sequence: position, reason: "its \(name) is no byte string of at most \(limit) bytes")
            }
            blobs[name] = bytes
        }
        guard let previousHash = ContentDigest(bytes: blobs["previousHash"] ?? []),
            let hash = ContentDigest(bytes: blobs["hash"] ?? [])
        else {
            throw RowProblem(sequence: position, reason: "its hashes are not 32 bytes long")
        }
        self.init(
            stored: LedgerDraft(
                kind: kind,
                time: Timestamp(milliseconds: time),
                decision: blobs["decision"] ?? [],
                fills: blobs["fills"] ?? [],
                attestation: blobs["attestation"] ?? [],
                openings: .empty
            ),
            sequence: position,
            sealedOpenings: blobs["sealedOpenings"] ?? [],
            previousHash: previousHash,
            hash: hash
        )
    }

    /// Inserts the entry as a row; the schema's triggers have the last word on its place.
    func insert(in database: Database, of scope: VaultScope) throws {
        let values: [any DatabaseValueConvertible] = [
            Int64(sequence), kind, time.milliseconds, Data(decision), Data(fills), Data(attestation),
            Data(sealedOpenings), Data(previousHash.bytes), Data(hash.bytes),
        ]
        try database.execute(
            sql: """
                INSERT INTO \(scope.entries)
                    (\(scope == .first ? "" : "vault, ")sequence, kind, time, decision, fills, attestation, sealedOpenings,
                    previousHash, hash)
                VALUES (\(scope == .first ? "" : "?, ")?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: StatementArguments(scope.arguments + values)
        )
    }
}

// Reading through `DatabaseValue.storage`: GRDB's own conversions trap on a column of another type.
extension Row {
    /// The column as an integer, or nothing if it is of another type.
    func integer(_ column: String) -> Int64? {
        guard case .int64(let value) = (self[column] as DatabaseValue).storage else { return nil }
        return value
    }

    /// The column as text, or nothing if it is of another type.
    func text(_ column: String) -> String? {
        guard case .string(let value) = (self[column] as DatabaseValue).storage else { return nil }
        return value
    }

    /// The column as bytes, or nothing if it is of another type.
    func bytes(_ column: String) -> [UInt8]? {
        guard case .blob(let value) = (self[column] as DatabaseValue).storage else { return nil }
        return Array(value)
    }
}
