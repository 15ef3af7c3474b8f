import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations

/// Each range check is needed: without it there are false witnesses that keep every constraint and every other check.
///
/// ``GadgetTests`` does so for the constraints between wires. Here states near the honest ones are drawn, with every hidden bit a
/// free choice, until each check was the only thing that a witness broke.
@Suite("Range checks")
struct CheckRemovalTests {
    typealias Move = RandomDecision.Move

    /// A circuit with honest states of its mandate, and what a step of its quantities is.
    struct Subject: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: AttestationKind
        let step: UInt64
        var parameters: [Int64] = []
        let trial: @Sendable () throws -> CircuitTrial
        let states: @Sendable (CircuitTrial) throws -> [Move]
    }

    static let subjects: [Subject] = {
        var subjects: [Subject] = []
        let plain: [(AttestationKind, Bool)] = [
            (.genesis, false), (.flow, false), (.hold, false), (.hold, true), (.rebalance, false), (.rebalance, true),
        ]
        for (kind, sameDay) in plain {
            let name = "\(kind)\(sameDay ? " on the day of another" : "")"
            let subject = Subject(testDescription: name, kind: kind, step: 100) {
                let prices = kind.isDecision ? MaliciousScenario.prices : []
                return try CircuitTrial(kind, wideMandate(), sameDay: sameDay, prices: prices)
            } states: { trial in
                states(kind, trial.template.mandate, sameDay: sameDay)
            }
            subjects.append(subject)
        }
        for kind in [AttestationKind.rebalance, .hold] {
            subjects.append(
                Subject(testDescription: "\(kind) with a slippage bucket", kind: kind, step: 50) {
                    try BucketScenario.trial(kind)
                } states: { trial in
                    let full = try BucketScenario.move(
                        MaliciousScenario.rebalance,
                        holding: 1_100 * BucketScenario.unit,
                        under: trial.template.mandate
                    )
                    return BucketScenario.honestStates(kind) + (kind == .rebalance ? [full] : [])
                }
            )
            subjects.append(
                Subject(testDescription: "\(kind) with risk measured", kind: kind, step: 100_000_000_000) {
                    let mandate = try RiskScenario.mandate()
                    return try CircuitTrial(kind, mandate, prices: RiskScenario.prices, risk: RiskScenario.risk())
                } states: { _ in
                    let wild = RiskScenario.move([5_600, 2_600, 1_800], [5_200, 3_100, 1_699])
                    return RiskScenario.honestStates(kind) + (kind == .rebalance ? [wild] : [])
                }
            )
            for (sense, limit) in [(ConcentrationForm.Sense.atMost, 3), (.above, 2)] {
                let name = "\(kind) with positions alone counted"
                subjects.append(
                    Subject(testDescription: name, kind: kind, step: 1) {
                        let mandate = try PositionsScenario.mandate(PositionsScenario.few(sense, limit))
                        return try CircuitTrial(kind, mandate, prices: PositionsScenario.prices)
                    } states: { _ in
                        let rest: UInt64 = 1_000_000_000_000
                        return [[rest, rest, 1, rest], [rest, rest, 0, rest], [rest, 0, 0, rest]].map {
                            PositionsScenario.move(units: $0, $0)
                        }
                    }
                )
            }
            subjects.append(
                Subject(testDescription: "\(kind) with positions counted", kind: kind, step: 100_000_000_000) {
                    try CircuitTrial(kind, PositionsScenario.openMandate(), prices: PositionsScenario.prices)
                } states: { _ in
                    PositionsScenario.openStates(kind)
                }
            )
        }
        return subjects + overDeviations + notWorthTheirCost
    }()

    /// Tracking error measured of deviations, from public targets and from secret ones.
    private static let overDeviations: [Subject] = [AttestationKind.rebalance, .hold].flatMap { kind in
        [false, true].map { isSecret in
            @Sendable func secret() throws -> SecretMandate {
                try SecretMandate.scenario(RiskScenario.mandate(by: .deviationTrackingError))
            }
            return Subject(
                testDescription: "\(kind) with deviations measured\(isSecret ? " from secret targets" : "")",
                kind: kind,
                step: 100_000_000_000,
                parameters: isSecret ? ((try? secret().values) ?? []) : []
            ) {
                let mandate = try isSecret ? secret().sealed : secret().opened
                return try CircuitTrial(kind, mandate, prices: RiskScenario.prices, risk: RiskScenario.risk())
            } states: { _ in
                RiskScenario.honestStates(kind)
            }
        }
    }

    /// Holds under `unless cost > benefit`, with a limit to plead and without.
    private static let notWorthTheirCost: [Subject] = [200_000, nil].map { (limit: Int64?) in
        Subject(testDescription: "hold not worth its cost", kind: .hold, step: 1_000) {
            let mandate = try NoTradeScenario.mandate(turnoverPerDay: limit)
            return try CircuitTrial(
                .hold,
                mandate,
                sameDay: limit != nil,
                prices: NoTradeScenario.prices,
                risk: RiskScenario.risk()
            )
        } states: { _ in
            [NoTradeScenario.inOrder, NoTradeScenario.spared, NoTradeScenario.paying, NoTradeScenario.brokenFloor]
                + (limit == nil ? [] : [NoTradeScenario.exhausted])
        }
    }

    /// Bands of 16 points, within which every requirement can be broken.
    private static func wideMandate() throws -> Mandate {
        try TestVault.mandate(
            "calm",
            trigger: 160_000,
            requirements: [
                Requirement(
                    name: "pair",
                    predicate: .nonNegative(coefficients: [1_200_000, -1_000_000, 0], constant: 0)
                ),
                Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(505_000))),
            ],
            limits: MaliciousScenario.mandate().limits
        )
    }

    /// Each asset far above its target, and far below.
    private static func states(_ kind: AttestationKind, _ mandate: Mandate, sameDay: Bool) -> [Move] {
        if kind == .hold {
            return MaliciousScenario.honestStates(kind, mandate, sameDay: sameDay).suffix(sameDay ? 1 : 0)
                + [
                    [5_100_000, 2_900_000, 2_000_000], [3_450_000, 3_800_000, 2_750_000],
                    [6_550_000, 1_800_000, 1_650_000],
                    [4_200_000, 4_500_000, 1_300_000], [5_000_000, 1_450_000, 3_550_000],
                    [6_000_000, 3_550_000, 450_000],
                ].map { MaliciousScenario.move($0, [0, 0, 0], carried: 77) }
        }
        guard kind == .rebalance else { return MaliciousScenario.honestStates(kind, mandate, sameDay: sameDay) }
        return [
            ([7_000_000, 1_500_000, 1_500_000], [6_400_000, 1_900_000, 1_699_800]),
            ([6_700_000, 2_000_000, 1_300_000], [6_550_000, 2_100_000, 1_349_900]),
            ([4_100_000, 5_000_000, 900_000], [5_000_000, 3_300_000, 1_699_800]),
            ([3_000_000, 4_700_000, 2_300_000], [3_600_000, 4_200_000, 2_199_800]),
            ([4_000_000, 2_300_000, 3_700_000], [4_400_000, 2_600_000, 2_999_800]),
            ([5_500_000, 1_200_000, 3_300_000], [5_400_000, 1_800_000, 2_799_800]),
            // On target, one asset and then another.
            ([5_000_000, 4_700_000, 300_000], [5_000_000, 4_200_000, 799_800]),
            ([5_000_000, 4_700_000, 300_000], [4_900_000, 4_300_000, 799_800]),
            ([6_700_000, 3_000_000, 300_000], [6_300_000, 2_900_000, 799_800]),
            ([6_700_000, 1_300_000, 2_000_000], [6_300_000, 1_799_900, 1_900_000]),
        ].map { (before: [UInt64], after: [UInt64]) in
            MaliciousScenario.move(before, after, carried: sameDay ? 1_000_000 : 0)
        }
    }

    /// What no false witness breaks alone, because of the numbers of these mandates: their bands keep cash above its floor, and
    /// hold three positions of two at least. ("pair" and "few" are of the same kinds.)
    static let implied: Set<String> = ["cash floor", "spread"]

    @Test("of each kind are the only ones to refuse some false witness")
    func removal() throws {
        var needed: Set<String> = []
        var all: Set<String> = []
        for subject in Self.subjects {
            let trial = try subject.trial()
            // Deviations from secret targets are apart: the witness has to be false about these.
            let names = FalseWitness.names(trial.template).map { name in
                let isOfTargets = name.hasSuffix("deviation") || name.hasSuffix("total")
                return isOfTargets && !subject.parameters.isEmpty ? "\(name), secret" : name
            }
            all.formUnion(names)
            let states = try subject.states(trial)
            var random = SplitMix64(seed: 11)
            for _ in 0..<6_000 where !needed.isSuperset(of: Set(names).subtracting(Self.implied)) {
                guard let state = states.randomElement(using: &random) else { break }
                let committed =
                    Self.disturbed(state, subject, trial.template, using: &random)
                    + subject.parameters.map { Scalar(BigInteger(Int($0))) }
                var witness = try FalseWitness(trial, committed: committed)
                #expect(witness.checkCount == names.count)
                for _ in 0..<5 {
                    if witness.brokenConstraints == 0, case let broken = witness.brokenChecks, broken.count == 1 {
                        needed.formUnion(broken.map { names[$0] })
                    }
                    witness.choose(using: &random)
                }
            }
        }
        #expect(all.subtracting(needed).sorted() == Self.implied.sorted())
        #expect(all.count >= 40, "\(all)")
        for name in [
            "duty", "bare duty", "what may be deferred", "used-up limit", "saving above the least",
            "saving below the least and the cost", "deviation, secret", "rest of the deviation, secret",
            "scaled total, secret", "rest of the total, secret",
        ] { #expect(needed.contains(name), "\(name)") }
    }

    /// The state with a few of its values moved, by much or little, and now and then by what is no quantity at all.
    private static func disturbed(
        _ state: Move,
        _ subject: Subject,
        _ template: CircuitTemplate,
        using random: inout SplitMix64
    ) -> [Scalar] {
        let mandate = template.mandate
        var values = state.committed(subject.kind, mandate)
        let layout = template.layout
        let count = mandate.assets.count
        func amount() -> Scalar {
            var most = subject.step
            for _ in 0..<Int.random(in: 0...5, using: &random) { most *= 10 }
            let value = Scalar(UInt64.random(in: 0...(Bool.random(using: &random) ? most : 2), using: &random))
            return Bool.random(using: &random) ? value : -value
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let (from, to) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            let moved = amount()
            for (has, place) in [
                (layout.hasBefore, { layout.before($0) }), (layout.hasAfter, { layout.after($0) }),
            ] as [(Bool, (Int) -> Int)] where has && Bool.random(using: &random) {
                values[place(from)] -= moved
                values[place(to)] += moved
            }
        }
        if layout.hasAfter, Bool.random(using: &random) {
            values[layout.after(Int.random(in: 0..<count, using: &random))] += amount()
        }
        // The turnover and the bucket that follow from the new state, more or less.
        if subject.kind == .rebalance, layout.carriedCount > 0 {
            let scale = Scalar(100_000_000 as UInt64)
            var (turnover, loss) = (Scalar.zero, Scalar.zero)
            for asset in 0..<count {
                let change = values[layout.after(asset)] - values[layout.before(asset)]
                let isNegative = BigInteger(littleEndianMagnitude: change.bytes).bitWidth > 251
                turnover += isNegative ? -change : change
                loss -= change
            }
            if mandate.carriesTurnover {
                values[layout.carriedAfter] =
                    turnover * scale + (template.variant.sameDay ? values[layout.carriedBefore] : .zero)
            }
            if mandate.carriesBucket, Bool.random(using: &random) {
                values[layout.bucketAfter] += Bool.random(using: &random) ? amount() : amount() * scale
            }
        }
        if layout.hasBefore, layout.carriedCount > 0, Bool.random(using: &random) {
            let shift = amount() * Scalar(100_000_000 as UInt64)
            let all = Scalar(BigInteger(1) << ([70, 136, 140].randomElement(using: &random) ?? 70))
            let error = Bool.random(using: &random) ? shift : -all
            for place in 0..<layout.carriedCount {
                values[layout.carriedBefore + place] += error
                if layout.hasAfter { values[layout.carriedAfter + place] += error }
            }
        }
        // The day's turnover all but used up, or a little more than that.
        if subject.kind == .rebalance, template.variant.sameDay, Bool.random(using: &random) {
            let left = values[layout.carriedAfter] - Scalar(4_000_000 as UInt64) * Scalar(100_000_000 as UInt64)
            let error = Scalar(UInt64.random(in: 0...1_500, using: &random)) * Scalar(100_000_000 as UInt64)
            for place in [layout.carriedBefore, layout.carriedAfter] { values[place] -= left + error }
        }
        // A residue that is worth a whole amount and is none: before and after alike, so that the trade is what it was.
        if layout.hasAfter, Int.random(in: 0..<4, using: &random) == 0 {
            let asset = Int.random(in: 0..<count, using: &random)
            let residue = Scalar(UInt64.random(in: 1...9, using: &random)) * Scalar(100_000_000 as UInt64).inverted()
            let wrong = Bool.random(using: &random) ? residue : -Scalar(BigInteger(1) << 64)
            values[layout.after(asset)] += wrong
            if layout.hasBefore { values[layout.before(asset)] += wrong }
        }
        return values
    }
}
