import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations

@Suite("Circuits over volatility and tracking error")
struct RiskCircuitTests {
    private func values(_ move: RiskScenario.Move, _ mandate: Mandate, _ risk: MarketRisk) throws -> DecisionValues {
        try DecisionValues(
            before: Holdings(move.before.map(Quantity.init(units:)), under: mandate),
            after: Holdings(move.after.map(Quantity.init(units:)), under: mandate),
            prices: RiskScenario.prices,
            risk: risk,
            under: mandate
        )
    }

    @Test(
        "agree with the evaluator on random markets, states and limits, boundary limits above all",
        arguments: 0..<4,
        [RiskMeasure.Kind.trackingError, .deviationTrackingError]
    )
    func agree(block: Int, kind straying: RiskMeasure.Kind) throws {
        var outcomes: [Bool: Int] = [:]
        for seed in UInt64(block * 8)..<UInt64(block * 8 + 8) {
            var random = SplitMix64(seed: seed)
            let closes = (0..<3).map { asset in
                (0...5).compactMap { _ in
                    Price(units: asset == 2 ? 100_000_000 : UInt64.random(in: 90_000_000...110_000_000, using: &random))
                }
            }
            let risk = MarketRisk([try ExactCovariance(closes: closes)])
            let start =
                RiskScenario.honestStates(.rebalance).randomElement(using: &random) ?? RiskScenario.move([1], [1])
            for (index, measure) in [(0, "budget"), (1, "astray")].enumerated() {
                // The limit at which the rule turns, by bisection with the evaluator, then one part more and one less.
                var (low, high) = (Int64(0), Int64(100_000_000))
                while high - low > 1 {
                    let middle = (low + high) / 2
                    let mandate = try RiskScenario.mandate(budget: middle, astray: middle, by: straying)
                    let rule = index == 0 ? mandate.requirements[0] : mandate.furtherTriggers[0]
                    let margin = try mandate.kept(rule, index == 0 ? .after : .before).margin(
                        values(start, mandate, risk)
                    )
                    if margin >= 0 { high = middle } else { low = middle }
                }
                for limit in [low - 1, low, high, high + 1, 1, 100_000_000] where (0...100_000_000).contains(limit) {
                    let mandate = try RiskScenario.mandate(
                        budget: index == 0 ? limit : 2_000_000,
                        astray: index == 0 ? 40_000 : limit,
                        by: straying
                    )
                    for kind in [AttestationKind.rebalance, .hold] {
                        let move =
                            kind == .hold
                            ? RiskScenario.Move(
                                before: start.before,
                                after: start.before,
                                carriedBefore: 0,
                                carriedAfter: 0
                            ) : start
                        let decision = try values(move, mandate, risk)
                        let failures =
                            kind == .hold
                            ? mandate.failures(ofHold: decision, sameDay: false, scheduleDue: false)
                            : mandate.failures(ofRebalance: decision, sameDay: false, scheduleDue: false)
                        let trial = try CircuitTrial(kind, mandate, prices: RiskScenario.prices, risk: risk)
                        let isAccepted = try trial.accepts(move.committed(kind, mandate))
                        #expect(
                            isAccepted == failures.isEmpty,
                            "seed \(seed), \(measure), \(limit), \(kind): \(failures)"
                        )
                        outcomes[isAccepted, default: 0] += 1
                        guard straying == .deviationTrackingError else { continue }
                        // With targets and bands secret the rule turns at the same limit.
                        let secret = try SecretMandate.scenario(mandate)
                        let sealed = try CircuitTrial(kind, secret.sealed, prices: RiskScenario.prices, risk: risk)
                        let open = try CircuitTrial(kind, secret.opened, prices: RiskScenario.prices, risk: risk)
                        #expect(
                            try sealed.accepts(secret.committed(move, kind))
                                == open.accepts(move.committed(kind, secret.opened)),
                            "seed \(seed), \(measure), \(limit), \(kind)"
                        )
                    }
                }
            }
        }
        #expect(outcomes[true, default: 0] > 10 && outcomes[false, default: 0] > 10, "\(outcomes)")
    }

    @Test(
        "take the market's matrix as they take prices: filled in afterwards or laid out with it, they are the same",
        arguments: [RiskMeasure.Kind.trackingError, .deviationTrackingError]
    )
    func patternAgrees(straying: RiskMeasure.Kind) throws {
        let mandate = try RiskScenario.mandate(by: straying)
        let risk = try RiskScenario.risk()
        let prices = [3, 7, 1].compactMap { Price(units: $0 * 100_000_000) }
        for kind in [AttestationKind.genesis, .rebalance, .hold] {
            let template = try CircuitTemplate(
                kind: kind,
                mandate: mandate,
                variant: .init(sameDay: false, scheduleDue: false)
            )
            #expect(template.readsRisk == (kind != .genesis))
            let pattern = try CircuitPattern(template)
            let filled = pattern.circuit(prices: prices, matrices: CircuitMatrices(mandate, of: risk))
            #expect(try filled == template.circuit(prices: prices, risk: risk))
        }
    }

    @Test("hold no state beyond the budget, however the prover fills its wires")
    func beyondTheBudget() throws {
        let mandate = try RiskScenario.mandate()
        let trial = try CircuitTrial(.rebalance, mandate, prices: RiskScenario.prices, risk: RiskScenario.risk())
        // Inside every destination, and 90.8% a year.
        let wild = RiskScenario.move([5_600, 2_600, 1_800], [5_200, 3_100, 1_699])
        let committed = wild.committed(.rebalance, mandate)
        let failures = mandate.failures(
            ofRebalance: try values(wild, mandate, RiskScenario.risk()),
            sameDay: false,
            scheduleDue: false
        )
        #expect(failures.map(\.name).contains("budget"))
        #expect(try !trial.accepts(committed))
        #expect(try !Forger(trial).isBelieved(committed))
        let calm = RiskScenario.move([5_100, 2_900, 2_000], [5_000, 2_950, 2_049])
        #expect(try !Forger(trial).isBelieved(calm.committed(.rebalance, mandate)))
    }

    @Test("false floors of deviations break a constraint of their own", arguments: 0..<4, [-1, 1, 1_000_000])
    func falseFloors(index: Int, by error: Int) throws {
        let secret = try SecretMandate.scenario(try RiskScenario.mandate(by: .deviationTrackingError))
        let trial = try CircuitTrial(.hold, secret.sealed, prices: RiskScenario.prices, risk: RiskScenario.risk())
        // No asset at its target, so that no floor is 0.
        let stay = RiskScenario.move([5_100, 2_850, 2_050], [5_100, 2_850, 2_050])
        let built = try CircuitSynthesis.build(
            trial.template,
            prices: trial.prices,
            matrices: trial.matrices,
            committed: secret.committed(stay, .hold)
        )
        var wires = CircuitTrial.Wires(try #require(built.assignment))
        #expect(CircuitTrial.broken(built.circuit, wires).isEmpty)
        let measured = trial.template.steps.compactMap { step in
            if case .scaledDeviations(_, let deviations, _, _) = step { deviations } else { nil }
        }
        let deviations = try #require(measured.first)
        let values = try secret.values(stay, RiskScenario.prices)
        let form = (deviations.ofAssets + [deviations.total])[index]
        let floor = Scalar(values.value(of: form) >> deviations.shift)
        // A deviation stands on one input of a gate, the total on both of its own.
        let digits = CircuitTrial.firstDigitGate(built.circuit)
        let left = wires.left[..<digits].firstIndex(of: floor)
        let right = wires.right[..<digits].firstIndex(of: floor)
        #expect(left != nil || right != nil)
        if let left { wires.left[left] += Scalar(BigInteger(error)) }
        if let right { wires.right[right] += Scalar(BigInteger(error)) }
        #expect(!CircuitTrial.broken(built.circuit, wires).isEmpty)
    }

    @Test("hold no state that strays beyond a secret target's limit, however the prover fills its wires")
    func beyondTheSecretTarget() throws {
        let secret = try SecretMandate.scenario(
            try RiskScenario.mandate(astray: 10_000, by: .deviationTrackingError)
        )
        let trial = try CircuitTrial(.hold, secret.sealed, prices: RiskScenario.prices, risk: RiskScenario.risk())
        // Inside every band, and 1.3% a year from the target's return.
        let stay = RiskScenario.move([5_100, 2_850, 2_050], [5_100, 2_850, 2_050])
        let failures = secret.sealed.failures(
            ofHold: try secret.values(stay, RiskScenario.prices, risk: RiskScenario.risk()),
            sameDay: false,
            scheduleDue: false
        )
        #expect(failures.map(\.name) == ["not astray"])
        #expect(try !trial.accepts(secret.committed(stay, .hold)))
        // The same holdings under another target, which is not the one that was sealed, would pass.
        var values = secret.values
        (values[0], values[1], values[2]) = (510_000, 285_000, 205_000)
        #expect(try trial.accepts(secret.committed(stay, .hold, values)))
    }

    @Test("inflated or deflated scaled values break a constraint of their own", arguments: 0..<3, [-1, 1, 1_000_000])
    func falseScaling(asset: Int, by error: Int) throws {
        let mandate = try RiskScenario.mandate()
        let trial = try CircuitTrial(.hold, mandate, prices: RiskScenario.prices, risk: RiskScenario.risk())
        let committed = RiskScenario.honestStates(.hold)[0].committed(.hold, mandate)
        let built = try CircuitSynthesis.build(
            trial.template,
            prices: trial.prices,
            matrices: trial.matrices,
            committed: committed
        )
        var wires = CircuitTrial.Wires(try #require(built.assignment))
        #expect(CircuitTrial.broken(built.circuit, wires).isEmpty)
        // A hold begins with the scaled values, one gate an asset.
        wires.left[asset] += Scalar(BigInteger(error))
        wires.right[asset] += Scalar(BigInteger(error))
        #expect(!CircuitTrial.broken(built.circuit, wires).isEmpty)
    }

    // MARK: Statements

    private func moment(_ day: Int64, _ risk: MarketRisk) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: TestVault.start.adding(milliseconds: day * TestVault.day),
            regime: 0,
            candles: ContentDigest(hashing: Array("candles \(day)".utf8)),
            prices: RiskScenario.prices,
            risk: risk
        )
    }

    @Test("are proved and verified with the covariance that both sides measured, and with no other")
    func covariances() throws {
        let vault = try TestVault(mandates: [RiskScenario.mandate()], attestEvery: nil)
        let risk = try RiskScenario.risk()
        let state = RiskScenario.honestStates(.rebalance)[0]
        let quantities = { (units: [UInt64]) in units.map { Quantity(units: $0) } }
        let genesis = try vault.prover.genesis(at: moment(0, .none), quantities: quantities(state.before))
        #expect(genesis.attestation.statement.inputs.isEmpty)
        let next = try vault.prover.rebalance(after: genesis, at: moment(1, risk), quantities: quantities(state.after))
        #expect(next.attestation.statement.inputs == [PublicInput(.covariance, risk.digest)])
        #expect(vault.failures(next.attestation, after: genesis.attestation, risk: risk) == [])
        let held = try vault.prover.hold(after: next, at: moment(2, risk), ground: .proved)
        #expect(vault.failures(held.attestation, after: next.attestation, risk: risk) == [])

        // Another market's covariance, or yesterday's: what the verifier measures by itself decides.
        let other = try RiskScenario.risk(last: 100)
        let stale = try vault.prover.rebalance(
            after: genesis,
            at: moment(1, other),
            quantities: quantities(state.after)
        )
        #expect(vault.failures(stale.attestation, after: genesis.attestation, risk: risk) == ["covariance", "proof"])
        // The right digest over a proof of the other market.
        var statement = stale.attestation.statement
        statement.inputs = [PublicInput(.covariance, risk.digest)]
        let signer = TestSigner()
        let forged = Attestation(
            statement: statement,
            operatorKey: signer.publicKey,
            identity: nil,
            proof: stale.attestation.proof,
            signature: try signer.signer.signature(over: Attestation.signedBytes(statement, stale.attestation.proof)),
            countersignature: nil
        )
        #expect(vault.failures(forged, after: genesis.attestation, risk: risk) == ["proof"])
        // Nothing measured at all.
        #expect(vault.failures(next.attestation, after: genesis.attestation, risk: .none) == ["covariance", "proof"])
        statement.inputs = []
        let silent = Attestation(
            statement: statement,
            operatorKey: signer.publicKey,
            identity: nil,
            proof: stale.attestation.proof,
            signature: try signer.signer.signature(over: Attestation.signedBytes(statement, stale.attestation.proof)),
            countersignature: nil
        )
        #expect(vault.failures(silent, after: genesis.attestation, risk: risk) == ["form"])
    }

    @Test("of a laxer limit are of another policy, and without a covariance nothing is proved")
    func laxLimit() throws {
        let vault = try TestVault(mandates: [RiskScenario.mandate()], attestEvery: nil)
        let lax = try TestVault(mandates: [RiskScenario.mandate(budget: 2_000_000)], attestEvery: nil)
        #expect(vault.policy.digest != lax.policy.digest)
        let risk = try RiskScenario.risk()
        let state = RiskScenario.honestStates(.rebalance)[0]
        let quantities = { (units: [UInt64]) in units.map { Quantity(units: $0) } }
        let genesis = try lax.prover.genesis(at: moment(0, .none), quantities: quantities(state.before))
        let next = try lax.prover.rebalance(after: genesis, at: moment(1, risk), quantities: quantities(state.after))
        let failed = vault.failures(next.attestation, after: genesis.attestation, risk: risk)
        #expect(failed.contains("policy and model") && failed.contains("proof"))
        #expect(throws: AttestationError.self) {
            try lax.prover.rebalance(after: genesis, at: moment(1, .none), quantities: quantities(state.after))
        }
    }

    @Test("leave every policy without such rules as it was")
    func othersAreUnchanged() throws {
        let mandate = try TestVault.mandate("calm", trigger: 40_000)
        #expect(mandate.riskMeasures.isEmpty && mandate.squareShift == 24)
        let policy = try TestVault().policy
        #expect(policy.riskWindows.isEmpty && AttestationKind.allCases.allSatisfy { policy.inputs(of: $0).isEmpty })
        #expect(!policy.document.contains("risk") && !policy.document.contains("matrix"))
    }
}
