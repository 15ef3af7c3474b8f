import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

@Suite("What requirements imply", .enabled(if: PolicyAnalyzer.isAvailable))
struct ConsistencyTests {
    private func answers(_ question: Finding.Question, _ mandate: Mandate) -> [Finding.Answer] {
        PolicyAnalyzer(timeLimit: 10_000).findings(of: [mandate], asking: [question]).map(\.answer)
    }

    @Test("a contradiction names the fewest rules that no portfolio keeps together")
    func contradiction() throws {
        let mandate = try AnalysedMandate.mandate(requirements: [
            AnalysedMandate.weight("cash", 2, atLeast: 400_000), AnalysedMandate.weight("eth", 1, atMost: 900_000),
            AnalysedMandate.weight("btc", 0, atLeast: 300_000),
            AnalysedMandate.rule("coins", [-300_000, -300_000, 700_000].map { -$0 }),
        ])
        // Coins: 300 000·V ≥ 10⁶·cash, so cash is at most 30%, against "cash" at least 40%.
        let answer = try #require(answers(.contradiction, mandate).first)
        guard case .flawed(let rules, _) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(Set(rules) == ["\"cash\"", "\"coins\""])
    }

    @Test("requirements that fit together come with a portfolio that keeps them all, off the target too")
    func consistency() throws {
        let mandate = try AnalysedMandate.mandate(requirements: [
            AnalysedMandate.weight("cash", 2, atLeast: 700_000), AnalysedMandate.weight("btc", 0, atLeast: 100_000),
        ])
        let answer = try #require(answers(.contradiction, mandate).first)
        guard case .sound(let example?) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(10 * example.before[2] >= 7 * example.total)
        #expect(10 * example.before[0] >= example.total)
        #expect(example.text.hasSuffix("of 10 000 USD"))
    }

    @Test("a requirement that follows from others names the fewest that imply it")
    func redundancy() throws {
        let mandate = try AnalysedMandate.mandate(requirements: [
            AnalysedMandate.weight("btc", 0, atMost: 600_000), AnalysedMandate.weight("eth", 1, atMost: 350_000),
            AnalysedMandate.weight("cash", 2, atLeast: 50_000), AnalysedMandate.weight("not all", 0, atMost: 700_000),
        ])
        let found = answers(.redundancy, mandate).compactMap { answer -> [String]? in
            if case .flawed(let rules, _) = answer { rules } else { nil }
        }
        #expect(found == [["\"cash\"", "\"btc\"", "\"eth\""], ["\"not all\"", "\"btc\""]])
    }

    @Test("a trigger that no portfolio fires is found, and no other")
    func reachability() throws {
        let mandate = try AnalysedMandate.mandate(trigger: 250_000)
        guard case .flawed(let rules, _) = try #require(answers(.reachability, mandate).first) else {
            Issue.record("nothing found")
            return
        }
        #expect(rules == ["drift(USD) below its band"])
    }

    struct Grid: Sendable, CustomTestStringConvertible {
        let seed: UInt64
        var testDescription: String { "seed \(seed)" }
    }

    @Test("answers agree with every portfolio of up to eighteen units", arguments: (0..<40).map { Grid(seed: $0) })
    func bruteForce(grid: Grid) throws {
        var random = SplitMix64(state: grid.seed &* 977 &+ 5)
        let rules = (0..<4).map { index in
            let steps = Int(random.next() % 21)
            return random.next() % 2 == 0
                ? AnalysedMandate.weight("rule \(index)", index % 3, atMost: 50_000 * steps)
                : AnalysedMandate.weight("rule \(index)", index % 3, atLeast: 25_000 * steps)
        }
        let mandate = try AnalysedMandate.mandate(requirements: rules)
        var states: [[BigInteger]] = []
        for total in 1...18 {
            for first in 0...total {
                for second in 0...(total - first) {
                    states.append([first, second, total - first - second].map { BigInteger($0) })
                }
            }
        }
        let kept = states.map { state in
            rules.map { rule -> Bool in
                let values = DecisionValues(before: state, after: state, carriedBefore: 0, carriedAfter: 0)
                return mandate.kept(rule, .before).margin(values) >= 0
            }
        }
        let isPossible = kept.contains { $0.allSatisfy { $0 } }
        switch try #require(answers(.contradiction, mandate).first) {
        case .flawed: #expect(!isPossible)
        case .sound(let example?):
            #expect(rules.allSatisfy { mandate.kept($0, .before).margin(example.values) >= 0 })
        default: Issue.record("not decided")
        }
        var redundant: [String] = []
        for answer in answers(.redundancy, mandate) {
            if case .flawed(let rules, _) = answer { redundant.append(rules[0]) }
            if case .undecided = answer { Issue.record("not decided") }
        }
        for index in rules.indices where redundant.contains("\"rule \(index)\"") {
            let counterexample = kept.contains { kept in
                !kept[index] && kept.indices.allSatisfy { $0 == index || kept[$0] }
            }
            #expect(!counterexample, "rule \(index)")
        }
        // One that is called independent is broken alone somewhere: the rules' edges are fortieths, and halves of these show it.
        for index in rules.indices where !redundant.contains("\"rule \(index)\"") {
            let isBrokenAlone = (0...80).contains { first in
                (0...(80 - first)).contains { second in
                    let state = [first, second, 80 - first - second].map { BigInteger($0) }
                    let values = DecisionValues(before: state, after: state, carriedBefore: 0, carriedAfter: 0)
                    return rules.indices.allSatisfy {
                        (mandate.kept(rules[$0], .before).margin(values) >= 0) == ($0 != index)
                    }
                }
            }
            #expect(isBrokenAlone, "rule \(index)")
        }
    }
}

/// Sebastiano Vigna's SplitMix64: the same numbers on every machine.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
