import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import Attestations

@Suite("The return over an amend")
struct PeriodReturnTests {
    private let life: ChainLife

    init() throws { life = try ChainLife.shared.get() }

    /// A policy of these assets with even targets; BTC in units of its own.
    private func vault(_ symbols: [String], quantityExponent: Int = 8) throws -> TestVault {
        let assets = try symbols.map { try Asset($0) }
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        let weights = [500_000, 300_000, 200_000, 0].prefix(assets.count).map { PartsPerMillion(Int64($0)) }
        return try TestVault(mandates: [
            Mandate(
                regime: "calm",
                assets: assets,
                units: assets.map { asset in
                    try #require(AssetUnits(quantityExponent: asset.symbol == "BTC" ? quantityExponent : 8))
                },
                quote: TestVault.assets[2],
                targets: TargetWeights(Array(weights)),
                bands: assets.map { _ in band },
                triggersOnDrift: true,
                schedules: [],
                cooldown: 0,
                limits: TradingLimits(costCeiling: PartsPerMillion(3_500)),
                requirements: []
            )
        ])
    }

    @Test("counts an asset that came in, wherever the new policy lists it")
    func addedAsset() throws {
        let wide = try vault(["BTC", "ETH", "USD", "SOL"])
        let prover = try ChainLife.prover(wide.policy)
        let amend = try prover.amend(
            after: life.genesis,
            from: life.vault.policy,
            at: ChainLife.time(12),
            owner: ChainLife.owner.signer
        )
        let prices = [41_000, 3_000, 1, 100].map { Price(units: $0 * 100_000_000)! }
        let hold = try prover.hold(after: amend, at: wide.moment(1, prices: prices), ground: .proved)
        let report = try prover.period(
            [life.genesis, amend, hold],
            since: nil,
            under: [PeriodPolicy(life.vault.policy)],
            provingReturn: .disclosed
        )
        // 1.25 BTC rose by 1,000 of 100,000.
        #expect(report.periodReturn?.basisPoints == 125)
        let policies = [life.vault.policy, wide.policy]
        let failed = PeriodLife.checks(report, policies).filter {
            if case .failed = $0.check.outcome { true } else { false }
        }
        #expect(failed == [])
    }

    @Test("is refused where the amend leaves an asset out or counts one in other units, with the number of it")
    func changedMeaning() throws {
        let steps = try PeriodLife.shared.get().heads.map(\.attestation.statement)
        func obstacle(_ old: CompiledPolicy, _ new: CompiledPolicy) -> String? {
            let policies = steps.map { $0.sequence < 4 ? old : new }
            return PeriodReport.returnObstacle(steps, policies, .spansEvents)
        }
        let narrow = try vault(["BTC", "ETH", "USD"]).policy
        let wide = try vault(["BTC", "ETH", "USD", "SOL"]).policy
        let coarse = try vault(["BTC", "ETH", "USD"], quantityExponent: 6).policy
        #expect(obstacle(narrow, wide) == nil)
        #expect(obstacle(wide, narrow) == "number 4 is an amend, and it leaves out SOL: end the period before it")
        #expect(
            obstacle(narrow, coarse)
                == "number 4 is an amend, and it counts BTC in other units: end the period before it"
        )
    }

    @Test("is counted in the finer of two value units, so that both ends are whole")
    func valueUnits() throws {
        let plain = try vault(["BTC", "ETH", "USD"]).policy
        let fine = try vault(["BTC", "ETH", "USD"], quantityExponent: 10).policy
        let exponent = fine.mandates[0].valueExponent
        #expect(exponent == plain.mandates[0].valueExponent + 2)
        // One whole coin at a price is worth the same under both: 10^8 units of the one and 10^10 of the other.
        let price = BigInteger(40_000 * 100_000_000)
        let coarse = plain.unitValue(0, at: price, exponent: exponent) * 100_000_000
        #expect(coarse == fine.unitValue(0, at: price, exponent: exponent) * 10_000_000_000)
    }
}
