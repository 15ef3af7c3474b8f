import BigIntegers
import MarketData
import Rebalancing
import TestSupport
import Testing

@testable import Rebalancing

@Suite("Rules over volatility and tracking error")
struct RiskRuleTests {
    private func closes(_ rows: [[UInt64]]) -> [[Price]] {
        rows.map { $0.compactMap { Price(units: $0 * 100_000_000) } }
    }

    @Test("the covariance of three closes is the one worked out by hand")
    func handComputed() throws {
        // 100 → 110 → 99: returns ⌊0.1·2⁴⁰⌋ = 109951162777 and ⌊0.9·2⁴⁰⌋ − 2⁴⁰ = −109951162778, whose mean is ⌊−1/2⌋ = −1.
        let covariance = try ExactCovariance(closes: closes([[100, 110, 99], [1, 1, 1]]))
        let squares: BigInteger = 109_951_162_778 * 109_951_162_778 + 109_951_162_777 * 109_951_162_777
        #expect(covariance.days == 2)
        #expect(covariance.entries == [[365 * squares, 0], [0, 0]])
        #expect(covariance.factor[1] == [0, 0])
        // √(365·2·0.1²) = √7.3 = 2.7018512…
        let targets = try TargetWeights([500_000, 500_000].map { PartsPerMillion($0) })
        let matrix = try #require(
            RiskMatrix(RiskMeasure(.volatility, days: 2), of: MarketRisk([covariance]), targets: targets)
        )
        #expect(matrix.rows == [[2_701_851, 0], [0, 0]])
        // Half in it strays from half by nothing; the rows are ± half of 2.7018512…
        let error = try #require(
            RiskMatrix(RiskMeasure(.trackingError, days: 2), of: MarketRisk([covariance]), targets: targets)
        )
        #expect(error.rows == [[1_350_926, 0], [-1_350_926, 0]])
    }

    /// Sample covariance times 365, in floating point and by another route: the mean of products less the product of means.
    private func reference(_ rows: [[Double]]) -> [[Double]] {
        let returns = rows.map { row in zip(row.dropFirst(), row).map { $0 / $1 - 1 } }
        let count = Double(returns[0].count)
        return returns.map { left in
            returns.map { right in
                let product = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } / count
                let means = left.reduce(0, +) / count * right.reduce(0, +) / count
                return 365 * (product - means) * count / (count - 1)
            }
        }
    }

    @Test("figures agree with floating point to three parts per million of value", arguments: UInt64(0)..<40)
    func agreesWithFloatingPoint(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 2...8, using: &random)
        let days = Int.random(in: 2...90, using: &random)
        var rows: [[UInt64]] = []
        for asset in 0..<count {
            var price = Double.random(in: 1e8...1e13, using: &random)
            // Some assets follow the first, up to its very closes: the matrix is then singular.
            let follows = asset > 0 && Int.random(in: 0..<3, using: &random) == 0
            rows.append(
                (0...days).map { day in
                    price *= 1 + Double.random(in: -0.08...0.08, using: &random)
                    return follows ? rows[0][day] * 3 : UInt64(price)
                }
            )
        }
        let exact = try ExactCovariance(closes: rows.map { $0.compactMap { Price(units: $0) } })
        let expected = reference(rows.map { $0.map { Double($0) } })
        var weights = (0..<count).map { _ in Int64.random(in: 0...100_000, using: &random) }
        weights[0] += 1
        let whole = weights.reduce(0, +)
        var targets = weights.map { _ in 1_000_000 / Int64(count) }
        targets[0] += 1_000_000 - targets.reduce(0, +)
        let values = weights.map { BigInteger($0) << 60 }
        let decision = DecisionValues(before: values, after: values, carriedBefore: 0, carriedAfter: 0)
        for kind in [RiskMeasure.Kind.volatility, .trackingError, .deviationTrackingError] {
            let measure = RiskMeasure(kind, days: days)
            let matrix = try #require(
                RiskMatrix(
                    measure,
                    of: MarketRisk([exact]),
                    targets: TargetWeights(targets.map { PartsPerMillion($0) })
                )
            )
            let shares = zip(weights, targets).map {
                Double($0) / Double(whole) - (kind == .volatility ? 0 : Double($1) / 1e6)
            }
            var variance = 0.0
            for row in 0..<count {
                for column in 0..<count { variance += shares[row] * shares[column] * expected[row][column] }
            }
            // Rounding to parts per million costs √8/2 of them at most; floating point cancels to some 10⁻⁸ of a variance.
            let figure = max(variance, 0).squareRoot() * 1e6
            for (limit, sense) in [(figure + 3, ConcentrationForm.Sense.atMost), (figure - 3, .above)] where limit >= 0
            {
                let form = RiskForm(
                    measure: measure,
                    moment: .before,
                    limit: PartsPerMillion(Int64(sense == .atMost ? limit.rounded(.up) : limit.rounded(.down))),
                    sense: sense,
                    shift: 40,
                    deviations: kind == .deviationTrackingError ? deviations(of: targets) : nil
                )
                #expect(form.margin(decision, matrix: matrix) >= 0, "\(kind) of \(figure)")
            }
        }
    }

    /// 10⁶·valueᵢ − tᵢ·V beside 10⁶·V, as a mandate of these targets has them.
    private func deviations(of targets: [Int64]) -> RiskForm.Deviations {
        let total = LinearForm(
            Dictionary(uniqueKeysWithValues: targets.indices.map { (FormVariable.valueBefore($0), BigInteger(1)) })
        )
        return RiskForm.Deviations(
            ofAssets: targets.indices.map {
                1_000_000 * LinearForm(.valueBefore($0)) - BigInteger(targets[$0]) * total
            },
            total: 1_000_000 * total,
            shift: 60
        )
    }

    @Test("tracking error over a matrix is refused where targets are secret, and of deviations it is not")
    func secretTargets() throws {
        let assets = try ["BTC", "USD"].map { try Asset($0) }
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        func sealed(_ kind: RiskMeasure.Kind, _ targets: [Int]?) throws -> Mandate {
            let mandate = try Mandate(
                regime: "any",
                assets: assets,
                quote: assets[1],
                targets: TargetWeights([600_000, 400_000].map { PartsPerMillion($0) }),
                bands: [band, band],
                triggersOnDrift: true,
                limits: TradingLimits(costCeiling: PartsPerMillion(3_500)),
                furtherTriggers: [
                    Requirement(name: "astray", predicate: .risk(RiskMeasure(kind, days: 30), atMost: .zero))
                ]
            )
            let width = SecretParameters.Width(2, times: ExactFraction(1))
            return try mandate.sealed(
                by: SecretParameters(
                    parameters: ["a", "b", "c"].map { .init(name: $0, range: 10_000...900_000) },
                    targets: targets,
                    bands: assets.map { _ in .init(trigger: width, destination: .secret(width)) }
                )
            )
        }
        #expect(throws: MandateError.self) { try sealed(.trackingError, [0, 1]) }
        #expect(try sealed(.trackingError, nil).targets.weights.map(\.value) == [600_000, 400_000])
        #expect(try sealed(.deviationTrackingError, [0, 1]).riskWindows == [30])
        // Both read the deviations through products with V, and no target that stands for nothing.
        let forms = try sealed(.deviationTrackingError, [0, 1]).deviations(.before).ofAssets
        #expect(forms[1] == 1_000_000 * LinearForm(.valueBefore(1)) - LinearForm(.secretShareBefore(1)))
    }

    @Test("an asset that others explain adds nothing of its own, whatever the rounding", arguments: 2..<12)
    func singularMatrices(day: Int) throws {
        // Three names for one series, and fewer returns than assets.
        let row = (0...UInt64(day)).map { 1_000 + ($0 * 7_919) % 97 }
        let covariance = try ExactCovariance(closes: closes([row, row, row.map { 3 * $0 }, row]))
        let targets = try TargetWeights([250_000, 250_000, 250_000, 250_000].map { PartsPerMillion($0) })
        let matrix = try #require(
            RiskMatrix(RiskMeasure(.volatility, days: day), of: MarketRisk([covariance]), targets: targets)
        )
        let first = matrix.rows[0][0]
        #expect(first > 0)
        #expect(matrix.rows.allSatisfy { ($0[0] - first).magnitude <= 1 && $0.dropFirst().allSatisfy { $0 == 0 } })
    }

    @Test("a row of the factor that rounding made longer than any asset may swing is refused")
    func entangledPrices() {
        // Found by search: B is A and one part per million; C's own part is what rounding left of it; D is that part, and its
        // row of L would be 1 641 long, 164 100% a year, while no asset swings by more than 1 900%.
        let rows: [[UInt64]] = [
            [
                2_305_843_009_213_693_952, 4_005_029_829_389_844_480, 1_053_704_056_855_050_012,
                1_830_183_651_788_441_752,
                481_512_503_234_730_912, 836_341_386_197_359_366, 220_037_390_254_891_241, 382_184_003_000_467_621,
                100_550_770_301_765_005,
            ],
            [
                2_305_843_009_213_693_952, 4_005_029_939_878_297_600, 1_053_704_277_835_604_100,
                1_830_183_985_119_610_563,
                481_512_503_236_126_982, 836_341_409_272_288_027, 220_037_436_401_298_600, 382_184_072_608_710_646,
                100_550_770_302_348_067,
            ],
            [
                2_305_843_009_213_693_952, 4_366_389_600_713_703_424, 8_268_244_657_892_953_324,
                879_578_873_001_015_059,
                93_577_258_933_854_457, 177_199_735_038_079_988, 335_547_419_398_665_274, 35_695_656_479_072_955,
                3_797_614_735_514_771,
            ],
            [
                2_305_843_009_213_693_952, 4_381_101_717_505_179_648, 438_110_171_752_111_801, 43_811_017_175_370_564,
                83_240_932_633_188_134, 158_157_772_003_027_172, 15_815_777_200_360_255, 1_581_577_720_041_780,
                3_004_997_668_078_807,
            ],
        ]
        let prices = rows.map { $0.compactMap { Price(units: $0) } }
        #expect(throws: RiskError.entangled(asset: 3)) { try ExactCovariance(closes: prices) }
        #expect(throws: Never.self) { try ExactCovariance(closes: Array(prices.dropLast())) }
    }

    @Test("a market too wild, too short or of another length is refused")
    func refusals() {
        #expect(throws: RiskError.tooVolatile(asset: 0, mostPercent: 5_000)) {
            try ExactCovariance(closes: closes([[1, 10, 1], [1, 1, 1]]))
        }
        #expect(throws: RiskError.tooFewCloses(got: 2, expected: 3)) { try ExactCovariance(closes: closes([[1, 2]])) }
        #expect(throws: RiskError.tooFewCloses(got: 2, expected: 3)) {
            try ExactCovariance(closes: closes([[1, 2, 3], [1, 2]]))
        }
        let one = PartsPerMillion.whole
        let three = Array(repeating: PartsPerMillion(500_000), count: 3)
        // Two that move with a third cannot move against each other.
        #expect(throws: RiskError.impossible) {
            try ExactCovariance(
                days: 60,
                volatilities: three,
                correlations: [
                    [one, one, one], [one, one, .zero], [one, .zero, one],
                ]
            )
        }
    }

    @Test("no claim about risk holds where nothing is known of it, neither a rule nor its breach")
    func unknown() throws {
        let portfolio = try Self.portfolio(limit: 500_000)
        let values = try portfolio.values([50, 30, 20], [50, 30, 20])
        let rule = portfolio.mandate.requirements[0]
        #expect(portfolio.mandate.kept(rule, .before).margin(values) < 0)
        #expect(portfolio.mandate.broken(rule, .before).margin(values) < 0)
        #expect(throws: HoldingsError.noCovariance(days: 2)) {
            try portfolio.mandate.decision(for: portfolio.state([50, 30, 20]))
        }
    }

    private static func portfolio(limit: Int64, trigger: Int64? = nil) throws -> Portfolio {
        let measure = RiskMeasure(.volatility, days: 2)
        return try Portfolio(
            requirements: [Requirement(name: "budget", predicate: .risk(measure, atMost: PartsPerMillion(limit)))],
            furtherTriggers: trigger.map {
                let error = RiskMeasure(.trackingError, days: 2)
                return [Requirement(name: "astray", predicate: .risk(error, atMost: PartsPerMillion($0)))]
            } ?? []
        )
    }

    private func state(_ portfolio: Portfolio, _ parts: [UInt64], volatilities: [Int64]) throws -> VaultState {
        let correlations = (0..<3).map { row in (0..<3).map { $0 == row ? PartsPerMillion.whole : .zero } }
        let covariance = try ExactCovariance(
            days: 2,
            volatilities: volatilities.map { PartsPerMillion($0) },
            correlations: correlations
        )
        return try VaultState(
            holdings: portfolio.holdings(parts.map { $0 * 10_000_000_000 }),
            prices: portfolio.unitPrices,
            lastRebalance: Portfolio.noon.adding(milliseconds: -172_800_000),
            time: Portfolio.noon,
            risk: MarketRisk([covariance])
        )
    }

    @Test("a broken budget sells what swings, and no more of it than the budget asks")
    func planSellsRisk() throws {
        let portfolio = try Self.portfolio(limit: 500_000)
        // 54% at 100% swing by 54%.
        let state = try state(portfolio, [54, 30, 16], volatilities: [1_000_000, 0, 0])
        #expect(try portfolio.mandate.decision(for: state) == .rebalance(because: [.requirement(name: "budget")]))
        let plan = try portfolio.mandate.plan(for: state, costs: TransactionCosts(proportional: .zero))
        let after = portfolio.mandate.values(of: plan.after, at: state.prices)
        let share = (1_000_000 * after[0]).floorDivided(by: after.reduce(0, +))
        #expect(share <= 500_001 && share >= 499_000)
    }

    @Test("a budget that the target itself breaks is named as the conflict")
    func conflict() throws {
        let portfolio = try Self.portfolio(limit: 400_000)
        let state = try state(portfolio, [54, 30, 16], volatilities: [1_000_000, 0, 0])
        let error = #expect(throws: PlanError.self) {
            try portfolio.mandate.plan(for: state, costs: TransactionCosts(proportional: .zero))
        }
        #expect(error?.description.contains("`budget`") == true)
    }

    @Test("tracking error is a trigger that need not hold after, and no hold is provable while it is beyond")
    func trackingErrorTriggers() throws {
        let portfolio = try Self.portfolio(limit: 1_000_000, trigger: 40_000)
        // Four points at 100% stray by 4%, which is not above it; a hundredth more is.
        let held = try state(portfolio, [54, 26, 20], volatilities: [1_000_000, 0, 0])
        guard case .hold(.withinBands) = try portfolio.mandate.decision(for: held) else {
            Issue.record("expected a hold")
            return
        }
        let astray = try state(portfolio, [5_401, 2_599, 2_000], volatilities: [1_000_000, 0, 0])
        #expect(try portfolio.mandate.decision(for: astray) == .rebalance(because: [.condition(name: "astray")]))
        let values = try portfolio.mandate.unmovedValues(of: astray)
        #expect(
            portfolio.mandate.failures(ofHold: values, sameDay: false, scheduleDue: false).map(\.name) == ["not astray"]
        )
    }
}
