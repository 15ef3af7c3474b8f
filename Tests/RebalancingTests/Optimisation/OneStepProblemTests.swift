import CanonicalJSON
import Rebalancing
import TestSupport
import Testing

@Suite("A one-step problem")
struct OneStepProblemTests {
    /// Reference optima: Tests/Fixtures/engine/opt_single_step.json, by a convex solver with a gap of 1e-11.
    @Test("meets every reference optimum to 1e-7, and proves it to 1e-9")
    func meetsReferences() throws {
        let file = try EngineVectors.read("opt_single_step")
        let covariance = try file.covariance()
        let targets = try file.doubles("target")
        var met = 0
        for instance in try file.elements("instances") {
            let name = try instance.member("name").string(at: "name")
            guard name != "risk_parity" else { continue }
            let held = try instance.doubles("w0")
            let (riskAversion, cost, cap): (Double, TradeCost, Double?)
            if name.hasPrefix("te_l1") {
                (riskAversion, cap) = (try instance.double("lam"), nil)
                cost = try TradeCost(proportional: instance.double("c"))
            } else if name.hasPrefix("te_impact") {
                (riskAversion, cost, cap) = (5, try TradeCost(proportional: 0.0005, impact: 0.05), nil)
            } else {
                (riskAversion, cost, cap) = (0, try TradeCost(proportional: 1), try instance.double("te_cap"))
            }
            let problem = try OneStepProblem(
                held: held,
                targets: targets,
                covariance: covariance,
                riskAversion: riskAversion,
                costs: held.map { _ in cost },
                trackingErrorCap: cap
            )
            let optimum = try problem.optimum()
            let expected = try instance.double("value")
            #expect(abs(optimum.value - expected) <= 1e-7 * expected, "\(name): \(optimum.value) for \(expected)")
            #expect(optimum.gap >= 0 && optimum.gap <= 1e-9 * expected, "\(name): gap \(optimum.gap)")
            #expect(abs(optimum.weights.reduce(-1, +)) <= 1e-14)
            if let cap {
                #expect(covariance.trackingError(of: optimum.weights, against: targets) <= cap * (1 + 1e-9))
            }
            met += 1
        }
        #expect(met == 12)
    }

    @Test("leaves what is not worth trading exactly as it is")
    func holdsExactly() throws {
        let file = try EngineVectors.read("opt_single_step")
        let instance = try file.elements("instances")[4]
        let held = try instance.doubles("w0")
        let cost = try TradeCost(proportional: 0.01)
        let optimum = try OneStepProblem(
            held: held,
            targets: file.doubles("target"),
            covariance: file.covariance(),
            riskAversion: 5,
            costs: held.map { _ in cost }
        ).optimum()
        #expect(zip(held, optimum.weights).contains { $0 == $1 })
        #expect(zip(held, optimum.weights).contains { $0 != $1 })
    }

    @Test("has no better neighbour, and its bound lies below every point", arguments: UInt64(0)..<80)
    func isOptimal(seed: UInt64) throws {
        var random = RandomProblem(seed: seed)
        let problem = try random.problem(fixed: false)
        let optimum = try problem.optimum()
        #expect(optimum.gap <= 1e-9 * optimum.value + 1e-13)
        #expect(abs(problem.objective(of: optimum.weights) - optimum.value) <= 1e-12)
        #expect(problem.violation(of: optimum.weights) <= 1e-9)
        for _ in 0..<40 {
            let other = random.weights(optimum.weights.count)
            let step = Double.random(in: 0...1, using: &random.random)
            let point = zip(optimum.weights, other).map { $0 + step * step * step * ($1 - $0) }
            guard problem.violation(of: point) <= 0 else { continue }
            #expect(problem.objective(of: point) >= optimum.lowerBound - 1e-12)
        }
    }

    /// The plain version: every choice of who trades and which way, each a convex problem of its own.
    @Test("with fixed costs and smallest trades finds what trying every choice finds", arguments: UInt64(0)..<60)
    func agreesWithEnumeration(seed: UInt64) throws {
        var random = RandomProblem(seed: seed ^ 0xF1)
        let problem = try random.problem(fixed: true)
        let count = problem.held.count
        var best = Double.infinity
        var choices = 1
        for _ in 0..<count { choices *= 3 }
        for choice in 0..<choices {
            var (lowest, highest, fixed, rest) = (problem.lowest, problem.highest, 0.0, choice)
            for index in 0..<count {
                let (held, least) = (problem.held[index], problem.smallestTrades[index])
                switch rest % 3 {
                case 0: (lowest[index], highest[index]) = (max(lowest[index], held), min(highest[index], held))
                case 1: lowest[index] = max(lowest[index], held + least)
                default: highest[index] = min(highest[index], held - least)
                }
                if rest % 3 != 0 { fixed += problem.costs[index].fixed }
                rest /= 3
            }
            guard zip(lowest, highest).allSatisfy({ $0 <= $1 }) else { continue }
            let part = try OneStepProblem(
                held: problem.held,
                targets: problem.targets,
                covariance: problem.covariance,
                riskAversion: problem.riskAversion,
                costs: problem.costs.map {
                    try TradeCost(proportional: $0.proportional, impact: $0.impact)
                },
                lowest: lowest,
                highest: highest,
                limits: problem.limits,
                trackingErrorCap: problem.trackingErrorCap,
                concentrationCap: problem.concentrationCap
            )
            best = min(best, try part.valueOrInfinity() + fixed)
        }
        let optimum: OneStepOptimum? = best < .infinity ? try problem.optimum() : nil
        if best == .infinity { #expect(throws: OptimisationError.infeasible) { try problem.optimum() } }
        if let optimum {
            #expect(abs(optimum.value - best) <= 1e-8 * best + 1e-12, "\(optimum.value) for \(best)")
            #expect(optimum.gap <= 1e-8 * best + 1e-12)
            for (index, weight) in optimum.weights.enumerated() where weight != problem.held[index] {
                #expect(abs(weight - problem.held[index]) >= problem.smallestTrades[index] - 1e-9)
            }
        }
    }

    @Test("says that no weights fit, with a proof, and refuses what is no problem")
    func refuses() throws {
        let covariance = try Covariance([[0.04, 0.01], [0.01, 0.09]])
        func problem(
            held: [Double] = [0.6, 0.4],
            targets: [Double] = [0.5, 0.5],
            lowest: [Double]? = nil,
            highest: [Double]? = nil,
            limits: [OneStepProblem.LinearLimit] = [],
            cap: Double? = nil,
            concentration: Double? = nil
        ) throws -> OneStepProblem {
            try OneStepProblem(
                held: held,
                targets: targets,
                covariance: covariance,
                riskAversion: 3,
                costs: [.none, TradeCost(proportional: 0.001)],
                lowest: lowest,
                highest: highest,
                limits: limits,
                trackingErrorCap: cap,
                concentrationCap: concentration
            )
        }
        let infeasible = [
            try problem(lowest: [0.7, 0.4]), try problem(highest: [0.5, 0.4]), try problem(concentration: 0.49),
            try problem(limits: [.init([1, 0], atMost: 0.3), .init([0, 1], atMost: 0.6)]),
            try problem(lowest: [0.55, 0], cap: 0.001),
        ]
        for problem in infeasible {
            #expect(throws: OptimisationError.infeasible) { try problem.optimum() }
        }
        #expect(throws: OptimisationError.self) { try problem(held: [0.6, 0.5]) }
        #expect(throws: OptimisationError.self) { try problem(targets: [0.5]) }
        #expect(throws: OptimisationError.self) { try problem(lowest: [0.7, 0], highest: [0.6, 1]) }
        #expect(throws: OptimisationError.self) { try problem(highest: [.infinity, 1]) }
        #expect(throws: OptimisationError.self) { try problem(cap: 0) }
        #expect(throws: OptimisationError.self) { try TradeCost(proportional: -0.1) }
        #expect(throws: OptimisationError.self) { try TradeCost(impact: .nan) }
        #expect(throws: OptimisationError.self) { try Covariance([[1, 2], [2, 1]]) }
        #expect(throws: OptimisationError.self) { try Covariance([[1, 0.5], [0.2, 1]]) }
        #expect(throws: OptimisationError.self) { try Covariance([]) }
    }
}

extension JSONValue {
    func covariance() throws -> Covariance {
        try Covariance(elements("cov_annual").map { try $0.array(at: "row").map { try $0.double(at: "row") } })
    }
}

extension OneStepProblem {
    /// The optimum's value; infinity where it is proved that there is none.
    func valueOrInfinity() throws -> Double {
        do {
            return try optimum().value
        } catch {
            guard error == .infeasible else { throw error }
            return .infinity
        }
    }

    /// How far weights are from keeping bounds, limits and caps.
    func violation(of weights: [Double]) -> Double {
        var worst = abs(weights.reduce(-1, +)) - 1e-12
        for (index, weight) in weights.enumerated() {
            worst = max(worst, lowest[index] - weight, weight - highest[index])
        }
        for limit in limits {
            worst = max(worst, zip(limit.coefficients, weights).reduce(-limit.bound) { $0 + $1.0 * $1.1 })
        }
        if let cap = trackingErrorCap {
            worst = max(worst, covariance.trackingError(of: weights, against: targets) - cap)
        }
        if let cap = concentrationCap { worst = max(worst, weights.reduce(-cap) { $0 + $1 * $1 }) }
        return worst
    }
}

/// Random problems that have an answer: the target keeps every bound and limit.
struct RandomProblem {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func weights(_ count: Int) -> [Double] {
        let shares = (0..<count).map { _ in Double.random(in: 0.05...1, using: &random) }
        let sum = shares.reduce(0, +)
        return shares.map { $0 / sum }
    }

    mutating func covariance(_ count: Int) throws -> Covariance {
        let loadings = (0..<count).map { _ in (0..<3).map { _ in Double.random(in: -0.2...0.6, using: &random) } }
        let rows = (0..<count).map { row in
            (0..<count).map { column in
                zip(loadings[row], loadings[column]).reduce(row == column ? 0.01 : 0) { $0 + $1.0 * $1.1 }
            }
        }
        return try Covariance(rows)
    }

    mutating func problem(fixed: Bool) throws -> OneStepProblem {
        let count = Int.random(in: 2...(fixed ? 4 : 12), using: &random)
        let (held, targets, covariance) = (weights(count), weights(count), try covariance(count))
        func chance() -> Bool { Bool.random(using: &random) }
        let impact = chance() ? Double.random(in: 0...0.1, using: &random) : 0
        let costs = try (0..<count).map { index in
            try TradeCost(
                proportional: index == 0 && chance() ? 0 : Double.random(in: 0...0.005, using: &random),
                impact: impact,
                fixed: fixed && chance() ? Double.random(in: 0...0.003, using: &random) : 0
            )
        }
        let drift = covariance.trackingError(of: held, against: targets)
        let concentration = targets.reduce(0) { $0 + $1 * $1 }
        let coefficients = (0..<count).map { _ in Double.random(in: -1...1, using: &random) }
        let bound = zip(coefficients, targets).reduce(0.01) { $0 + $1.0 * $1.1 }
        return try OneStepProblem(
            held: held,
            targets: targets,
            covariance: covariance,
            riskAversion: Double.random(in: 0...20, using: &random),
            costs: costs,
            lowest: targets.map { $0 * Double.random(in: 0...0.9, using: &random) },
            highest: targets.map { $0 + Double.random(in: 0.05...0.5, using: &random) },
            smallestTrades: fixed && chance() ? targets.map { _ in 0.02 } : nil,
            limits: chance() ? [.init(coefficients, atMost: bound)] : [],
            trackingErrorCap: chance() ? drift * Double.random(in: 0.3...1.2, using: &random) : nil,
            concentrationCap: chance() ? concentration + 0.02 : nil
        )
    }
}
