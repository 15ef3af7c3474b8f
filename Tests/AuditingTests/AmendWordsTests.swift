import Attestations
import MarketData
import Rebalancing
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@testable import Auditing

@Suite("What a report says of an amend")
struct AmendWordsTests {
    private static func policy(_ units: [String: Int]) throws -> CompiledPolicy {
        let symbols = units.keys.sorted()
        let assets = try symbols.map { try Asset($0) }
        let band = try AuditedVault.shared.get().policy.mandates[0].bands[0]
        let mandate = try Mandate(
            regime: "calm",
            assets: assets,
            units: symbols.compactMap { AssetUnits(quantityExponent: units[$0] ?? 8) },
            quote: Asset("USD"),
            targets: TargetWeights(
                assets.indices.map {
                    PartsPerMillion($0 == 0 ? 1_000_000 - 100_000 * Int64(assets.count - 1) : 100_000)
                }
            ),
            bands: assets.map { _ in band },
            triggersOnDrift: true,
            limits: TradingLimits(turnoverPerDay: PartsPerMillion(100_000), costCeiling: PartsPerMillion(3_500))
        )
        return try CompiledPolicy(
            name: "words",
            version: 1,
            mandates: [mandate],
            regimeRules: [],
            attestEvery: nil,
            modelDigest: nil
        )
    }

    /// An amend that was stored for ever; which policies it is between is an argument of what is said.
    private static func amend() throws -> Attestation {
        let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "Tests/Fixtures/Forever/attestations-v1-amendments/000004-amend.json"
        return try Attestation(fileBytes: Array(Data(contentsOf: URL(filePath: "\(repository)/\(path)"))))
    }

    private static func claims(from old: CompiledPolicy, to new: CompiledPolicy) throws -> [String] {
        var standing = ChainStanding()
        standing.policy = old
        return try amend().publicClaims(standing: standing, policy: new, verdict: .clear).dropFirst().map { $0 }
    }

    @Test("names what is left out, what is counted anew and which way, and what is carried")
    func names() throws {
        let old = try Self.policy(["BTC": 8, "ETH": 8, "SOL": 8, "USD": 8])
        let new = try Self.policy(["BTC": 10, "ETH": 6, "USD": 8])
        #expect(
            try Self.claims(from: old, to: new) == [
                "nothing moved: what is not named below is a copy (compared byte for byte)",
                "left out, and proved to be held by no unit: SOL",
                "BTC: proved to be the same amount in units 10^2 times as fine",
                "ETH: proved to be the same amount, less what is no whole unit, in units 10^2 times as coarse",
                "what is carried: proved to be the same in values counted 10^2 times as finely",
            ]
        )
        #expect(
            try Self.claims(from: new, to: old) == [
                "nothing moved: what is not named below is a copy (compared byte for byte)",
                "BTC: proved to be the same amount, less what is no whole unit, in units 10^2 times as coarse",
                "ETH: proved to be the same amount in units 10^2 times as fine",
                "what is carried: proved to be the same, rounded up, in values counted 10^2 times as coarsely",
                "new assets begin at zero: SOL",
            ]
        )
        let wider = try Self.policy(["BTC": 8, "ETH": 8, "SOL": 8, "USD": 8, "XRP": 8])
        #expect(
            try Self.claims(from: old, to: wider) == [
                "nothing moved: every commitment is a copy (compared byte for byte)",
                "new assets begin at zero: XRP",
            ]
        )
    }

    @Test("is no circuit of one policy, and none of two that it is not between: an export says so")
    func isNotExported() throws {
        #expect(throws: AttestationError.self) {
            try ProofExport.r1csFile(of: Self.amend(), policy: Self.policy(["BTC": 8, "USD": 8]))
        }
        #expect(throws: AttestationError.self) {
            try ProofExport.r1csFile(
                of: Self.amend(),
                policy: Self.policy(["BTC": 8, "USD": 8]),
                amending: Self.policy(["BTC": 8, "ETH": 8, "USD": 8])
            )
        }
    }
}
