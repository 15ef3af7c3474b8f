import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations

@Suite("Secret parameters")
struct SecretAgreementTests {
    @Test("mean in a rebalance what they mean in the open, to evaluator and circuit", arguments: 0..<6)
    func rebalances(block: Int) throws {
        var accepted = 0
        for seed in UInt64(block * 20)..<UInt64(block * 20 + 20) {
            var random = RandomDecision(seed: seed)
            let secret = try SecretMandate(try random.mandate(.all), seed: seed)
            for scheduleDue in [false, true] {
                let trial = try CircuitTrial(
                    .rebalance,
                    secret.sealed,
                    scheduleDue: scheduleDue,
                    prices: random.prices,
                    risk: random.risk,
                    elapsed: random.elapsed
                )
                for round in 0..<10 {
                    let move = random.move(of: secret.opened, sameDay: false)
                    let open = secret.opened.failures(
                        ofRebalance: try move.values(random.prices, secret.opened, risk: random.risk),
                        sameDay: false,
                        scheduleDue: scheduleDue
                    )
                    let sealed = secret.sealed.failures(
                        ofRebalance: try secret.values(move, random),
                        sameDay: false,
                        scheduleDue: scheduleDue
                    )
                    let isAccepted = try trial.accepts(secret.committed(move, .rebalance))
                    #expect(open.map(\.name) == sealed.map(\.name), "seed \(seed), round \(round)")
                    #expect(isAccepted == open.isEmpty, "seed \(seed), round \(round), due \(scheduleDue): \(open)")
                    accepted += isAccepted ? 1 : 0
                }
            }
        }
        #expect(accepted > 10, "too few admissible moves to mean anything: \(accepted)")
    }

    @Test("mean in a hold what they mean in the open, to evaluator and circuit", arguments: 0..<4)
    func holds(block: Int) throws {
        var (accepted, refused) = (0, 0)
        for seed in UInt64(block * 25)..<UInt64(block * 25 + 25) {
            var random = RandomDecision(seed: seed)
            let secret = try SecretMandate(try random.mandate(.all), seed: seed)
            for sameDay in secret.sealed.carriesTurnover ? [false, true] : [false] {
                let trial = try CircuitTrial(
                    .hold,
                    secret.sealed,
                    sameDay: sameDay,
                    prices: random.prices,
                    risk: random.risk,
                    elapsed: random.elapsed
                )
                for round in 0..<12 {
                    let stay = random.stay(of: secret.opened)
                    let open = secret.opened.failures(
                        ofHold: try stay.values(random.prices, secret.opened, risk: random.risk),
                        sameDay: sameDay,
                        scheduleDue: false
                    )
                    let sealed = secret.sealed.failures(
                        ofHold: try secret.values(stay, random),
                        sameDay: sameDay,
                        scheduleDue: false
                    )
                    let isAccepted = try trial.accepts(secret.committed(stay, .hold))
                    #expect(open.map(\.name) == sealed.map(\.name), "seed \(seed), round \(round)")
                    #expect(isAccepted == open.isEmpty, "seed \(seed), round \(round): \(open)")
                    if isAccepted { accepted += 1 } else { refused += 1 }
                }
            }
        }
        #expect(accepted > 30 && refused > 30, "\(accepted) accepted, \(refused) refused")
    }

    @Test("leave no number of theirs in a template")
    func templatesNameNoNumber() throws {
        let mandate = try MaliciousScenario.mandate()
        let secret = try SecretMandate.scenario(mandate)
        let other = try SecretMandate(
            mandate,
            try #require(secret.sealed.secrets),
            [410_000, 390_000, 200_000, 50_000, 60_000, 20_000, 70_000]
        )
        for kind in AttestationKind.allCases {
            let one = try CircuitTrial(kind, secret.sealed, prices: MaliciousScenario.prices)
            let two = try CircuitTrial(kind, other.sealed, prices: MaliciousScenario.prices)
            #expect(one.template.text == two.template.text)
        }
    }

    @Test("are one product a moment, however many forms read it")
    func productsAreShared() throws {
        let secret = try SecretMandate.scenario(try MaliciousScenario.mandate())
        func products(_ kind: AttestationKind) throws -> Int {
            try CircuitTrial(kind, secret.sealed, prices: MaliciousScenario.prices).template.steps.count { step in
                if case .secretShare = step { true } else { false }
            }
        }
        // Three targets before and after, three triggers before, three destinations after.
        #expect(try products(.rebalance) == 12)
        #expect(try products(.hold) == 6)
        #expect(try products(.genesis) == 0)
        #expect(try products(.flow) == 0)
    }

    @Test("are refused where they do not fit: other ranges, other sums, other numbers")
    func openingChecksValues() throws {
        let secret = try SecretMandate.scenario(try MaliciousScenario.mandate())
        #expect(throws: MandateError.badSecret("`trigger(BTC)` lies outside its range")) {
            try secret.sealed.opened(with: [500_000, 300_000, 200_000, 9_999, 40_000, 30_000, 40_000])
        }
        #expect(throws: MandateError.targetsDoNotSumToOne(got: 1_000_001)) {
            try secret.sealed.opened(with: [500_001, 300_000, 200_000, 40_000, 40_000, 30_000, 40_000])
        }
        #expect(throws: MandateError.countMismatch(what: "secret parameters", got: 0, expected: 7)) {
            try secret.sealed.opened(with: [])
        }
    }
}
