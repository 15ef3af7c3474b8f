import Attestations
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import Simulation

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@testable import Auditing

/// A genesis and two holds of one BTC vault, made with fixed keys, and everything that a stranger needs to check them.
struct AuditedVault {
    let policy: CompiledPolicy
    let replay: MarketReplay
    let chain: [Attestation]

    /// Built once: three proofs are enough for every test.
    static let shared = Result { try AuditedVault() }

    static let text = """
        policy "Audited" version 1 {
          quote USD

          target {
            BTC  50%
            USD  50%
          }

          regimes calm, choppy, storm from "model.json"

          bands {
            each  trigger 20pp  to edge
          }

          rebalance {
            when any drift > band
          }

          limits {
            cost  <= 35bps per rebalance
            smallest trade 100 USD
          }

          attest every 1d
        }

        """

    init(nonce: UInt8 = 7, text: String = Self.text, ownedByOperator: Bool = false) throws {
        let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let model = try RegimeModel(
            fileBytes: Array(Data(contentsOf: URL(filePath: repository + "/Models/sample-daily.json")))
        )
        let checked = try Policy(checking: PolicySource(path: "audited.policy", text: text))
        policy = try CompiledPolicy(checked, model: model)
        let bitcoin = MarketSimulator.embeddedSample[0]
        let series = try CandleSeries(
            asset: bitcoin.asset,
            interval: bitcoin.interval,
            candles: Array(bitcoin.candles.prefix(480))
        )
        replay = try MarketReplay(
            series: [series],
            model: model,
            rules: checked.hysteresisRules,
            assets: policy.assets,
            quote: policy.quote
        )
        let signer = try TestOperator().signer
        let prover = AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: [UInt8](repeating: nonce, count: 32),
                operatorKey: signer.publicKey,
                ownerKey: ownedByOperator ? signer.publicKey : [UInt8](repeating: 0, count: 32)
            ),
            signer: signer,
            vaultSecret: [1, 2, 3],
            entropy: { [UInt8](repeating: nonce, count: $0) }
        )
        var market = replay
        var risks = RiskWindows(policy.riskWindows)
        func moment(_ day: Int64) throws -> AttestationProver.Moment {
            let time = try Timestamp("2024-01-11").adding(milliseconds: day * Timestamp.millisecondsPerDay)
            let known = try market.moment(at: time)
            let history = market
            let risk = try risks.risk(at: time) { days throws(MarketReplayError) in
                try history.dailyCloses(days: days, through: time)
            } refusing: {
                .noPrice(reason: $0.description)
            }
            return AttestationProver.Moment(
                time: known.time,
                regime: known.regime,
                candles: known.candles,
                prices: known.prices,
                risk: risk
            )
        }
        let quantities = try ["1", "44000"].map { try Quantity($0) }
        let genesis = try prover.genesis(at: moment(0), quantities: quantities)
        let first = try prover.hold(after: genesis, at: moment(1), ground: .proved)
        let second = try prover.hold(after: first, at: moment(2), ground: .proved)
        chain = [genesis, first, second].map(\.attestation)
    }

    /// The chain as files, by the names that an export gives.
    var files: [AttestationAuditor.File] {
        chain.enumerated().map { ("00000\($0)-\($1.statement.kind.name).json", Array($1.fileText.utf8)) }
    }

    var auditor: AttestationAuditor {
        AttestationAuditor(
            policy: policy,
            replay: replay,
            trustedOperator: nil,
            now: Timestamp(milliseconds: 1_800_000_000_000)
        )
    }
}
