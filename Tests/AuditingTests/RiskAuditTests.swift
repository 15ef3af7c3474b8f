import Attestations
import MarketData
import Regimes
import Testing

@testable import Auditing

@Suite("Auditing rules over risk")
struct RiskAuditTests {
    private static func vault(window: String = "5d") throws -> AuditedVault {
        let text = AuditedVault.text.replacing(
            "  attest every 1d",
            with: "  require {\n    \"budget\"  volatility(\(window)) <= 200%/yr\n  }\n\n  attest every 1d"
        )
        return try AuditedVault(text: text)
    }

    private static let shared = Result { try vault() }

    @Test("a chain is verified with the covariance of the auditor's own candles, and the report says so")
    func verifies() throws {
        let vault = try Self.shared.get()
        #expect(vault.chain.map(\.statement.inputs.count) == [0, 1, 1])
        var auditor = vault.auditor
        let report = auditor.audit(chain: vault.files)
        #expect(report.isAccepted)
        #expect(report.text.contains("recomputed from candles and model: prices, regime `"))
        #expect(report.text.contains("`, covariance"))
    }

    @Test("another covariance than the candles' is refused by name")
    func otherCovariance() throws {
        let vault = try Self.shared.get()
        let (stale, own) = (vault.chain[1].statement.inputs[0].digest, vault.chain[2].statement.inputs[0].digest)
        #expect(stale != own)
        var files = vault.files
        let text = String(decoding: files[2].bytes, as: UTF8.self)
        #expect(text.contains(own.description))
        files[2].bytes = Array(text.replacing(own.description, with: stale.description).utf8)
        var auditor = vault.auditor
        let report = auditor.audit(chain: files)
        #expect(!report.isAccepted)
        #expect(report.text.contains("covariance: it is not the one that follows from what is at hand"))
    }

    @Test("where history is too short, nothing is attested: asset and midnight are named")
    func tooShort() throws {
        // The sample begins on 2024-01-01: ten days back from the first decision, a close of that day would be needed.
        let error = #expect(throws: MarketReplayError.self) { try Self.vault(window: "11d") }
        #expect(
            error?.description.contains("no close of BTC at 2023-12-31T00:00:00Z") == true,
            "\(String(describing: error))"
        )
    }
}
