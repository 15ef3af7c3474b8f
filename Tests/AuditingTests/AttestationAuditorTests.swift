import Attestations
import CanonicalJSON
import MarketData
import Testing

@testable import Auditing

@Suite("The auditor")
struct AttestationAuditorTests {
    @Test("accepts a whole chain, in any order of files, and says what no chain can show")
    func acceptsAChain() throws {
        let vault = try AuditedVault.shared.get()
        for files in [vault.files, vault.files.reversed()] {
            var auditor = vault.auditor
            let report = auditor.audit(chain: files)
            #expect(report.isAccepted, "\(report.text)")
            #expect(report.verdict == "verified: 3 attestations")
            #expect(report.text.hasSuffix(report.verdict))
            for caveat in [
                "market data self-declared", "time self-declared", "holdings self-declared", "nothing follows",
            ] {
                #expect(report.caveats.contains { $0.contains(caveat) })
            }
        }
    }

    @Test("checks everything about one attestation but its predecessor, says so, and never says followed")
    func checksOneAlone() throws {
        let vault = try AuditedVault.shared.get()
        var auditor = vault.auditor
        let report = auditor.audit(single: vault.files[2])
        #expect(report.verdict == "verified: 1 attestations")
        let unchecked = report.reports[0].unchecked.joined(separator: "\n")
        for check in [
            "chain", "range of the commitments before", "time of the last rebalance", "carried turnover", "vault",
        ] {
            #expect(unchecked.contains("\(check): not checked"))
        }
        #expect(!report.text.contains("followed"))
        #expect(report.caveats.contains { $0.hasPrefix("one attestation alone") })
    }

    @Test("refuses a gap, a duplicate, a missing genesis and nothing at all, by name")
    func refusesBrokenChains() throws {
        let vault = try AuditedVault.shared.get()
        let files = vault.files
        let cases: [(files: [AttestationAuditor.File], verdict: String)] = [
            ([files[0], files[2]], "refused: 000002-hold.json: sequence"),
            (files + [(name: "again.json", bytes: files[1].bytes)], "refused: again.json: sequence"),
            (Array(files.dropFirst()), "refused: 000001-hold.json: genesis"),
            ([], "refused: .: genesis"),
            ([files[0], (name: "000001-hold.json", bytes: [0x7B])], "refused: 000001-hold.json: form"),
        ]
        for (files, verdict) in cases {
            var auditor = vault.auditor
            #expect(auditor.audit(chain: files).verdict == verdict)
        }
    }

    @Test("says the same in windows of any size, and whether it keeps every report or those refused", arguments: 1...4)
    func windows(size: Int) throws {
        let vault = try AuditedVault.shared.get()
        let files = vault.files
        for chain in [files, [files[1], files[2]], [files[0], files[2], files[2]], files + [("x.json", [1])], []] {
            var whole = vault.auditor
            let expected = whole.audit(chain: chain)
            var auditor = vault.auditor
            auditor.windowSize = size
            #expect(auditor.audit(chain: chain).json == expected.json)
            var steps: [Int] = []
            let report = auditor.audit(
                chain: chain.map(\.name),
                keeping: .refusedReports,
                progress: { steps.append($0) },
                reading: { chain[$0].bytes }
            )
            #expect(report.text == expected.text)
            #expect(report.count == chain.count)
            #expect(report.reports.count == expected.reports.count { $0.failure != nil })
            #expect(steps.last ?? 0 == chain.count && steps == steps.sorted())
        }
    }

    @Test("judges what it reads the second time, so that a file that changes meanwhile gains nothing")
    func readsTwice() throws {
        let vault = try AuditedVault.shared.get()
        var auditor = vault.auditor
        var reads = 0
        let report = auditor.audit(chain: vault.files.map(\.name), keeping: .refusedReports) { index in
            reads += 1
            return reads == vault.files.count + 2 ? [0x7B] : vault.files[index].bytes
        }
        #expect(reads == 2 * vault.files.count)
        #expect(report.verdict == "refused: 000001-hold.json: form")
    }

    @Test("refuses another vault's attestation in the chain")
    func refusesForeignVaults() throws {
        let vault = try AuditedVault.shared.get()
        let other = try AuditedVault(nonce: 8)
        var auditor = vault.auditor
        let report = auditor.audit(chain: [vault.files[0], other.files[1], vault.files[2]])
        #expect(report.verdict == "refused: 000001-hold.json: vault")
    }

    @Test("mentions files beside the chain that it did not read")
    func mentionsStrayFiles() throws {
        let vault = try AuditedVault.shared.get()
        var auditor = vault.auditor
        let report = auditor.audit(chain: vault.files, unread: ["README.txt", "b"])
        #expect(report.isAccepted)
        #expect(report.caveats.last?.contains("README.txt and 1 more was not read") == true)
    }

    @Test("asks for the operator's key, and names a pinned one that did not sign")
    func pinsOperators() throws {
        let vault = try AuditedVault.shared.get()
        func verdict(_ key: [UInt8]) -> AuditReport {
            var auditor = AttestationAuditor(
                policy: vault.policy,
                replay: vault.replay,
                trustedOperator: key,
                now: vault.chain[2].statement.time
            )
            return auditor.audit(chain: vault.files)
        }
        let pinned = verdict(vault.chain[0].operatorKey)
        #expect(pinned.isAccepted)
        #expect(!pinned.caveats.contains("operator key taken from the file"))
        #expect(verdict([UInt8](repeating: 0, count: 32)).verdict == "refused: 000000-genesis.json: vault")
    }

    @Test("says so where the operator's consent stands for the owner's", arguments: [false, true])
    func namesOperatorsThatOwn(isOwner: Bool) throws {
        let vault = try AuditedVault(ownedByOperator: isOwner)
        var auditor = vault.auditor
        let report = auditor.audit(chain: vault.files)
        #expect(report.isAccepted)
        #expect(report.caveats.contains { $0.contains("the operator's key as its owner's") } == isOwner)
    }

    @Test("writes the same report as JSON, readable and with every check")
    func writesJSON() throws {
        let vault = try AuditedVault.shared.get()
        var auditor = vault.auditor
        let report = auditor.audit(chain: vault.files)
        var object = try JSONObjectReader(JSONValue.read(Array(report.json.prettyText.utf8)))
        #expect(try object.bool("accepted"))
        #expect(try object.string("verdict") == report.verdict)
        let attestations = try object.array("attestations")
        #expect(attestations.count == 3)
        #expect(report.reports[2].checks.allSatisfy { attestations[2].prettyText.contains("\"\($0.name)\"") })
    }
}
