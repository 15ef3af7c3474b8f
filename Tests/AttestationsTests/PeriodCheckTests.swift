import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// What a period checks beside its steps' own circuits: each check alone refuses a false witness.
@Suite("A period's own checks")
struct PeriodCheckTests {
    /// Numbers before the only step of a period, a hold, which leave every one of its own constraints and checks as they are.
    struct False: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Place among the period's commitments: three quantities, then the carried turnover.
        let place: Int
        let error: @Sendable () -> Scalar
    }

    /// 10⁻⁸ of a unit is the residue of an integer, and worth whole value units at whole prices; in all forms it is next to nothing.
    static let falseNumbers =
        (0..<3).map { place in
            False(testDescription: "a residue of a fraction of asset \(place)", place: place) {
                Scalar(100_000_000 as UInt64).inverted()
            }
        } + [
            False(testDescription: "carried turnover below zero", place: 3) { -Scalar(BigInteger(1) << 120) },
            False(testDescription: "carried turnover of 2¹³⁶ and more", place: 3) { Scalar(BigInteger(1) << 136) },
        ]

    private static func period(
        _ periodReturn: Int32?
    ) throws -> (circuit: PeriodCircuit, system: ConstraintSystem, values: [Scalar]) {
        let vault = try TestVault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        let hold = try vault.prover.hold(after: genesis, at: vault.moment(1), ground: .proved)
        let statement = hold.attestation.statement
        let template = try #require(
            vault.policy.template(.hold, regime: 0, lastRebalance: statement.lastRebalance, time: statement.time)
        )
        let circuit = PeriodCircuit(
            steps: [.init(statement: statement, policy: vault.policy, template: template, risk: .none)],
            periodReturn: periodReturn.flatMap { PeriodReturn(basisPoints: $0) }
        )
        let values = hold.opening.values + hold.opening.carriedValues
        return (circuit, try circuit.layOut(values: values), values)
    }

    private static func broken(_ system: ConstraintSystem) throws -> (constraints: Int, checks: [Int]) {
        let digitBits = try #require(
            DigitSize.cheapest(forChecks: system.rangeChecks, otherMultipliers: system.multiplierCount)
        )
        let witness = try FalseWitness(system, digitBits: digitBits)
        return (witness.brokenConstraints, witness.brokenChecks)
    }

    @Test(
        "keep quantities and carried values before the first step in range, and nothing else does",
        arguments: falseNumbers
    )
    func numbersBefore(lie: False) throws {
        let (circuit, system, honest) = try Self.period(nil)
        let own = system.rangeChecks.count - 4
        #expect(try Self.broken(system) == (0, []))
        var values = honest
        values[lie.place] += lie.error()
        let broken = try Self.broken(circuit.layOut(values: values))
        #expect(broken.constraints == 0 && broken.checks == [own + lie.place])
        #expect(system.rangeChecks[own + lie.place].upperBound == .exact)
    }

    @Test("hold a return to its hundredth of a percent: too much breaks the one, too little the other")
    func bothBoundsOfTheReturn() throws {
        // The portfolio before and after is the same, at the same prices.
        for (claimed, place) in [(0, nil), (1, 0), (-1, 1), (10_000, 0), (-10_000, 1)] as [(Int32, Int?)] {
            let system = try Self.period(claimed).system
            let own = system.rangeChecks.count - 2
            let broken = try Self.broken(system)
            #expect(broken.constraints == 0 && broken.checks == (place.map { [own + $0] } ?? []), "\(claimed)")
        }
    }

    @Test("are over the market's slopes where a step may be not worth its cost, and ask for the covariance")
    func covariance() throws {
        let vault = try TestVault(mandates: [NoTradeScenario.mandate()], attestEvery: nil)
        let risk = try RiskScenario.risk()
        func moment(_ day: Int64) -> AttestationProver.Moment {
            .init(
                time: TestVault.start.adding(milliseconds: day * TestVault.day),
                regime: 0,
                candles: ContentDigest(hashing: [UInt8(day)]),
                prices: NoTradeScenario.prices,
                risk: day == 0 ? .none : risk
            )
        }
        let genesis = try vault.prover.genesis(
            at: moment(0),
            quantities: NoTradeScenario.spared.before.map { Quantity(units: $0) }
        )
        let hold = try vault.prover.hold(after: genesis, at: moment(1), ground: .proved)
        let report = try vault.prover.period(
            [genesis, hold],
            since: nil,
            risks: [.none, risk],
            provingReturn: .hidden
        )
        func failures(_ known: MarketRisk) -> [String] {
            vault.verifier.checks(
                of: report,
                expecting: report.steps.map {
                    .init(regime: 0, candles: $0.candles, prices: $0.prices, risk: $0.inputs.isEmpty ? .none : known)
                },
                now: ChainLife.time(1_000)
            ).compactMap { if case .failed = $0.check.outcome { $0.check.name } else { nil } }
        }
        #expect(failures(risk) == [])
        #expect(failures(.none) == ["covariance", "covariance"])
        #expect(try failures(RiskScenario.risk(last: 100)) == ["covariance", "proof"])
    }
}
