import Attestations
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

@Suite("The sealed policy of version 1")
struct SealedForeverTests {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Fixtures/Forever/sealed-policy-v1/"

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + name)))
    }

    @Test("verifies for ever, with a genesis, a rebalance and a hold under it")
    func chain() throws {
        let sealed = try SealedPolicy(fileBytes: Self.bytes("policy.sealed.json"))
        let model = try RegimeModel(fileBytes: Self.bytes("model.json"))
        let policy = try CompiledPolicy(sealed, model: model)
        let replay = try MarketReplay(
            series: MarketSimulator.embeddedSample.filter { policy.assets.contains($0.asset) },
            model: model,
            rules: sealed.hysteresisRules,
            assets: policy.assets,
            quote: policy.quote
        )
        var auditor = AttestationAuditor(
            policy: policy,
            replay: replay,
            trustedOperator: nil,
            now: try Timestamp("2026-01-01")
        )
        let names = ["000000-genesis.json", "000001-rebalance.json", "000002-hold.json"]
        let report = auditor.audit(chain: try names.map { ($0, try Self.bytes($0)) })
        #expect(report.verdict == "verified: 3 attestations", "\(report.text)")
        #expect(sealed.fileText == String(decoding: try Self.bytes("policy.sealed.json"), as: UTF8.self))
    }
}

@Suite("The sealed policy of version 1 with oracle, breakers and budgets")
struct GuardedSealedForeverTests {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        + "/Fixtures/Forever/sealed-policy-v1-guarded/"

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + name)))
    }

    @Test("verifies for ever, with a genesis, a rebalance and a hold on signed prices under it")
    func chain() throws {
        let sealed = try SealedPolicy(fileBytes: Self.bytes("policy.sealed.json"))
        let model = try RegimeModel(fileBytes: Self.bytes("model.json"))
        let sources = try OracleSources(fileBytes: Self.bytes("policy.sources"))
        let policy = try CompiledPolicy(sealed, model: model, sources: sources)
        let series = MarketSimulator.embeddedSample.filter { policy.assets.contains($0.asset) }
        let replay = try MarketReplay(
            series: series,
            model: model,
            rules: sealed.hysteresisRules,
            assets: policy.assets,
            quote: policy.quote
        )
        var reports = OracleFile()
        for number in 1...3 { reports.add(try OracleFile(fileBytes: Self.bytes("simulated-\(number).jsonl"))) }
        var digests = replay
        let safeguards = try SafeguardReplay(policy, candles: series, reports: reports, closes: replay.times) {
            try? digests.candles(through: $0)
        }
        var auditor = AttestationAuditor(
            policy: policy,
            replay: replay,
            trustedOperator: nil,
            now: try Timestamp("2026-01-01"),
            safeguards: safeguards
        )
        let names = ["000000-genesis.json", "000001-rebalance.json", "000002-hold.json"]
        let report = auditor.audit(chain: try names.map { ($0, try Self.bytes($0)) })
        #expect(report.verdict == "verified: 3 attestations", "\(report.text)")
        #expect(sealed.fileText == String(decoding: try Self.bytes("policy.sealed.json"), as: UTF8.self))
        #expect(policy.safeguards.breakers.count == 3 && policy.riskWindows == [30])
        #expect(policy.mandates.allSatisfy { $0.carriesBucket })
    }
}
