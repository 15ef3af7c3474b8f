import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import Attestations

@Suite("A breaker that halts until guardians reset it")
struct ResetTests {
    private typealias Head = AttestationProver.Head
    private static let name = "reset of breakers"

    private let vault: GuardedVault
    private let replay: SafeguardReplay

    init() throws {
        vault = try Self.vault(guardians: Self.set(2))
        replay = try vault.replay(vault.reports())
    }

    private static func set(_ threshold: Int) throws -> GuardianSet {
        try GuardianSet(keys: ChainLife.guardians.map(\.publicKey), threshold: threshold)
    }

    /// A fall of 13% on day 3 trips it.
    private static func vault(guardians: GuardianSet?, needing count: Int = 2) throws -> GuardedVault {
        let crash = CircuitBreaker(
            name: "crash",
            action: .haltUntilReset(guardians: count),
            condition: .compared(.fall(TestVault.assets[0], window: TestVault.day), .above, .value(120_000))
        )
        return try GuardedVault(
            safeguards: Safeguards(breakers: [crash], oracle: GuardedVault.rule),
            guardians: guardians
        )
    }

    private func time(_ day: Int, hours: Int64 = 0) -> Timestamp {
        vault.closes[day - 1].adding(milliseconds: hours * 3_600_000)
    }

    /// The failures of each attestation of a chain, as a stranger with the same market and reports finds them.
    private func failures(
        _ heads: [Head],
        rooted: Bool = true,
        by vault: GuardedVault? = nil,
        _ other: SafeguardReplay? = nil
    ) throws -> [[String]] {
        let vault = vault ?? self.vault
        let replay = other ?? replay
        var standing = ChainStanding()
        var previous: Attestation?
        return try heads.map(\.attestation).map { attestation in
            let statement = attestation.statement
            var verifier = vault.verifier
            verifier.standing = rooted ? standing : ChainStanding()
            let verdict = replay.verdict(at: statement.time, since: verifier.standing.lastReset(before: statement))
            let expectation: AttestationVerifier.Expectation
            if statement.readsPrices {
                let day = try #require(vault.closes.firstIndex(of: statement.time)) + 1
                let moment = try vault.moment(day, replay)
                expectation = .init(
                    regime: 0,
                    candles: moment.candles,
                    prices: moment.prices,
                    inputs: moment.inputs,
                    safeguards: verdict
                )
            } else {
                expectation = .init(regime: 0, candles: .zero, prices: [], safeguards: verdict)
            }
            let checks = verifier.checks(of: attestation, after: previous, expecting: expectation, now: statement.time)
            previous = attestation
            standing.advance(past: attestation, under: vault.policy)
            return checks.compactMap { if case .failed = $0.outcome { $0.name } else { nil } }
        }
    }

    private func genesis(_ day: Int = 2) throws -> Head {
        try vault.prover.genesis(at: vault.moment(day, replay), quantities: GuardedVault.overweight)
    }

    private func rebalance(_ day: Int, after head: Head) throws -> Head {
        try vault.prover.rebalance(
            after: head,
            at: vault.moment(day, replay),
            quantities: GuardedVault.balanced
        )
    }

    private func resume(
        _ halt: Head,
        after head: Head,
        at time: Timestamp,
        signedFor other: Head? = nil,
        by signers: [TestSigner] = Array(ChainLife.guardians.prefix(2))
    ) throws -> Head {
        try vault.prover.resume(
            after: head,
            at: time,
            from: halt.attestation.digest,
            signatures: ChainLife.orders(.resume, about: (other ?? halt).attestation, by: signers)
        )
    }

    @Test("trips, is pleaded by a halt, outlasts its condition, and is over once guardians say so")
    func lastsUntilReset() throws {
        let genesis = try genesis()
        let halt = try vault.prover.halt(after: genesis, at: time(3), cause: .breaker)
        let idle = try vault.prover.halted(after: halt, at: time(4))
        let resumption = try resume(halt, after: idle, at: time(4, hours: 12))
        let traded = try rebalance(5, after: resumption)
        #expect(try failures([genesis, halt, idle, resumption, traded]) == [[], [], [], [], []])
        #expect(replay.verdict(at: time(6), since: time(2)).untilReset == ["crash"])
        #expect(replay.verdict(at: time(6), since: time(3)).untilReset == [])
    }

    @Test("forbids rebalances where the operator leaves the halt out, on the day and ever after")
    func cannotBeIgnored() throws {
        let genesis = try genesis()
        #expect(try failures([genesis, rebalance(3, after: genesis)]) == [[], ["breakers"]])
        let hold = try vault.prover.hold(after: genesis, at: vault.moment(3, replay), ground: .breaker)
        for day in 4...6 {
            #expect(try failures([genesis, hold, rebalance(day, after: hold)]) == [[], [], ["breakers"]])
            // A decision on neither side of the crossing does not hide it.
            #expect(try failures([genesis, rebalance(day, after: genesis)]) == [[], ["breakers"]])
        }
        let halt = try vault.prover.halt(after: genesis, at: time(3), cause: .breaker)
        #expect(try failures([genesis, halt, rebalance(4, after: halt)])[2] == ["breakers", "halts"])
    }

    @Test("counts from the last resumption: one before the crossing lifts nothing")
    func earlyResets() throws {
        let genesis = try genesis()
        let pause = try vault.prover.halt(after: genesis, at: time(2, hours: 6), cause: .precaution)
        let resumption = try resume(pause, after: pause, at: time(2, hours: 12))
        #expect(try failures([genesis, pause, resumption, rebalance(3, after: resumption)])[3] == ["breakers"])
        #expect(try failures([genesis, pause, resumption, rebalance(4, after: resumption)])[3] == ["breakers"])
    }

    @Test("that trips after the orders were signed stays in force, whenever they are used")
    func tripsAfterTheOrders() throws {
        let genesis = try genesis()
        let pause = try vault.prover.halt(after: genesis, at: time(2, hours: 6), cause: .precaution)
        func resume(covering covers: Timestamp) throws -> Head {
            let term = try ResetTerm(covers: covers, expires: time(4))
            let signatures = try ChainLife.guardians.prefix(2).map {
                try GuardianOrder(resuming: pause.attestation, term: term, signer: $0.signer).signature
            }
            return try vault.prover.resume(
                after: pause,
                at: time(3, hours: 12),
                from: pause.attestation.digest,
                signatures: signatures
            )
        }
        // BTC falls on day 3: orders signed the day before did not see it, those of its noon did.
        for (covers, refused) in [(time(2, hours: 12), ["breakers"]), (time(3, hours: 12), [])] {
            let resumption = try resume(covering: covers)
            let traded = try rebalance(4, after: resumption)
            #expect(try failures([genesis, pause, resumption, traded]) == [[], [], [], refused])
        }
        let early = try resume(covering: time(2, hours: 12))
        let again = try vault.prover.halt(after: early, at: time(4), cause: .breaker)
        #expect(try failures([genesis, pause, early, again]) == [[], [], [], []])
    }

    @Test("is pleaded by no halt while it is not in force, and by none that a verifier cannot recompute")
    func isNotInvented() throws {
        let genesis = try genesis(1)
        let invented = try vault.prover.halt(after: genesis, at: time(2), cause: .breaker)
        #expect(try failures([genesis, invented]) == [[], ["breakers"]])
        let halt = try vault.prover.halt(after: genesis, at: time(3), cause: .breaker)
        let resumption = try resume(halt, after: halt, at: time(3, hours: 12))
        let again = try vault.prover.halt(after: resumption, at: time(4), cause: .breaker)
        #expect(try failures([genesis, halt, resumption, again]) == [[], [], [], ["breakers"]])
        let adorned = try vault.prover.halt(
            after: genesis,
            at: time(3),
            cause: .breaker,
            signatures: ChainLife.orders(.halt, about: genesis.attestation, by: ChainLife.guardians)
        )
        #expect(try failures([genesis, adorned]) == [[], ["guardians"]])

        let timed = try GuardedVault()
        let reports = try timed.replay(timed.reports())
        let opened = try timed.prover.genesis(at: timed.moment(2, reports), quantities: GuardedVault.within)
        let pleaded = try timed.prover.halt(after: opened, at: time(3), cause: .breaker)
        #expect(try failures([opened, pleaded], by: timed, reports) == [[], ["breakers"]])
        let blind = vault.verifier.checks(
            of: halt.attestation,
            after: genesis.attestation,
            expecting: .init(regime: 0, candles: .zero, prices: []),
            now: time(3)
        )
        #expect(blind.contains { if case .failed = $0.outcome { $0.name == "breakers" } else { false } })
    }

    @Test("is reset by enough guardians, each once, over this very halt, and by no resumption used before")
    func resetsAreStrict() throws {
        let all = ChainLife.guardians
        let genesis = try genesis()
        let halt = try vault.prover.halt(after: genesis, at: time(3), cause: .breaker)
        let noon = time(3, hours: 12)
        let signers: [([TestSigner], [String])] = [
            ([], ["guardians"]), ([all[0]], ["guardians"]), ([all[0], all[0]], ["guardians"]),
            ([all[0], TestSigner()], ["guardians"]), ([all[2], all[1]], []), (all, []),
        ]
        for (signers, failure) in signers {
            let resumption = try resume(halt, after: halt, at: noon, by: signers)
            #expect(try failures([genesis, halt, resumption]) == [[], [], failure])
        }
        let foreign = try vault.prover.halt(after: genesis, at: time(2, hours: 1), cause: .data)
        let crossed = try resume(halt, after: halt, at: noon, signedFor: foreign)
        #expect(try failures([genesis, halt, crossed]) == [[], [], ["guardians"]])
        let resumption = try resume(halt, after: halt, at: noon)
        let second = try vault.prover.halt(after: resumption, at: time(3, hours: 18), cause: .data)
        let replayed = try resume(halt, after: second, at: time(4, hours: 1))
        #expect(try failures([genesis, halt, resumption, second, replayed])[4] == ["halts", "guardians"])
        let unneeded = try resume(halt, after: resumption, at: time(4, hours: 1))
        #expect(try failures([genesis, halt, resumption, unneeded])[3] == ["halts"])
    }

    @Test("needs a vault whose guardians reset together at least as many as it names", arguments: 1...3)
    func needsGuardians(needed: Int) throws {
        for threshold in 1...3 {
            let vault = try Self.vault(guardians: Self.set(threshold), needing: needed)
            let genesis = try vault.prover.genesis(at: vault.moment(2, replay), quantities: GuardedVault.within)
            let expected = threshold >= needed ? [] : [Self.name]
            #expect(try failures([genesis], by: vault, vault.replay(vault.reports())) == [expected])
            // Nor does an owner appoint guardians who would be too few.
            let amend = try vault.prover.amend(
                after: genesis,
                from: vault.policy,
                at: time(2, hours: 1),
                appointing: GuardianSet(keys: [TestSigner(seed: 40).publicKey], threshold: 1),
                owner: GuardedVault.owner.signer
            )
            let appointed = try failures([genesis, amend], by: vault, vault.replay(vault.reports()))
            #expect(appointed[1].contains(Self.name) == (needed > 1))
        }
        let alone = try Self.vault(guardians: nil, needing: needed)
        let genesis = try alone.prover.genesis(at: alone.moment(2, replay), quantities: GuardedVault.within)
        #expect(try failures([genesis], by: alone, alone.replay(alone.reports())) == [[Self.name]])
        #expect(alone.policy.resetRefusal(of: nil)?.contains("the vault has no guardians") == true)
    }

    @Test("is told as far as one attestation alone tells it: what its predecessor's time bounds")
    func aloneItIsBounded() throws {
        let genesis = try genesis()
        let hold = try vault.prover.hold(after: genesis, at: vault.moment(3, replay), ground: .breaker)
        let rest = try vault.prover.hold(after: hold, at: vault.moment(4, replay), ground: .breaker)
        #expect(try failures([genesis, hold, rest], rooted: false) == [[], [], []])
        #expect(try failures([genesis, rebalance(3, after: genesis)], rooted: false)[1] == ["breakers"])
    }

    @Test("names its guardians in what the policy's digest covers")
    func bindsCount() throws {
        #expect(vault.policy.document.contains("\nbreaker \"crash\" halt until reset by 2 when fall(BTC"))
        #expect(try vault.policy.digest != Self.vault(guardians: nil, needing: 3).policy.digest)
    }
}
