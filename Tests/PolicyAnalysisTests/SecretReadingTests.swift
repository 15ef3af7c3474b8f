import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

#if Z3
    @Suite("The solver's reading of secret parameters")
    struct SecretReadingTests {
        /// 50%, 30%, 20% or so, and a trigger a third of which a regime's factor leaves.
        private static func sealed(_ mandate: Mandate) throws -> Mandate {
            func parameter(_ name: String, _ range: ClosedRange<Int64>) -> SecretParameters.Parameter {
                .init(name: name, range: range)
            }
            let widths = [3, 4, 5].map { SecretParameters.Width($0, times: ExactFraction(2, over: 3)) }
            return try mandate.sealed(
                by: SecretParameters(
                    parameters: (0..<3).map { parameter("target \($0)", 100_000...600_000) }
                        + (0..<3).map { parameter("trigger \($0)", 10_000...200_000) },
                    targets: [0, 1, 2],
                    bands: widths.map { .init(trigger: $0, destination: .secret($0)) }
                )
            )
        }

        @Test("is the evaluator's, of holds and rebalances with the parameters put in", arguments: 0..<30)
        func agrees(seed: Int) throws {
            var random = SplitMix64(state: UInt64(seed) &* 31 &+ 7)
            let mandate = try Self.sealed(AnalysedMandate.mandate(trigger: 50_000, destination: 50_000))
            let parameters: [Int64] = [
                [400_000, 350_000, 250_000, 60_000, 90_000, 75_000],
                [500_000, 300_000, 200_000, 75_000, 75_000, 75_000],
            ][Int(random.next() % 2)]
            let unit = BigInteger(10).raised(to: 16)
            func worth() -> BigInteger {
                BigInteger(Int(random.next() % 11) * 10) * unit + BigInteger(Int(random.next() % 2))
            }
            let before = [worth(), worth(), worth()]
            var after = before
            let amount = min(before[0], worth())
            after[0] -= amount
            after[1] += amount
            func values(_ after: [BigInteger]) -> DecisionValues {
                DecisionValues(
                    before: before,
                    after: after,
                    carriedBefore: 0,
                    carriedAfter: 0,
                    parameters: parameters
                )
            }
            let hold = mandate.failures(ofHold: values(before), sameDay: false, scheduleDue: false).isEmpty
            #expect(
                Self.solver(mandate, values(before)) {
                    $0.isAllowed(mandate.holdObligations(sameDay: false, scheduleDue: false))
                } == hold
            )
            let rebalance = mandate.rebalanceObligations(sameDay: false)
            let moves = mandate.failures(ofRebalance: values(after), sameDay: false, scheduleDue: false).isEmpty
            #expect(
                Self.solver(mandate, values(after)) { reading in
                    reading.context.all([
                        reading.context.any(rebalance.triggers.map { reading.holds($0) }),
                        reading.isAdmissible(rebalance),
                    ])
                } == moves
            )
        }

        @Test("knows of the parameters what is public, and no more")
        func knowsRanges() throws {
            let mandate = try Self.sealed(AnalysedMandate.mandate(trigger: 50_000, destination: 50_000))
            func isPossible(_ claim: (MandateReading) -> Term) -> Bool? {
                let context = SolverContext()
                let reading = MandateReading(context, mandate)
                let solver = Solver(context, milliseconds: 10_000)
                solver.add(reading.isState)
                solver.add(claim(reading))
                return switch solver.check() {
                case .satisfiable: true
                case .unsatisfiable: false
                case .undecided: nil
                }
            }
            #expect(isPossible { $0.parameters[0] == BigInteger(600_000) } == true)
            #expect(isPossible { $0.parameters[0] == BigInteger(600_001) } == false)
            #expect(isPossible { $0.parameters[3] == BigInteger(9_999) } == false)
            #expect(
                isPossible { reading in
                    reading.context.all([
                        reading.parameters[0] == BigInteger(600_000), reading.parameters[1] == BigInteger(350_000),
                    ])
                } == false
            )
        }

        private static func solver(
            _ mandate: Mandate,
            _ values: DecisionValues,
            _ claim: (MandateReading) -> Term
        ) -> Bool? {
            let context = SolverContext()
            let reading = MandateReading(context, mandate)
            let solver = Solver(context, milliseconds: 10_000)
            solver.add(reading.isState)
            for (number, value) in zip(reading.before + reading.after, values.before + values.after) {
                solver.add(number == value)
            }
            for (number, value) in zip(reading.parameters, values.parameters) {
                solver.add(number == BigInteger(Int(value)))
            }
            solver.add(reading.isOutcome)
            solver.add(reading.carriedBefore == values.carriedBefore)
            solver.add(claim(reading))
            return switch solver.check() {
            case .satisfiable: true
            case .unsatisfiable: false
            case .undecided: nil
            }
        }
    }
#endif
