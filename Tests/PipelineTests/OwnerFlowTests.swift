import Attestations
import BigIntegers
import LedgerStorage
import MarketData
import Rebalancing
import Testing

@testable import Pipeline

@Suite("The owner's flow")
struct OwnerFlowTests {
    @Test("stands between decisions, is summed up apart from them, and the run goes on after it")
    func isRecorded() async throws {
        let vault = try PaperVault()
        let owner = try SignatoryKey.make(.owner, at: vault.folder + "/owner.key")
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 0, owner: owner.publicKey)
        #expect(try await service.run { _ in } == 1)
        let opened = try await RunSummary(ledger: ledger, mandate: vault.policy.mandates[0])

        var flow = try vault.flow(ledger, owner: owner)
        let noon = try Timestamp("2024-01-11T12:00Z")
        let deposit = try await flow.record(.deposit, of: [Asset("USD"): Quantity(units: 100_000_000)], at: noon)
        #expect(deposit.statement.kind == .flow)
        #expect(deposit.statement.time == noon)
        let entry = try #require(try await ledger.lastEntry())
        #expect(try Attestation(fileBytes: entry.attestation) == deposit)
        var summary = try await RunSummary(ledger: ledger, mandate: vault.policy.mandates[0])
        #expect(summary.flows == 1)
        #expect(summary.decisions == 0)
        #expect(summary.paidIn == (try Money("1")))
        #expect(summary.lastValue.units - opened.lastValue.units == 100_000_000)

        service = try vault.service(ledger, days: 2, owner: owner.publicKey)
        #expect(try await service.run { _ in } == 2)
        summary = try await RunSummary(ledger: ledger, mandate: vault.policy.mandates[0])
        #expect(summary.decisions == 2)
        #expect(summary.flows == 1)
        await ledger.close()
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let time: String
        var direction = OwnerFlow.Direction.withdrawal
        var asset = "BTC"
        var units: UInt64 = 1
        let message: String
        var testDescription: String { message }
    }

    static let refusals = [
        Refusal(time: "2024-01-11T00:00Z", message: "is not after the last entry"),
        Refusal(time: "2024-01-12T00:00Z", message: "is a close of the model's bar"),
        Refusal(time: "2024-01-13T05:00Z", message: "a decision at 2024-01-12T00:00:00Z comes before"),
        Refusal(time: "2024-01-11T05:00Z", asset: "DOGE", message: "the policy holds no DOGE"),
        Refusal(time: "2024-01-11T05:00Z", units: 150_000_001, message: "the vault holds less"),
        Refusal(time: "2024-01-11T05:00Z", direction: .deposit, units: .max, message: "more than a quantity can count"),
        Refusal(time: "2024-01-11T05:00Z", units: 0, message: "nothing moves"),
    ]

    @Test("is refused with its reason, and the ledger stays as it was", arguments: refusals)
    func isRefused(refusal: Refusal) async throws {
        let vault = try PaperVault()
        let owner = try SignatoryKey.make(.owner, at: vault.folder + "/owner.key")
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 0, owner: owner.publicKey)
        #expect(try await service.run { _ in } == 1)
        var flow = try vault.flow(ledger, owner: owner)
        let error = await #expect(throws: FlowError.self) {
            try await flow.record(
                refusal.direction,
                of: [Asset(refusal.asset): Quantity(units: refusal.units)],
                at: Timestamp(refusal.time)
            )
        }
        #expect(error?.description.contains(refusal.message) == true, "\(String(describing: error))")
        #expect(try await ledger.lastEntry()?.sequence == 0)
        await ledger.close()
    }
}
