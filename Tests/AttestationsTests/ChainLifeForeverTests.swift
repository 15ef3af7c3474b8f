import Foundation
import MarketData
import Testing

@testable import Attestations

@Suite("Amends and halts of version 1")
struct ChainLifeForeverTests {
    /// A guarded vault that is halted by its guardians, holds, resumes, and passes to another policy with new guardians.
    private static func made() throws -> [Attestation] {
        let life = try ChainLife.shared.get()
        let two = Array(ChainLife.guardians.prefix(2))
        let halt = try life.prover.halt(
            after: life.genesis,
            at: ChainLife.time(6),
            cause: .guardians,
            signatures: ChainLife.orders(.halt, about: life.genesis.attestation, by: two)
        )
        let hold = try life.prover.halted(after: halt, at: ChainLife.time(24))
        let resumption = try life.prover.resume(
            after: hold,
            at: ChainLife.time(30),
            from: halt.attestation.digest,
            signatures: ChainLife.orders(.resume, about: halt.attestation, by: two)
        )
        let amend = try ChainLife.prover(life.strict.policy).amend(
            after: resumption,
            from: life.vault.policy,
            at: ChainLife.time(36),
            appointing: GuardianSet(keys: two.map(\.publicKey), threshold: 1),
            owner: ChainLife.owner.signer
        )
        return [life.genesis, halt, hold, resumption, amend].map(\.attestation)
    }

    @Test("verify for ever")
    func storedForEver() throws {
        let folder = Forever.folder.deletingLastPathComponent().appending(path: "attestations-v1-life")
        let names = ["genesis", "halt", "hold", "resume", "amend"].enumerated().map { "00000\($0)-\($1).json" }
        if Forever.regenerates {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, attestation) in zip(names, try Self.made())
            where !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
                try Data((attestation.fileText + "\n").utf8).write(to: folder.appending(path: name))
            }
        }
        let stored = try names.map { name in
            try Attestation(fileBytes: Array(Data(contentsOf: folder.appending(path: name))))
        }
        let life = try ChainLife.shared.get()
        let none: [String?] = [nil, nil, nil, nil, nil]
        #expect(ChainLife.failures(stored, [life.vault.policy, life.strict.policy]) == none)
        #expect(stored.map(\.statement.kind) == [.genesis, .halt, .hold, .resume, .amend])
    }
}
