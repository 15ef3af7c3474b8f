import Foundation
import MarketData
import Testing

@testable import Attestations

@Suite("Amends with proofs and dated orders of version 1")
struct AmendmentForeverTests {
    private static let names = [
        "genesis", "halt", "resume", "rebalance", "amend", "hold", "amend",
    ].enumerated().map { "00000\($0)-\($1).json" }

    /// A guarded vault that resumes by dated orders, trades, drops SOL while it reorders and counts anew, and is counted back.
    private static func made(_ life: AmendmentScenario) throws -> [Attestation] {
        let set = try GuardianSet(keys: ChainLife.guardians.map(\.publicKey), threshold: 2)
        let prover = try ChainLife.prover(life.four.policy, guardians: set)
        let genesis = try prover.genesis(
            at: life.four.moment(0, prices: AmendmentScenario.prices("BTC", "SOL", "ETH", "USD")),
            quantities: life.chain[0].opening.quantities
        )
        let halt = try prover.halt(after: genesis, at: ChainLife.time(6), cause: .data)
        let orders = try ChainLife.guardians.prefix(2).enumerated().map { index, guardian in
            let covers = ChainLife.time(8 + Int64(index))
            return try GuardianOrder(
                resuming: halt.attestation,
                term: ResetTerm(covers: covers, expires: covers.adding(milliseconds: ResetTerm.usualValidity)),
                signer: guardian.signer
            )
        }
        let resumption = try prover.resume(
            after: halt,
            at: ChainLife.time(12),
            from: halt.attestation.digest,
            signatures: orders.map(\.signature)
        )
        let rebalance = try prover.rebalance(
            after: resumption,
            at: life.four.moment(1, prices: AmendmentScenario.prices("BTC", "SOL", "ETH", "USD", btc: 50_000)),
            quantities: life.head.opening.quantities
        )
        let amend = try life.amend(after: rebalance, from: life.four, to: life.three)
        let hold = try ChainLife.prover(life.three.policy).hold(
            after: amend,
            at: life.three.moment(2, prices: AmendmentScenario.prices("ETH", "USD", "BTC", btc: 50_000)),
            ground: .proved
        )
        let back = try life.amend(after: hold, from: life.three, to: life.standard, hours: 60)
        return [genesis, halt, resumption, rebalance, amend, hold, back].map(\.attestation)
    }

    @Test("verify for ever")
    func storedForEver() throws {
        let life = try AmendmentScenario.shared.get()
        let folder = Forever.folder.deletingLastPathComponent().appending(path: "attestations-v1-amendments")
        if Forever.regenerates {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, attestation) in zip(Self.names, try Self.made(life))
            where !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
                try Data((attestation.fileText + "\n").utf8).write(to: folder.appending(path: name))
            }
        }
        let stored = try Self.names.map { name in
            try Attestation(fileBytes: Array(Data(contentsOf: folder.appending(path: name))))
        }
        let none: [String?] = [nil, nil, nil, nil, nil, nil, nil]
        let policies = [life.four.policy, life.three.policy, life.standard.policy]
        #expect(ChainLife.failures(stored, policies) == none)
        #expect(stored[2].reset == ChainLife.time(8))
        #expect(stored[4].statement.before.count == 4 && stored[4].statement.after.count == 3)
        #expect(stored.map(\.proof.isEmpty) == [false, true, true, false, false, false, false])
        // What was stored then is what is made now, but for what is random in it.
        #expect(try Self.made(life).map(\.statement.kind) == stored.map(\.statement.kind))
    }
}
