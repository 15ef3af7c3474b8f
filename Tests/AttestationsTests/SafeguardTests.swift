import BigIntegers
import MarketData
import Rebalancing
import TestSupport
import Testing

@testable import Attestations

@Suite("Breakers and signed reports")
struct SafeguardTests {
    @Test(
        "a chain under an oracle verifies, and every counted report is bound by its statement",
        arguments: GuardedVault.Form.allCases
    )
    func verifies(form: GuardedVault.Form) throws {
        let vault = try GuardedVault(form)
        let replay = try vault.replay(try vault.reports())
        let genesis = try vault.prover.genesis(at: vault.moment(2, replay), quantities: GuardedVault.within)
        #expect(genesis.attestation.statement.inputs.map(\.name) == [.reports])
        #expect(try vault.failures(genesis.attestation, after: nil, replay) == [])
        // The third day falls by 13%: a hold for the breaker, on that day and the next, and over on the fifth.
        let crash = try vault.prover.hold(after: genesis, at: vault.moment(3, replay), ground: .breaker)
        #expect(crash.attestation.proof.isEmpty)
        #expect(try vault.failures(crash.attestation, after: genesis.attestation, replay) == [])
        let rest = try vault.prover.hold(after: crash, at: vault.moment(4, replay), ground: .breaker)
        #expect(try vault.failures(rest.attestation, after: crash.attestation, replay) == [])
        let late = try vault.prover.hold(after: rest, at: vault.moment(5, replay), ground: .breaker)
        #expect(try vault.failures(late.attestation, after: rest.attestation, replay) == ["breakers"])
        // The median of 40 000.000, .001 and .002 is the second source's price.
        #expect(genesis.attestation.statement.prices[0].units == 4_000_000_100_000)
    }

    @Test(
        "a rebalance while a breaker halts or the oracle is bad is refused, whatever it proves",
        arguments: GuardedVault.Form.allCases
    )
    func refusesForbiddenRebalances(form: GuardedVault.Form) throws {
        let vault = try GuardedVault(form)
        let good = try vault.replay(try vault.reports())
        let genesis = try vault.prover.genesis(at: vault.moment(2, good), quantities: GuardedVault.overweight)
        let moment = try vault.moment(3, good)
        let traded = try vault.prover.rebalance(after: genesis, at: moment, quantities: GuardedVault.balanced)
        let failures = try vault.failures(traded.attestation, after: genesis.attestation, good)
        #expect(failures == ["breakers"])

        let bad = try vault.replay(try vault.reports(without: [1, 2], on: 3))
        #expect(bad.verdict(at: vault.closes[2]).isOracleBad)
        let again = try vault.failures(traded.attestation, after: genesis.attestation, bad)
        #expect(again.contains("oracle") && again.contains("reports"), "\(again)")
    }

    @Test(
        "a slowed cooldown holds as long as the verifier says, and a rebalance within it is refused",
        arguments: GuardedVault.Form.allCases
    )
    func slowsCooldown(form: GuardedVault.Form) throws {
        let slow = CircuitBreaker(
            name: "wild",
            action: .slow(factor: 3),
            condition: .compared(.fall(TestVault.assets[0], window: TestVault.day), .above, .value(120_000))
        )
        let vault = try GuardedVault(
            form,
            safeguards: Safeguards(breakers: [slow], oracle: GuardedVault.rule),
            cooldown: TestVault.day
        )
        let replay = try vault.replay(try vault.reports())
        let genesis = try vault.prover.genesis(at: vault.moment(2, replay), quantities: GuardedVault.overweight)
        // A day has passed, and the fall of the third day asks for three.
        let moment = try vault.moment(3, replay)
        let traded = try vault.prover.rebalance(after: genesis, at: moment, quantities: GuardedVault.balanced)
        #expect(try vault.failures(traded.attestation, after: genesis.attestation, replay) == ["cooldown"])
        let held = try vault.prover.hold(after: genesis, at: moment, ground: .cooldown)
        #expect(try vault.failures(held.attestation, after: genesis.attestation, replay) == [])
        // On the fourth day nothing falls: the plain cooldown is over.
        let later = try vault.prover.hold(after: held, at: vault.moment(4, replay), ground: .cooldown)
        #expect(try vault.failures(later.attestation, after: held.attestation, replay) == ["cooldown"])
    }

    @Test("a halt and an outage block no flow, and a flow reads no report")
    func lettingTheOwnerOut() throws {
        let vault = try GuardedVault()
        let bad = try vault.replay(try vault.reports(without: [1, 2], on: 3))
        let genesis = try vault.prover.genesis(at: vault.moment(2, bad), quantities: GuardedVault.within)
        let time = vault.closes[2]
        let verdict = bad.verdict(at: time)
        #expect(verdict.isOracleBad && verdict.halts == ["crash"])
        let flow = try vault.prover.flow(
            after: genesis,
            at: time,
            candles: vault.digest(time),
            quantities: TestVault.quantities(25_000_000, 0, 2_000_000_000_000),
            owner: GuardedVault.owner.signer
        )
        #expect(flow.attestation.statement.inputs.isEmpty)
        let checks = vault.verifier.checks(
            of: flow.attestation,
            after: genesis.attestation,
            expecting: .init(regime: 0, candles: try vault.digest(time), prices: [], safeguards: verdict),
            now: time
        )
        #expect(checks.allSatisfy { $0.outcome == .passed }, "\(checks)")
    }

    @Test("a hold for the oracle needs a bad oracle, and a proof on prices nobody gave is refused")
    func judgesOracleHolds() throws {
        let vault = try GuardedVault()
        let good = try vault.replay(try vault.reports())
        let genesis = try vault.prover.genesis(at: vault.moment(1, good), quantities: GuardedVault.within)
        let claimed = try vault.prover.hold(after: genesis, at: vault.moment(2, good), ground: .oracle)
        #expect(try vault.failures(claimed.attestation, after: genesis.attestation, good) == ["oracle"])
        let bad = try vault.replay(try vault.reports(without: [0, 2], on: 2))
        let held = try vault.prover.hold(after: genesis, at: vault.moment(2, bad), ground: .oracle)
        #expect(try vault.failures(held.attestation, after: genesis.attestation, bad) == [])
        let proved = try vault.prover.hold(after: genesis, at: vault.moment(2, bad), ground: .proved)
        #expect(try vault.failures(proved.attestation, after: genesis.attestation, bad) == ["oracle"])
    }

    @Test("leaving out a report that the verifier has is refused, and one that nobody else has is not seen")
    func detectsDroppedReports() throws {
        let vault = try GuardedVault()
        let (all, chosen) = (
            try vault.replay(try vault.reports()), try vault.replay(try vault.reports(without: [2], on: 2))
        )
        let genesis = try vault.prover.genesis(at: vault.moment(2, chosen), quantities: GuardedVault.within)
        // Two of three are a quorum, and their lower middle is a lower price.
        #expect(genesis.attestation.statement.prices[0].units == 4_000_000_000_000)
        #expect(try vault.failures(genesis.attestation, after: nil, chosen) == [])
        #expect(try vault.failures(genesis.attestation, after: nil, all) == ["prices", "reports"])
    }

    @Test(
        "reports of other keys, currencies, times and signatures change nothing, nor do repeated ones, in any order",
        arguments: UInt64(0)..<20
    )
    func ignoresWhatIsNotTheirs(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let vault = try GuardedVault()
        let honest = try vault.reports()
        let replay = try vault.replay(honest)
        let close = vault.closes[1]
        let bitcoin = TestVault.assets[0]
        let low: UInt64 = 3_900_000_000_000
        let stranger = try vault.report(bitcoin, low, close, TestSigner(seed: 99))
        let mine = try vault.report(bitcoin, low, close, GuardedVault.sources[0])
        let forged = SignedPriceReport(
            source: GuardedVault.sources[1].publicKey,
            asset: bitcoin,
            quote: TestVault.assets[2],
            time: close,
            price: mine.price,
            signature: mine.signature
        )
        // A report of ether under bitcoin's name, and an old one under a new time.
        let relabelled = SignedPriceReport(
            source: mine.source,
            asset: TestVault.assets[1],
            quote: mine.quote,
            time: mine.time,
            price: mine.price,
            signature: mine.signature
        )
        let replayed = SignedPriceReport(
            source: mine.source,
            asset: mine.asset,
            quote: mine.quote,
            time: vault.closes[2],
            price: mine.price,
            signature: mine.signature
        )
        let otherQuote = try SignedPriceReport(
            of: bitcoin,
            in: TestVault.assets[1],
            at: close,
            price: mine.price,
            by: GuardedVault.sources[0].signer
        )
        let stale = try vault.report(bitcoin, low, close.adding(milliseconds: -180_001), GuardedVault.sources[0])
        let noise = [stranger, forged, relabelled, replayed, otherQuote, stale] + honest.prices.prefix(6)
        let mixed = OracleFile(
            prices: (honest.prices + noise).shuffled(using: &random),
            candles: honest.candles.shuffled(using: &random)
        )
        let noisy = try vault.replay(mixed)
        #expect(noisy.ignored.values.reduce(0, +) == 5)
        for (day, close) in zip(1..., vault.closes) {
            #expect(noisy.inputs(at: close) == replay.inputs(at: close))
            #expect(noisy.verdict(at: close) == replay.verdict(at: close))
            #expect(try vault.moment(day, noisy).prices == vault.moment(day, replay).prices)
        }
    }

    @Test(
        "a source that signs two prices for one time does not count, and candles that no quorum signed make the oracle bad"
    )
    func distrustsContradiction() throws {
        let vault = try GuardedVault()
        var reports = try vault.reports()
        let close = vault.closes[1]
        for source in GuardedVault.sources.prefix(2) {
            reports.add(OracleFile(prices: [try vault.report(TestVault.assets[0], 1_000, close, source)]))
        }
        #expect(try vault.replay(reports).verdict(at: close).isOracleBad)
        let unsigned = OracleFile(prices: try vault.reports().prices)
        #expect(try vault.replay(unsigned).verdict(at: close).outage == "0 sources signed the candles, expected 2")
        // The signature over another day's candles is none over this day's.
        let old = try vault.reports().candles.map {
            SignedMarketDigest(source: $0.source, time: close, candles: $0.candles, signature: $0.signature)
        }
        let replayed = try vault.replay(OracleFile(prices: vault.reports().prices, candles: old.suffix(3)))
        #expect(replayed.verdict(at: close).isOracleBad && replayed.ignored.values.reduce(0, +) == 3)
    }

    @Test("keys, rule and breakers are part of the policy's digest; a policy without them says nothing of them")
    func bindsKeys() throws {
        let vault = try GuardedVault()
        let swapped = try GuardedVault(keys: GuardedVault.sources.reversed())
        let lax = try GuardedVault(safeguards: Safeguards(breakers: [], oracle: GuardedVault.rule))
        #expect(Set([vault, swapped, lax].map(\.policy.digest)).count == 3)
        for line in ["oracle 2 of 3, median", "source \"s0\" ", "breaker \"crash\" halt 172800000 ms when fall(BTC"] {
            #expect(vault.policy.document.contains("\n\(line)"))
        }
        let plain = try TestVault().policy.document
        #expect(!["oracle", "source", "breaker"].contains { plain.contains("\n\($0) ") })
    }

    @Test("what nobody could recompute does not compile")
    func refusesToCompile() throws {
        let unread = CircuitBreaker(name: "o", action: .haltUntilReset(guardians: 2), condition: .regime("calm"))
        let orphan = CircuitBreaker(name: "o", action: .halt(milliseconds: 1), condition: .oracleBad)
        for safeguards in [
            Safeguards(breakers: [unread], oracle: GuardedVault.rule), Safeguards(breakers: [orphan], oracle: nil),
            Safeguards(breakers: [], oracle: OracleRule(sources: 4, quorum: 2, maximumAge: 1)),
        ] {
            #expect(throws: AttestationError.self) { try GuardedVault(safeguards: safeguards) }
        }
    }

    @Test(
        "under a policy without safeguards no hold is for a breaker or the oracle",
        arguments: [HoldGround.breaker, .oracle]
    )
    func knowsNoOtherGrounds(ground: HoldGround) throws {
        let vault = try TestVault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: GuardedVault.within)
        let held = try vault.prover.hold(after: genesis, at: vault.moment(1), ground: ground)
        #expect(vault.failures(held.attestation, after: genesis.attestation) == ["ground"])
    }

    @Test("without anything to recompute them from, a guarded policy's decisions are refused")
    func needsSafeguards() throws {
        let vault = try GuardedVault()
        let replay = try vault.replay(try vault.reports())
        let moment = try vault.moment(2, replay)
        let genesis = try vault.prover.genesis(at: moment, quantities: GuardedVault.within)
        let checks = vault.verifier.checks(
            of: genesis.attestation,
            after: nil,
            expecting: .init(regime: 0, candles: moment.candles, prices: moment.prices, inputs: moment.inputs),
            now: moment.time
        )
        #expect(checks.contains { $0.name == "breakers and oracle" && $0.outcome != .passed })
    }
}
