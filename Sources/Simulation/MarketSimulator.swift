public import MarketData

/// A market of our own: correlated prices under a volatility that changes its regime by the day.
///
/// The law, with σ and μ of the regime of the day, m the asset's multiple, ρ its correlation with the factor, and h the
/// length of one step in years of 365 days:
///
/// 1. The regime of a day follows that of the day before by ``MarketParameters/transitions``.
/// 2. The day's volatility is s = σ·exp(d·N), N normal, d the daily dispersion.
/// 3. In each step a factor F and one eᵢ per asset are drawn, normal; the log price of asset i moves by
///    (μ − (mᵢs)²/2)·h + mᵢ·s·√h·(ρᵢF + √(1 − ρᵢ²)·eᵢ). A bar is some steps, and the next bar opens at its close.
/// 4. The volume of a bar is the asset's own, times σ over the least σ, times exp(0.35·N).
///
/// **The same bits on every IEEE machine.** Only +, −, ×, ÷ and √ of `Double` are used, which IEEE 754 rounds in one way;
/// normal variates are exact sums of integers, and the exponential is a polynomial of our own. Prices are rounded to
/// decimals at the end, so a series holds no `Double` at all.
///
/// It is no model of any real market, and no backtest on it says anything about returns: it exists so that the
/// whole chain can be shown, offline, on data without anybody's licence.
public struct MarketSimulator: Sendable {
    /// The law of the market.
    public let parameters: MarketParameters

    /// What fixes every draw.
    public let seed: UInt64

    /// Creates a simulator.
    public init(parameters: MarketParameters, seed: UInt64) {
        self.parameters = parameters
        self.seed = seed
    }

    /// Simulates whole days of candles, one series an asset, in the order of the parameters.
    ///
    /// - Throws: ``SimulationError`` unless `start` is midnight UTC and there are 1…100 000 days.
    public func candles(from start: Timestamp, days: Int) throws(SimulationError) -> [CandleSeries] {
        try history(from: start, days: days).series
    }

    /// Simulates whole days, and tells the regime of each, which an observer of the candles does not see.
    ///
    /// The first `d` days do not depend on how many days follow.
    ///
    /// - Throws: ``SimulationError`` unless `start` is midnight UTC and there are 1…100 000 days.
    public func history(from start: Timestamp, days: Int) throws(SimulationError) -> SimulatedHistory {
        guard (1...100_000).contains(days) else { throw .days(got: days) }
        guard start == start.startOfDay else { throw .notMidnight(got: start) }
        var run = SimulationRun(parameters: parameters, seed: seed)
        var regimes: [Int] = []
        var candles = [[Candle]](repeating: [], count: parameters.assets.count)
        let barsPerDay = Timestamp.millisecondsPerDay / parameters.interval
        for day in 0..<days {
            if day > 0 { run.changeRegime() }
            run.beginDay()
            regimes.append(run.regime)
            for bar in 0..<barsPerDay {
                let offset = Int64(day) * Timestamp.millisecondsPerDay + bar * parameters.interval
                let openTime = start.adding(milliseconds: offset)
                for (index, candle) in run.bar(at: openTime).enumerated() { candles[index].append(candle) }
            }
        }
        var series: [CandleSeries] = []
        for (asset, candles) in zip(parameters.assets, candles) {
            do {
                series.append(try CandleSeries(asset: asset.asset, interval: parameters.interval, candles: candles))
            } catch {
                preconditionFailure("bars follow one another by the interval: \(error)")
            }
        }
        return SimulatedHistory(series: series, regimes: regimes)
    }
}

/// What a simulator made: candles, and what an observer of them cannot see.
public struct SimulatedHistory: Sendable, Hashable {
    /// One series an asset.
    public let series: [CandleSeries]

    /// The regime of each day, `[days]`, as an index into ``MarketParameters/regimes``.
    public let regimes: [Int]
}

/// The state of a simulation between two draws.
private struct SimulationRun {
    private let parameters: MarketParameters
    private let rootOfStep: Double
    private let yearsPerStep: Double
    private let leastVolatility: Double
    private let independentPart: [Double]
    private var random: SplitMix64
    private var walks: [PriceWalk]
    private var dayVolatility = 0.0
    private(set) var regime: Int

    init(parameters: MarketParameters, seed: UInt64) {
        self.parameters = parameters
        let stepsPerBar = Double(parameters.stepsPerBar)
        yearsPerStep = Double(parameters.interval) / (365 * Double(Timestamp.millisecondsPerDay) * stepsPerBar)
        rootOfStep = yearsPerStep.squareRoot()
        leastVolatility = parameters.regimes.map(\.annualizedVolatility).filter { $0 > 0 }.min() ?? 1
        independentPart = parameters.assets.map { (1 - $0.factorCorrelation * $0.factorCorrelation).squareRoot() }
        random = SplitMix64(seed: seed)
        walks = parameters.assets.map { PriceWalk(firstTicks: $0.firstPriceTicks) }
        regime = parameters.firstRegime
    }

    mutating func changeRegime() {
        // Integers: a millionth more or less is the same millionth everywhere. The bias of the remainder is below 2⁻⁴⁴.
        var draw = Int64(random.next() % 1_000_000)
        for (next, probability) in parameters.transitions[regime].enumerated() {
            if draw < probability.value {
                regime = next
                return
            }
            draw -= probability.value
        }
    }

    mutating func beginDay() {
        dayVolatility =
            parameters.regimes[regime].annualizedVolatility
            * reproducibleExponential(parameters.dailyDispersion * random.normal())
    }

    mutating func bar(at openTime: Timestamp) -> [Candle] {
        for index in walks.indices { walks[index].beginBar() }
        let drift = parameters.regimes[regime].annualizedDrift
        for _ in 0..<parameters.stepsPerBar {
            let factor = random.normal()
            for (index, asset) in parameters.assets.enumerated() {
                let volatility = asset.volatilityMultiple * dayVolatility
                let shock = asset.factorCorrelation * factor + independentPart[index] * random.normal()
                let growth = (drift - volatility * volatility / 2) * yearsPerStep
                walks[index].move(by: growth + volatility * rootOfStep * shock)
            }
        }
        // At most a thousandfold, so that the largest volume in thousandths stays below 2⁶³.
        let volatility = parameters.regimes[regime].annualizedVolatility
        let activity = min(max(volatility, leastVolatility) / leastVolatility, 1_000)
        var candles: [Candle] = []
        for (asset, walk) in zip(parameters.assets, walks) {
            let volume = asset.volumePerBar * activity * reproducibleExponential(0.35 * random.normal())
            candles.append(candle(of: asset, walk, at: openTime, volume: volume))
        }
        return candles
    }

    private func candle(of asset: SimulatedAsset, _ walk: PriceWalk, at openTime: Timestamp, volume: Double) -> Candle {
        func price(_ ticks: Int64) -> ExactDecimal {
            ExactDecimal(significand: Int128(ticks), exponent: -asset.priceDecimals) ?? .zero
        }
        let thousandths = Int64((volume * 1_000).rounded(.toNearestOrEven))
        do {
            return try Candle(
                openTime: openTime,
                open: price(walk.open),
                high: price(walk.high),
                low: price(walk.low),
                close: price(walk.close),
                volume: ExactDecimal(significand: Int128(thousandths), exponent: -3) ?? .zero
            )
        } catch {
            preconditionFailure("a walk keeps low ≤ open, close ≤ high above zero: \(error)")
        }
    }
}
