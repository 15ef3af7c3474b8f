import BigIntegers
import MarketData
import Rebalancing
import Ristretto

@testable import Attestations

/// A vault that once listed SOL, sold none of it because it held none, and has passed a rebalance whose turnover and slippage it
/// carries; and policies of the same rules over other lists and units.
struct AmendmentScenario {
    static let shared = Result { try AmendmentScenario() }

    /// BTC, SOL, ETH and USD, all in 10⁻⁸.
    let four: TestVault
    /// ETH in 10⁻¹⁰, USD and BTC in 10⁻⁶, in this order and without SOL: values are counted a hundred times as finely.
    let three: TestVault
    /// ETH, USD and BTC in 10⁻⁸: back from ``three``, values are counted a hundred times as coarsely.
    let standard: TestVault
    let chain: [AttestationProver.Head]
    var head: AttestationProver.Head { chain[1] }

    init() throws {
        four = try Self.vault(["BTC": 8, "SOL": 8, "ETH": 8, "USD": 8], order: ["BTC", "SOL", "ETH", "USD"])
        three = try Self.vault(["ETH": 10, "USD": 8, "BTC": 6], order: ["ETH", "USD", "BTC"])
        standard = try Self.vault(["ETH": 8, "USD": 8, "BTC": 8], order: ["ETH", "USD", "BTC"])
        let prover = try ChainLife.prover(four.policy)
        let genesis = try prover.genesis(
            at: four.moment(0, prices: Self.prices("BTC", "SOL", "ETH", "USD")),
            quantities: TestVault.quantities(100_000_050, 0, 800_000_000, 1_600_000_000_000)
        )
        // 0.04 BTC at 50,000 buy 1,995 USD: 5 USD are slippage.
        let rebalance = try prover.rebalance(
            after: genesis,
            at: four.moment(1, prices: Self.prices("BTC", "SOL", "ETH", "USD", btc: 50_000)),
            quantities: TestVault.quantities(96_000_050, 0, 800_000_000, 1_799_500_000_000)
        )
        chain = [genesis, rebalance]
    }

    static func vault(
        _ units: [String: Int],
        order: [String],
        carries: Carried = .both,
        priceExponent: Int = 8,
        quote: String = "USD"
    ) throws -> TestVault {
        let assets = try order.map { try Asset($0) }
        let weights: [String: Int64] = ["BTC": 500_000, "ETH": 300_000, "USD": 200_000]
        // SOL gets what the assets that are not listed leave.
        let rest = 1_000_000 - order.reduce(0) { $0 + (weights[$1] ?? 0) }
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        let mandate = try Mandate(
            regime: "calm",
            assets: assets,
            units: order.compactMap { AssetUnits(quantityExponent: units[$0] ?? 8, priceExponent: priceExponent) },
            quote: Asset(quote),
            targets: TargetWeights(order.map { PartsPerMillion(weights[$0] ?? rest) }),
            bands: assets.map { _ in band },
            triggersOnDrift: true,
            limits: TradingLimits(
                turnoverPerDay: carries == .nothing ? nil : PartsPerMillion(300_000),
                slippageBucket: carries == .both
                    ? SlippageBucket(capacity: PartsPerMillion(1_000), refill: 7 * TestVault.day) : nil,
                costCeiling: PartsPerMillion(3_500)
            )
        )
        return try TestVault(mandates: [mandate], attestEvery: nil)
    }

    /// What a policy carries.
    enum Carried { case nothing, turnover, both }

    static func prices(_ symbols: String..., btc: UInt64 = 40_000) -> [Price] {
        let prices: [String: UInt64] = ["BTC": btc, "ETH": 3_000, "SOL": 100]
        return symbols.compactMap { Price(units: (prices[$0] ?? 1) * 100_000_000) }
    }

    func amend(
        after head: AttestationProver.Head,
        from old: TestVault,
        to new: TestVault,
        hours: Int64 = 36
    ) throws -> AttestationProver.Head {
        try ChainLife.prover(new.policy)
            .amend(after: head, from: old.policy, at: ChainLife.time(hours), owner: ChainLife.owner.signer)
    }

    /// A whole amend of ``head`` to ``three`` by an operator, and an owner, who state and prove what they like.
    func forged(
        _ honest: AttestationProver.Head,
        proof: [UInt8]? = nil,
        owner: TestSigner = ChainLife.owner,
        _ change: (inout Statement) -> Void = { _ in }
    ) throws -> Attestation {
        var statement = honest.attestation.statement
        change(&statement)
        let proof = proof ?? honest.attestation.proof
        return Attestation(
            statement: statement,
            operatorKey: honest.attestation.operatorKey,
            identity: nil,
            proof: proof,
            signature: try TestSigner().signer.signature(over: Attestation.signedBytes(statement, proof)),
            countersignature: .init(
                ownerKey: owner.publicKey,
                signature: try owner.signer.signature(over: Attestation.countersignedBytes(statement, proof))
            )
        )
    }

    /// The first failure of an attestation after ``chain``.
    func failure(_ attestation: Attestation, _ policies: [CompiledPolicy]? = nil) -> String? {
        ChainLife.failures(
            chain.map(\.attestation) + [attestation],
            policies ?? [four.policy, three.policy, standard.policy]
        )[2]
    }
}
