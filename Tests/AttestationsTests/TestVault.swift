import BigIntegers
import MarketData
import Rebalancing
import Ristretto

@testable import Attestations

/// A small vault with fixed keys and a fixed "system" entropy, so that a failure repeats.
struct TestVault {
    let policy: CompiledPolicy
    let prover: AttestationProver
    let verifier: AttestationVerifier
    let identity: VaultIdentity

    static let start = Timestamp(milliseconds: 1_640_995_200_000)
    static let day: Int64 = 86_400_000
    static let assets = ["BTC", "ETH", "USD"].compactMap { try? Asset($0) }

    init(mandates: [Mandate]? = nil, attestEvery: Int64? = day) throws {
        let mandates = try mandates ?? [Self.mandate("calm", trigger: 40_000), Self.mandate("storm", trigger: 100_000)]
        policy = try CompiledPolicy(
            name: "test",
            version: 1,
            mandates: mandates,
            regimeRules: [],
            attestEvery: attestEvery,
            modelDigest: ContentDigest(hashing: [1])
        )
        let signer = TestSigner()
        identity = try VaultIdentity(
            nonce: [UInt8](repeating: 7, count: 32),
            operatorKey: signer.publicKey,
            ownerKey: [UInt8](repeating: 0, count: 32)
        )
        prover = AttestationProver(
            policy: policy,
            identity: identity,
            signer: signer.signer,
            vaultSecret: [1, 2, 3],
            entropy: { [UInt8](repeating: 9, count: $0) }
        )
        verifier = AttestationVerifier(policy: policy)
    }

    /// 50% BTC, 30% ETH, 20% USD to the edge, with every limit and requirement that a circuit knows.
    static func mandate(
        _ regime: String,
        trigger: BigInteger,
        schedules: [Schedule] = [],
        cooldown: Int64 = 0,
        requirements: [Requirement]? = nil,
        limits: TradingLimits? = nil
    ) throws -> Mandate {
        let band = ToleranceBand(trigger: ExactFraction(trigger), destination: ExactFraction(trigger))
        return try Mandate(
            regime: regime,
            assets: assets,
            quote: assets[2],
            targets: TargetWeights([500_000, 300_000, 200_000].map { PartsPerMillion($0) }),
            bands: [band, band, band],
            triggersOnDrift: true,
            schedules: schedules,
            cooldown: cooldown,
            limits: limits
                ?? TradingLimits(
                    turnoverPerRebalance: PartsPerMillion(250_000),
                    turnoverPerDay: PartsPerMillion(300_000),
                    largestTrades: [assets[0]: Money("60000")],
                    smallestTrade: Money("250"),
                    costCeiling: PartsPerMillion(3_500)
                ),
            requirements: requirements ?? [
                Requirement(
                    name: "cash floor",
                    predicate: .nonNegative(coefficients: [-50_000, -50_000, 950_000], constant: 0)
                ),
                Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(450_000))),
            ]
        )
    }

    /// Prices of 40,000, 3,000 and 1.
    static func prices(btc: UInt64 = 40_000, eth: UInt64 = 3_000) -> [Price] {
        [btc, eth, 1].map { Price(units: $0 * 100_000_000)! }
    }

    static func quantities(_ units: UInt64...) -> [Quantity] { units.map { Quantity(units: $0) } }

    func moment(_ day: Int64, regime: Int = 0, prices: [Price] = prices()) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: Self.start.adding(milliseconds: day * Self.day),
            regime: regime,
            candles: ContentDigest(hashing: Array("candles \(day)".utf8)),
            prices: prices
        )
    }

    /// The checks of an attestation, expecting what it says of the market, and a risk of one's own.
    func checks(_ head: Attestation, after previous: Attestation?, risk: MarketRisk = .none) -> [AttestationCheck] {
        verifier.checks(
            of: head,
            after: previous,
            expecting: .init(
                regime: Int(head.statement.regime),
                candles: head.statement.candles,
                prices: head.statement.prices,
                risk: risk
            ),
            now: Self.start.adding(milliseconds: 1_000 * Self.day)
        )
    }

    /// Names of the checks that failed.
    func failures(_ head: Attestation, after previous: Attestation?, risk: MarketRisk = .none) -> [String] {
        checks(head, after: previous, risk: risk).compactMap { check in
            if case .failed = check.outcome { check.name } else { nil }
        }
    }
}
