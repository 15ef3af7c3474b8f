import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations

@Suite("Circuits of holds that are not worth their cost")
struct NoTradeCircuitTests {
    private typealias Scenario = NoTradeScenario

    private func values(_ move: RandomDecision.Move, _ mandate: Mandate, _ risk: MarketRisk) throws -> DecisionValues {
        try DecisionValues(
            before: Holdings(move.before.map(Quantity.init(units:)), under: mandate),
            after: Holdings(move.after.map(Quantity.init(units:)), under: mandate),
            prices: Scenario.prices,
            carriedBefore: move.carriedBefore,
            carriedAfter: move.carriedAfter,
            risk: risk,
            under: mandate
        )
    }

    @Test("agree with the evaluator on random markets, states and costs, boundary costs above all", arguments: 0..<4)
    func agree(block: Int) throws {
        var outcomes: [Bool: Int] = [:]
        for seed in UInt64(block * 12)..<UInt64(block * 12 + 12) {
            var random = SplitMix64(seed: seed)
            let closes = (0..<3).map { asset in
                (0...5).compactMap { _ in
                    Price(units: asset == 2 ? 100_000_000 : UInt64.random(in: 90_000_000...110_000_000, using: &random))
                }
            }
            let risk = MarketRisk([try ExactCovariance(closes: closes)])
            let first = UInt64.random(in: 4_300...5_700, using: &random)
            let second = UInt64.random(in: 2_300...3_700, using: &random)
            let move = Scenario.stay(
                [first, second, 10_000 - first - second],
                carried: Bool.random(using: &random) ? 4_000 : 0
            )
            // The cost at which nothing pays any more, by bisection with the evaluator, then one part more and one less.
            var (low, high) = (Int64(-1), Int64(1_000_000))
            while high - low > 1 {
                let middle = (low + high) / 2
                let mandate = try Scenario.mandate(cost: middle)
                let margin = try #require(mandate.noTradeForm).margin(values(move, mandate, risk))
                if margin >= 0 { high = middle } else { low = middle }
            }
            let isDue = Bool.random(using: &random)
            let limits: [Int64?] = [200_000, nil]
            for cost in [low - 1, low, high, high + 1] where NoTradeRule.costs.contains(cost) {
                let mandate = try Scenario.mandate(
                    cost: cost,
                    schedules: [.daily(minuteOfDay: 0)],
                    turnoverPerDay: limits[Int(seed) % 2]
                )
                for (sameDay, scheduleDue) in [(false, isDue), (mandate.carriesTurnover, !isDue)] {
                    let failures = try mandate.failures(
                        ofHold: values(move, mandate, risk),
                        sameDay: sameDay,
                        scheduleDue: scheduleDue
                    )
                    let trial = try CircuitTrial(
                        .hold,
                        mandate,
                        sameDay: sameDay,
                        scheduleDue: scheduleDue,
                        prices: Scenario.prices,
                        risk: risk
                    )
                    let isAccepted = try trial.accepts(move.committed(.hold, mandate))
                    #expect(
                        isAccepted == failures.isEmpty,
                        "seed \(seed), cost \(cost), \(sameDay), \(scheduleDue): \(failures)"
                    )
                    outcomes[isAccepted, default: 0] += 1
                }
            }
        }
        #expect(outcomes[true, default: 0] > 10 && outcomes[false, default: 0] > 10, "\(outcomes)")
    }

    @Test("take the market's slopes as they take prices: filled in afterwards or laid out with them, they are the same")
    func patternAgrees() throws {
        let mandate = try Scenario.mandate(requirements: RiskScenario.mandate().requirements)
        let risk = try RiskScenario.risk()
        let prices = [3, 7, 1].compactMap { Price(units: $0 * 100_000_000) }
        for kind in [AttestationKind.genesis, .rebalance, .hold] {
            let template = try CircuitTemplate(
                kind: kind,
                mandate: mandate,
                variant: .init(sameDay: true, scheduleDue: false)
            )
            #expect(template.readsRisk == (kind != .genesis))
            let filled = try CircuitPattern(template).circuit(
                prices: prices,
                matrices: CircuitMatrices(mandate, of: risk)
            )
            #expect(try filled == template.circuit(prices: prices, risk: risk))
        }
        // A rebalance of such a vault reads no covariance by itself.
        let plain = try CircuitTrial(.rebalance, Scenario.mandate(), prices: prices, risk: risk).template
        #expect(!plain.readsRisk)
    }

    @Test("accept each excuse for what it excuses, and hold no lie, however the prover fills its wires")
    func excusesAreExact() throws {
        let mandate = try Scenario.mandate()
        let trial = try CircuitTrial(
            .hold,
            mandate,
            sameDay: true,
            prices: Scenario.prices,
            risk: RiskScenario.risk()
        )
        let honest = [Scenario.inOrder, Scenario.spared, Scenario.exhausted]
        for move in honest { #expect(try trial.accepts(move.committed(.hold, mandate))) }
        for (lie, broken) in [
            (Scenario.paying, ["drift(BTC) not above its band"]), (Scenario.brokenFloor, ["floor"]),
        ] {
            let failures = try mandate.failures(
                ofHold: values(lie, mandate, RiskScenario.risk()),
                sameDay: true,
                scheduleDue: false
            ).map(\.name)
            #expect(broken.allSatisfy(failures.contains), "\(failures)")
            let committed = lie.committed(.hold, mandate)
            #expect(try !trial.accepts(committed))
            for move in honest { #expect(try !Forger(trial, honest: [move]).isBelieved(committed)) }
        }
        // The broken floor alone refuses.
        let free = try Scenario.mandate(requirements: [])
        let without = try CircuitTrial(
            .hold,
            free,
            sameDay: true,
            prices: Scenario.prices,
            risk: RiskScenario.risk()
        )
        #expect(try without.accepts(Scenario.brokenFloor.committed(.hold, free)))
    }

    @Test("look the same to a verifier, whichever reason held")
    func hidesTheReason() throws {
        let mandate = try Scenario.mandate()
        let trial = try CircuitTrial(
            .hold,
            mandate,
            sameDay: true,
            prices: Scenario.prices,
            risk: RiskScenario.risk()
        )
        let circuits = try [Scenario.inOrder, Scenario.spared, Scenario.exhausted].map { move in
            try CircuitSynthesis.build(
                trial.template,
                prices: trial.prices,
                matrices: trial.matrices,
                committed: move.committed(.hold, mandate)
            ).circuit
        }
        #expect(circuits[0] == circuits[1] && circuits[0] == circuits[2])
    }

    /// Whether a scalar is a sum of digits that the check of the gadget takes.
    private func isTaken(_ scalar: Scalar, bits: Int, digitBits: Int) -> Bool {
        let width = (bits + digitBits - 1) / digitBits * digitBits
        return scalar.bytes.enumerated().allSatisfy { index, byte in
            8 * (index + 1) <= width || Int(byte) >> max(0, width - 8 * index) == 0
        }
    }

    @Test(
        "have no wire for the least saving where an exchange pays: small, huge, negative, wrapped or no integer at all"
    )
    func noWrappedMultiplier() throws {
        let mandate = try Scenario.mandate()
        let risk = try RiskScenario.risk()
        let trial = try CircuitTrial(.hold, mandate, sameDay: true, prices: Scenario.prices, risk: risk)
        guard case .unlessNotWorthIt(let step)? = trial.template.steps.last else {
            Issue.record("a hold ends with the gadget")
            return
        }
        let digitBits = trial.template.digitBits
        let slopes = try #require(mandate.slopes(of: risk))
        func multiplierExists(_ move: RandomDecision.Move, among candidates: [Scalar]) throws -> Bool {
            let values = try values(move, mandate, risk)
            let savings = step.form.savings(values, by: slopes).map { Scalar($0) }
            let allowance = Scalar(values.value(of: step.form.allowance))
            return candidates.contains { least in
                savings.allSatisfy { saving in
                    isTaken(saving - least, bits: step.bits, digitBits: digitBits)
                        && isTaken(least + allowance - saving, bits: step.bits, digitBits: digitBits)
                }
            }
        }
        var random = SplitMix64(seed: 55)
        let spared = try values(Scenario.spared, mandate, risk)
        let least = Scalar(step.form.savings(spared, by: slopes).min() ?? 0)
        #expect(try multiplierExists(Scenario.spared, among: [least]))
        let paying = try values(Scenario.paying, mandate, risk)
        let savings = step.form.savings(paying, by: slopes).map { Scalar($0) }
        let allowance = Scalar(paying.value(of: step.form.allowance))
        var candidates = savings + savings.map { $0 - allowance } + [.zero, .one, -Scalar.one]
        // Around every power of two, from both ends of the field, and anywhere; a half is no integer.
        for bit in 0..<252 {
            let power = Scalar(BigInteger(1) << bit)
            for base in savings { candidates += [base + power, base - power] }
        }
        let half = Scalar(UInt64(2)).invertedVartime()
        candidates += savings.flatMap { [$0 * half, ($0 + allowance) * half] }
        for _ in 0..<2_000 {
            let words = (0..<4).map { _ in BigInteger(UInt64.random(in: 0...(.max), using: &random)) }
            candidates.append(Scalar(words.reduce(0) { ($0 << 64) + $1 }))
        }
        #expect(try !multiplierExists(Scenario.paying, among: candidates))
    }

    @Test("fit the group with the largest λ, horizon, cost and number of assets, and are refused where they do not")
    func widths() throws {
        /// The first asset counts coarser units than the others, so that its values are scaled up by the difference.
        func bits(_ count: Int, first: Int = 8, others: Int = 8) throws -> Int {
            let assets = try (0..<count).map { try Asset("A\($0)") }
            let band = ToleranceBand(trigger: ExactFraction(20_000), destination: ExactFraction(20_000))
            let units = try (0..<count).map { try #require(AssetUnits(quantityExponent: $0 == 0 ? first : others)) }
            let mandate = try Mandate(
                regime: "calm",
                assets: assets,
                units: units,
                quote: assets[0],
                targets: TargetWeights(
                    (0..<count).map { PartsPerMillion($0 == 0 ? 1_000_000 - Int64(count - 1) : 1) }
                ),
                bands: assets.map { _ in band },
                triggersOnDrift: true,
                limits: TradingLimits(costCeiling: PartsPerMillion(1_000_000)),
                noTrade: NoTradeRule(horizonDays: 365, riskAversion: 100_000, cost: PartsPerMillion(1_000_000))
            )
            return try FormBounds(mandate: mandate).noTradeBits(#require(mandate.noTradeForm))
        }
        #expect(try bits(64) == 184)
        #expect(try bits(2) < bits(64))
        #expect(try bits(64, first: 0) <= 234)
        #expect(throws: AttestationError.self) { try bits(64, first: 0, others: 18) }
    }

    @Test("mean under secret targets and bands what they mean in the open, to evaluator and circuit", arguments: 0..<4)
    func secrets(block: Int) throws {
        let risk = try RiskScenario.risk()
        var outcomes: [Bool: Int] = [:]
        for seed in UInt64(block * 6)..<UInt64(block * 6 + 6) {
            let secret = try SecretMandate(Scenario.mandate(), seed: seed)
            let trial = try CircuitTrial(.hold, secret.sealed, sameDay: true, prices: Scenario.prices, risk: risk)
            for move in [
                Scenario.inOrder, Scenario.spared, Scenario.exhausted, Scenario.paying, Scenario.brokenFloor,
            ] {
                let holdings = try Holdings(move.before.map(Quantity.init(units:)), under: secret.sealed)
                let sealed = try DecisionValues(
                    before: holdings,
                    after: holdings,
                    prices: Scenario.prices,
                    carriedBefore: move.carriedBefore,
                    carriedAfter: move.carriedAfter,
                    parameters: secret.values,
                    risk: risk,
                    under: secret.sealed
                )
                let failures = try secret.opened.failures(
                    ofHold: values(move, secret.opened, risk),
                    sameDay: true,
                    scheduleDue: false
                ).map(\.name)
                let hidden = secret.sealed.failures(ofHold: sealed, sameDay: true, scheduleDue: false).map(\.name)
                #expect(failures == hidden, "seed \(seed)")
                let isAccepted = try trial.accepts(secret.committed(move, .hold))
                #expect(isAccepted == failures.isEmpty, "seed \(seed): \(failures)")
                outcomes[isAccepted, default: 0] += 1
            }
        }
        #expect(outcomes[true, default: 0] > 5 && outcomes[false, default: 0] > 5, "\(outcomes)")
    }

    // MARK: Statements

    private func moment(_ day: Int64, _ risk: MarketRisk) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: TestVault.start.adding(milliseconds: day * TestVault.day),
            regime: 0,
            candles: ContentDigest(hashing: Array("candles \(day)".utf8)),
            prices: Scenario.prices,
            risk: risk
        )
    }

    @Test("are proved and verified with the covariance that both sides measured, and with no other")
    func covariances() throws {
        let vault = try TestVault(mandates: [Scenario.mandate()], attestEvery: nil)
        let risk = try RiskScenario.risk()
        let quantities = Scenario.spared.before.map { Quantity(units: $0) }
        let genesis = try vault.prover.genesis(at: moment(0, .none), quantities: quantities)
        let held = try vault.prover.hold(after: genesis, at: moment(1, risk), ground: .proved)
        #expect(held.attestation.statement.inputs == [PublicInput(.covariance, risk.digest)])
        #expect(vault.failures(held.attestation, after: genesis.attestation, risk: risk) == [])
        // Closes shifted by one day: what the verifier measures by itself decides.
        let rows: [[UInt64]] = [
            [104, 99, 103, 98, 101, 100], [106, 98, 104, 95, 99, 97], [1, 1, 1, 1, 1, 1],
        ]
        let shifted = MarketRisk([
            try ExactCovariance(closes: rows.map { $0.compactMap { Price(units: $0 * 100_000_000) } })
        ])
        #expect(vault.failures(held.attestation, after: genesis.attestation, risk: shifted) == ["covariance", "proof"])
        let stale = try vault.prover.hold(after: genesis, at: moment(1, shifted), ground: .proved)
        #expect(vault.failures(stale.attestation, after: genesis.attestation, risk: risk) == ["covariance", "proof"])
        // The right digest over a proof of the shifted market.
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
        #expect(throws: AttestationError.self) {
            try vault.prover.hold(after: genesis, at: moment(1, .none), ground: .proved)
        }
        // A calmer estimate, a longer horizon or a higher cost is another policy.
        for other in [
            NoTradeRule(windowDays: 6, cost: PartsPerMillion(10_000)), NoTradeRule(windowDays: 5, cost: .zero),
        ] {
            let changed = try Scenario.mandate().replacing(noTrade: other)
            #expect(try TestVault(mandates: [changed], attestEvery: nil).policy.digest != vault.policy.digest)
        }
    }

    @Test("leave every policy without the rule as it was")
    func othersAreUnchanged() throws {
        let policy = try TestVault().policy
        #expect(policy.riskWindows.isEmpty && AttestationKind.allCases.allSatisfy { policy.inputs(of: $0).isEmpty })
        #expect(!policy.document.contains("slope") && !policy.document.contains("pays"))
    }
}
