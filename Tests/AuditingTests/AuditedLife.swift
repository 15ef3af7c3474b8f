import Attestations
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes

@testable import Auditing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

/// A guarded vault on the sample's market that is halted, goes on and passes to a narrower band, with fixed keys.
struct AuditedLife {
    static let shared = Result { try AuditedLife() }

    let vault: AuditedVault
    let tight: AuditedVault
    let prover: AttestationProver
    let tightProver: AttestationProver
    /// Genesis, halt, a hold that pleads it, resumption, amend, hold.
    let heads: [AttestationProver.Head]

    private static func time(_ hours: Int64) throws -> Timestamp {
        try Timestamp("2024-01-11").adding(milliseconds: hours * 3_600_000)
    }

    init() throws {
        vault = try AuditedVault.shared.get()
        tight = try AuditedVault(
            text: AuditedVault.text.replacing("\"Audited\" version 1", with: "\"Tight\" version 2").replacing(
                "trigger 20pp",
                with: "trigger 15pp"
            )
        )
        let (signer, owner) = (try TestOperator().signer, try TestOperator(seed: 6).signer)
        let guardian = try TestOperator(seed: 7).signer
        let identity = try VaultIdentity(
            nonce: [UInt8](repeating: 9, count: 32),
            operatorKey: signer.publicKey,
            ownerKey: owner.publicKey,
            guardians: GuardianSet(keys: [guardian.publicKey], threshold: 1)
        )
        func prover(_ policy: CompiledPolicy) -> AttestationProver {
            AttestationProver(
                policy: policy,
                identity: identity,
                signer: signer,
                vaultSecret: [1, 2, 3],
                entropy: { [UInt8](repeating: 9, count: $0) }
            )
        }
        self.prover = prover(vault.policy)
        tightProver = prover(tight.policy)
        var market = vault.replay
        func moment(_ hours: Int64) throws -> AttestationProver.Moment {
            let known = try market.moment(at: Self.time(hours))
            return .init(time: known.time, regime: known.regime, candles: known.candles, prices: known.prices)
        }
        let genesis = try self.prover.genesis(at: moment(0), quantities: ["1", "44000"].map { try Quantity($0) })
        let halt = try self.prover.halt(
            after: genesis,
            at: Self.time(12),
            cause: .guardians,
            signatures: [GuardianOrder(.halt, about: genesis.attestation, signer: guardian).signature]
        )
        let idle = try self.prover.halted(after: halt, at: Self.time(24))
        let resumption = try self.prover.resume(
            after: idle,
            at: Self.time(30),
            from: halt.attestation.digest,
            signatures: [GuardianOrder(.resume, about: halt.attestation, signer: guardian).signature]
        )
        let amend = try tightProver.amend(after: resumption, from: vault.policy, at: Self.time(36), owner: owner)
        let hold = try tightProver.hold(after: amend, at: moment(48), ground: .proved)
        heads = [genesis, halt, idle, resumption, amend, hold]
    }

    /// A report as a file.
    func file(_ report: PeriodReport) -> AttestationAuditor.File { ("period.json", report.json.canonicalBytes) }

    /// All of it, with its return.
    func whole() throws -> PeriodReport {
        try tightProver.period(heads, since: nil, under: [PeriodPolicy(vault.policy)], provingReturn: .disclosed)
    }

    /// From the halted hold on.
    func middle() throws -> PeriodReport {
        try tightProver.period(
            Array(heads.dropFirst()),
            since: PeriodStart(history: heads.prefix(2).map(\.attestation)),
            under: [PeriodPolicy(vault.policy)],
            provingReturn: .hidden
        )
    }

    /// An auditor with one policy or both.
    func auditor(_ vaults: [AuditedVault]) throws -> AttestationAuditor {
        let readings = vaults.map { PolicyReading(policy: $0.policy, replay: $0.replay) }
        return AttestationAuditor(
            readings[0],
            others: Array(readings.dropFirst()),
            trustedOperator: try TestOperator().signer.publicKey,
            now: Timestamp(milliseconds: 1_800_000_000_000)
        )
    }
}
