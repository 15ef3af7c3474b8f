import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import Attestations

/// A vault of daily closes under an oracle of three sources and a breaker that a fall of more than 12% in a day trips.
struct GuardedVault {
    let policy: CompiledPolicy
    let prover: AttestationProver
    let verifier: AttestationVerifier
    let candles: [CandleSeries]
    let closes: [Timestamp]

    static let owner = TestSigner(seed: 21)
    static let sources: [TestSigner] = [11, 12, 13].map { TestSigner(seed: $0) }
    /// BTC falls by 13% on day 3.
    static let bitcoin: [Int128] = [40_000, 40_000, 34_800, 34_800, 34_800, 34_800]

    static let rule = OracleRule(
        sources: 3,
        quorum: 2,
        maximumAge: 180_000,
        maximumAhead: 1_000,
        maximumSpread: 8_000
    )

    /// Whether the policy's targets and bands are in the open, or sealed.
    enum Form: Sendable, CaseIterable { case open, sealed }

    init(
        _ form: Form = .open,
        safeguards: Safeguards? = nil,
        keys: [TestSigner] = sources,
        cooldown: Int64 = 0,
        guardians: GuardianSet? = nil
    )
        throws
    {
        let open = try TestVault.mandate("calm", trigger: 40_000, cooldown: cooldown)
        let secret = form == .sealed ? try SecretMandate.scenario(open) : nil
        let opening = secret.map { secret in
            ParameterOpening(drawingFor: secret.values) { [UInt8](repeating: 5, count: $0) }
        }
        let seal = try opening.flatMap { opening in
            try secret.map { try SealedParameters(proving: opening, of: [$0.sealed], in: SealedVault.document) }
        }
        let crash = CircuitBreaker(
            name: "crash",
            action: .halt(milliseconds: 2 * TestVault.day),
            condition: .compared(.fall(TestVault.assets[0], window: TestVault.day), .above, .value(120_000))
        )
        policy = try CompiledPolicy(
            name: "guarded",
            version: 1,
            mandates: [secret?.sealed ?? open],
            regimeRules: [],
            attestEvery: nil,
            modelDigest: nil,
            sealed: seal,
            safeguards: safeguards ?? Safeguards(breakers: [crash], oracle: Self.rule),
            sources: OracleSources(
                keys.enumerated().map { .init(name: "s\($0.offset)", key: $0.element.publicKey) }
            )
        )
        let signer = TestSigner()
        prover = AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: [UInt8](repeating: 7, count: 32),
                operatorKey: signer.publicKey,
                ownerKey: Self.owner.publicKey,
                guardians: guardians
            ),
            signer: signer.signer,
            vaultSecret: [1],
            parameters: opening,
            entropy: { [UInt8](repeating: 9, count: $0) }
        )
        var verifier = AttestationVerifier(policy: policy)
        verifier.owner = Self.owner.publicKey
        self.verifier = verifier
        closes = (1...6).map { TestVault.start.adding(milliseconds: $0 * TestVault.day) }
        candles = try zip(TestVault.assets, [Self.bitcoin, Array(repeating: 3_000, count: 6)]).map { asset, prices in
            try CandleSeries(
                asset: asset,
                interval: TestVault.day,
                candles: prices.enumerated().map { index, price in
                    let price = try #require(ExactDecimal(significand: price, exponent: 0))
                    return try Candle(
                        openTime: TestVault.start.adding(milliseconds: Int64(index) * TestVault.day),
                        open: price,
                        high: price,
                        low: price,
                        close: price,
                        volume: price
                    )
                }
            )
        }
    }

    func digest(_ time: Timestamp) throws -> ContentDigest {
        var digest = try MarketDigest(series: candles)
        return digest.digest(through: time)
    }

    /// Honest reports of every source at every close, but for those that are left out.
    func reports(without: Set<Int> = [], on day: Int? = nil) throws -> OracleFile {
        var file = OracleFile()
        for (index, close) in closes.enumerated() {
            for (number, source) in Self.sources.enumerated()
            where !(without.contains(number) && (day == nil || day == index + 1)) {
                for (asset, price) in [
                    (TestVault.assets[0], UInt64(Self.bitcoin[index])), (TestVault.assets[1], UInt64(3_000)),
                ] {
                    let units = price * 100_000_000 + UInt64(number) * 100_000
                    file.add(OracleFile(prices: [try report(asset, units, close, source)]))
                }
                let mark = try SignedMarketDigest(of: digest(close), through: close, by: source.signer)
                file.add(OracleFile(candles: [mark]))
            }
        }
        return file
    }

    func report(_ asset: Asset, _ units: UInt64, _ time: Timestamp, _ source: TestSigner) throws -> SignedPriceReport {
        try SignedPriceReport(
            of: asset,
            in: TestVault.assets[2],
            at: time,
            price: try #require(Price(units: units)),
            by: source.signer
        )
    }

    func replay(_ reports: OracleFile) throws -> SafeguardReplay {
        try SafeguardReplay(policy, candles: candles, reports: reports, closes: closes) { try? digest($0) }
    }

    func closePrices(_ day: Int) throws -> [Price] {
        try PriceSnapshot(
            time: closes[day - 1],
            assets: TestVault.assets,
            quote: TestVault.assets[2],
            series: candles
        ).prices
    }

    func moment(_ day: Int, _ replay: SafeguardReplay) throws -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: closes[day - 1],
            regime: 0,
            candles: try digest(closes[day - 1]),
            prices: replay.prices(at: closes[day - 1], closes: try closePrices(day)),
            inputs: replay.inputs(at: closes[day - 1])
        )
    }

    /// Names of the checks that fail by the verifier's own market and reports.
    func failures(_ head: Attestation, after previous: Attestation?, _ replay: SafeguardReplay) throws -> [String] {
        let time = head.statement.time
        let day = try #require(closes.firstIndex(of: time)) + 1
        let moment = try moment(day, replay)
        return verifier.checks(
            of: head,
            after: previous,
            expecting: .init(
                regime: 0,
                candles: moment.candles,
                prices: moment.prices,
                inputs: moment.inputs,
                safeguards: replay.verdict(at: time)
            ),
            now: time
        ).compactMap { if case .failed = $0.outcome { $0.name } else { nil } }
    }

    /// At 34,800 and 3,000, 55.9% in BTC: nearly six points over.
    static let overweight = TestVault.quantities(160_000_000, 900_000_000, 1_700_000_000_000)
    /// The same with 0.06 BTC sold for 2,085: at the edge.
    static let balanced = TestVault.quantities(154_000_000, 900_000_000, 1_908_500_000_000)
    /// Inside every band at 40,000 and at 34,800.
    static let within = TestVault.quantities(125_000_000, 1_000_000_000, 2_000_000_000_000)
}
