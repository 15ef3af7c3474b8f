import MarketData

/// When one condition held, over all of the market at hand.
///
/// Instants are the closes of every asset that the condition names, missing ones too, and the decision's closes where it
/// reads the oracle. Where the condition cannot be told it counts as held: an unknown market is no reason to trade.
struct BreakerHistory: Sendable {
    /// Instants at which it held or could not be told, ascending.
    private var held: [Timestamp] = []
    /// All instants that have candles or closes, ascending.
    private var instants: [Timestamp] = []
    /// Stretches of missing closes: the first and the last of each, and their step.
    private var missing: [(first: Timestamp, last: Timestamp, step: Int64)] = []

    init(
        _ condition: MarketCondition,
        _ figures: FigureHistory,
        oracle: [Timestamp: OracleVerdict],
        closes: [Timestamp]
    ) {
        var assets: [Asset] = []
        for asset in condition.figures.flatMap(\.assets) where !assets.contains(asset) { assets.append(asset) }
        let series = assets.compactMap { figures.closes(of: $0) }
        instants = series.flatMap(\.times) + (condition.readsOracle ? closes : [])
        instants.sort()
        for item in series { addMissing(item) }
        var last: Timestamp?
        for instant in instants where instant != last {
            last = instant
            let verdict = condition.readsOracle ? Self.verdict(oracle, closes, instant) : nil
            let holds = condition.holds(
                { $0.isOfOracle ? verdict?.figures[$0] : figures.value(of: $0, at: instant) },
                isOracleBad: verdict.map { $0.problem != nil }
            )
            if holds ?? true { held.append(instant) }
        }
    }

    /// The oracle as of the last decision's close.
    private static func verdict(
        _ oracle: [Timestamp: OracleVerdict],
        _ closes: [Timestamp],
        _ instant: Timestamp
    ) -> OracleVerdict? {
        closes.last(notAfter: instant).flatMap { oracle[closes[$0]] }
    }

    private mutating func addMissing(_ series: CloseSeries) {
        let step = series.interval
        guard let first = series.times.first, let last = series.times.last else { return }
        missing.append((Timestamp(milliseconds: .min), first.adding(milliseconds: -step), step))
        for (before, after) in zip(series.times, series.times.dropFirst())
        where after.milliseconds(since: before) > step {
            missing.append((before.adding(milliseconds: step), after.adding(milliseconds: -step), step))
        }
        missing.append((last.adding(milliseconds: step), Timestamp(milliseconds: .max), step))
    }

    /// Whether it holds as of the last instant at or before `time`.
    func holds(at time: Timestamp) -> Bool {
        if missing.contains(where: { $0.first <= time && time < $0.last.adding(milliseconds: $0.step) }) { return true }
        guard let place = instants.last(notAfter: time) else { return true }
        return held.last(notAfter: time).map { held[$0] == instants[place] } ?? false
    }

    /// Whether it held, or could not be told, at an instant of (`reset`, `time`]; without a reset at any instant up to `time`.
    func held(since reset: Timestamp?, through time: Timestamp) -> Bool {
        let reset = reset ?? Timestamp(milliseconds: .min)
        if let place = held.last(notAfter: time), held[place] > reset { return true }
        return missing.contains { stretch in
            guard stretch.first <= time, stretch.last > reset else { return false }
            // The first and the last stretch have no other end to count from: there the step counts from the candles' side.
            guard stretch.first.milliseconds != .min, stretch.first <= reset else { return true }
            let steps = reset.milliseconds(since: stretch.first) / stretch.step + 1
            let next = steps.multipliedReportingOverflow(by: stretch.step)
            return next.overflow || stretch.first.adding(milliseconds: next.partialValue) <= time
        }
    }

    /// Whether it held at an instant of (`time` − `duration`, `time`], or as of the last instant before that.
    func held(within duration: Int64, before time: Timestamp) -> Bool {
        let start = time.adding(milliseconds: -duration)
        if let place = held.last(notAfter: time), held[place] > start { return true }
        return missing.contains { $0.first <= time && $0.last > start } || holds(at: time)
    }
}

extension [Timestamp] {
    /// The place of the last element that is not after `time`, in an ascending array. O(log n).
    func last(notAfter time: Timestamp) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }
}
