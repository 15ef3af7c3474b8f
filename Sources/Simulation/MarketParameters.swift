public import MarketData

/// The law of a simulated market: *K* volatility regimes that change by the day, *n* assets that share one factor.
public struct MarketParameters: Sendable, Hashable {
    /// The assets, `[n]`.
    public let assets: [SimulatedAsset]

    /// The regimes, `[K]`.
    public let regimes: [SimulatedRegime]

    /// The probability in parts per million that the day after a day of regime i is of regime j, `[K][K]`.
    public let transitions: [[PartsPerMillion]]

    /// The regime of the first day.
    public let firstRegime: Int

    /// Length of a bar in milliseconds; divides a day.
    public let interval: Int64

    /// How many steps of the price make one bar. More steps bring the range closer to that of a continuous path.
    public let stepsPerBar: Int

    /// Standard deviation of the logarithm of a day's volatility around that of its regime.
    public let dailyDispersion: Double

    /// Creates the law of a market.
    ///
    /// - Throws: ``SimulationError`` naming the parameter that cannot be.
    public init(
        assets: [SimulatedAsset],
        regimes: [SimulatedRegime],
        transitions: [[PartsPerMillion]],
        firstRegime: Int = 0,
        interval: Int64 = 3_600_000,
        stepsPerBar: Int = 12,
        dailyDispersion: Double = 0.1
    ) throws(SimulationError) {
        guard !assets.isEmpty else { throw .noAssets }
        for (index, asset) in assets.enumerated() where assets[..<index].contains(where: { $0.asset == asset.asset }) {
            throw .duplicateAsset(asset.asset)
        }
        guard regimes.indices.contains(firstRegime) else {
            throw .regimeOutOfRange(got: firstRegime, count: regimes.count)
        }
        guard transitions.count == regimes.count else {
            throw .transitionCount(expected: regimes.count, got: transitions.count)
        }
        for (index, row) in transitions.enumerated() {
            let isProbability = row.allSatisfy { $0 >= .zero && $0 <= .whole }
            guard row.count == regimes.count, isProbability, row.reduce(0, { $0 + $1.value }) == 1_000_000 else {
                throw .transitionRow(index: index)
            }
        }
        guard interval > 0, Timestamp.millisecondsPerDay % interval == 0 else { throw .interval(got: interval) }
        guard (1...10_000).contains(stepsPerBar) else { throw .stepsPerBar(got: stepsPerBar) }
        guard (0...2).contains(dailyDispersion) else { throw .dailyDispersion(got: dailyDispersion) }
        self.assets = assets
        self.regimes = regimes
        self.transitions = transitions
        self.firstRegime = firstRegime
        self.interval = interval
        self.stepsPerBar = stepsPerBar
        self.dailyDispersion = dailyDispersion
    }
}

/// One volatility regime of a simulated market.
public struct SimulatedRegime: Sendable, Hashable {
    /// The name, such as `calm`.
    public let label: String

    /// Volatility of an asset of multiple 1: standard deviation of the log price over 365 days.
    public let annualizedVolatility: Double

    /// Growth of the expected price over 365 days, as a logarithm.
    public let annualizedDrift: Double

    /// Creates a regime.
    ///
    /// - Throws: ``SimulationError`` unless 0 ≤ volatility ≤ 10 and −10 ≤ drift ≤ 10.
    public init(label: String, annualizedVolatility: Double, annualizedDrift: Double) throws(SimulationError) {
        guard (0...10).contains(annualizedVolatility) else { throw .volatility(got: annualizedVolatility) }
        guard (-10...10).contains(annualizedDrift) else { throw .drift(got: annualizedDrift) }
        self.label = label
        self.annualizedVolatility = annualizedVolatility
        self.annualizedDrift = annualizedDrift
    }
}

/// One asset of a simulated market.
public struct SimulatedAsset: Sendable, Hashable {
    /// The asset.
    public let asset: Asset

    /// The first price in ticks of 10^−``priceDecimals``.
    public let firstPriceTicks: Int64

    /// How many decimals prices have.
    public let priceDecimals: Int

    /// Volatility as a multiple of the regime's.
    public let volatilityMultiple: Double

    /// Correlation of its returns with the market factor; those of two assets correlate by the product.
    public let factorCorrelation: Double

    /// Typical volume of a bar in the calmest regime, in whole units.
    public let volumePerBar: Double

    /// Creates an asset.
    ///
    /// - Throws: ``SimulationError`` naming the number that cannot be.
    public init(
        asset: Asset,
        firstPriceTicks: Int64,
        priceDecimals: Int,
        volatilityMultiple: Double,
        factorCorrelation: Double,
        volumePerBar: Double
    ) throws(SimulationError) {
        guard (1...PriceWalk.largestTicks).contains(firstPriceTicks) else { throw .firstPrice(got: firstPriceTicks) }
        guard (0...8).contains(priceDecimals) else { throw .priceDecimals(got: priceDecimals) }
        guard (0...10).contains(volatilityMultiple) else { throw .volatility(got: volatilityMultiple) }
        guard (-1...1).contains(factorCorrelation) else { throw .correlation(got: factorCorrelation) }
        guard (0...1e12).contains(volumePerBar) else { throw .volume(got: volumePerBar) }
        self.asset = asset
        self.firstPriceTicks = firstPriceTicks
        self.priceDecimals = priceDecimals
        self.volatilityMultiple = volatilityMultiple
        self.factorCorrelation = factorCorrelation
        self.volumePerBar = volumePerBar
    }
}

/// Why numbers are not the law of a market.
public enum SimulationError: Error, Hashable, Sendable {
    /// There is no asset.
    case noAssets
    /// An asset is given twice.
    case duplicateAsset(Asset)
    /// The first regime is none of the regimes.
    case regimeOutOfRange(got: Int, count: Int)
    /// Not one row of transitions a regime.
    case transitionCount(expected: Int, got: Int)
    /// A row of transitions is not a probability distribution over the regimes.
    case transitionRow(index: Int)
    /// The interval does not divide a day.
    case interval(got: Int64)
    /// Not 1…10 000 steps a bar.
    case stepsPerBar(got: Int)
    /// A daily dispersion outside 0…2.
    case dailyDispersion(got: Double)
    /// A volatility, or multiple of one, outside 0…10.
    case volatility(got: Double)
    /// A drift outside −10…10.
    case drift(got: Double)
    /// A first price outside 1…10¹⁵ ticks.
    case firstPrice(got: Int64)
    /// Not 0…8 decimals.
    case priceDecimals(got: Int)
    /// A correlation outside −1…1.
    case correlation(got: Double)
    /// A volume outside 0…10¹².
    case volume(got: Double)
    /// Not 1…100 000 days.
    case days(got: Int)
    /// The first bar does not open at midnight UTC.
    case notMidnight(got: Timestamp)
}

extension SimulationError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .noAssets: "expected at least one asset, got none"
        case .duplicateAsset(let asset): "asset `\(asset)` is given twice"
        case .regimeOutOfRange(let got, let count): "expected a regime from 0 below \(count), got \(got)"
        case .transitionCount(let expected, let got): "expected \(expected) rows of transitions, got \(got)"
        case .transitionRow(let index): "transition row \(index + 1) is not a probability distribution"
        case .interval(let got): "expected an interval that divides a day, got \(got) milliseconds"
        case .stepsPerBar(let got): "expected 1 through 10000 steps a bar, got \(got)"
        case .dailyDispersion(let got): "expected a daily dispersion from 0 through 2, got \(got)"
        case .volatility(let got): "expected a volatility from 0 through 10, got \(got)"
        case .drift(let got): "expected a drift from -10 through 10, got \(got)"
        case .firstPrice(let got): "expected a first price from 1 through 10^15 ticks, got \(got)"
        case .priceDecimals(let got): "expected 0 through 8 decimals, got \(got)"
        case .correlation(let got): "expected a correlation from -1 through 1, got \(got)"
        case .volume(let got): "expected a volume from 0 through 10^12, got \(got)"
        case .days(let got): "expected 1 through 100000 days, got \(got)"
        case .notMidnight(let got): "expected a day's start in UTC, got `\(got)`"
        }
    }
}
