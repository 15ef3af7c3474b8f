import MarketData
import Rebalancing
import Testing

@testable import Attestations

@Suite("A forged report over a period")
struct PeriodForgeryTests {
    private typealias Head = AttestationProver.Head

    private let period: PeriodLife

    init() throws { period = try PeriodLife.shared.get() }

    private var heads: [Head] { period.heads }

    /// An event with other numbers and digests, signed by the operator but not anew by owner or guardians.
    private func renumbered(_ heads: [Head]) throws -> [Head] {
        var renumbered: [Head] = []
        for head in heads {
            var statement = head.attestation.statement
            if let last = renumbered.last?.attestation {
                statement.sequence = last.statement.sequence + 1
                statement.previous = last.digest
                statement.previousTime = last.statement.time
            }
            let attestation = try head.attestation.with(statement: statement, signer: TestSigner())
            renumbered.append(Head(attestation: attestation, opening: head.opening))
        }
        return renumbered
    }

    struct Dropped: Sendable, CustomTestStringConvertible {
        let step: Int
        /// What fails where the steps keep their numbers, and where they get the next ones and the operator signs anew.
        let failures: (kept: String, renumbered: String)
        var testDescription: String { "step \(step)" }
    }

    @Test(
        "that leaves a halt, a resumption or an amend out is refused, with its numbers or with others",
        arguments: [
            Dropped(step: 1, failures: ("1: sequence", "1: halts")),
            Dropped(step: 3, failures: ("3: sequence", "3: owner signature")),
            Dropped(step: 4, failures: ("4: policy of the chain", "4: policy of the chain")),
        ]
    )
    func dropped(_ dropped: Dropped) throws {
        var fewer = heads
        fewer.remove(at: dropped.step)
        #expect(period.failures(try period.forged(fewer)).first == dropped.failures.kept)
        #expect(period.failures(try period.forged(renumbered(fewer))).first == dropped.failures.renumbered)
    }

    @Test("whose steps stand in another order is refused", arguments: 1..<6)
    func reordered(step: Int) throws {
        var other = heads
        other.swapAt(step, step + 1)
        #expect(!period.failures(try period.forged(other)).isEmpty)
        #expect(!period.failures(try period.forged(renumbered(other))).isEmpty)
        // The amend before the resumption, or the rebalance before the amend: time says so even where digests do not.
        let swapped = try period.whole.altered(
            steps: { $0.swapAt(step, step + 1) },
            evidence: { $0.swapAt(step, step + 1) }
        )
        #expect(period.failures(swapped).contains { $0.hasSuffix("sequence") })
    }

    @Test("with a step under the policy that comes later, or came before, is refused")
    func otherPolicy() throws {
        // The strict policy's band is broken at 46,000, the first one's is not.
        let prices = TestVault.prices(btc: 46_000)
        let vault = period.life.vault
        #expect(throws: AttestationError.self) {
            try period.strict.hold(after: heads[4], at: vault.moment(2, prices: prices), ground: .proved)
        }
        let lax = try period.life.prover.hold(after: heads[4], at: vault.moment(2, prices: prices), ground: .proved)
        #expect(period.failures(try period.forged(Array(heads.prefix(5)) + [lax])) == ["5: policy of the chain"])
        // The other way: opened under the strict one, it holds by the lax one's band on the day before the owner amends.
        let genesis = try period.strict.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        let early = try period.life.prover.hold(after: genesis, at: vault.moment(1, prices: prices), ground: .proved)
        let amend = try period.life.prover.amend(
            after: early,
            from: vault.policy,
            at: ChainLife.time(30),
            appointing: GuardianSet(keys: [ChainLife.guardians[0].publicKey], threshold: 1),
            owner: ChainLife.owner.signer
        )
        #expect(period.failures(try period.forged([genesis, early, amend])) == ["1: policy of the chain"])
        // Nor does a statement's own word for the policy change what its circuit is.
        var steps = try period.forged(Array(heads.prefix(5)) + [lax])
        steps = try steps.altered(steps: { $0[5].policy = period.life.strict.policy.digest })
        #expect(period.failures(steps) == ["proof"])
    }

    @Test("of two vaults is refused, though both are the operator's")
    func twoVaults() throws {
        let other = try ChainLife.prover(period.life.vault.policy)
        let genesis = try other.genesis(at: period.life.vault.moment(0), quantities: AttestationChainTests.onTarget)
        let hold = try other.hold(after: genesis, at: period.life.vault.moment(1), ground: .proved)
        #expect(period.failures(try period.forged([heads[0], hold])) == ["1: vault"])
        let start = PeriodStart(history: [heads[0].attestation])
        #expect(period.failures(try period.forged([genesis, hold], since: start)) == ["0: vault"])
    }

    @Test("that begins with an amend, or has a genesis behind something, is not made")
    func beginnings() throws {
        let start = PeriodStart(history: heads.prefix(3).map(\.attestation))
        #expect(throws: AttestationError.self) { try period.forged(Array(heads.suffix(4)), since: start) }
        #expect(throws: AttestationError.self) { try period.forged([heads[1], heads[0]], since: start) }
        #expect(throws: AttestationError.self) { try period.forged(Array(heads.suffix(2))) }
        let late = try period.forged(
            Array(heads.suffix(3)),
            since: PeriodStart(history: heads.prefix(5).map(\.attestation))
        )
        let amended = try late.altered(
            steps: { $0[0] = heads[4].attestation.statement },
            evidence: { $0[0] = StepEvidence(of: heads[4].attestation) }
        )
        #expect(period.failures(amended).first == "0: form")
        let rootless = try late.altered(start: .some(nil))
        #expect(period.failures(rootless).first == "0: form")
    }

    @Test("with a gap in the time grid before its first step is refused")
    func gapBefore() throws {
        let vault = period.life.vault
        let late = try period.life.prover.hold(after: heads[0], at: vault.moment(3), ground: .proved)
        let start = PeriodStart(history: [heads[0].attestation])
        #expect(period.failures(try period.forged([heads[0], late], since: start)) == ["0: time grid"])
    }

    @Test("is bound to where it ends where the last step has no proof of its own")
    func end() throws {
        let report = try period.forged(Array(heads.prefix(4)))
        #expect(period.failures(report) == [])
        #expect(period.failures(try report.altered(head: .zero)) == ["head", "proof"])
    }
}
