import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport

@testable import Attestations

/// Random mandates and decisions in small round numbers, so that states on the very edge of a rule are common.
struct RandomDecision {
    private var random: SplitMix64
    private(set) var prices: [Price] = []
    /// What the market says of risk, where the mandate asks.
    private(set) var risk = MarketRisk.none
    /// Milliseconds since the last rebalance, which a slippage bucket drains in.
    private(set) var elapsed: Int64 = 0
    /// How many quantity units of 10⁻⁸ a round number counts: more where values are squared, which floors small ones to nothing.
    private var scale: UInt64 = 1

    /// Which rules a mandate may have.
    enum Rules {
        /// Bands, limits and requirements over weights and concentration.
        case plain
        /// Rules over risk and positions and a slippage bucket too.
        case all
    }

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: choices.indices, using: &random)] }

    mutating func mandate(_ rules: Rules = .plain) throws -> Mandate {
        let count = Int.random(in: 2...4, using: &random)
        let assets = try (0..<count).map { try Asset($0 == count - 1 ? "USD" : "A\($0)") }
        prices = (0..<count).map { $0 == count - 1 ? .one : Price(units: pick([1, 2, 5]) * 100_000_000) ?? .one }
        let targets: [Int64] = pick(
            [
                2: [[500_000, 500_000], [800_000, 200_000], [1_000_000, 0]],
                3: [[500_000, 300_000, 200_000], [400_000, 400_000, 200_000]],
                4: [[400_000, 300_000, 200_000, 100_000], [250_000, 250_000, 250_000, 250_000]],
            ][count] ?? []
        )
        let bands = (0..<count).map { _ in
            ToleranceBand(
                trigger: chance(90)
                    ? ExactFraction(BigInteger(Int(pick([20_000, 50_000])))) * ExactFraction(3, over: 7) : nil,
                destination: pick([ExactFraction(0), ExactFraction(10_000), ExactFraction(50_000, over: 3)])
            )
        }
        let (requirements, triggers) = try self.requirements(count, targets, rules)
        let smallest: Money? = chance(40) ? Money(units: Int128(pick([10, 20]) * scale)) : nil
        var caps: [Asset: Money] = [:]
        if chance(30) { caps[assets[0]] = Money(units: Int128(pick([50, 100]) * scale)) }
        return try Mandate(
            regime: "calm",
            assets: assets,
            quote: assets[count - 1],
            targets: TargetWeights(targets.map { PartsPerMillion($0) }),
            bands: bands,
            triggersOnDrift: chance(90) || bands.allSatisfy { $0.trigger == nil },
            schedules: [.daily(minuteOfDay: 0)],
            limits: TradingLimits(
                turnoverPerRebalance: chance(40) ? PartsPerMillion(pick([50_000, 100_000])) : nil,
                turnoverPerDay: chance(40) ? PartsPerMillion(pick([50_000, 150_000])) : nil,
                largestTrades: caps,
                smallestTrade: smallest,
                slippageBucket: rules == .all ? bucket() : nil,
                costCeiling: PartsPerMillion(pick([0, 10_000, 100_000]))
            ),
            requirements: requirements,
            furtherTriggers: triggers
        )
    }

    /// Of one to five thousandths of value, drained in a week, after some time of it.
    private mutating func bucket() -> SlippageBucket? {
        guard chance(40) else { return nil }
        elapsed = pick([0, TestVault.day, 3 * TestVault.day, 7 * TestVault.day])
        return SlippageBucket(capacity: PartsPerMillion(pick([1_000, 2_000, 5_000])), refill: 7 * TestVault.day)
    }

    /// Requirements and further triggers.
    private mutating func requirements(
        _ count: Int,
        _ targets: [Int64],
        _ rules: Rules
    ) throws -> ([Requirement], [Requirement]) {
        var requirements = self.requirements(count, targets)
        guard rules == .all else { return (requirements, []) }
        if chance(30) {
            requirements.append(
                chance(50)
                    ? Requirement(name: "few", predicate: .positions(.atMost, limit: pick([count - 1, count])))
                    : Requirement(name: "spread", predicate: .positions(.above, limit: pick([0, count - 1])))
            )
        }
        guard chance(40) else { return (requirements, []) }
        scale = 10_000_000
        var closes: [[Price]] = []
        for asset in 0..<count {
            let isCash = asset == count - 1
            closes.append(
                (0...5).compactMap { _ in
                    Price(units: isCash ? 100_000_000 : UInt64.random(in: 90_000_000...110_000_000, using: &random))
                }
            )
        }
        risk = MarketRisk([try ExactCovariance(closes: closes)])
        var triggers: [Requirement] = []
        if chance(60) {
            let limit = PartsPerMillion(pick([400_000, 900_000, 2_000_000]))
            requirements.append(
                Requirement(name: "budget", predicate: .risk(RiskMeasure(.volatility, days: 5), atMost: limit))
            )
        }
        if chance(60) || requirements.last?.name != "budget" {
            let measure = RiskMeasure(pick([.trackingError, .deviationTrackingError]), days: 5)
            let limit = PartsPerMillion(pick([20_000, 60_000, 150_000]))
            let rule = Requirement(name: "near", predicate: .risk(measure, atMost: limit))
            if chance(50) { requirements.append(rule) } else { triggers.append(rule) }
        }
        return (requirements, triggers)
    }

    private mutating func requirements(_ count: Int, _ targets: [Int64]) -> [Requirement] {
        var requirements: [Requirement] = []
        if chance(40) {
            let cap = BigInteger(Int(targets[0] + 50_000))
            requirements.append(
                Requirement(
                    name: "cap",
                    predicate: .nonNegative(
                        coefficients: (0..<count).map { $0 == 0 ? cap - 1_000_000 : cap },
                        constant: chance(20) ? -1 : 0
                    )
                )
            )
        }
        if chance(40) {
            let index = targets.reduce(0) { $0 + $1 * $1 } / 1_000_000
            requirements.append(
                Requirement(
                    name: "diversified",
                    predicate: .concentration(atMost: PartsPerMillion(index + pick([0, 20_000])))
                )
            )
        }
        return requirements
    }

    /// What goes into a circuit, in quantity units.
    struct Move {
        var before: [UInt64]
        var after: [UInt64]
        var carriedBefore: BigInteger
        var carriedAfter: BigInteger
        var bucket = BucketValues.empty

        func values(
            _ prices: [Price],
            _ mandate: Mandate,
            risk: MarketRisk = .none
        ) throws -> DecisionValues {
            try DecisionValues(
                before: Holdings(before.map(Quantity.init(units:)), under: mandate),
                after: Holdings(after.map(Quantity.init(units:)), under: mandate),
                prices: prices,
                carriedBefore: carriedBefore,
                carriedAfter: carriedAfter,
                risk: risk,
                bucket: bucket,
                under: mandate
            )
        }

        func committed(_ kind: AttestationKind, _ mandate: Mandate) -> [Scalar] {
            let carriedBefore =
                (mandate.carriesTurnover ? [Scalar(carriedBefore)] : [])
                + (mandate.carriesBucket ? [Scalar(bucket.before)] : [])
            let carriedAfter =
                (mandate.carriesTurnover ? [Scalar(carriedAfter)] : [])
                + (mandate.carriesBucket ? [Scalar(bucket.after)] : [])
            return switch kind {
            case .genesis: after.map { Scalar($0) } + carriedAfter
            case .hold: before.map { Scalar($0) } + carriedBefore
            case .amend, .halt, .resume: []
            case .flow: (before + after).map { Scalar($0) }
            case .rebalance:
                (before + after).map { Scalar($0) } + carriedBefore + carriedAfter
            }
        }
    }

    /// A state near the targets of a portfolio of 1 000 quote units (of 10⁻⁸), in which nothing moves.
    mutating func stay(of mandate: Mandate) -> Move {
        var worth = mandate.targets.weights.map { Int($0.value / 1_000) }
        if chance(3) { worth = worth.map { _ in 0 } }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let (from, to) = (
                Int.random(in: worth.indices, using: &random), Int.random(in: worth.indices, using: &random)
            )
            let amount = min(worth[from], pick([1, 10, 20, 50, 60, 71, 100]))
            worth[from] -= amount
            worth[to] += amount
        }
        let quantities = zip(worth, prices).map { UInt64($0) * scale * 100_000_000 / $1.units }
        let unit = BigInteger(100_000_000 * scale)
        let carried: BigInteger = mandate.carriesTurnover ? pick([0, 50, 100, 190, 199, 300]) * unit : 0
        var move = Move(before: quantities, after: quantities, carriedBefore: carried, carriedAfter: carried)
        if mandate.carriesBucket {
            let held = pick([0, 1, 2, 4, 5, 6]) * unit
            move.bucket = BucketValues(before: held, after: held, elapsed: elapsed)
        }
        return move
    }

    /// A few trades from such a state, most of them towards the targets, at a cost out of the last asset.
    mutating func move(of mandate: Mandate, sameDay: Bool) -> Move {
        var move = stay(of: mandate)
        let worth = zip(move.before, prices).map { Int($0 * $1.units / 100_000_000 / scale) }
        let drift = zip(worth, mandate.targets.weights).map { $0 - Int($1.value / 1_000) }
        var after = worth
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let over = drift.indices.max { drift[$0] < drift[$1] } ?? 0
            let under = drift.indices.min { drift[$0] < drift[$1] } ?? 0
            let from = chance(85) ? over : Int.random(in: worth.indices, using: &random)
            let to = chance(85) ? under : Int.random(in: worth.indices, using: &random)
            let amount = max(
                0,
                min(after[from], pick([10, 20, drift[over], -drift[under], drift[over] / 2, drift[over] - 1]))
            )
            after[from] -= amount
            after[to] += amount
        }
        if chance(40) { after[after.count - 1] += pick([-3, -2, -1, -1, 1, 2]) }
        move.after = zip(after, prices).map { UInt64(max(0, $0)) * scale * 100_000_000 / $1.units }
        if mandate.carriesBucket, let values = try? move.values(prices, mandate) {
            move.bucket = BucketValues(
                before: move.bucket.before,
                after: mandate.bucketAfter(values) + (chance(8) ? 1 : 0),
                elapsed: elapsed
            )
        }
        guard mandate.carriesTurnover else { return move }
        let twice = zip(zip(move.before, move.after), prices).reduce(BigInteger(0)) { sum, pair in
            let change = BigInteger(pair.0.1) - BigInteger(pair.0.0)
            return sum + change.magnitude * BigInteger(pair.1.units)
        }
        move.carriedAfter = twice + (sameDay ? move.carriedBefore : 0) + (chance(5) ? 1 : 0)
        return move
    }
}
