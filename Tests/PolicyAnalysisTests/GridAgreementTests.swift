import BigIntegers
import MarketData
import Testing

@testable import PolicyAnalysis
@testable import Rebalancing

/// All portfolios of equal steps, worth 10 000 of the quote currency.
private struct PortfolioGrid {
    let states: [[BigInteger]]

    init(steps: Int, _ mandate: Mandate) {
        let step = BigInteger(10_000 / steps) * BigInteger(10).raised(to: mandate.valueExponent)
        states = (0...steps).flatMap { first in
            (0...(steps - first)).map { second in
                [first, second, steps - first - second].map { step * BigInteger($0) }
            }
        }
    }

    static func values(_ before: [BigInteger], _ after: [BigInteger]) -> DecisionValues {
        DecisionValues(before: before, after: after, carriedBefore: 0, carriedAfter: 0)
    }
}

/// Random mandates whose figures all lie on the grid, so that whatever is possible is possible on it.
private enum GridMandate {
    static func draw(_ random: inout SplitMix64) throws -> Mandate {
        func pick(_ list: [Int64]) -> Int64 { list[Int(random.next() % UInt64(list.count))] }
        var requirements: [Requirement] = []
        if random.next() % 2 == 0 {
            requirements.append(AnalysedMandate.weight("cash", 2, atLeast: Int(pick([100_000, 200_000]))))
        }
        if random.next() % 2 == 0 {
            requirements.append(AnalysedMandate.weight("btc", 0, atMost: Int(pick([500_000, 600_000, 700_000]))))
        }
        let turnover = pick([0, 100_000, 300_000, 500_000])
        return try AnalysedMandate.mandate(
            trigger: BigInteger(Int(pick([100_000, 200_000]))),
            destination: BigInteger(Int(pick([100_000, 0]))),
            requirements: requirements,
            limits: TradingLimits(
                turnoverPerRebalance: turnover == 0 ? nil : PartsPerMillion(turnover),
                costCeiling: PartsPerMillion(3_500)
            )
        )
    }
}

@Suite("Answers against every state of a grid", .enabled(if: PolicyAnalyzer.isAvailable))
struct GridAgreementTests {
    private let analyzer = PolicyAnalyzer(timeLimit: 20_000)

    @Test("a difference of holds or rebalances on the grid is found, and one that is found is there", arguments: 0..<3)
    func difference(seed: Int) throws {
        var random = SplitMix64(state: UInt64(seed) &* 6_151 &+ 11)
        let (first, second) = (try GridMandate.draw(&random), try GridMandate.draw(&random))
        let states = PortfolioGrid(steps: 10, first).states
        func holds(_ mandate: Mandate, _ state: [BigInteger]) -> Bool {
            mandate.failures(ofHold: PortfolioGrid.values(state, state), sameDay: false, scheduleDue: false).isEmpty
        }
        // Read once: a grid has thousands of pairs.
        let obligations = [first, second].map { $0.rebalanceObligations(sameDay: false) }
        func rebalances(_ mandate: Mandate, _ before: [BigInteger], _ after: [BigInteger]) -> Bool {
            obligations[mandate == first ? 0 : 1]
                .failures(PortfolioGrid.values(before, after), scheduleDue: false) { _ in "" }.isEmpty
        }
        for change in analyzer.difference(from: [first], to: [second], besides: []).changes {
            let (allowing, forbidding) = change.direction == .permits ? (second, first) : (first, second)
            let isOnGrid: Bool
            switch change.relation {
            case .hold: isOnGrid = states.contains { holds(allowing, $0) && !holds(forbidding, $0) }
            case .rebalance:
                isOnGrid = states.contains { before in
                    states.contains { rebalances(allowing, before, $0) && !rebalances(forbidding, before, $0) }
                }
            }
            switch change.answer {
            case .nothing: #expect(!isOnGrid, "\(change.direction) \(change.relation)")
            case .undecided(let why): Issue.record("not decided: \(why)")
            case .example(let example):
                let after = example.after ?? example.before
                let isThere =
                    change.relation == .hold
                    ? holds(allowing, example.before) && !holds(forbidding, example.before)
                    : rebalances(allowing, example.before, after) && !rebalances(forbidding, example.before, after)
                #expect(isThere, "\(example.text)")
            }
        }
    }

    @Test("a deadlock on the grid is found, and none is where there is none", arguments: 0..<4)
    func deadlock(seed: Int) throws {
        var random = SplitMix64(state: UInt64(seed) &* 3_571 &+ 29)
        let mandate = try GridMandate.draw(&random)
        let obligations = mandate.rebalanceObligations(sameDay: false)
        // All figures are whole tenths, and trades are flows: what is possible at all is possible in tenths.
        let states = PortfolioGrid(steps: 10, mandate).states
        let stuck = states.filter { before in
            let unmoved = PortfolioGrid.values(before, before)
            guard obligations.triggers.contains(where: { $0.margin(unmoved) >= 0 }) else { return false }
            return !states.contains { after in
                obligations.failures(PortfolioGrid.values(before, after), scheduleDue: true) { _ in "" }.isEmpty
            }
        }
        let finding = try #require(analyzer.findings(of: [mandate], asking: [.deadlock]).first)
        switch finding.verdict {
        case .proved: #expect(stuck.isEmpty, "\(stuck.first ?? [])")
        case .violated: break
        case .undecided: Issue.record("not decided")
        }
        if !stuck.isEmpty { #expect(finding.verdict == .violated) }
    }
}

@Suite("A house policy and one that extends it", .enabled(if: PolicyAnalyzer.isAvailable))
struct RefinementTests {
    private let analyzer = PolicyAnalyzer(timeLimit: 20_000)

    private static func mandate(
        trigger: BigInteger = 50_000,
        cash: Int = 100_000,
        turnover: Int64? = 300_000,
        day: Int64? = nil
    ) throws -> Mandate {
        try AnalysedMandate.mandate(
            trigger: trigger,
            requirements: [AnalysedMandate.weight("cash", 2, atLeast: cash)],
            limits: TradingLimits(
                turnoverPerRebalance: turnover.map { PartsPerMillion($0) },
                turnoverPerDay: day.map { PartsPerMillion($0) },
                costCeiling: PartsPerMillion(3_500)
            )
        )
    }

    @Test("tightening alone is proved never looser, though it makes rebalances due that were not")
    func tighter() throws {
        let house = try Self.mandate(day: 400_000)
        let vault = try Self.mandate(trigger: 40_000, cash: 120_000, turnover: 200_000, day: 300_000)
        let refinement = analyzer.refinement(of: [vault], extending: [house])
        #expect(refinement.map(\.clause) == [.rules, .destinations, .triggers])
        #expect(refinement.allSatisfy { $0.isProved }, "\(refinement.map(\.text))")
        let difference = analyzer.difference(from: [house], to: [vault], besides: [])
        #expect(
            difference.changes.contains {
                $0.relation == .rebalance && $0.direction == .permits && $0.answer != .nothing
            }
        )
    }

    @Test("each way of loosening breaks its clause, with a state that the policy allows and the house forbids")
    func looser() throws {
        let house = try Self.mandate()
        for (vault, clause) in [
            (try Self.mandate(cash: 99_999), PolicyRefinement.Clause.rules),
            (try Self.mandate(turnover: 300_001), .rules), (try Self.mandate(turnover: nil), .rules),
            (try Self.mandate(trigger: 50_001), .triggers), (try Self.mandate(trigger: 60_000), .destinations),
        ] {
            let refinement = analyzer.refinement(of: [vault], extending: [house])
            let broken = try #require(refinement.first { $0.clause == clause })
            guard case .example(let example) = broken.answer else {
                Issue.record("\(broken.text)")
                continue
            }
            #expect(broken.text.contains("looser than the house"))
            let sum = vault.rebalanceObligations(sameDay: false)
            if clause == .triggers {
                let rules = house.rebalanceObligations(sameDay: false)
                #expect(rules.triggers.contains { $0.margin(example.values) >= 0 })
                #expect(!sum.triggers.contains { $0.margin(example.values) >= 0 })
            } else {
                #expect(vault.failures(ofRebalance: example.values, sameDay: false, scheduleDue: false).isEmpty)
                #expect(!house.failures(ofRebalance: example.values, sameDay: false, scheduleDue: true).isEmpty)
            }
        }
    }

    @Test("withdrawing is allowed in every state, for no obligation speaks of it")
    func redemption() throws {
        let findings = analyzer.findings(of: [try Self.mandate()], asking: [.redemption])
        #expect(findings.map(\.verdict) == [.proved])
        #expect(findings.first?.text.hasPrefix("redemption: always allowed") == true)
    }
}
