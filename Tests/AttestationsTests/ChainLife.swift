import BigIntegers
import MarketData
import Rebalancing

@testable import Attestations

/// A vault with an owner and two of three guardians, and policies that it may pass to: what the tests of amends and halts share.
struct ChainLife {
    static let owner = TestSigner(seed: 6)
    static let guardians = [21, 22, 23].map { TestSigner(seed: $0) }
    static let shared = Result { try ChainLife() }

    let vault: TestVault
    let strict: TestVault
    let prover: AttestationProver
    let genesis: AttestationProver.Head

    init(guarded: Bool = true) throws {
        vault = try TestVault()
        // The band is half as wide: what the first policy lets stand, this one trades.
        strict = try TestVault(mandates: [
            TestVault.mandate("calm", trigger: 20_000), TestVault.mandate("storm", trigger: 50_000),
        ])
        let set = guarded ? try GuardianSet(keys: Self.guardians.map(\.publicKey), threshold: 2) : nil
        prover = try Self.prover(vault.policy, guardians: set)
        genesis = try prover.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
    }

    static func prover(
        _ policy: CompiledPolicy,
        guardians: GuardianSet? = nil,
        signer: TestSigner = TestSigner()
    ) throws -> AttestationProver {
        AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: [UInt8](repeating: 7, count: 32),
                operatorKey: signer.publicKey,
                ownerKey: owner.publicKey,
                guardians: guardians
            ),
            signer: signer.signer,
            vaultSecret: [1, 2, 3],
            entropy: { [UInt8](repeating: 9, count: $0) }
        )
    }

    static func time(_ hours: Int64) -> Timestamp { TestVault.start.adding(milliseconds: hours * 3_600_000) }

    /// The first failure of each attestation of a chain, in order, by the policies given.
    static func failures(_ chain: [Attestation], _ policies: [CompiledPolicy]) -> [String?] {
        var standing = ChainStanding()
        var previous: Attestation?
        return chain.map { attestation in
            let policy = policies.first { $0.digest == attestation.statement.policy }
            var verifier = AttestationVerifier(policy: policy ?? policies[0])
            verifier.standing = standing
            let checks = verifier.checks(
                of: attestation,
                after: previous,
                expecting: .init(
                    regime: Int(attestation.statement.regime),
                    candles: attestation.statement.candles,
                    prices: attestation.statement.prices
                ),
                now: time(24 * 1_000)
            )
            previous = attestation
            standing.advance(past: attestation, under: policy)
            for check in checks { if case .failed = check.outcome { return check.name } }
            return nil
        }
    }

    func failures(_ heads: AttestationProver.Head...) -> [String?] {
        Self.failures(heads.map(\.attestation), [vault.policy, strict.policy])
    }

    /// Orders of these guardians about an attestation.
    static func orders(
        _ action: GuardianOrder.Action,
        about attestation: Attestation,
        by signers: [TestSigner]
    ) throws -> [GuardianSignature] {
        try signers.map { try GuardianOrder(action, about: attestation, signer: $0.signer).signature }
    }
}
