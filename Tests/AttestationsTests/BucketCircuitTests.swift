import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations

@Suite("Circuits over a slippage bucket")
struct BucketCircuitTests {
    private let unit = BucketScenario.unit

    @Test("agree with the evaluator on random buckets, times and losses, boundaries above all", arguments: 0..<4)
    func agree(block: UInt64) throws {
        let mandate = try BucketScenario.mandate()
        var random = SplitMix64(seed: block)
        var outcomes: [Bool: Int] = [:]
        for _ in 0..<60 {
            let elapsed =
                [0, 1, 86_400_000, Int64.random(in: 0...604_800_000, using: &random), 604_800_000]
                .randomElement(using: &random) ?? 0
            let held = unit * BigInteger(Int.random(in: 0...1_300, using: &random))
            let cash = UInt64.random(in: 1_999_000...2_000_900, using: &random)
            let start = MaliciousScenario.move(
                MaliciousScenario.rebalance.before,
                [5_200_000, 2_800_000, cash],
                carried: 0
            )
            var move = try BucketScenario.move(start, holding: held, elapsed: elapsed, under: mandate)
            let error = [0, 0, 1, -1, 1_000].randomElement(using: &random) ?? 0
            move.bucket = BucketValues(
                before: held,
                after: max(move.bucket.after + BigInteger(error), 0),
                elapsed: elapsed
            )
            let failures = mandate.failures(
                ofRebalance: try move.values(MaliciousScenario.prices, mandate),
                sameDay: false,
                scheduleDue: false
            )
            let trial = try BucketScenario.trial(.rebalance, elapsed: elapsed)
            let isAccepted = try trial.accepts(move.committed(.rebalance, mandate))
            #expect(isAccepted == failures.isEmpty, "\(held) held, \(elapsed) ms, cash \(cash), \(error): \(failures)")
            outcomes[isAccepted, default: 0] += 1

            var stay = MaliciousScenario.move([5_600_000, 2_600_000, 1_800_000], [0, 0, 0], carried: 0)
            stay.after = stay.before
            stay.carriedAfter = stay.carriedBefore
            stay.bucket = BucketValues(before: held, after: held, elapsed: elapsed)
            let excused = mandate.failures(
                ofHold: try stay.values(MaliciousScenario.prices, mandate),
                sameDay: false,
                scheduleDue: false
            ).isEmpty
            let hold = try BucketScenario.trial(.hold, elapsed: elapsed)
            #expect(try hold.accepts(stay.committed(.hold, mandate)) == excused, "hold: \(held) held, \(elapsed) ms")
        }
        #expect(outcomes[true, default: 0] > 5 && outcomes[false, default: 0] > 5, "\(outcomes)")
    }

    @Test("take the time as they take prices: filled in afterwards or laid out with it, they are the same")
    func patternAgrees() throws {
        let mandate = try BucketScenario.mandate()
        let prices = [3, 7, 1].compactMap { Price(units: $0 * 100_000_000) }
        for kind in [AttestationKind.genesis, .rebalance, .hold] {
            let template = try BucketScenario.trial(kind).template
            let filled = try CircuitPattern(template).circuit(
                prices: prices,
                matrices: CircuitMatrices(mandate, of: .none, elapsed: 123_456)
            )
            #expect(try filled == template.circuit(prices: prices, elapsed: 123_456))
        }
    }

    /// A bucket that is not what it must be after the honest move from 500.
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What A⁻ and A⁺ are altered by.
        var before: BigInteger = 0
        var after: BigInteger = 0
        /// The time that the prover reckons with, where the verifier's is a day.
        var elapsed = BucketScenario.elapsed
        /// How many times V the prover says the portfolio is worth.
        var inflated: BigInteger = 1
    }

    static let lies = [
        Lie(testDescription: "a bucket emptier than it is", after: -1),
        Lie(testDescription: "a bucket fuller than it is", after: 1),
        Lie(testDescription: "a bucket so full that it excuses", after: 640 * BucketScenario.unit),
        Lie(
            testDescription: "an overflowing bucket",
            before: 900 * BucketScenario.unit,
            after: 900 * BucketScenario.unit
        ),
        Lie(testDescription: "a negative bucket", after: -600 * BucketScenario.unit),
        Lie(testDescription: "a bucket that was never drained", elapsed: 0),
        Lie(
            testDescription: "a time of the last rebalance that is two days older",
            elapsed: 3 * BucketScenario.elapsed
        ),
        Lie(testDescription: "a portfolio worth twice as much", inflated: 2),
    ]

    @Test("hold no lie, however the prover fills its wires", arguments: lies)
    func holdsNoLie(lie: Lie) throws {
        let mandate = try BucketScenario.mandate()
        let held = 500 * unit
        var move = try BucketScenario.move(MaliciousScenario.rebalance, holding: held, under: mandate)
        let trial = try BucketScenario.trial(.rebalance)
        #expect(try trial.accepts(move.committed(.rebalance, mandate)))
        // What drains at another time or of another value is what a prover would like it to be.
        let drained = 100 * lie.inflated * BigInteger(Int(lie.elapsed)) * 10_000_000 * unit
        let left = (1_000_000 * 604_800_000 * held - drained).ceilingDivided(by: 1_000_000 * 604_800_000)
        move.bucket = BucketValues(
            before: held + lie.before,
            after: max(left, 0) + 200 * unit + lie.after,
            elapsed: BucketScenario.elapsed
        )
        let committed = move.committed(.rebalance, mandate)
        #expect(try !trial.accepts(committed))
        #expect(try !Forger(trial).isBelieved(committed))
    }

    @Test("begin with an empty bucket", arguments: [BigInteger(1), -1])
    func beginsEmpty(value: BigInteger) throws {
        let mandate = try BucketScenario.mandate()
        var start = BucketScenario.honestStates(.genesis)[0]
        let trial = try BucketScenario.trial(.genesis)
        #expect(try trial.accepts(start.committed(.genesis, mandate)))
        start.bucket = BucketValues(before: 0, after: value, elapsed: 0)
        #expect(try !trial.accepts(start.committed(.genesis, mandate)))
    }

    @Test("the prover's constant-time bucket is the planner's", arguments: 0..<200)
    func constantTimeAgrees(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let mandate = try BucketScenario.mandate(refill: Int64.random(in: 1...31_622_400_000, using: &random))
        let most = UInt64.max >> UInt64.random(in: 0...63, using: &random)
        let quantities = (0..<6).map { _ in UInt64.random(in: 0...most, using: &random) }
        let prices = (0..<3).map { _ in Price(units: .random(in: 1...most, using: &random)) ?? .one }
        let held = BigInteger(UInt64.random(in: 0...most, using: &random)) << Int.random(in: 0...72, using: &random)
        let elapsed = Int64.random(in: 0...(mandate.limits.slippageBucket?.refill ?? 0), using: &random)
        let (before, after) = (Array(quantities.prefix(3)), Array(quantities.suffix(3)))
        let values = try DecisionValues(
            before: Holdings(before.map(Quantity.init(units:)), under: mandate),
            after: Holdings(after.map(Quantity.init(units:)), under: mandate),
            prices: prices,
            bucket: BucketValues(before: held, after: 0, elapsed: elapsed),
            under: mandate
        )
        let scalar = mandate.bucketAfter(
            Scalar(held),
            from: before.map(Quantity.init(units:)),
            to: after.map(Quantity.init(units:)),
            prices: prices,
            elapsed: elapsed
        )
        #expect(scalar == Scalar(mandate.bucketAfter(values)))
    }

    // MARK: Chains

    private static let onTarget = AttestationChainTests.onTarget

    @Test("carry a bucket along a chain: filled by a rebalance, it excuses a hold until it has drained")
    func carriesAlong() throws {
        let vault = try BucketScenario.vault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: Self.onTarget)
        #expect(vault.failures(genesis.attestation, after: nil) == [])
        #expect(genesis.attestation.statement.carriedAfter.count == 2)
        let prices = TestVault.prices(btc: 52_000)
        let rebalance = try vault.prover.rebalance(
            after: genesis,
            at: vault.moment(1, prices: prices),
            quantities: AttestationChainTests.rebalanced
        )
        #expect(vault.failures(rebalance.attestation, after: genesis.attestation) == [])
        #expect(rebalance.opening.carriedSlippage == 10 * BigInteger("10000000000000000")!)

        // ETH falls, BTC's band is broken; 10 less two days' drain leaves less than the 3.50 of a smallest trade only at first.
        let broken = TestVault.prices(btc: 62_000, eth: 2_000)
        let hold = try vault.prover.hold(after: rebalance, at: vault.moment(2, prices: broken), ground: .proved)
        #expect(vault.failures(hold.attestation, after: rebalance.attestation) == [])
        #expect(hold.opening.carriedSlippage == rebalance.opening.carriedSlippage)
        #expect(throws: AttestationError.self) {
            try vault.prover.hold(after: hold, at: vault.moment(6, prices: broken), ground: .proved)
        }

        var statement = hold.attestation.statement
        statement.lastRebalance = genesis.attestation.statement.time
        let stale = Attestation(
            statement: statement,
            operatorKey: hold.attestation.operatorKey,
            identity: nil,
            proof: hold.attestation.proof,
            signature: hold.attestation.signature
        )
        #expect(vault.failures(stale, after: rebalance.attestation).contains("time of the last rebalance"))
        #expect(vault.failures(stale, after: nil).contains("proof"))

        let read = try VaultOpening(secretBytes: rebalance.opening.secretBytes)
        #expect(read.secretBytes == rebalance.opening.secretBytes)
        #expect(read.carriedCommitments() == rebalance.attestation.statement.carriedAfter)
        for end in 0..<read.secretBytes.count {
            #expect(throws: AttestationError.self) { try VaultOpening(secretBytes: Array(read.secretBytes[..<end])) }
        }

        let report = try vault.prover.period([genesis, rebalance, hold], since: nil, provingReturn: .disclosed)
        #expect(report.steps.count == 3)
    }

    @Test("is carried in all regimes or in none")
    func allOrNone() throws {
        let limits = TradingLimits(costCeiling: PartsPerMillion(3_500))
        let mandates = [
            try TestVault.mandate("calm", trigger: 40_000, limits: limits),
            try TestVault.mandate(
                "storm",
                trigger: 40_000,
                limits: TradingLimits(slippageBucket: BucketScenario.bucket, costCeiling: PartsPerMillion(3_500))
            ),
        ]
        #expect(throws: AttestationError.self) { try TestVault(mandates: mandates) }
    }
}
