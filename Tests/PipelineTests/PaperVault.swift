import Attestations
import Auditing
import LedgerStorage
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import Simulation

@testable import Pipeline

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

/// A vault over twenty days of the embedded sample, in a folder of its own.
final class PaperVault {
    let folder: String
    let policy: CompiledPolicy
    let keys: OperatorKeys
    let holdings: Holdings
    private let model: RegimeModel
    private let rules: [HysteresisRule]
    private let series: [CandleSeries]

    /// A model with chosen parameters: the sample's own is not what these tests are about.
    private static func model() throws -> RegimeModel {
        let path = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try RegimeModel(
            fileBytes: Array(Data(contentsOf: URL(filePath: "/\(path)/Models/sample-daily.json")))
        )
    }

    init(policyText: String = policyText) throws {
        folder = FileManager.default.temporaryDirectory.path + "/ballast-pipeline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        model = try Self.model()
        let checked = try Policy(checking: PolicySource(path: "test.policy", text: policyText))
        rules = checked.hysteresisRules
        policy = try CompiledPolicy(checked, model: model)
        keys = OperatorKeys.random()
        series = try MarketSimulator.embeddedSample.map { whole in
            try CandleSeries(asset: whole.asset, interval: whole.interval, candles: Array(whole.candles.prefix(480)))
        }
        holdings = try Holdings(
            decimals: [Asset("BTC"): "1.5", Asset("ETH"): "12", Asset("SOL"): "100", Asset("USD"): "15000"],
            under: policy.mandates[0]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Candles as they are, or with the first bar of BTC left out, which alters every digest after it.
    func replay(altered: Bool = false) throws -> MarketReplay {
        let series = try series.map { whole in
            altered && whole.asset.symbol == "BTC"
                ? try CandleSeries(
                    asset: whole.asset,
                    interval: whole.interval,
                    candles: Array(whole.candles.dropFirst())
                ) : whole
        }
        return try MarketReplay(
            series: series,
            model: model,
            rules: rules,
            assets: policy.assets,
            quote: policy.quote
        )
    }

    /// The closes from the eleventh of January on; genesis stands at the first.
    func times(_ count: Int) throws -> [Timestamp] {
        let start = try Timestamp("2024-01-11")
        return (0..<Int64(count)).map { start.adding(milliseconds: $0 * Timestamp.millisecondsPerDay) }
    }

    func openLedger() throws -> Ledger {
        let identity = try LedgerIdentity([(.policy, policy.digest.description)])
        return try Ledger.open(at: folder + "/vault.ledger", identity: identity, keys: keys)
    }

    func service(
        _ ledger: Ledger,
        days: Int,
        altered: Bool = false,
        owner: [UInt8] = [UInt8](repeating: 0, count: 32)
    ) throws -> VaultService {
        try VaultService(
            policy: policy,
            replay: replay(altered: altered),
            ledger: ledger,
            keys: keys,
            holdings: holdings,
            times: times(days + 1),
            costs: TransactionCosts(proportional: PartsPerMillion(1_000)),
            owner: owner
        )
    }

    func flow(_ ledger: Ledger, owner: SignatoryKey) throws -> OwnerFlow {
        try OwnerFlow(
            policy: policy,
            replay: replay(),
            ledger: ledger,
            keys: keys,
            owner: Signer(publicKey: owner.publicKey) { try owner.signature(for: $0) }
        )
    }

    static let policyText = """
        policy "Paper" version 1 {
          quote USD

          target {
            BTC  45%
            ETH  30%
            SOL  10%
            USD  15%
          }

          regimes calm, choppy, storm from "model.json"

          bands {
            each  trigger 4pp  to target
          }

          rebalance {
            when any drift > band
          }

          limits {
            turnover  <= 20% per day
            cost      <= 35bps per rebalance
            smallest trade 100 USD
          }

          require {
            "cash floor"  weight(USD) >= 5%
          }

          attest every 1d
        }

        """
}
