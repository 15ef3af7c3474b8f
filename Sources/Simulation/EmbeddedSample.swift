public import MarketData

extension MarketSimulator {
    /// The market of the embedded sample: BTC, ETH and SOL by the hour, in three regimes.
    ///
    /// Annualized volatility of BTC is 35% when calm (on average 30 days at a stretch), 65% when choppy (20 days) and 120%
    /// in a storm (8 days). ETH moves 1.2 times as much and SOL 1.6 times; their returns correlate by 0.83 (BTC, ETH),
    /// 0.72 (BTC, SOL) and 0.74 (ETH, SOL).
    public static let sampleParameters: MarketParameters = {
        do {
            return try MarketParameters(
                assets: [
                    SimulatedAsset(
                        asset: Asset("BTC"),
                        firstPriceTicks: 42_250_00,
                        priceDecimals: 2,
                        volatilityMultiple: 1,
                        factorCorrelation: 0.9,
                        volumePerBar: 1_200
                    ),
                    SimulatedAsset(
                        asset: Asset("ETH"),
                        firstPriceTicks: 2_280_00,
                        priceDecimals: 2,
                        volatilityMultiple: 1.2,
                        factorCorrelation: 0.92,
                        volumePerBar: 11_000
                    ),
                    SimulatedAsset(
                        asset: Asset("SOL"),
                        firstPriceTicks: 101_5000,
                        priceDecimals: 4,
                        volatilityMultiple: 1.6,
                        factorCorrelation: 0.8,
                        volumePerBar: 65_000
                    ),
                ],
                regimes: [
                    SimulatedRegime(label: "calm", annualizedVolatility: 0.35, annualizedDrift: 0.5),
                    SimulatedRegime(label: "choppy", annualizedVolatility: 0.65, annualizedDrift: 0.2),
                    SimulatedRegime(label: "storm", annualizedVolatility: 1.2, annualizedDrift: -0.8),
                ],
                transitions: [
                    [PartsPerMillion(967_000), PartsPerMillion(28_000), PartsPerMillion(5_000)],
                    [PartsPerMillion(30_000), PartsPerMillion(950_000), PartsPerMillion(20_000)],
                    [PartsPerMillion(25_000), PartsPerMillion(100_000), PartsPerMillion(875_000)],
                ],
                dailyDispersion: 0.1
            )
        } catch {
            preconditionFailure("the parameters of the sample are constants: \(error)")
        }
    }()

    /// When the embedded sample begins: 2024-01-01T00:00:00Z.
    public static let sampleStart = Timestamp(milliseconds: 1_704_067_200_000)

    /// How many days the embedded sample has.
    public static let sampleDays = 420

    /// The seed of the embedded sample: of the first sixty, one that shows every regime often (234, 124 and 62 days) in
    /// both halves, and so not a typical draw.
    public static let sampleSeed: UInt64 = 57

    /// The candles of the embedded sample with the regimes that made them; the same bits on every machine.
    public static let sampleHistory: SimulatedHistory = {
        do {
            return try MarketSimulator(parameters: sampleParameters, seed: sampleSeed)
                .history(from: sampleStart, days: sampleDays)
        } catch {
            preconditionFailure("the sample begins at midnight: \(error)")
        }
    }()

    /// The candles of the embedded sample: BTC, ETH, SOL by the hour for 420 days from 2024-01-01.
    public static var embeddedSample: [CandleSeries] { sampleHistory.series }
}
