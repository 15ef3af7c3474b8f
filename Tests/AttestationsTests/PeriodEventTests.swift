import CanonicalJSON
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations

@Suite("Halts and amends in a report over a period")
struct PeriodEventTests {
    private typealias Head = AttestationProver.Head

    private let period: PeriodLife
    private let two = Array(ChainLife.guardians.prefix(2))

    init() throws { period = try PeriodLife.shared.get() }

    private var heads: [Head] { period.heads }
    private var life: ChainLife { period.life }

    private func unchecked(_ report: PeriodReport, _ policies: [CompiledPolicy]? = nil) -> Set<String> {
        Set(
            PeriodLife.checks(report, policies ?? period.policies).compactMap { item in
                guard case .unchecked = item.check.outcome else { return nil }
                return item.check.name
            }
        )
    }

    @Test("verify from the genesis with nothing left open, and from the middle with what only the chain shows")
    func accepted() throws {
        #expect(
            period.whole.steps.map(\.kind) == [.genesis, .halt, .hold, .resume, .amend, .rebalance, .hold]
        )
        #expect(period.failures(period.whole) == [])
        #expect(unchecked(period.whole) == [])
        #expect(period.failures(period.halted) == [])
        #expect(period.halted.start?.halt == heads[1].attestation)
        #expect(unchecked(period.halted) == ["time of the last rebalance", "carried turnover"])
    }

    @Test("do not keep the return from being proved: it is that of the committed holdings, over the amend")
    func returnOverAmend() throws {
        func value(_ head: Head, _ prices: [Price]) -> Double {
            zip(head.opening.quantities, prices).reduce(0) { $0 + Double($1.0.units) * Double($1.1.units) }
        }
        let start = value(heads[0], period.whole.steps[0].prices)
        let end = value(heads[6], period.whole.steps[6].prices)
        let claimed = try #require(period.whole.periodReturn)
        #expect(claimed.basisPoints == Int32(((end / start - 1) * 10_000).rounded(.down)))
        for difference in [-1, 1] as [Int32] {
            let other = try #require(PeriodReturn(basisPoints: claimed.basisPoints + difference))
            #expect(period.failures(try period.whole.altered(periodReturn: other)) == ["proof"])
        }
        // An end without prices has no value.
        #expect(throws: AttestationError.self) {
            try period.strict.period(
                Array(heads.prefix(4)),
                since: nil,
                under: [PeriodPolicy(life.vault.policy)],
                provingReturn: .disclosed
            )
        }
        let claim = try period.forged(Array(heads.prefix(4))).altered(periodReturn: claimed)
        #expect(period.failures(claim) == ["return"])
    }

    @Test("need every policy, and the one that is missing is named")
    func missingPolicy() throws {
        let without = [life.strict, life.vault].map { $0.policy }
        for (policy, failure) in zip(without, ["0: policy and model", "4: policy and model"]) {
            let checks = PeriodLife.checks(period.whole, [policy])
            #expect(period.failures(period.whole, [policy]).first == failure)
            let missing = policy.digest == without[0].digest ? without[1].digest : without[0].digest
            let reasons = checks.compactMap { if case .failed(let reason) = $0.check.outcome { reason } else { nil } }
            #expect(reasons.first?.contains("\(missing)") == true)
        }
        // A period after the amend needs the new one alone, and says what the vault id rests on.
        let late = try period.strict.period(
            Array(heads.suffix(2)),
            since: PeriodStart(history: heads.prefix(5).map(\.attestation)),
            provingReturn: .disclosed
        )
        #expect(period.failures(late, [life.strict.policy]) == [])
        #expect(unchecked(late, [life.strict.policy]).contains("vault"))
        #expect(!unchecked(late).contains("vault"))
    }

    @Test("forbid a rebalance while the vault is halted, within the period and from before it")
    func haltedRebalance() throws {
        let traded = try life.prover.rebalance(
            after: heads[1],
            at: life.vault.moment(1, prices: TestVault.prices(btc: 52_000)),
            quantities: AttestationChainTests.rebalanced
        )
        #expect(period.failures(try period.forged([heads[0], heads[1], traded])) == ["2: halts"])
        let start = PeriodStart(history: [heads[0], heads[1]].map(\.attestation))
        #expect(period.failures(try period.forged([heads[1], traded], since: start)) == ["0: halts"])
        // The first form has no halts: what pleads one and trades contradicts itself.
        let idle = try life.prover.hold(
            after: traded,
            at: .init(time: ChainLife.time(48), regime: 0, candles: .zero, prices: []),
            ground: .halted
        )
        let first = try life.prover.period(.sharesPolicy, [heads[1], traded, idle], since: nil, provingReturn: .hidden)
        #expect(period.failures(first) == ["0: halts"])
    }

    @Test("are refused where a signature under one of them is missing, another's, or over something else")
    func signatures() throws {
        let others = try ChainLife.orders(.halt, about: heads[2].attestation, by: two)
        let strangers = try ChainLife.orders(.halt, about: heads[0].attestation, by: [TestSigner(), two[0]])
        for signatures in [[], Array(heads[1].attestation.guardianSignatures.prefix(1)), others, strangers] {
            let evidence = StepEvidence(guardianSignatures: signatures)
            let report = try period.whole.altered(evidence: { $0[1] = evidence })
            #expect(period.failures(report) == ["1: guardians", "proof"])
        }
        for index in [0, 63] {
            let altered = try period.whole.altered(evidence: { evidence in
                var signature = evidence[4].ownerSignature ?? []
                signature[index] ^= 1
                evidence[4] = StepEvidence(ownerSignature: signature)
            })
            #expect(period.failures(altered) == ["4: owner signature", "proof"])
        }
        let resumed = try period.whole.altered(evidence: { $0[3] = $0[1] })
        #expect(period.failures(resumed) == ["3: guardians", "proof"])
        let identity = try VaultIdentity(
            nonce: [UInt8](repeating: 8, count: 32),
            operatorKey: TestSigner().publicKey,
            ownerKey: ChainLife.owner.publicKey,
            guardians: life.genesis.attestation.identity?.guardians
        )
        let other = try period.whole.altered(evidence: { $0[0] = StepEvidence(identity: identity) })
        #expect(period.failures(other) == ["0: vault", "proof"])
    }

    @Test("count a deposit only with the owner's signature over it, and over its own proof")
    func flows() throws {
        let deposit = try life.prover.flow(
            after: life.genesis,
            at: ChainLife.time(12),
            candles: ContentDigest(hashing: Array("noon".utf8)),
            quantities: TestVault.quantities(125_000_001, 1_000_000_000, 2_100_000_000_000),
            owner: ChainLife.owner.signer
        )
        let report = try period.forged([life.genesis, deposit])
        #expect(period.failures(report) == [])
        #expect(report.evidence[1].proof == deposit.attestation.proof)
        var proof = deposit.attestation.proof
        proof[7] ^= 1
        let signature = try #require(report.evidence[1].ownerSignature)
        for evidence in [
            StepEvidence(ownerSignature: signature, proof: proof),
            StepEvidence(ownerSignature: signature),
            StepEvidence(ownerSignature: report.signature, proof: deposit.attestation.proof),
        ] {
            let failures = period.failures(try report.altered(evidence: { $0[1] = evidence }))
            #expect(failures.first == "1: owner signature" && failures.last == "proof")
        }
        #expect(throws: AttestationError.self) {
            try life.prover.period([life.genesis, deposit], since: nil, provingReturn: .disclosed)
        }
    }

    @Test("make a vault whose owner appointed other guardians answer to those, and to nobody who was not appointed")
    func appointments() throws {
        let set = try GuardianSet(keys: [TestSigner(seed: 40).publicKey], threshold: 1)
        let amend = try life.prover.amend(
            after: life.genesis,
            from: life.vault.policy,
            at: ChainLife.time(3),
            appointing: set,
            owner: ChainLife.owner.signer
        )
        let orders = try ChainLife.orders(.halt, about: amend.attestation, by: [TestSigner(seed: 40)])
        let halt = try life.prover.halt(after: amend, at: ChainLife.time(6), cause: .guardians, signatures: orders)
        let idle = try life.prover.halted(after: halt, at: ChainLife.time(24))
        let history = [life.genesis, amend, halt].map(\.attestation)
        #expect(period.failures(try period.forged([life.genesis, amend, halt, idle])) == [])
        let report = try period.forged([halt, idle], since: PeriodStart(history: history))
        #expect(period.failures(report) == [])
        let unappointed = try #require(PeriodStart(history: [history[0], history[2]]))
        #expect(period.failures(try report.altered(start: unappointed)) == ["0: halts", "proof"])
        let unsigned = try life.prover.amend(
            after: life.genesis,
            from: life.vault.policy,
            at: ChainLife.time(3),
            appointing: set,
            owner: TestSigner(seed: 5).signer
        )
        let seized = try #require(PeriodStart(history: [history[0], unsigned.attestation, history[2]]))
        #expect(period.failures(try report.altered(start: seized)).first == "0: guardians")
    }

    @Test("from before the period are taken only where they lie before it, of this vault and by this operator")
    func foreignStarts() throws {
        let good = try #require(period.halted.start)
        func failures(halt: Attestation?, identity: VaultIdentity? = nil) throws -> [String] {
            let start = PeriodStart(
                identity: identity ?? good.identity,
                policy: good.policy,
                appointment: nil,
                halt: halt
            )
            return period.failures(try period.halted.altered(start: .some(start)))
        }
        #expect(try failures(halt: good.halt) == [])
        // Without the halt there is none that the vault could plead, or that a resumption could end.
        #expect(try failures(halt: nil) == ["0: halts", "1: halts", "proof"])
        for change in [
            { (statement: inout Statement) in statement.vault = .zero },
            { statement in statement.sequence = 9 },
            { statement in statement.time = ChainLife.time(40) },
        ] {
            var statement = heads[1].attestation.statement
            change(&statement)
            let moved = try heads[1].attestation.with(statement: statement, signer: TestSigner())
            #expect(try failures(halt: moved).first == "0: halts")
        }
        #expect(try failures(halt: heads[3].attestation).first == "0: halts")
        let unsigned = try heads[1].attestation.with(
            statement: heads[1].attestation.statement,
            signer: TestSigner(seed: 3)
        )
        #expect(try failures(halt: unsigned).first == "0: halts")
        let other = try VaultIdentity(
            nonce: good.identity.nonce,
            operatorKey: good.identity.operatorKey,
            ownerKey: TestSigner(seed: 9).publicKey,
            guardians: good.identity.guardians
        )
        #expect(try failures(halt: good.halt, identity: other).first == "0: vault")
    }

    @Test("come back from their file as they were, each key needed and no other taken")
    func file() throws {
        for report in [period.whole, period.halted] {
            #expect(try PeriodReport(fileBytes: report.json.canonicalBytes) == report)
            guard case .object(let members) = report.json else { return }
            for index in members.indices where members[index].name != "returnBasisPoints" {
                var fewer = members
                fewer.remove(at: index)
                #expect(throws: AttestationError.self) {
                    try PeriodReport(fileBytes: JSONValue.object(fewer).canonicalBytes)
                }
            }
            guard let place = members.firstIndex(where: { $0.name == "steps" }),
                case .array(let steps) = members[place].value
            else { return }
            for (index, step) in steps.enumerated() {
                guard case .object(let parts) = step else { return }
                for part in parts.indices {
                    var (fewer, all, whole) = (parts, steps, members)
                    fewer.remove(at: part)
                    all[index] = .object(fewer)
                    whole[place] = JSONMember("steps", .array(all))
                    let bytes = JSONValue.object(whole).canonicalBytes
                    // A key that some steps have and others not, as guardians of a genesis, is refused by what it was for.
                    guard let read = try? PeriodReport(fileBytes: bytes) else { continue }
                    #expect(!period.failures(read).isEmpty)
                }
            }
            let first = JSONMember("version", .integer(1))
            let other = members.map { $0.name == "version" ? first : $0 }
            #expect(throws: AttestationError.self) {
                try PeriodReport(fileBytes: JSONValue.object(other).canonicalBytes)
            }
        }
    }
}
