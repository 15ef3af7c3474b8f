import Foundation
import MarketData
import Rebalancing
import Testing

@testable import Attestations

@Suite("Holds not worth their cost of version 1")
struct NoTradeForeverTests {
    private static func vault() throws -> TestVault {
        try TestVault(mandates: [NoTradeScenario.mandate()], attestEvery: nil)
    }

    private static func moment(_ day: Int64) throws -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: TestVault.start.adding(milliseconds: day * TestVault.day),
            regime: 0,
            candles: ContentDigest(hashing: Array("candles \(day)".utf8)),
            prices: NoTradeScenario.prices,
            risk: day == 0 ? .none : try RiskScenario.risk()
        )
    }

    /// A vault that opens beyond its bands and holds, because no exchange is worth its cost.
    private static func made() throws -> [Attestation] {
        let vault = try vault()
        let quantities = NoTradeScenario.spared.before.map { Quantity(units: $0) }
        let genesis = try vault.prover.genesis(at: moment(0), quantities: quantities)
        return [genesis, try vault.prover.hold(after: genesis, at: moment(1), ground: .proved)].map(\.attestation)
    }

    @Test("verify for ever")
    func storedForEver() throws {
        let folder = Forever.folder.deletingLastPathComponent().appending(path: "attestations-v1-no-trade")
        let names = ["000000-genesis.json", "000001-hold.json"]
        if Forever.regenerates {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, attestation) in zip(names, try Self.made())
            where !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
                try Data((attestation.fileText + "\n").utf8).write(to: folder.appending(path: name))
            }
        }
        let vault = try Self.vault()
        var previous: Attestation?
        for (day, name) in names.enumerated() {
            let stored = try Attestation(fileBytes: Array(Data(contentsOf: folder.appending(path: name))))
            let moment = try Self.moment(Int64(day))
            let failures = vault.verifier.checks(
                of: stored,
                after: previous,
                expecting: .init(regime: 0, candles: moment.candles, prices: moment.prices, risk: moment.risk),
                now: TestVault.start.adding(milliseconds: 1_000 * TestVault.day)
            ).compactMap { check in if case .failed = check.outcome { check.name } else { nil } }
            #expect(failures == [], "\(name)")
            previous = stored
        }
        #expect(previous?.statement.kind == .hold && previous?.statement.ground == .proved)
    }
}
