import Attestations
import BigIntegers
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import Simulation
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@testable import Auditing

/// A vault of BTC whose breaker halts until guardians reset it, on the day of the deepest fall of the sample market; the
/// operator trades a day later all the same.
private struct FallenVault {
    let files: [AttestationAuditor.File]
    let period: AttestationAuditor.File
    let auditor: AttestationAuditor

    static let shared = Result { try FallenVault() }

    init() throws {
        let bitcoin = MarketSimulator.embeddedSample[0]
        let model = try RegimeModel(
            fileBytes: Array(
                Data(
                    contentsOf: URL(
                        filePath: "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
                            + "/Models/sample-daily.json"
                    )
                )
            )
        )
        let draft = try CompiledPolicy(
            Policy(checking: PolicySource(path: "fallen.policy", text: AuditedVault.text)),
            model: model
        )
        var market = try MarketReplay(
            series: [bitcoin],
            model: model,
            rules: [],
            assets: draft.assets,
            quote: draft.quote
        )
        let times = Array(market.times.suffix(300))
        let closes = try times.map { try market.moment(at: $0).prices[0].units }
        let falls = zip(closes, closes.dropFirst()).map { $1 < $0 ? 1 - Double($1) / Double($0) : 0 }
        let day = try #require(falls.indices.dropLast().max { falls[$0] < falls[$1] })
        let crash = CircuitBreaker(
            name: "crash",
            action: .haltUntilReset(guardians: 1),
            condition: .compared(
                .fall(bitcoin.asset, window: Timestamp.millisecondsPerDay),
                .above,
                .value(BigInteger(Int(falls[day] * 1_000_000) - 1_000))
            )
        )
        // The language asks for an oracle beside it, whose sources would have to sign the sample.
        let policy = try CompiledPolicy(
            name: draft.name,
            version: 1,
            mandates: draft.mandates,
            regimeRules: [],
            attestEvery: draft.attestEvery,
            modelDigest: model.digest,
            safeguards: Safeguards(breakers: [crash], oracle: nil)
        )
        let safeguards = try SafeguardReplay(
            policy,
            candles: [bitcoin],
            reports: OracleFile(),
            closes: market.times
        ) { _ in nil }
        let signer = try TestOperator().signer
        let prover = AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: [UInt8](repeating: 7, count: 32),
                operatorKey: signer.publicKey,
                ownerKey: [UInt8](repeating: 0, count: 32),
                guardians: GuardianSet(keys: [[UInt8](repeating: 9, count: 32)], threshold: 1)
            ),
            signer: signer,
            vaultSecret: [1, 2, 3],
            entropy: { [UInt8](repeating: 7, count: $0) }
        )
        func moment(_ index: Int) throws -> AttestationProver.Moment {
            let known = try market.moment(at: times[index])
            return .init(time: known.time, regime: known.regime, candles: known.candles, prices: known.prices)
        }
        // Nine tenths in BTC at the last close, then two thirds.
        let price = Double(closes[day + 2]) / 100_000_000
        func quantities(_ share: Double) -> [Quantity] {
            [share / price, 1 - share].map { Quantity(units: UInt64($0 * 1e14)) }
        }
        let genesis = try prover.genesis(at: moment(day), quantities: quantities(0.9))
        let hold = try prover.hold(after: genesis, at: moment(day + 1), ground: .breaker)
        let rebalance = try prover.rebalance(after: hold, at: moment(day + 2), quantities: quantities(0.66))
        let heads = [genesis, hold, rebalance]
        files = heads.map(\.attestation).enumerated().map { ("\($0).json", Array($1.fileText.utf8)) }
        let report = try prover.period(heads, since: nil, provingReturn: .hidden)
        period = ("period.json", Array(report.json.prettyText.utf8))
        auditor = AttestationAuditor(
            PolicyReading(policy: policy, replay: market, safeguards: safeguards),
            others: [],
            trustedOperator: nil,
            now: Timestamp(milliseconds: 1_800_000_000_000)
        )
    }
}

@Suite("Breakers over a period")
struct PeriodBreakerTests {
    @Test("that halt until reset are in force at every step behind the one that they tripped at")
    func lastsOverThePeriod() throws {
        let vault = try FallenVault.shared.get()
        var auditor = vault.auditor
        let chain = auditor.audit(chain: vault.files)
        #expect(chain.verdict == "refused: 2.json: breakers", "\(chain.text)")
        let period = auditor.audit(period: vault.period)
        #expect(period.refusal?.check == "breakers", "\(period.text)")
        // Nor does it matter what the auditor looked at before.
        var fresh = vault.auditor
        #expect(fresh.audit(period: vault.period).refusal?.check == "breakers")
    }
}
