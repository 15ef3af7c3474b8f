import Attestations
import MarketData
import PolicyLanguage
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
