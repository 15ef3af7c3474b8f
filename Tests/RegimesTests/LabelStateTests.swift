import Regimes
import TestSupport
import Testing

@Suite("Labels")
struct LabelStateTests {
    private func labels(
        _ probabilities: [[Double]],
        hysteresis: Hysteresis = .standard,
        rules: [HysteresisRule] = []
    ) throws -> [Int] {
        var state = try LabelState(
            stateCount: probabilities.first?.count ?? 0,
            hysteresis: hysteresis,
            rules: rules
        )
        return probabilities.map { state.update($0) }
    }

    @Test("the first bar takes the most probable regime, ties the lower index")
    func startsAtArgmax() throws {
        #expect(try labels([[0.2, 0.5, 0.3]]) == [1])
        #expect(try labels([[0.4, 0.4, 0.2]]) == [0])
        #expect(try labels([[0.2, 0.4, 0.4]]) == [1])
    }

    @Test("without rules a label stays until another regime reaches 0.8")
    func entersAtThreshold() throws {
        #expect(
            try labels([[0.9, 0.1], [0.3, 0.7], [0.21, 0.79], [0.2, 0.8], [0.6, 0.4], [0.81, 0.19]]) == [
                0, 0, 0, 1, 1, 0,
            ]
        )
    }

    @Test("a label that needs two bars takes two in a row")
    func countsBarsInARow() throws {
        let hysteresis = try Hysteresis(enterAt: 0.8, enterBars: 2)
        let rising = [[0.9, 0.1], [0.1, 0.9], [0.3, 0.7], [0.1, 0.9], [0.1, 0.9]]
        #expect(try labels(rising, hysteresis: hysteresis) == [0, 0, 0, 0, 1])
    }

    @Test("a label stays for its minimum dwell")
    func dwells() throws {
        let hysteresis = try Hysteresis(enterAt: 0.8, minimumDwell: 3)
        let flips = [[0.9, 0.1], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9], [0.9, 0.1], [0.9, 0.1], [0.9, 0.1]]
        #expect(try labels(flips, hysteresis: hysteresis) == [0, 0, 0, 1, 1, 1, 0])
    }

    @Test("a policy's rule takes its label at once, whatever the model's dwell")
    func ruleEntersDespiteDwell() throws {
        let hysteresis = try Hysteresis(enterAt: 0.8, minimumDwell: 10)
        let storm = HysteresisRule(label: 2, enterAt: 0.6, enterBars: 2, leaveBelow: 0.3, leaveBars: 2)
        let path = [[0.9, 0.1, 0], [0.2, 0.1, 0.7], [0.3, 0.1, 0.6], [0.9, 0, 0.1]]
        #expect(try labels(path, hysteresis: hysteresis, rules: [storm]) == [0, 0, 2, 2])
    }

    @Test("a named label is left by its own rule alone, then for the most probable of the unnamed")
    func ruleLeaves() throws {
        let storm = HysteresisRule(label: 2, enterAt: 0.8, leaveBelow: 0.4, leaveBars: 2)
        let path = [[0.0, 0.1, 0.9], [0.9, 0.1, 0], [0.1, 0.5, 0.4], [0.3, 0.4, 0.3], [0.3, 0.4, 0.3]]
        #expect(try labels(path, rules: [storm]) == [2, 2, 2, 2, 1])
    }

    @Test("a named label is not entered by the model's rule, nor left for by another's")
    func modelDoesNotEnterNamed() throws {
        let storm = HysteresisRule(label: 1, enterAt: 0.95, leaveBelow: 0.5)
        #expect(try labels([[0.9, 0.1], [0.1, 0.9], [0.04, 0.96], [0.6, 0.4]], rules: [storm]) == [0, 0, 1, 0])
    }

    @Test("where rules name every regime, leaving goes to the most probable other")
    func allNamed() throws {
        let rules = (0..<3).map { HysteresisRule(label: $0, enterAt: 0.9, leaveBelow: 0.5) }
        #expect(try labels([[0.8, 0.1, 0.1], [0.4, 0.25, 0.35], [0.4, 0.2, 0.4]], rules: rules) == [0, 2, 0])
    }

    @Test("a label changes only as some rule says", arguments: UInt64(0)..<50)
    func changesHaveReasons(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let hysteresis = try Hysteresis(enterAt: 0.7, minimumDwell: 3)
        var state = try LabelState(stateCount: 3, hysteresis: hysteresis, rules: [])
        var label: Int?
        var dwell = 0
        for _ in 0..<200 {
            let weights = (0..<3).map { _ in
                Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random)
            }
            let total = weights.reduce(0, +)
            let probabilities = weights.map { $0 / total }
            let next = state.update(probabilities)
            if let label, next != label { #expect(probabilities[next] >= 0.7 && dwell >= 3) }
            dwell = next == label ? dwell + 1 : 1
            label = next
            #expect(state.dwell == dwell)
        }
    }

    @Test("rules outside their domain are refused")
    func refusesRules() {
        let bad = [
            HysteresisRule(label: 3, enterAt: 0.8, leaveBelow: 0.4),
            HysteresisRule(label: -1, enterAt: 0.8, leaveBelow: 0.4),
            HysteresisRule(label: 0, enterAt: 0, leaveBelow: 0),
            HysteresisRule(label: 0, enterAt: 1.1, leaveBelow: 0.4),
            HysteresisRule(label: 0, enterAt: .nan, leaveBelow: 0.4),
            HysteresisRule(label: 0, enterAt: 0.5, leaveBelow: 0.6),
            HysteresisRule(label: 0, enterAt: 0.5, enterBars: 0, leaveBelow: 0.4),
            HysteresisRule(label: 0, enterAt: 0.5, leaveBelow: 0.4, leaveBars: 0),
        ]
        for rule in bad {
            #expect(throws: RegimeModelError.self) {
                try LabelState(stateCount: 3, hysteresis: .standard, rules: [rule])
            }
        }
        let rule = HysteresisRule(label: 0, enterAt: 0.8, leaveBelow: 0.4)
        #expect(throws: RegimeModelError.rule("two hysteresis rules name regime 0")) {
            try LabelState(stateCount: 3, hysteresis: .standard, rules: [rule, rule])
        }
        #expect(throws: RegimeModelError.self) { try Hysteresis(enterAt: 0) }
        #expect(throws: RegimeModelError.self) { try Hysteresis(enterAt: 0.8, enterBars: 0) }
        #expect(throws: RegimeModelError.self) { try Hysteresis(enterAt: 0.8, minimumDwell: 0) }
    }

    @Test("standard names go from calm to storm, and from r1 beyond four regimes")
    func standardNames() throws {
        #expect(RegimeLabels.standard(count: 2) == ["calm", "storm"])
        #expect(RegimeLabels.standard(count: 3) == ["calm", "choppy", "storm"])
        #expect(RegimeLabels.standard(count: 4) == ["calm", "normal", "choppy", "storm"])
        #expect(RegimeLabels.standard(count: 5) == ["r1", "r2", "r3", "r4", "r5"])
        for count in 1...6 { try RegimeLabels.check(RegimeLabels.standard(count: count), count: count) }
    }

    @Test(
        "names that are no identifiers are refused",
        arguments: ["", "Calm", "1st", "_a", "a-b", "a b", "stürm", "a\n", String(repeating: "a", count: 33)]
    )
    func refusesNames(name: String) {
        #expect(throws: RegimeModelError.labelNotAnIdentifier(name)) { try RegimeLabels.check([name], count: 1) }
    }

    @Test("names that are repeated, missing or left over are refused")
    func refusesLists() {
        #expect(throws: RegimeModelError.labelRepeated("a")) { try RegimeLabels.check(["a", "a"], count: 2) }
        #expect(throws: RegimeModelError.count(of: "labels", got: 1, expected: 2)) {
            try RegimeLabels.check(["a"], count: 2)
        }
    }
}
