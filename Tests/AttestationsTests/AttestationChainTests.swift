import MarketData
import Rebalancing
import Testing

@testable import Attestations

@Suite("A chain of attestations")
struct AttestationChainTests {
    /// 1.25 BTC at 40,000, 10 ETH at 3,000, 20,000 USD: exactly on target at a value of 100,000.
    static let onTarget = TestVault.quantities(125_000_000, 1_000_000_000, 2_000_000_000_000)

    /// 0.1 BTC sold at 52,000, 1 ETH bought at 3,000, 10 USD lost to costs.
    static let rebalanced = TestVault.quantities(
        115_000_000,
        1_100_000_000,
        2_000_000_000_000 + 520_000_000_000 - 301_000_000_000
    )

    @Test("opens, holds, rebalances and holds again, and every step verifies")
    func provesAndVerifies() throws {
        let vault = try TestVault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: Self.onTarget)
        #expect(vault.failures(genesis.attestation, after: nil) == [])

        let hold = try vault.prover.hold(after: genesis, at: vault.moment(1), ground: .proved)
        #expect(vault.failures(hold.attestation, after: genesis.attestation) == [])
        #expect(hold.attestation.statement.before == hold.attestation.statement.after)

        // BTC at 52,000: 65,000 of 115,000, 6.5 points above. Selling 0.1 BTC brings it to 59,800 of 115,000 = 52%.
        let prices = TestVault.prices(btc: 52_000)
        let rebalance = try vault.prover.rebalance(
            after: hold,
            at: vault.moment(2, prices: prices),
            quantities: Self.rebalanced
        )
        #expect(vault.failures(rebalance.attestation, after: hold.attestation) == [])

        let last = try vault.prover.hold(after: rebalance, at: vault.moment(3, prices: prices), ground: .proved)
        #expect(vault.failures(last.attestation, after: rebalance.attestation) == [])
        #expect(last.attestation.statement.lastRebalance == rebalance.attestation.statement.time)
    }

    @Test("refuses to prove a hold while a band is broken")
    func noFalseHold() throws {
        let vault = try TestVault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: Self.onTarget)
        #expect(throws: AttestationError.self) {
            try vault.prover.hold(
                after: genesis,
                at: vault.moment(1, prices: TestVault.prices(btc: 52_000)),
                ground: .proved
            )
        }
    }
}
