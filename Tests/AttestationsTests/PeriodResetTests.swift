import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import Attestations

@Suite("A breaker that halts until reset, in a report over a period")
struct PeriodResetTests {
    private typealias Head = AttestationProver.Head

    private let vault: GuardedVault
    private let replay: SafeguardReplay

    init() throws {
        // A fall of 13% on day 3 trips it.
        let crash = CircuitBreaker(
            name: "crash",
            action: .haltUntilReset(guardians: 2),
            condition: .compared(.fall(TestVault.assets[0], window: TestVault.day), .above, .value(120_000))
        )
        vault = try GuardedVault(
            safeguards: Safeguards(breakers: [crash], oracle: GuardedVault.rule),
            guardians: GuardianSet(keys: ChainLife.guardians.map(\.publicKey), threshold: 2)
        )
        replay = try vault.replay(vault.reports())
    }

    private func time(_ day: Int, hours: Int64 = 0) -> Timestamp {
        vault.closes[day - 1].adding(milliseconds: hours * 3_600_000)
    }

    private func checks(_ report: PeriodReport) throws -> [AttestationVerifier.PeriodCheck] {
        let expectations = try zip(report.steps, report.standings(under: [vault.policy])).map { step, standing in
            let verdict = replay.verdict(at: step.time, since: standing.lastReset(before: step))
            guard step.readsPrices, let close = vault.closes.firstIndex(of: step.time) else {
                return AttestationVerifier.Expectation(regime: 0, candles: .zero, prices: [], safeguards: verdict)
            }
            let moment = try vault.moment(close + 1, replay)
            return AttestationVerifier.Expectation(
                regime: 0,
                candles: moment.candles,
                prices: moment.prices,
                inputs: moment.inputs,
                safeguards: verdict
            )
        }
        return vault.verifier.checks(of: report, expecting: expectations, now: time(6))
    }

    private func failures(_ report: PeriodReport) throws -> [String] {
        try checks(report).compactMap { item in
            guard case .failed = item.check.outcome else { return nil }
            return (item.index.map { "\($0): " } ?? "") + item.check.name
        }
    }

    @Test("is seen by every later step, though another stands between the crossing and the trade, in both forms")
    func isNotForgotten() throws {
        let genesis = try vault.prover.genesis(at: vault.moment(2, replay), quantities: GuardedVault.overweight)
        let hold = try vault.prover.hold(after: genesis, at: vault.moment(3, replay), ground: .breaker)
        let traded = try vault.prover.rebalance(
            after: hold,
            at: vault.moment(5, replay),
            quantities: GuardedVault.balanced
        )
        let heads = [genesis, hold, traded]
        let start = PeriodStart(history: [genesis.attestation])
        #expect(try failures(vault.prover.period(heads, since: nil, provingReturn: .hidden)) == ["2: breakers"])
        #expect(try failures(vault.prover.period(heads, since: start, provingReturn: .hidden)) == ["1: breakers"])
        let first = try vault.prover.period(.sharesPolicy, heads, since: nil, provingReturn: .hidden)
        #expect(try failures(first) == ["1: breakers"])
    }

    @Test("is over with the guardians' resumption, from the genesis and from within the halt")
    func isReset() throws {
        let genesis = try vault.prover.genesis(at: vault.moment(2, replay), quantities: GuardedVault.overweight)
        let halt = try vault.prover.halt(after: genesis, at: time(3), cause: .breaker)
        let idle = try vault.prover.halted(after: halt, at: time(4))
        let two = Array(ChainLife.guardians.prefix(2))
        let resumption = try vault.prover.resume(
            after: idle,
            at: time(4, hours: 12),
            from: halt.attestation.digest,
            signatures: ChainLife.orders(.resume, about: halt.attestation, by: two)
        )
        let traded = try vault.prover.rebalance(
            after: resumption,
            at: vault.moment(5, replay),
            quantities: GuardedVault.balanced
        )
        let heads = [genesis, halt, idle, resumption, traded]
        let whole = try vault.prover.period(heads, since: nil, provingReturn: .disclosed)
        #expect(try failures(whole) == [])
        let start = PeriodStart(history: [genesis, halt].map(\.attestation))
        let middle = try vault.prover.period(Array(heads.dropFirst()), since: start, provingReturn: .hidden)
        #expect(try failures(middle) == [])
        // A reset within the period is known; before it there is none to be known.
        #expect(try !checks(middle).contains { $0.check.name == "reset of breakers" && $0.check.outcome != .passed })
        // The halt itself pleads what it was made for, and from before it only the chain tells whether that was so.
        let pleading = try vault.prover.period(
            Array(heads.prefix(3)),
            since: PeriodStart(history: [genesis.attestation]),
            provingReturn: .hidden
        )
        #expect(try failures(pleading) == [])
        let lifted = try middle.altered(evidence: { $0[1] = .none })
        #expect(try failures(lifted).first == "1: guardians")
    }

    @Test("is lifted by no resumption from before the period that is not in it")
    func isBounded() throws {
        let genesis = try vault.prover.genesis(at: vault.moment(2, replay), quantities: GuardedVault.overweight)
        let hold = try vault.prover.hold(after: genesis, at: vault.moment(3, replay), ground: .breaker)
        let start = PeriodStart(history: [genesis.attestation])
        let rest = try vault.prover.hold(after: hold, at: vault.moment(4, replay), ground: .breaker)
        // Whether it is in force still is the chain's to say: it is not refused, and not passed.
        let report = try vault.prover.period([hold, rest], since: start, provingReturn: .hidden)
        let breakers = try checks(report).filter { $0.check.name == "breakers" }
        #expect(breakers.count == 1)
        guard case .unchecked = breakers.first?.check.outcome else {
            Issue.record("\(breakers)")
            return
        }
    }
}
