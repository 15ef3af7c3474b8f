import BigIntegers
import Foundation
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

@Suite("A flow")
struct FlowTests {
    private static let owner = TestSigner(seed: 6)
    private static let opening = AttestationChainTests.onTarget
    private static let noon = TestVault.start.adding(milliseconds: TestVault.day / 2)
    private static let candles = ContentDigest(hashing: Array("noon".utf8))

    /// A vault with an owner, opened, and a deposit of BTC and cash.
    private struct OwnedChain {
        let vault: TestVault
        let prover: AttestationProver
        let genesis: AttestationProver.Head
        let deposit: AttestationProver.Head

        static let shared = Result { try OwnedChain() }

        init() throws {
            vault = try TestVault()
            let signer = TestSigner()
            prover = AttestationProver(
                policy: vault.policy,
                identity: try VaultIdentity(
                    nonce: [UInt8](repeating: 7, count: 32),
                    operatorKey: signer.publicKey,
                    ownerKey: owner.publicKey
                ),
                signer: signer.signer,
                vaultSecret: [1, 2, 3],
                entropy: { [UInt8](repeating: 9, count: $0) }
            )
            genesis = try prover.genesis(at: vault.moment(0), quantities: opening)
            deposit = try prover.flow(
                after: genesis,
                at: noon,
                candles: candles,
                quantities: TestVault.quantities(125_000_001, 1_000_000_000, 2_100_000_000_000),
                owner: owner.signer
            )
        }

        func failures(_ attestation: Attestation, after previous: Attestation?, owner: [UInt8]?) -> [String] {
            var verifier = vault.verifier
            verifier.owner = owner
            return verifier.checks(
                of: attestation,
                after: previous,
                expecting: .init(regime: 0, candles: candles, prices: []),
                now: TestVault.start.adding(milliseconds: 100 * TestVault.day)
            ).compactMap { if case .failed = $0.outcome { $0.name } else { nil } }
        }
    }

    @Test("is a deposit or a withdrawal that verifies, and the chain goes on after it")
    func verifies() throws {
        let chain = try OwnedChain.shared.get()
        let owner = Self.owner.publicKey
        #expect(chain.failures(chain.deposit.attestation, after: chain.genesis.attestation, owner: owner) == [])
        #expect(chain.deposit.attestation.statement.prices.isEmpty)
        let withdrawal = try chain.prover.flow(
            after: chain.deposit,
            at: Self.noon.adding(milliseconds: 1),
            candles: Self.candles,
            quantities: TestVault.quantities(125_000_001, 1_000_000_000, 2_000_000_000_000),
            owner: Self.owner.signer
        )
        #expect(chain.failures(withdrawal.attestation, after: chain.deposit.attestation, owner: owner) == [])
        let hold = try chain.prover.hold(after: withdrawal, at: chain.vault.moment(1), ground: .proved)
        #expect(chain.vault.failures(hold.attestation, after: withdrawal.attestation) == [])
        #expect(hold.attestation.statement.lastRebalance == chain.genesis.attestation.statement.time)
    }

    @Test("that was stored when its format was fixed verifies for ever")
    func storedForEver() throws {
        let chain = try OwnedChain.shared.get()
        let folder = Forever.folder.deletingLastPathComponent().appending(path: "attestations-v1-flow")
        let names = ["000000-genesis.json", "000001-flow.json"]
        if Forever.regenerates {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, head) in zip(names, [chain.genesis, chain.deposit])
            where !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
                try Data((head.attestation.fileText + "\n").utf8).write(to: folder.appending(path: name))
            }
        }
        let stored = try names.map { name in
            try Attestation(fileBytes: Array(Data(contentsOf: folder.appending(path: name))))
        }
        #expect(stored.map(\.statement.kind) == [.genesis, .flow])
        #expect(chain.vault.failures(stored[0], after: nil) == [])
        #expect(chain.failures(stored[1], after: stored[0], owner: stored[0].identity?.ownerKey) == [])
    }

    @Test("comes back from its file as it was")
    func roundTrips() throws {
        let attestation = try OwnedChain.shared.get().deposit.attestation
        #expect(try Attestation(fileBytes: Array(attestation.fileText.utf8)) == attestation)
    }

    @Test("has one circuit under every policy of the same assets, of which the policy's digest says nothing")
    func ignoresTheRules() throws {
        let loose = try TestVault.mandate("any", trigger: 900_000, requirements: [])
        let digests = try [MaliciousScenario.mandate(), loose].map { mandate in
            try CircuitTrial(.flow, mandate, prices: []).template.digest
        }
        #expect(Set(digests).count == 1)
        #expect(try !TestVault().policy.document.contains("circuit flow"))
    }

    @Test(
        "is no trade: what moves up in one asset and down in another has no proof",
        arguments: [[1, -1, 0], [-1, 1, 0], [5, 0, -1], [-2, -3, 1]] as [[Int64]]
    )
    func refusesTrades(changes: [Int64]) throws {
        let chain = try OwnedChain.shared.get()
        let after = zip(Self.opening, changes).map { Quantity(units: UInt64(Int64($0.units) + $1)) }
        let error = #expect(throws: AttestationError.self) {
            try chain.prover.flow(
                after: chain.genesis,
                at: Self.noon,
                candles: Self.candles,
                quantities: after,
                owner: Self.owner.signer
            )
        }
        guard case .notSatisfied(.flow, _) = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        // Nor does a prover who skips the honest one's own checks convince anybody.
        let trial = try CircuitTrial(.flow, MaliciousScenario.mandate(), prices: [])
        let committed = (Self.opening + after).map { Scalar($0.units) }
        #expect(try !trial.accepts(committed))
        #expect(try !Forger(trial).isBelieved(committed))
    }

    @Test("needs the owner: another's signature, another key or none is refused")
    func needsTheOwner() throws {
        let chain = try OwnedChain.shared.get()
        let genuine = chain.deposit.attestation
        let genesis = chain.genesis.attestation
        func failures(_ consent: Attestation.Countersignature?, owner: [UInt8]) -> [String] {
            let altered = Attestation(
                statement: genuine.statement,
                operatorKey: genuine.operatorKey,
                identity: nil,
                proof: genuine.proof,
                signature: genuine.signature,
                countersignature: consent
            )
            return chain.failures(altered, after: genesis, owner: owner)
        }
        let owner = Self.owner.publicKey
        let consent = try #require(genuine.countersignature)
        #expect(failures(consent, owner: owner) == [])
        #expect(failures(nil, owner: owner) == ["form"])
        let operatorsOwn = Attestation.Countersignature(
            ownerKey: genuine.operatorKey,
            signature: try TestSigner().signer.signature(
                over: Attestation.countersignedBytes(genuine.statement, genuine.proof)
            )
        )
        #expect(failures(operatorsOwn, owner: owner) == ["owner key"])
        // The owner's signature under the operator's domain is none.
        let otherDomain = Attestation.Countersignature(
            ownerKey: owner,
            signature: try Self.owner.signer.signature(
                over: Attestation.signedBytes(genuine.statement, genuine.proof)
            )
        )
        #expect(failures(otherDomain, owner: owner) == ["owner signature"])
        for byte in [0, 31, 32, 63] {
            var signature = consent.signature
            signature[byte] ^= 1
            let altered = Attestation.Countersignature(ownerKey: owner, signature: signature)
            #expect(failures(altered, owner: owner) == ["owner signature"])
        }
        let nobody = [UInt8](repeating: 0, count: 32)
        #expect(failures(.init(ownerKey: nobody, signature: consent.signature), owner: nobody).first == "owner key")
    }

    @Test("that stands at an instant of the grid takes a decision's place, and is refused")
    func leavesTheGridAlone() throws {
        let chain = try OwnedChain.shared.get()
        let flow = try chain.prover.flow(
            after: chain.genesis,
            at: TestVault.start.adding(milliseconds: TestVault.day),
            candles: Self.candles,
            quantities: TestVault.quantities(125_000_001, 1_000_000_001, 2_000_000_000_000),
            owner: Self.owner.signer
        )
        #expect(
            chain.failures(flow.attestation, after: chain.genesis.attestation, owner: Self.owner.publicKey)
                == ["time grid"]
        )
    }

    @Test("draws every commitment anew and leaves the carried state alone")
    func commitments() throws {
        let chain = try OwnedChain.shared.get()
        let genuine = chain.deposit.attestation
        let statement = genuine.statement
        #expect(zip(statement.before, statement.after).allSatisfy { $0 != $1 })
        #expect(statement.carriedBefore == statement.carriedAfter)
        let stale = try genuine.altered { $0.after[1] = $0.before[1] }
        #expect(
            chain.failures(stale, after: chain.genesis.attestation, owner: Self.owner.publicKey)
                .contains("commitments")
        )
        let carried = try genuine.altered { $0.carriedAfter = [$0.after[0]] }
        #expect(
            chain.failures(carried, after: chain.genesis.attestation, owner: Self.owner.publicKey)
                .contains("commitments")
        )
    }
}
