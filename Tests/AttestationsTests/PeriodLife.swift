import MarketData
import Rebalancing

@testable import Attestations

/// A guarded vault that its guardians halt and let go on, that then passes to a stricter policy, and reports over it.
struct PeriodLife {
    typealias Head = AttestationProver.Head

    static let shared = Result { try PeriodLife() }

    let life: ChainLife
    /// Proves under the policy that the vault passes to.
    let strict: AttestationProver
    /// Genesis, halt, a hold that pleads it, resumption, amend, rebalance, hold.
    let heads: [Head]
    /// All of it, with its return.
    let whole: PeriodReport
    /// From the halted hold on.
    let halted: PeriodReport

    init() throws {
        life = try ChainLife()
        strict = try ChainLife.prover(life.strict.policy)
        let (vault, two) = (life.vault, Array(ChainLife.guardians.prefix(2)))
        let halt = try life.prover.halt(
            after: life.genesis,
            at: ChainLife.time(6),
            cause: .guardians,
            signatures: ChainLife.orders(.halt, about: life.genesis.attestation, by: two)
        )
        let idle = try life.prover.halted(after: halt, at: ChainLife.time(24))
        let resumption = try life.prover.resume(
            after: idle,
            at: ChainLife.time(30),
            from: halt.attestation.digest,
            signatures: ChainLife.orders(.resume, about: halt.attestation, by: two)
        )
        let amend = try strict.amend(
            after: resumption,
            from: vault.policy,
            at: ChainLife.time(36),
            owner: ChainLife.owner.signer
        )
        let traded = try strict.rebalance(
            after: amend,
            at: vault.moment(2, prices: TestVault.prices(btc: 52_000)),
            quantities: AttestationChainTests.rebalanced
        )
        let hold = try strict.hold(
            after: traded,
            at: vault.moment(3, prices: TestVault.prices(btc: 51_000)),
            ground: .proved
        )
        heads = [life.genesis, halt, idle, resumption, amend, traded, hold]
        let others = [PeriodPolicy(vault.policy)]
        whole = try strict.period(heads, since: nil, under: others, provingReturn: .disclosed)
        halted = try strict.period(
            Array(heads.dropFirst()),
            since: PeriodStart(history: [life.genesis, halt].map(\.attestation)),
            under: others,
            provingReturn: .hidden
        )
    }

    var policies: [CompiledPolicy] { [life.vault.policy, life.strict.policy] }

    /// Every check, expecting what each step says of the market.
    static func checks(
        _ report: PeriodReport,
        _ policies: [CompiledPolicy]
    ) -> [AttestationVerifier.PeriodCheck] {
        AttestationVerifier(policy: policies[0]).checks(
            of: report,
            others: policies.dropFirst().map { AttestationVerifier(policy: $0) },
            expecting: report.steps.map {
                AttestationVerifier.Expectation(regime: Int($0.regime), candles: $0.candles, prices: $0.prices)
            },
            now: ChainLife.time(24 * 1_000)
        )
    }

    /// The failures as `index: check`, without an index where they are of the whole.
    func failures(_ report: PeriodReport, _ policies: [CompiledPolicy]? = nil) -> [String] {
        Self.checks(report, policies ?? self.policies).compactMap { item in
            guard case .failed = item.check.outcome else { return nil }
            return (item.index.map { "\($0): " } ?? "") + item.check.name
        }
    }

    /// A report over heads that need be no chain, proved and signed by an operator who lies.
    func forged(_ heads: [Head], since start: PeriodStart? = nil) throws -> PeriodReport {
        try strict.period(heads, since: start, under: [PeriodPolicy(life.vault.policy)], provingReturn: .hidden)
    }
}

extension PeriodReport {
    /// The same proof under other claims, signed by an operator who goes along.
    func altered(
        steps change: (inout [Statement]) -> Void = { _ in },
        evidence changeEvidence: (inout [StepEvidence]) -> Void = { _ in },
        start: PeriodStart?? = nil,
        head: ContentDigest? = nil,
        periodReturn: PeriodReturn?? = nil,
        proof: [UInt8]? = nil,
        signedBy signer: TestSigner? = TestSigner()
    ) throws -> PeriodReport {
        var (steps, evidence) = (steps, evidence)
        change(&steps)
        changeEvidence(&evidence)
        while evidence.count > steps.count { evidence.removeLast() }
        let report = PeriodReport(
            version: version,
            steps: steps,
            evidence: evidence,
            start: start ?? self.start,
            head: head ?? self.head,
            periodReturn: periodReturn ?? self.periodReturn,
            operatorKey: operatorKey,
            proof: proof ?? self.proof,
            signature: signature
        )
        return try report.with(signature: signer?.signer.signature(over: report.signedBytes) ?? signature)
    }
}

/// Reports of both forms, for what reads damaged ones.
enum FuzzedPeriod {
    static func reports() throws -> [PeriodReport] {
        let (chain, life) = (try ProvedChain.shared.get(), try PeriodLife.shared.get())
        let first = try chain.vault.prover.period(
            .sharesPolicy,
            [chain.genesis, chain.hold, chain.rebalance],
            since: nil,
            provingReturn: .disclosed
        )
        return [first, life.whole, life.halted]
    }

    /// What is refused of a report, by every policy there is.
    static func failures(_ report: PeriodReport) throws -> [String] {
        let (chain, life) = (try ProvedChain.shared.get(), try PeriodLife.shared.get())
        return life.failures(report, [chain.vault.policy] + life.policies)
    }
}
