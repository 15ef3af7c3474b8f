import GRDB
import MarketData

/// What an audit of a ledger file found, what it checked, and what it could not check.
public struct LedgerAudit: Sendable, Equatable {
    /// The number of entries read.
    public let entryCount: Int
    /// The last entry's place, time and hash.
    public let head: LedgerHead?
    /// What is wrong, in the order of the entries; empty if nothing is.
    public let findings: [Finding]
    /// What was checked, one phrase each.
    public let checked: [String]
    /// What was not checked and why, one phrase each.
    public let unchecked: [String]

    /// Whether nothing is wrong with what was checked.
    public var isClean: Bool { findings.isEmpty }

    /// One thing that is wrong.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// The entry concerned, or nothing if it is the file as a whole.
        public let sequence: UInt64?
        /// The check that failed.
        public let check: Check
        /// What was found, in lower case and without a full stop.
        public let reason: String

        /// One line for the person at the prompt.
        public var description: String {
            (sequence.map { "entry \($0): " } ?? "") + reason
        }
    }

    /// The checks of an audit.
    public enum Check: String, Sendable, Hashable {
        /// SQLite finds its own structures whole.
        case file
        /// Tables and triggers are those of the format.
        case schema
        /// Every row has the types and sizes of the format.
        case form
        /// Sequence numbers run from 0 without gap or duplicate.
        case sequence
        /// Every entry is later than the one before.
        case time
        /// Every entry names the hash of the one before.
        case chain
        /// Every hash is that of its entry's contents.
        case hash
        /// Every box opens with the key and belongs to its entry.
        case openings
    }

    /// The most findings that are listed; a file with more is beyond doubt.
    static let mostFindings = 1_000
}

extension LedgerReader {
    /// Checks the whole file: its structure, its schema, every entry's form, place, time, chain and hash.
    ///
    /// - Parameter keys: With the operator's keys every box is opened too. A box authenticates its whole entry and the
    ///   hash before it, so a chain that somebody without the key rewrote from some entry on is then found.
    /// - Throws: ``LedgerError/foreign(path:field:got:expected:)`` if the keys are another operator's;
    ///   ``LedgerError/unreadable(path:reason:)`` if the file cannot be read at all.
    public func audit(keys: OperatorKeys? = nil) throws(LedgerError) -> LedgerAudit {
        if let keys { try checkOperator(keys) }
        let seal = keys.map { OpeningsSeal(keys: $0, identity: identity) }
        var walk = LedgerWalk(identity: identity, scope: store.scope, seal: seal)
        try store.reading { database in
            walk.checkFile(database)
            walk.checkSchema(database, version: store.version)
            walk.checkEntries(database)
            if store.version >= 2 { walk.checkStrays(database) }
        }
        return walk.report
    }
}

/// The state of one audit as it goes from entry to entry.
private struct LedgerWalk {
    private let identity: LedgerIdentity
    private let scope: VaultScope
    private let seal: OpeningsSeal?
    private var head: LedgerHead?
    private var entryCount = 0
    private var findings: [LedgerAudit.Finding] = []

    init(identity: LedgerIdentity, scope: VaultScope, seal: OpeningsSeal?) {
        self.identity = identity
        self.scope = scope
        self.seal = seal
    }

    var report: LedgerAudit {
        var checked = [
            "structure of the file", "tables and triggers", "types and sizes", "sequence numbers", "order of times",
            "chain of hashes",
        ]
        var unchecked = ["attestations: verify them against policy, model and candles"]
        if seal == nil {
            unchecked.append("openings: they need the operator's key")
            unchecked.append("that no one without the key rewrote the chain: this needs the key, too")
        } else {
            checked.append("openings, and with them that the operator's key wrote every entry")
        }
        unchecked.append("that no entry is missing at the end: compare the head with an exported attestation")
        return LedgerAudit(
            entryCount: entryCount,
            head: head,
            findings: findings,
            checked: checked,
            unchecked: unchecked
        )
    }

    mutating func checkFile(_ database: Database) {
        do {
            let rows = try Row.fetchCursor(database, sql: "PRAGMA integrity_check(20)")
            while let row = try rows.next() {
                let result = row.text("integrity_check") ?? "no result"
                if result != "ok" { find(.file, nil, "the file's structure is broken: \(result)") }
            }
        } catch {
            find(.file, nil, "the file's structure is broken: \(words(error))")
        }
    }

    mutating func checkSchema(_ database: Database, version: Int) {
        do {
            for difference in try LedgerSchema.differences(in: database, version: version) {
                find(.schema, nil, difference)
            }
        } catch {
            find(.schema, nil, "the schema cannot be read: \(words(error))")
        }
    }

    mutating func checkEntries(_ database: Database) {
        do {
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT \(LedgerEntry.columns) FROM \(scope.entries) WHERE \(scope.condition) ORDER BY sequence",
                arguments: StatementArguments(scope.arguments)
            )
            while findings.count < LedgerAudit.mostFindings, let row = try rows.next() {
                entryCount += 1
                do throws(RowProblem) {
                    check(try LedgerEntry(row: row))
                } catch {
                    find(.form, error.sequence, error.reason)
                }
            }
        } catch {
            find(.file, nil, "no entry can be read after \(entryCount) of them: \(words(error))")
        }
    }

    /// Entries of vaults that the file knows nothing of: no chain would show them.
    mutating func checkStrays(_ database: Database) {
        do {
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*) AS count FROM otherEntry
                    WHERE vault NOT IN (SELECT vault FROM otherIdentity)
                    """
            )
            if let count = row?.integer("count"), count > 0 {
                find(.form, nil, "\(count) entries are of vaults without an identity")
            }
        } catch {
            find(.file, nil, "the other vaults cannot be read: \(words(error))")
        }
        if case .other(let name) = scope, identity[.vault] != name {
            find(.form, nil, "the vault `\(name)` calls itself `\(identity[.vault] ?? "nothing")`")
        }
    }

    private mutating func check(_ entry: LedgerEntry) {
        let sequence = entry.sequence
        let expected = head.map { $0.sequence &+ 1 } ?? 0
        if sequence != expected {
            find(
                .sequence,
                sequence,
                "sequence numbers have a gap or a duplicate: got \(sequence), expected \(expected)"
            )
        }
        if let head, entry.time <= head.time {
            let got = "got \(entry.time.milliseconds) ms, expected more than \(head.time.milliseconds) ms"
            find(.time, sequence, "not later than the entry before: \(got)")
        }
        let previous = head?.hash ?? identity.digest
        if entry.previousHash != previous {
            let predecessor = head == nil ? "the ledger's identity" : "the entry before"
            find(.chain, sequence, "does not follow \(predecessor): got \(entry.previousHash), expected \(previous)")
        }
        let recomputed = entry.recomputedHash
        if entry.hash != recomputed {
            find(.hash, sequence, "hash is not that of the contents: got \(entry.hash), expected \(recomputed)")
        }
        if !isHyphenated(entry.kind) { find(.form, sequence, "its kind is malformed") }
        if let seal, seal.open(entry.sealedOpenings, authenticating: entry.boxContext) == nil {
            find(.openings, sequence, "openings do not open: the entry or its box was altered")
        }
        head = entry.head
    }

    private mutating func find(_ check: LedgerAudit.Check, _ sequence: UInt64?, _ reason: String) {
        findings.append(LedgerAudit.Finding(sequence: sequence, check: check, reason: reason))
    }

    private func words(_ error: any Error) -> String {
        (error as? DatabaseError)?.message ?? "\(error)"
    }
}
