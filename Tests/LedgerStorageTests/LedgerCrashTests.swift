import Dispatch
import LedgerStorage
import MarketData
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#endif

@Suite("A killed writer", .serialized)
struct LedgerCrashTests {
    @Test("leaves a whole ledger that has every entry it reported", arguments: UInt64(0)..<12)
    func leavesAWholeLedger(seed: UInt64) async throws {
        let fixture = try LedgerFixture()
        let path = fixture.path
        let reports = fixture.folder + "/reports"
        for round in 0..<3 {
            // From before the file exists to some dozens of entries.
            var random = SplitMix64(seed: seed &* 3 &+ UInt64(round))
            let microseconds = UInt32.random(in: 0...60_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, reports = reports as String, microseconds = microseconds as UInt32] in
                try await appendUntilKilled(path: path, reports: reports, after: microseconds)
            }
            let reported = (try? Data(contentsOf: URL(fileURLWithPath: reports)).count) ?? 0
            let ledger = try Ledger.open(at: path, identity: LedgerFixture.identity(), keys: LedgerFixture.keys())
            let count = try await ledger.lastEntry().map { Int($0.sequence) + 1 } ?? 0
            #expect(count >= reported)
            await ledger.close()
            let audit = try LedgerReader(path: path).audit(keys: LedgerFixture.keys())
            #expect(audit.isClean, "\(audit.findings)")
            #expect(audit.entryCount == count)
            try Data(repeating: 0, count: count).write(to: URL(fileURLWithPath: reports))
        }
    }

    @Test("of a second vault leaves both chains whole", arguments: UInt64(50)..<54)
    func leavesBothVaultsWhole(seed: UInt64) async throws {
        let fixture = try await LedgerFixture.filled(2)
        let path = fixture.path
        let reports = fixture.folder + "/reports"
        var random = SplitMix64(seed: seed)
        // From before the vault is added to some dozens of entries.
        let microseconds = UInt32.random(in: 0...40_000, using: &random)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, reports = reports as String, microseconds = microseconds as UInt32] in
            try await appendUntilKilled(path: path, vault: "beta", reports: reports, after: microseconds)
        }
        let reported = (try? Data(contentsOf: URL(fileURLWithPath: reports)).count) ?? 0
        let beta = try fixture.open(vault: "beta")
        #expect(try await beta.entries(from: 0, limit: 10_000).count >= reported)
        await beta.close()
        for (name, least) in [("main", 2), ("beta", reported)] {
            let audit = try LedgerReader(path: path, vault: name).audit(keys: LedgerFixture.keys())
            #expect(audit.isClean, "\(audit.findings)")
            #expect(audit.entryCount >= least)
        }
    }

    @Test("leaves the lock to the next one")
    func leavesTheLock() async throws {
        let fixture = try LedgerFixture()
        let path = fixture.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = try Ledger.open(at: path, identity: LedgerFixture.identity(), keys: LedgerFixture.keys())
            #expect(throws: LedgerError.inUse(path: path, process: getpid())) {
                try Ledger.open(at: path, identity: LedgerFixture.identity(), keys: LedgerFixture.keys())
            }
            try await ledger.append(LedgerFixture.draft(0))
            kill(getpid(), SIGKILL)
        }
        let ledger = try fixture.open()
        #expect(await ledger.head?.sequence == 0)
    }
}

/// Appends as fast as it can, one byte in `reports` for each entry that was reported, until a thread of its own kills it.
private func appendUntilKilled(
    path: String,
    vault: String? = nil,
    reports: String,
    after microseconds: UInt32
) async throws {
    DispatchQueue.global().async {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
    }
    let descriptor = open(reports, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let ledger = try Ledger.open(
        at: path,
        vault: vault,
        identity: LedgerFixture.identity(),
        keys: LedgerFixture.keys()
    )
    var index = try await ledger.lastEntry().map { Int($0.sequence) + 1 } ?? 0
    while true {
        try await ledger.append(LedgerFixture.draft(index))
        var report: UInt8 = 0
        write(descriptor, &report, 1)
        index += 1
    }
}
