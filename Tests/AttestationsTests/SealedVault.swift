import BigIntegers
import MarketData
import Rebalancing
import Ristretto

@testable import Attestations

/// The test vault under a sealed policy: the scenario's parameters, wider triggers in a storm by a public factor.
struct SealedVault {
    let mandates: [Mandate]
    let opening: ParameterOpening
    let sealed: SealedParameters
    let policy: CompiledPolicy
    let verifier: AttestationVerifier
    private let identity: VaultIdentity

    static let document = ContentDigest(hashing: Array("document".utf8))
    static let values: [Int64] = [500_000, 300_000, 200_000, 40_000, 40_000, 30_000, 40_000]

    static let shared = Result { try SealedVault() }

    init(seed: UInt8 = 5) throws {
        let calm = try SecretMandate.scenario(TestVault.mandate("calm", trigger: 40_000)).sealed
        guard let secrets = calm.secrets else { throw AttestationError.sealBroken(reason: "no secrets") }
        let factor = ExactFraction(5, over: 2)
        let stormy = try SecretParameters(
            parameters: secrets.parameters,
            targets: secrets.targets,
            bands: secrets.bands?.map { band in
                guard case .secret(let width) = band.destination else { return band }
                return .init(
                    trigger: .init(band.trigger.parameter, times: factor),
                    destination: .secret(.init(width.parameter, times: factor))
                )
            }
        )
        mandates = [calm, try TestVault.mandate("storm", trigger: 100_000).sealed(by: stormy)]
        opening = ParameterOpening(drawingFor: Self.values) { [UInt8](repeating: seed, count: $0) }
        sealed = try SealedParameters(proving: opening, of: mandates, in: Self.document)
        policy = try Self.compile(mandates, sealed)
        verifier = AttestationVerifier(policy: policy)
        identity = try VaultIdentity(
            nonce: [UInt8](repeating: 7, count: 32),
            operatorKey: TestSigner().publicKey,
            ownerKey: [UInt8](repeating: 0, count: 32)
        )
    }

    static func compile(_ mandates: [Mandate], _ sealed: SealedParameters?) throws -> CompiledPolicy {
        try CompiledPolicy(
            name: "sealed",
            version: 1,
            mandates: mandates,
            regimeRules: [],
            attestEvery: TestVault.day,
            modelDigest: ContentDigest(hashing: [1]),
            sealed: sealed
        )
    }

    /// A prover with these openings, or with other ones.
    func prover(_ parameters: ParameterOpening?) -> AttestationProver {
        AttestationProver(
            policy: policy,
            identity: identity,
            signer: TestSigner().signer,
            vaultSecret: [1, 2, 3],
            parameters: parameters,
            entropy: { [UInt8](repeating: 9, count: $0) }
        )
    }

    func moment(_ day: Int64, regime: Int = 0, prices: [Price] = TestVault.prices()) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: TestVault.start.adding(milliseconds: day * TestVault.day),
            regime: regime,
            candles: ContentDigest(hashing: Array("candles \(day)".utf8)),
            prices: prices
        )
    }

    /// Names of the checks that failed, under this policy or another.
    func failures(
        _ attestation: Attestation,
        after previous: Attestation?,
        by verifier: AttestationVerifier? = nil
    ) -> [String] {
        let statement = attestation.statement
        let checks = (verifier ?? self.verifier).checks(
            of: attestation,
            after: previous,
            expecting: .init(
                regime: Int(statement.regime),
                candles: statement.candles,
                prices: statement.prices
            ),
            now: TestVault.start.adding(milliseconds: 1_000 * TestVault.day)
        )
        return checks.compactMap { check in
            if case .failed = check.outcome { check.name } else { nil }
        }
    }
}
