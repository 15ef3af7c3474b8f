import Attestations
import BigIntegers
import LedgerStorage
import MarketData
import Rebalancing
import Testing

@testable import Pipeline

@Suite("A vault in service")
struct VaultServiceTests {
    @Test("opens, rebalances and holds, one recorded decision a close, and adds up what it cost")
    func decidesInOrder() async throws {
        let vault = try PaperVault()
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 2)
        var told: [AttestationKind] = []
        let added = try await service.run { told.append($0.kind) }
        #expect(added == 3)
        #expect(told == [.genesis, .rebalance, .hold])

        let entries = try await ledger.entries(from: 0, limit: 10)
        #expect(entries.map(\.kind) == ["genesis", "rebalance", "hold"])
        #expect(try entries.map(\.time) == vault.times(3))
        for entry in entries {
            let attestation = try Attestation(fileBytes: entry.attestation)
            #expect(attestation.statement.sequence == entry.sequence)
            #expect(attestation.statement.time == entry.time)
        }

        let summary = try await RunSummary(ledger: ledger, mandate: vault.policy.mandates[0])
        #expect(summary.decisions == 2)
        #expect(summary.rebalances == 1)
        #expect(summary.holds.map(\.count) == [1])
        let record = try await SealedRecord(bytes: ledger.openings(of: entries[1]).copiedBytes())
        let mandate = vault.policy.mandates[0]
        #expect(summary.cost == mandate.money(record.cost))
        #expect(summary.turnover == mandate.money(record.twiceTurnover.floorDivided(by: 2)))
        #expect(!record.fills.isEmpty)
        // ½·Σ|Δvalue| is between a side's sum and that sum plus the fees; the fees are all that it cost.
        #expect(record.cost > 0)
        #expect(record.cost <= record.twiceTurnover)
        await ledger.close()
    }

    @Test("goes on after the last entry with the holdings that the ledger seals, and does nothing twice")
    func resumes() async throws {
        let vault = try PaperVault()
        var ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 1)
        #expect(try await service.run { _ in } == 2)
        let head = try await ledger.lastEntry()
        await ledger.close()

        ledger = try vault.openLedger()
        service = try vault.service(ledger, days: 1)
        #expect(try await service.run { _ in } == 0)
        #expect(try await ledger.lastEntry() == head)
        service = try vault.service(ledger, days: 2)
        #expect(try await service.run { _ in } == 1)
        let last = try #require(try await ledger.lastEntry())
        let previous = try Attestation(fileBytes: #require(head).attestation)
        let next = try Attestation(fileBytes: last.attestation)
        #expect(next.statement.previous == previous.digest)
        #expect(next.statement.before == previous.statement.after)
        await ledger.close()
    }

    @Test("refuses candles other than those of its last decision")
    func refusesOtherCandles() async throws {
        let vault = try PaperVault()
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 0)
        #expect(try await service.run { _ in } == 1)
        service = try vault.service(ledger, days: 1, altered: true)
        let error = await #expect(throws: ServiceError.self) { try await service.run { _ in } }
        #expect(error?.description.contains("2024-01-11T00:00:00Z") == true)
        #expect(try await ledger.lastEntry()?.sequence == 0)
        await ledger.close()
    }

    @Test("records nothing of a due rebalance that no plan can make, and names the rules")
    func stopsWithoutAPlan() async throws {
        let text = PaperVault.policyText
            .replacing("20% per day", with: "1% per day")
            .replacing("weight(USD) >= 5%", with: "weight(USD) >= 15%")
        let vault = try PaperVault(policyText: text)
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 3)
        let error = await #expect(throws: CycleError.self) { try await service.run { _ in } }
        #expect(error?.description.contains("`cash floor`") == true, "\(String(describing: error))")
        #expect(try await ledger.lastEntry()?.sequence == 0)
        await ledger.close()
    }

    @Test("keeps every figure of the holdings out of the clear parts of its ledger")
    func sealsFigures() async throws {
        let vault = try PaperVault()
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 1)
        #expect(try await service.run { _ in } == 2)
        for entry in try await ledger.entries(from: 0, limit: 10) {
            let record = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
            let clear = String(decoding: entry.decision + entry.fills + entry.attestation, as: UTF8.self)
            let figures =
                record.opening.quantities.map { "\($0.units)" }
                + [record.value, record.twiceTurnover, record.cost].map(\.description)
            for figure in figures where figure.count > 5 { #expect(!clear.contains(figure)) }
            for word in ["quantity", "holding", "blinding", "opening", "weight", "witness"] {
                #expect(!String(decoding: entry.attestation, as: UTF8.self).contains("\(word)\":"))
            }
        }
        await ledger.close()
    }
}
