#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether bands that follow the regime are worth money: their cost against that of a constant band that tracks equally well.
///
/// Random subsets of the assets are held at equal weights and traded back to them when an asset drifts out of its band. The band
/// is scaled by the label in force; its base width is found for each portfolio and each rule such that the tracking error
/// against the weights held all the time is the same. What remains is the cost, under three cost models. Beside it stand a null,
/// the same rule under labels whose spells are shuffled, and the flat cost, under which widening cannot pay.
///
/// It estimates: arithmetic is in Double, fills are at closes, tracking errors are equal within ``tolerance``.
public struct EconomicTest: Sendable, Equatable {
    /// How the cost of trading one unit of value moves with volatility σ, at the same mean over all bars.
    public enum CostModel: Int, Sendable, Hashable, CaseIterable {
        /// Always the same.
        case flat = 0
        /// Proportional to σ.
        case volatility = 1
        /// Proportional to σ².
        case variance = 2
    }

    /// How a band follows the label.
    public enum BandRule: String, Sendable, Hashable, CaseIterable {
        /// Wider when volatility is high.
        case widening
        /// Narrower when volatility is high.
        case narrowing
        /// Wider in spells whose order is shuffled: what the rule is worth when labels mean nothing.
        case shuffled
    }

    /// Random subsets.
    public var subsets = 60
    /// Assets in a subset.
    public var subsetSize = 6
    /// Fixes subsets, shuffles and resampling.
    public var seed: UInt64 = 1
    /// Standard deviation of the difference in return from the weights held all the time, a year: 0.01 is 100 bp.
    public var trackingError = 0.01
    /// The band of the wildest label relative to the calmest, in the widening rule; those between in equal ratios.
    public var widest = 2.0
    /// Shuffles a subset.
    public var shuffles = 5
    /// Samples of the bootstrap.
    public var resamples = 2_000
    /// By what share of ``trackingError`` the tracking errors may differ.
    public var tolerance = 0.002

    /// 60 subsets of six assets at 100 bp.
    public init() {}

    /// Runs the test.
    ///
    /// - Parameters:
    ///   - market: Prices at common times, at least ``subsetSize`` assets.
    ///   - labels: The label in force **before** each of its returns, `[T]`, 0 the calmest; nil where there was none: not traded.
    ///   - barsPerYear: For the tracking error.
    ///   - progress: Told after each subset how many of how many are done.
    /// - Throws: ``EconomicTestError``.
    public func run(
        _ market: AlignedMarket,
        labels: [Int?],
        barsPerYear: Double,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(EconomicTestError) -> EconomicTestReport {
        guard subsetSize >= 2, subsetSize <= market.assets.count else {
            throw .subsetSize(got: subsetSize, assets: market.assets.count)
        }
        guard subsets >= 2, shuffles >= 1, resamples >= 100, trackingError > 0, widest > 0, tolerance > 0 else {
            throw .settings
        }
        precondition(labels.count == market.returns.count, "one label for each bar")
        // Costs need a day of returns behind them.
        let start = max(labels.firstIndex { $0 != nil } ?? labels.count, AlignedMarket.volatilityBars)
        guard labels.count - start >= 500 else { throw .tooFewBars(got: max(0, labels.count - start), expected: 500) }
        var last = 0
        let known = labels[start...].map { label in
            last = label ?? last
            return last
        }
        let count = (known.max() ?? 0) + 1
        guard Set(known).count > 1 else { throw .oneLabel }
        let widening = (0..<count).map { pow(widest, Double($0) / Double(max(1, count - 1))) }
        let narrowing = widening.map { 1 / $0 }
        var random = SplitMix64(seed: seed)
        var portfolios: [EconomicTestReport.Portfolio] = []
        for subset in 0..<subsets {
            let chosen = Self.subset(of: market.assets.count, size: subsetSize, &random)
            let book = BandedBook(market, chosen, from: start, barsPerYear: barsPerYear)
            func cost(_ labels: [Int], _ factors: [Double]) throws(EconomicTestError) -> [Double] {
                try book.cost(labels, factors, trackingError: trackingError, tolerance: tolerance)
            }
            let constant = try cost(known, [Double](repeating: 1, count: count))
            var changes: [BandRule: [Double]] = [:]
            changes[.widening] = Self.change(try cost(known, widening), constant)
            changes[.narrowing] = Self.change(try cost(known, narrowing), constant)
            var null = [Double](repeating: 0, count: CostModel.allCases.count)
            for _ in 0..<shuffles {
                let shuffled = RegimeControls.shuffled(known, seed: random.next())
                let change = Self.change(try cost(shuffled, widening), constant)
                for index in null.indices { null[index] += change[index] / Double(shuffles) }
            }
            changes[.shuffled] = null
            portfolios.append(
                EconomicTestReport.Portfolio(assets: chosen.map { market.assets[$0] }, changes: changes)
            )
            progress(subset + 1, subsets)
        }
        return EconomicTestReport(test: self, portfolios: portfolios, bars: known.count, seed: random.next())
    }

    private static func change(_ cost: [Double], _ constant: [Double]) -> [Double] {
        zip(cost, constant).map { $1 > 0 ? $0 / $1 - 1 : 0 }
    }

    /// `size` of the first `count` numbers, ascending, each set equally likely.
    private static func subset(of count: Int, size: Int, _ random: inout SplitMix64) -> [Int] {
        var indices = Array(0..<count)
        for index in 0..<size {
            indices.swapAt(index, index + Int(random.next() % UInt64(count - index)))
        }
        return indices[..<size].sorted()
    }
}

/// Why an economic test cannot run.
public enum EconomicTestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Subsets must have two assets or more, and not more than there are.
    case subsetSize(got: Int, assets: Int)
    /// A count or size is zero or negative.
    case settings
    /// Too few bars have a label.
    case tooFewBars(got: Int, expected: Int)
    /// One label in force throughout: nothing follows it.
    case oneLabel
    /// The candles share too few times.
    case noCommonTimes(got: Int)
    /// No width of the band has the tracking error asked for.
    case trackingErrorOutOfReach(wanted: Double, largest: Double)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .subsetSize(let got, let assets):
            "subsets of \(got) assets: expected 2 to \(assets), the number of assets with candles"
        case .settings: "the economic test needs two subsets, a shuffle, 100 samples and a positive tracking error"
        case .tooFewBars(let got, let expected): "\(got) bars have a label, expected at least \(expected)"
        case .oneLabel: "one label is in force throughout, so no band changes"
        case .noCommonTimes(let got): "the candles share \(got) closes, expected at least 2"
        case .trackingErrorOutOfReach(let wanted, let largest):
            "a tracking error of \(wanted) a year is out of reach: without any trade it is \(largest)"
        }
    }
}
