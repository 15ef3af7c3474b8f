import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

#if Z3
    /// Solver and evaluator read the same obligations: on every state, at the edges above all, they say the same.
    ///
    /// The circuit is held to the evaluator by a test of its own in Attestations, so that the three agree.
    @Suite("The solver's reading")
    struct ReadingAgreementTests {
        @Test("is the evaluator's, of holds and rebalances at the edges of random mandates", arguments: 0..<60)
        func agrees(seed: Int) throws {
            var random = SplitMix64(state: UInt64(seed) &* 7_919 &+ 3)
            let mandate = try Self.mandate(&random)
            for round in 0..<5 {
                // The last state is worth nothing.
                let before = (0..<3).map { _ in round == 4 ? 0 : Self.value(&random) }
                var after = before
                if random.next() % 4 > 0 {
                    let amount = min(before[0], Self.value(&random))
                    after[0] -= amount
                    after[Int(random.next() % 2) + 1] += amount - BigInteger(Int(random.next() % 3))
                }
                guard after.allSatisfy({ $0 >= 0 }) else { continue }
                let sameDay = random.next() % 2 == 0
                let carried = mandate.carriesTurnover ? Self.value(&random) : 0
                let drawn = AgreementCase(
                    mandate: mandate,
                    before: before,
                    after: after,
                    carried: carried,
                    sameDay: sameDay,
                    slippage: mandate.carriesBucket ? Self.slippage(&random) : 0
                )
                guard let complaint = Self.disagreement(drawn) else { continue }
                let small = Shrinking.smallest(drawn, candidates: { $0.smaller }) { Self.disagreement($0) != nil }
                Issue.record("\(complaint); smallest: \(small)")
            }
        }

        @Test("of a wrong state is shown small: without what the fault does not need")
        func shrinks() throws {
            var random = SplitMix64(state: 5)
            let drawn = AgreementCase(
                mandate: try AnalysedMandate.mandate(
                    requirements: [
                        AnalysedMandate.weight("cash", 2, atLeast: 100_000), AnalysedMandate.concentration(400_000),
                    ],
                    limits: TradingLimits(
                        turnoverPerRebalance: PartsPerMillion(200_000),
                        smallestTrade: Money("5"),
                        costCeiling: PartsPerMillion(3_500)
                    )
                ),
                before: (0..<3).map { _ in Self.value(&random) + 7 },
                after: (0..<3).map { _ in Self.value(&random) + 9 },
                carried: 77,
                sameDay: true
            )
            // A made-up fault that needs some bitcoin and the rule about cash.
            let small = Shrinking.smallest(drawn, candidates: { $0.smaller }) {
                $0.before[0] >= 3 && $0.mandate.requirements.contains { $0.name == "cash" }
            }
            #expect(small.before == [3, 0, 0] && small.after == [0, 0, 0] && small.carried == 0 && !small.sameDay)
            #expect(small.mandate.requirements.map(\.name) == ["cash"])
            #expect(small.mandate.limits.turnoverPerRebalance == nil && small.mandate.limits.smallestTrade == nil)
        }

        /// Where solver and evaluator say different things of a decision; nothing if they agree.
        private static func disagreement(_ drawn: AgreementCase) -> String? {
            let (mandate, sameDay) = (drawn.mandate, drawn.sameDay)
            let rebalance = mandate.rebalanceObligations(sameDay: sameDay)
            func values(
                _ after: [BigInteger],
                _ carried: BigInteger,
                _ slippage: BigInteger? = nil
            ) -> DecisionValues {
                DecisionValues(
                    before: drawn.before,
                    after: after,
                    carriedBefore: drawn.carried,
                    carriedAfter: carried,
                    bucket: BucketValues(before: drawn.slippage, after: slippage ?? drawn.slippage, elapsed: 0)
                )
            }
            let unmoved = values(drawn.after, 0)
            let traded = values(
                drawn.after,
                rebalance.carriedAfter.map { unmoved.value(of: $0) } ?? 0,
                mandate.bucketAfter(unmoved)
            )
            let hold = values(drawn.before, drawn.carried)
            let allowed = mandate.failures(ofHold: hold, sameDay: sameDay, scheduleDue: false).isEmpty
            let admitted = mandate.failures(ofRebalance: traded, sameDay: sameDay, scheduleDue: false).isEmpty
            let holds = solver(mandate, traded) { reading in
                reading.isAllowed(mandate.holdObligations(sameDay: sameDay, scheduleDue: false))
            }
            if holds != allowed { return "hold: solver \(holds.map { "\($0)" } ?? "undecided"), evaluator \(allowed)" }
            let rebalances = solver(mandate, traded) { reading in
                reading.context.all([
                    reading.isOutcome, reading.context.any(rebalance.triggers.map { reading.holds($0) }),
                    reading.isAdmissible(rebalance),
                ])
            }
            guard rebalances != admitted else { return nil }
            return "rebalance: solver \(rebalances.map { "\($0)" } ?? "undecided"), evaluator \(admitted)"
        }

        /// The solver's word on a decision with all values known; `nil` if it has none.
        private static func solver(
            _ mandate: Mandate,
            _ values: DecisionValues,
            _ claim: (MandateReading) -> Term
        ) -> Bool? {
            let context = SolverContext()
            let reading = MandateReading(context, mandate, bucket: .free)
            let solver = Solver(context, milliseconds: 10_000)
            solver.add(reading.isState)
            for (number, value) in zip(reading.before + reading.after, values.before + values.after) {
                solver.add(number == value)
            }
            // Trades are the values' difference, as the evaluator has them.
            solver.add(reading.isOutcome)
            solver.add(reading.carriedBefore == values.carriedBefore)
            solver.add(reading.bucketBefore == values.bucket.before)
            solver.add(claim(reading))
            return switch solver.check() {
            case .satisfiable: true
            case .unsatisfiable: false
            case .undecided: nil
            }
        }

        /// Values about 10¹⁸ (a hundred of the quote currency), often at round weights and a unit beside them.
        private static func value(_ random: inout SplitMix64) -> BigInteger {
            let unit = BigInteger(10).raised(to: 16)
            let rounds = BigInteger(Int(random.next() % 11) * 10) * unit
            return max(0, rounds + BigInteger(Int(random.next() % 3)) - 1)
        }

        /// Up to 2% of the hundreds that states are worth, a unit beside a round number.
        private static func slippage(_ random: inout SplitMix64) -> BigInteger {
            let rounds = BigInteger(Int(random.next() % 5)) * BigInteger(10).raised(to: 16)
            return max(0, rounds + BigInteger(Int(random.next() % 3)) - 1)
        }

        private static func mandate(_ random: inout SplitMix64) throws -> Mandate {
            var requirements: [Requirement] = []
            if random.next() % 2 == 0 { requirements.append(AnalysedMandate.weight("cash", 2, atLeast: 100_000)) }
            if random.next() % 2 == 0 { requirements.append(AnalysedMandate.weight("btc", 0, atMost: 600_000)) }
            if random.next() % 3 == 0 { requirements.append(AnalysedMandate.concentration(400_000)) }
            if random.next() % 3 == 0 {
                let limit = Int(random.next() % 3)
                requirements.append(
                    Requirement(
                        name: "positions",
                        predicate: random.next() % 2 == 0
                            ? .positions(.atMost, limit: limit + 1) : .positions(.above, limit: limit)
                    )
                )
            }
            let capacities: [Int64] = [1_000, 5_000, 10_000]
            return try AnalysedMandate.mandate(
                trigger: [50_000, 100_000][Int(random.next() % 2)],
                destination: [0, 10_000, 50_000][Int(random.next() % 3)],
                requirements: requirements,
                limits: TradingLimits(
                    turnoverPerRebalance: random.next() % 2 == 0 ? PartsPerMillion(200_000) : nil,
                    turnoverPerDay: random.next() % 2 == 0 ? PartsPerMillion(250_000) : nil,
                    largestTrades: random.next() % 2 == 0 ? [AnalysedMandate.assets[0]: Money("30")] : [:],
                    smallestTrade: random.next() % 2 == 0 ? Money("5") : nil,
                    slippageBucket: random.next() % 2 == 0
                        ? SlippageBucket(
                            capacity: PartsPerMillion(capacities[Int(random.next() % 3)]),
                            refill: 604_800_000
                        ) : nil,
                    costCeiling: PartsPerMillion(3_500)
                )
            )
        }
    }
#endif
