import BigIntegers
import MarketData
import Rebalancing
import TestSupport

/// Random mandates and states, extremes included.
struct RandomMandate {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func mandate(mildLimits: Bool = false) throws -> Mandate {
        let count = Int.random(in: 2...8, using: &random)
        let holdsQuote = chance(70)
        let assets = try (0..<count).map { try Asset(holdsQuote && $0 == count - 1 ? "USD" : "A\($0)") }
        let targets = try targets(count)
        let multiplier = ExactFraction(BigInteger(Int.random(in: 1...30, using: &random)), over: 7)
        let bands = (0..<count).map { _ in band(multiplier) }
        var limits = (perRebalance: PartsPerMillion?.none, perDay: PartsPerMillion?.none, smallest: Money?.none)
        var caps: [Asset: Money] = [:]
        if !mildLimits {
            if chance(30) { limits.perRebalance = PartsPerMillion(Int64.random(in: 0...200_000, using: &random)) }
            if chance(30) { limits.perDay = PartsPerMillion(Int64.random(in: 0...200_000, using: &random)) }
            if chance(30) {
                limits.smallest = Money(units: Int128(Int64.random(in: 0...50_000_000_000, using: &random)))
            }
            if chance(20) {
                caps[assets[0]] = Money(units: Int128(Int64.random(in: 0...5_000_000_000_000, using: &random)))
            }
        }
        return try Mandate(
            regime: "calm",
            assets: assets,
            quote: Asset("USD"),
            targets: targets,
            bands: bands,
            triggersOnDrift: true,
            schedules: chance(20) ? [.daily(minuteOfDay: 0)] : [],
            limits: TradingLimits(
                turnoverPerRebalance: limits.perRebalance,
                turnoverPerDay: limits.perDay,
                largestTrades: caps,
                smallestTrade: limits.smallest,
                costCeiling: PartsPerMillion(5_000)
            ),
            requirements: requirements(targets)
        )
    }

    private mutating func targets(_ count: Int) throws -> TargetWeights {
        var left: Int64 = 1_000_000
        var weights: [Int64] = []
        for index in 0..<count {
            let share = index == count - 1 ? left : chance(10) ? 0 : Int64.random(in: 0...left, using: &random)
            weights.append(share)
            left -= share
        }
        weights.shuffle(using: &random)
        return try TargetWeights(weights.map(PartsPerMillion.init))
    }

    private mutating func band(_ multiplier: ExactFraction) -> ToleranceBand {
        let trigger = ExactFraction(BigInteger(Int.random(in: 0...60_000, using: &random))) * multiplier
        let destination: ExactFraction =
            switch Int.random(in: 0..<5, using: &random) {
            case 0: ExactFraction(1_000)
            case 1: ExactFraction(1, over: 2) * trigger
            case 2: ExactFraction(10_000) * multiplier
            case 3: ExactFraction(0)
            default: trigger
            }
        return ToleranceBand(trigger: chance(90) ? trigger : nil, destination: destination)
    }

    /// Requirements that the target keeps with a little to spare, as the language's static check promises.
    private mutating func requirements(_ targets: TargetWeights) -> [Requirement] {
        let weights = targets.weights.map { Int($0.value) }
        var requirements: [Requirement] = []
        for (index, weight) in weights.enumerated() where chance(20) {
            let cap = weight + Int.random(in: 5_000...100_000, using: &random)
            let coefficients = weights.indices.map { BigInteger($0 == index ? cap - 1_000_000 : cap) }
            requirements.append(
                Requirement(name: "cap \(index)", predicate: .nonNegative(coefficients: coefficients, constant: 0))
            )
        }
        if chance(20) {
            let index = weights.reduce(0) { $0 + $1 * $1 } / 1_000_000
            let limit = PartsPerMillion(Int64(index + Int.random(in: 5_000...100_000, using: &random)))
            requirements.append(Requirement(name: "diversified", predicate: .concentration(atMost: limit)))
        }
        return requirements
    }

    /// A portfolio of about a million, strayed from its targets by up to a few points.
    mutating func ordinaryState(of mandate: Mandate) throws -> VaultState {
        let quote = mandate.assets.firstIndex(of: mandate.quote)
        let prices = mandate.assets.indices.map { index in
            index == quote
                ? Price.one : Price(units: UInt64.random(in: 10_000_000...10_000_000_000_000, using: &random))
        }
        let quantities = zip(mandate.targets.weights, prices).map { target, price in
            let share = Double(target.value) / 1e6 * Double.random(in: 0.6...1.4, using: &random)
            return Quantity(units: UInt64(share * 1e6 * 1e8 * 1e8 / Double((price ?? .one).units)))
        }
        return try state(of: mandate, quantities, prices.map { $0 ?? .one })
    }

    /// Holdings and prices from nothing to the largest that fit.
    mutating func extremeState(of mandate: Mandate) throws -> VaultState {
        let quote = mandate.assets.firstIndex(of: mandate.quote)
        let only = chance(20) ? Int.random(in: 0..<mandate.assets.count, using: &random) : nil
        let quantities = mandate.assets.indices.map { index in
            Quantity(units: only.map { $0 == index } ?? true ? extreme() : 0)
        }
        let prices = mandate.assets.indices.map { index in
            index == quote ? Price.one : Price(units: max(extreme(), 1)) ?? .one
        }
        return try state(of: mandate, quantities, prices)
    }

    private mutating func extreme() -> UInt64 {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: 0
        case 1: 1
        case 2: UInt64.max
        case 3: 1 << 63
        default: UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64.random(in: 0...63, using: &random)
        }
    }

    private mutating func state(of mandate: Mandate, _ quantities: [Quantity], _ prices: [Price]) throws -> VaultState {
        try VaultState(
            holdings: Holdings(quantities, under: mandate),
            prices: prices,
            carriedTurnover: mandate.carriesTurnover
                ? BigInteger(UInt64.random(in: 0...1_000_000, using: &random)) * 100_000_000_000_000_000 : 0,
            lastRebalance: Portfolio.noon.adding(milliseconds: chance(50) ? -3_600_000 : -86_400_000),
            time: Portfolio.noon
        )
    }
}
