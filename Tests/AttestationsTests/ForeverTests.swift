import Foundation
import MarketData
import Testing

@testable import Attestations

/// The chain that was stored when version 1 was fixed. What verifies once verifies for ever.
enum Forever {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/Forever/attestations-v1")
    static let names = ["000000-genesis.json", "000001-hold.json", "000002-rebalance.json"]

    /// Whether this run writes the golden document anew. Stored attestations are written only where none stand.
    static var regenerates: Bool { ProcessInfo.processInfo.environment["BALLAST_REGENERATE"] == "1" }

    static func vault() throws -> TestVault { try ProvedChain.shared.get().vault }
}

@Suite("Attestations of version 1")
struct ForeverTests {
    @Test("verify for ever")
    func chain() throws {
        let proved = try ProvedChain.shared.get()
        if Forever.regenerates {
            let heads = [proved.genesis, proved.hold, proved.rebalance]
            for (name, head) in zip(Forever.names, heads)
            where !FileManager.default.fileExists(atPath: Forever.folder.appending(path: name).path) {
                try Data((head.attestation.fileText + "\n").utf8).write(to: Forever.folder.appending(path: name))
            }
        }
        var previous: Attestation?
        for name in Forever.names {
            let attestation = try Attestation(
                fileBytes: Array(Data(contentsOf: Forever.folder.appending(path: name)))
            )
            #expect(proved.vault.failures(attestation, after: previous) == [], "\(name)")
            previous = attestation
        }
        #expect(previous?.statement.kind == .rebalance)
    }
}
