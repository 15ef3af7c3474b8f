import Regimes
import Testing

@Suite("Hidden Markov model")
struct HiddenMarkovModelTests {
    private func model(
        initial: [Double] = [0.6, 0.4],
        transitions: [[Double]] = [[0.9, 0.1], [0.2, 0.8]],
        means: [Double] = [-1, 0],
        variances: [Double] = [0.1, 0.2]
    ) throws -> HiddenMarkovModel {
        try HiddenMarkovModel(
            initialDistribution: initial,
            transitionMatrix: transitions,
            means: means,
            variances: variances
        )
    }

    @Test("a transition row that does not sum to one is refused, and named")
    func namesTheBadRow() {
        #expect(throws: RegimeModelError.notADistribution(of: "transition row 1", sum: 0.75)) {
            try model(transitions: [[0.9, 0.1], [0.25, 0.5]])
        }
        #expect(
            RegimeModelError.notADistribution(of: "transition row 1", sum: 0.9).description
                == "transition row 1 is not a probability distribution: expected a sum of 1, got 0.9"
        )
    }

    @Test("a row may miss one by rounding, not by 10⁻⁸")
    func toleratesRounding() throws {
        _ = try model(initial: [0.6, 0.4 + 5e-10])
        #expect(throws: RegimeModelError.self) { try model(initial: [0.6, 0.4 + 1e-8]) }
    }

    @Test("every kind of unusable parameter is refused by name")
    func refusesUnusableParameters() {
        #expect(throws: RegimeModelError.notAProbability(of: "initial distribution", state: 0, got: -0.1)) {
            try model(initial: [-0.1, 1.1])
        }
        #expect(throws: RegimeModelError.varianceNotPositive(state: 1, got: 0)) { try model(variances: [0.1, 0]) }
        #expect(throws: RegimeModelError.varianceNotPositive(state: 0, got: .infinity)) {
            try model(variances: [.infinity, 1])
        }
        #expect(throws: RegimeModelError.meanNotFinite(state: 0, got: -.infinity)) {
            try model(means: [-.infinity, 0])
        }
        #expect(throws: RegimeModelError.count(of: "transition row 0", got: 1, expected: 2)) {
            try model(transitions: [[1], [0.2, 0.8]])
        }
        #expect(throws: RegimeModelError.count(of: "variances", got: 3, expected: 2)) {
            try model(variances: [1, 1, 1])
        }
        #expect(throws: RegimeModelError.self) { try model(initial: [.nan, 1]) }
        #expect(throws: RegimeModelError.stateCount(got: 0, allowed: 1...6)) {
            try model(initial: [], transitions: [], means: [], variances: [])
        }
        #expect(throws: RegimeModelError.stateCount(got: 7, allowed: 1...6)) {
            try model(means: [Double](repeating: 0, count: 7))
        }
    }

    @Test("the stationary distribution is left unchanged by a step", arguments: UInt64(0)..<20)
    func stationaryDistributionIsFixed(seed: UInt64) throws {
        let model = try Simulated.model(states: 1 + Int(seed % 6), seed: seed)
        guard let shares = model.stationaryDistribution() else { return }
        let moved = (0..<model.stateCount).map { to in
            (0..<model.stateCount).reduce(0.0) { $0 + shares[$1] * model.transitionRow($1)[to] }
        }
        #expect(zip(shares, moved).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }

    @Test("two regimes that never mix have no one stationary distribution; one absorbing regime takes all")
    func reducibleChainsAreTold() throws {
        #expect(try model(transitions: [[1, 0], [0, 1]]).stationaryDistribution() == nil)
        #expect(try model(transitions: [[0.9, 0.1], [0, 1]]).stationaryDistribution() == [0, 1])
        #expect(try model(transitions: [[1, 0], [0.5, 0.5]]).stationaryDistribution() == [1, 0])
    }
}
