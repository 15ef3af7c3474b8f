import CanonicalJSON
import Foundation
import MarketData
import TestSupport
import Testing

@testable import Attestations

/// No bytes trap the readers of attestations, periods and openings, and none but the chain itself is accepted.
@Suite("Fuzzing attestations")
struct AttestationFuzzTests {
    private static let targets = Result {
        let chain = try ProvedChain.shared.get()
        let stored = [chain.genesis, chain.hold, chain.rebalance].map(\.attestation)
        let files = stored.flatMap { [Array($0.fileText.utf8), $0.json.canonicalBytes] }
        let attestation = FuzzTarget("attestation", corpus: files) { bytes, _ in
            let read = try Attestation(fileBytes: bytes)
            let again = try Attestation(fileBytes: read.json.canonicalBytes)
            #expect(again == read)
            guard let index = stored.firstIndex(where: { $0.statement.sequence == read.statement.sequence }),
                read != stored[index]
            else { return }
            #expect(!chain.failures(read, of: stored[index], after: index == 0 ? nil : stored[index - 1]).isEmpty)
        }
        let reports = try FuzzedPeriod.reports()
        let period = FuzzTarget(
            "period",
            corpus: reports.flatMap { [$0.json.canonicalBytes, Array($0.json.prettyText.utf8)] }
        ) { bytes, _ in
            let read = try PeriodReport(fileBytes: bytes)
            let again = try PeriodReport(fileBytes: read.json.canonicalBytes)
            #expect(again == read)
            guard !reports.contains(read) else { return }
            #expect(try !FuzzedPeriod.failures(read).isEmpty)
        }
        let secret = chain.rebalance.opening.secretBytes
        let opening = FuzzTarget("opening", corpus: [secret], dictionary: []) { bytes, _ in
            let opening = try VaultOpening(secretBytes: bytes)
            #expect(opening.secretBytes == bytes)
        }
        return [attestation, period, opening]
    }

    @Test("mutations of the corpus never trap", arguments: 0..<3, UInt64(0)..<4)
    func smoke(target: Int, seed: UInt64) throws { try Self.targets.get()[target].run(seed: seed, count: 100) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong), arguments: 0..<3)
    func long(target: Int) throws { try Self.targets.get()[target].runLong() }
}
