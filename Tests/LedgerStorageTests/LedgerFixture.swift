import GRDB
import LedgerStorage
import MarketData
import TestSupport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A temporary folder that is removed with this object, and the ledger of fixed keys in it.
final class LedgerFixture: Sendable {
    let folder: String

    var path: String { folder + "/vault.ledger" }

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("ballast-ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Keys whose seed is 0, 1, 2 … and whose opening key is `opening`, `opening` + 1, ….
    static func keys(opening: UInt8 = 100, seed: UInt8 = 0) throws -> OperatorKeys {
        let keys = OperatorKeys(
            signingSeed: SecretBytes((seed..<(seed + 32))),
            openingKey: SecretBytes((opening..<(opening + 32)))
        )
        guard let keys else { throw FixtureError.keys }
        return keys
    }

    static func identity(policy: String = "p", model: String = "m") throws -> LedgerIdentity {
        try LedgerIdentity([
            (.policy, policy), (.model, model), (.holdings, "h"), (.start, "2022-01-01T00:00:00Z"),
        ])
    }

    func open(_ identity: LedgerIdentity? = nil, vault: String? = nil) throws -> Ledger {
        try Ledger.open(
            at: path,
            vault: vault,
            identity: identity ?? LedgerFixture.identity(),
            keys: LedgerFixture.keys()
        )
    }

    /// A closed ledger of `count` entries.
    static func filled(_ count: Int) async throws -> LedgerFixture {
        let fixture = try LedgerFixture()
        let ledger = try fixture.open()
        for index in 0..<count { try await ledger.append(draft(index)) }
        await ledger.close()
        return fixture
    }

    static func draft(_ index: Int, random: UInt64 = 7) -> LedgerDraft {
        var random = SplitMix64(seed: random &+ UInt64(index))
        func bytes(_ most: Int) -> [UInt8] {
            (0..<Int.random(in: 1...most, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        return LedgerDraft(
            kind: index == 0 ? "genesis" : "hold",
            time: Timestamp(milliseconds: 1_640_995_200_000 + 86_400_000 * Int64(index)),
            decision: bytes(200),
            fills: bytes(100),
            attestation: bytes(2_000),
            openings: SecretBytes(bytes(300))
        )
    }

    /// Runs SQL on the file behind the ledger's back.
    func sql(_ statements: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: statements) }
        try queue.close()
    }

    /// Runs SQL as a forger would, who takes the triggers away and puts them back.
    func forge(_ statements: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            let triggers = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
                .map { (name: $0["name"] as String, sql: $0["sql"] as String) }
            for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger.name)") }
            try database.execute(sql: statements)
            for trigger in triggers { try database.execute(sql: trigger.sql) }
        }
        try queue.close()
    }
}

enum FixtureError: Error {
    case keys
}
