import Attestations
import CanonicalJSON
import Foundation
import MarketData
import Regimes
import Testing

@testable import Auditing

@Suite("The report on a period")
struct PeriodAuditTests {
    private let life: AuditedLife

    init() throws { life = try AuditedLife.shared.get() }

    /// Compares with a stored text; `BALLAST_REGENERATE=1` stores it instead.
    private func expect(_ text: String, in name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/periods/\(name)")
        if ProcessInfo.processInfo.environment["BALLAST_REGENERATE"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data((text + "\n").utf8).write(to: file)
        }
        #expect(text + "\n" == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("names from the genesis every halt, resumption and amend, and from the middle what only the chain shows")
    func golden() throws {
        var auditor = try life.auditor([life.vault, life.tight])
        for (name, report) in [("whole", try life.whole()), ("middle", try life.middle())] {
            let audit = auditor.audit(period: life.file(report))
            #expect(audit.isAccepted)
            // Proofs are blinded anew, so that digests over them differ from run to run.
            func stable(_ text: String) -> String {
                text.replacing("\(report.head)", with: "<head>").replacing(
                    "\(report.steps[0].previous)",
                    with: "<previous>"
                )
            }
            try expect(stable(audit.text), in: "\(name).txt")
            try expect(stable(audit.json.prettyText), in: "\(name).json")
        }
    }

    @Test("names the policy that is missing, whichever of them it is")
    func missingPolicy() throws {
        let file = life.file(try life.whole())
        for (given, missing) in [(life.vault, life.tight), (life.tight, life.vault)] {
            var auditor = try life.auditor([given])
            let audit = auditor.audit(period: file)
            #expect(audit.refusal?.check == "policy and model")
            #expect(audit.refusal?.reason.contains("\(missing.policy.digest)") == true)
        }
    }

    @Test("compared with attestations finds where the operator signed another one, and nothing where it did not")
    func equivocation() throws {
        let report = try life.whole()
        let chain = life.heads.map(\.attestation)
        func findings(_ report: PeriodReport, _ attestations: [Attestation]) -> [EquivocationSearch.Finding] {
            var search = EquivocationSearch()
            search.add(report, file: "period.json")
            for (index, attestation) in attestations.enumerated() {
                search.compare(("\(index).json", Array(attestation.fileText.utf8)))
            }
            #expect(search.comparedCount == attestations.count)
            return search.findings
        }
        #expect(findings(report, chain) == [])
        // The operator leaves the halt out, and signs a report of what did not happen.
        var market = life.vault.replay
        let known = try market.moment(at: Timestamp("2024-01-12"))
        let hold = try life.prover.hold(
            after: life.heads[0],
            at: .init(time: known.time, regime: known.regime, candles: known.candles, prices: known.prices),
            ground: .proved
        )
        let forged = try life.prover.period([life.heads[0], hold], since: nil, provingReturn: .hidden)
        var auditor = try life.auditor([life.vault])
        #expect(auditor.audit(period: life.file(forged)).isAccepted)
        let found = findings(forged, Array(chain.prefix(2)))
        #expect(found.map(\.sequence) == [1] && found.allSatisfy(\.isProof))
        // Its digests taken from the chain do not help: the statements are others.
        let late = try life.prover.period(
            [life.heads[0], hold],
            since: PeriodStart(history: [chain[0]]),
            provingReturn: .hidden
        )
        #expect(findings(late, [chain[0]]) == [])
        var search = EquivocationSearch()
        search.add(late, file: "period.json")
        search.compare(("1.json", Array(chain[1].fileText.utf8)))
        let audit = auditor.audit(period: life.file(late)).compared(search, with: "chain")
        #expect(audit.verdict == "refused: 1.json: equivocation")
        #expect(audit.text.contains("compared with chain: 1 of the same vault and number, 1 of them different"))
        guard case .object(let members) = audit.json else { return }
        #expect(members.contains { $0.name == "against" })
    }

    @Test("counts the custodian's receipts of its steps, and refuses those of others")
    func custody() throws {
        let report = try life.whole()
        let custodian = try TestOperator(seed: 8).signer
        for index in [5, 2] {
            let head = life.heads[index]
            let receipt = try CustodyReceipt(
                for: head.attestation,
                opening: CustodyOpening(head.opening),
                custodian: custodian
            )
            var auditor = try life.auditor([life.vault, life.tight])
            var receipts = CustodyReceipts(custodian: custodian.publicKey)
            receipts.add(("receipt.json", Array(receipt.fileText.utf8)))
            auditor.custody = receipts
            let audit = auditor.audit(period: life.file(report))
            #expect(audit.isAccepted)
            #expect(audit.notChecked.contains { $0.hasPrefix("holdings") && $0.contains("number \(index)") })
        }
        let other = try life.prover.halt(after: life.heads[0], at: Timestamp("2024-01-11T13:00Z"), cause: .data)
        let foreign = try CustodyReceipt(
            for: other.attestation,
            opening: CustodyOpening(other.opening),
            custodian: custodian
        )
        var auditor = try life.auditor([life.vault, life.tight])
        var receipts = CustodyReceipts(custodian: custodian.publicKey)
        receipts.add(("receipt.json", Array(foreign.fileText.utf8)))
        auditor.custody = receipts
        #expect(auditor.audit(period: life.file(report)).verdict == "refused: receipt.json: custody")
    }
}
