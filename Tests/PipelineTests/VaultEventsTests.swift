import Attestations
import BigIntegers
import LedgerStorage
import MarketData
import Rebalancing
import Testing

@testable import Pipeline

@Suite("An amend in a ledger")
struct VaultEventsTests {
    /// The vault's policy with every asset in 10⁻⁸ but ETH in 10⁻¹⁰ and SOL in 10⁻⁶.
    private static func recounted(_ policy: CompiledPolicy) throws -> CompiledPolicy {
        let exponents = ["ETH": 10, "SOL": 6]
        let mandates = try policy.mandates.map { mandate in
            try Mandate(
                regime: mandate.regime,
                assets: mandate.assets,
                units: mandate.assets.compactMap { AssetUnits(quantityExponent: exponents[$0.symbol] ?? 8) },
                quote: mandate.quote,
                targets: mandate.targets,
                bands: mandate.bands,
                triggersOnDrift: mandate.triggersOnDrift,
                limits: mandate.limits,
                requirements: mandate.requirements
            )
        }
        return try CompiledPolicy(
            name: "recounted",
            version: 2,
            mandates: mandates,
            regimeRules: [],
            attestEvery: policy.attestEvery,
            modelDigest: nil
        )
    }

    @Test("to other units keeps the vault's amounts and value, and is checked before it is written")
    func countsAnew() async throws {
        let vault = try PaperVault()
        let owner = try SignatoryKey.make(.owner, at: vault.folder + "/owner.key")
        let ledger = try vault.openLedger()
        var service = try vault.service(ledger, days: 1, owner: owner.publicKey)
        #expect(try await service.run { _ in } == 2)
        let signer = Signer(publicKey: owner.publicKey) { try owner.signature(for: $0) }
        let before = try await SealedRecord(
            bytes: ledger.openings(of: #require(try await ledger.lastEntry())).copiedBytes()
        )
        func amend(from old: CompiledPolicy, to new: CompiledPolicy, at time: String) async throws -> SealedRecord {
            let events = try VaultEvents(policy: new, ledger: ledger, keys: vault.keys, now: Timestamp("2024-02-01"))
            let amend = try await events.amend(from: old, at: Timestamp(time), appointing: nil, owner: signer)
            #expect(!amend.proof.isEmpty)
            let entry = try #require(try await ledger.lastEntry())
            #expect(try Attestation(fileBytes: entry.attestation) == amend)
            return try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
        }
        let fine = try Self.recounted(vault.policy)
        let after = try await amend(from: vault.policy, to: fine, at: "2024-01-12T12:00Z")
        #expect(after.value == before.value * 100)
        let back = try await amend(from: fine, to: vault.policy, at: "2024-01-12T18:00Z")
        #expect(back.value == before.value)
        for (index, asset) in vault.policy.assets.enumerated() {
            let (was, become) = (before.opening.quantities[index].units, after.opening.quantities[index].units)
            switch asset.symbol {
            case "ETH": #expect(become == was * 100)
            case "SOL":
                #expect(become == was / 100)
                #expect(back.opening.quantities[index].units == become * 100)
            default: #expect(become == was)
            }
        }
        // Another key than the owner's that the genesis fixed: nothing is written.
        let stranger = try SignatoryKey.make(.owner, at: vault.folder + "/stranger.key")
        let events = try VaultEvents(policy: fine, ledger: ledger, keys: vault.keys, now: Timestamp("2024-02-01"))
        await #expect(throws: VaultEventError.self) {
            try await events.amend(
                from: vault.policy,
                at: Timestamp("2024-01-12T20:00Z"),
                appointing: nil,
                owner: Signer(publicKey: stranger.publicKey) { try stranger.signature(for: $0) }
            )
        }
        #expect(try await ledger.lastEntry()?.kind == "amend")
        #expect(try await ledger.lastEntry()?.sequence == 3)
        await ledger.close()
    }
}
