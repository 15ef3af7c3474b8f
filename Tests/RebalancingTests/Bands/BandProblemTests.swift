import CanonicalJSON
import Rebalancing
import TestSupport
import Testing

@Suite("A band problem")
struct BandProblemTests {
    /// Tests/Fixtures/engine/theory_vectors.json, `band_h_l`: made by a numerical minimiser, so that flat minima agree to 1e-7 only.
    @Test("has the reference widths and losses")
    func meetsReferences() throws {
        let cases = try EngineVectors.read("theory_vectors").member("band_h_l").elements("cases")
        #expect(cases.count == 10)
        for value in cases {
            let problem = try BandProblem(
                target: value.double("target"),
                volatility: value.double("sigma"),
                proportionalCost: value.double("eps"),
                fixedCost: value.double("K"),
                riskAversion: value.double("gamma")
            )
            let (best, toTarget) = (problem.optimum, problem.optimumToTarget)
            #expect(abs(best.trigger - (try value.double("h_opt"))) <= 1e-7)
            #expect(abs(best.destination - (try value.double("l_opt"))) <= 1e-7)
            #expect(abs(best.loss - (try value.double("loss_opt"))) <= 1e-12)
            #expect(abs(toTarget.trigger - (try value.double("h_to_target"))) <= 1e-7)
            #expect(toTarget.destination == 0)
            #expect(abs(toTarget.loss - (try value.double("loss_to_target"))) <= 1e-12)
        }
    }

    @Test("with K = 2 bp and ε = 30 bp around one half is 9.42 points, traded to 1.78")
    func workedExample() throws {
        // The worked example of the theory: γ = 3, σ = 0.8; there K = 2·10⁻⁴ of value.
        let best = try BandProblem(target: 0.5, volatility: 0.8, proportionalCost: 0.003, fixedCost: 0.0002).optimum
        #expect((best.trigger * 10_000).rounded() == 942)
        #expect((best.destination * 10_000).rounded() == 178)
    }

    @Test("has the closed forms where one cost is absent")
    func closedForms() throws {
        let proportional = try BandProblem(target: 0.4, volatility: 0.7, proportionalCost: 0.002, riskAversion: 2)
        let cube = proportional.optimum.trigger * proportional.optimum.trigger * proportional.optimum.trigger
        #expect(abs(cube - 1.5 * 0.002 / 2 * 0.24 * 0.24) <= 1e-18)
        #expect(proportional.optimum.destination == proportional.optimum.trigger)
        // Forced to the target, width grows by 4^(1/3) and loss by 2^(1/3).
        let forced = proportional.optimumToTarget
        let growth = forced.trigger / proportional.optimum.trigger
        #expect(abs(growth * growth * growth - 4) <= 1e-12)
        let dearer = forced.loss / proportional.optimum.loss
        #expect(abs(dearer * dearer * dearer - 2) <= 1e-12)
        let fixed = try BandProblem(
            target: 0.4,
            volatility: 0.7,
            proportionalCost: 0,
            fixedCost: 0.001,
            riskAversion: 2
        )
        let square = fixed.optimum.trigger * fixed.optimum.trigger
        #expect(abs(square * square - 12 * 0.001 * 0.24 * 0.24 / 2) <= 1e-17)
        #expect(fixed.optimum.destination <= 1e-12)
        #expect(abs(fixed.optimumToTarget.loss - fixed.optimum.loss) <= 1e-15)
    }

    @Test("loses more everywhere else, and its width does not depend on volatility", arguments: UInt64(0)..<100)
    func isOptimal(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func drawn(volatility: Double) throws -> BandProblem {
            var figures = SplitMix64(seed: seed)
            return try BandProblem(
                target: Double.random(in: 0.01...0.99, using: &figures),
                volatility: volatility,
                proportionalCost: Bool.random(using: &figures) ? Double.random(in: 0...0.01, using: &figures) : 1e-6,
                fixedCost: Bool.random(using: &figures) ? Double.random(in: 0...0.003, using: &figures) : 0,
                riskAversion: Double.random(in: 0.5...10, using: &figures)
            )
        }
        let problem = try drawn(volatility: 0.6)
        let best = problem.optimum
        for _ in 0..<50 {
            let trigger = best.trigger * Double.random(in: 0.3...3, using: &random)
            let destination = trigger * Double.random(in: 0...0.999, using: &random)
            #expect(problem.loss(trigger: trigger, destination: destination) >= best.loss * (1 - 1e-12))
            let inside = problem.bestDestination(trigger: trigger)
            #expect(problem.loss(trigger: trigger, destination: destination) >= inside.loss * (1 - 1e-12))
            #expect(problem.loss(trigger: trigger, destination: 0) >= problem.optimumToTarget.loss * (1 - 1e-12))
        }
        #expect(abs(try drawn(volatility: 1.3).optimum.trigger - best.trigger) <= 1e-15)
    }

    @Test("refuses figures outside their domain")
    func refuses() {
        for target in [0, 1, -0.1, Double.nan] {
            #expect(throws: OptimisationError.self) {
                try BandProblem(target: target, volatility: 1, proportionalCost: 0.001)
            }
        }
        #expect(throws: OptimisationError.self) { try BandProblem(target: 0.5, volatility: 0, proportionalCost: 0.001) }
        #expect(throws: OptimisationError.self) { try BandProblem(target: 0.5, volatility: 1, proportionalCost: -1) }
        #expect(throws: OptimisationError.self) { try BandProblem(target: 0.5, volatility: 1, proportionalCost: 0) }
    }
}
