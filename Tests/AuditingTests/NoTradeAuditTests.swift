import Attestations
import Testing

@testable import Auditing

@Suite("Auditing holds not worth their cost")
struct NoTradeAuditTests {
    private static func vault(every step: String) throws -> AuditedVault {
        try AuditedVault(
            text: AuditedVault.text
                .replacing("each  trigger 20pp", with: "each  trigger 0.01pp")
                .replacing(
                    "when any drift > band\n",
                    with: "when any drift > band\n    or   every \(step)\n    unless cost > benefit(5d) over 1d\n"
                )
                .replacing(
                    "  attest every 1d",
                    with: "  require {\n    \"cash\"  weight(USD) >= 1%\n  }\n\n  attest every 1d"
                )
        )
    }

    @Test("says what was kept, what may have been excused, and by which estimate")
    func excused() throws {
        let vault = try Self.vault(every: "30d")
        #expect(vault.chain.map(\.statement.inputs.count) == [0, 1, 1])
        var auditor = vault.auditor
        let report = auditor.audit(chain: vault.files)
        #expect(report.isAccepted, "\(report.text)")
        #expect(report.text.contains("in order: cash\n"))
        #expect(
            report.text.contains(
                "in order, or no exchange of assets saved more than it costs (unless cost 0.35% > benefit(5d) over 1d at risk "
                    + "aversion 3), which stays hidden: drift(BTC) not above its band"
            )
        )
    }

    @Test("says of a schedule that was due that cost alone excused it")
    func due() throws {
        let vault = try Self.vault(every: "1d")
        var auditor = vault.auditor
        let report = auditor.audit(chain: vault.files)
        #expect(report.isAccepted, "\(report.text)")
        #expect(
            report.text.contains(
                "a schedule was due (public), and no exchange of assets saved more than it costs (unless cost 0.35% > "
                    + "benefit(5d) over 1d at risk aversion 3)\n"
            )
        )
        #expect(!report.text.contains("no schedule due"))
    }
}
