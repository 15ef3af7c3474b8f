import MarketData

/// Maps values to positions on a drawing, linearly or by their logarithm, and says where to mark them.
struct ChartAxis {
    /// How values are spaced.
    enum Scale {
        case linear
        /// Equal distances are equal ratios.
        case logarithmic
    }

    let lower: Double
    let upper: Double
    let start: Double
    let end: Double
    let scale: Scale

    init(from lower: Double, to upper: Double, start: Double, end: Double, scale: Scale = .linear) {
        self.lower = lower
        // An axis of no length would divide by zero.
        self.upper = upper > lower ? upper : lower + max(abs(lower), 1e-9)
        self.start = start
        self.end = end
        self.scale = scale
    }

    func position(_ value: Double) -> Double {
        let share =
            switch scale {
            case .linear: (value - lower) / (upper - lower)
            case .logarithmic: logarithm(value / lower) / logarithm(upper / lower)
            }
        return start + share * (end - start)
    }

    /// Round values, about `count` of them.
    func ticks(_ count: Int) -> [Double] {
        if scale == .logarithmic, upper / lower > 4 { return logarithmicTicks }
        let rough = (upper - lower) / Double(max(1, count))
        guard rough > 0, rough.isFinite else { return [] }
        var unit = 1.0
        while unit > rough { unit /= 10 }
        while unit * 10 <= rough { unit *= 10 }
        let step = [1.0, 2, 5, 10].first { $0 * unit >= rough }.map { $0 * unit } ?? rough
        let first = (lower / step).rounded(.up)
        let last = (upper / step).rounded(.down)
        guard last >= first, last - first < 100 else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    private var logarithmicTicks: [Double] {
        let multiples: [Double] = upper / lower > 200 ? [1] : upper / lower > 20 ? [1, 3] : [1, 2, 5]
        var power = 1.0
        while power > lower { power /= 10 }
        while power * 10 <= lower { power *= 10 }
        var ticks: [Double] = []
        while power <= upper, ticks.count < 40 {
            ticks += multiples.map { $0 * power }.filter { $0 >= lower && $0 <= upper }
            power *= 10
        }
        return ticks
    }

    /// Beginnings of years, months or days, at most `count` of them.
    static func calendar(from start: Timestamp, to end: Timestamp, count: Int) -> [(time: Timestamp, label: String)] {
        let (first, last) = (start.civilDate, end.civilDate)
        let months = (last.year - first.year) * 12 + last.month - first.month
        guard months >= 2 else {
            let days = end.dayNumber - start.dayNumber
            let step = max(1, days / Int64(count) + 1)
            return stride(from: start.dayNumber + 1, through: end.dayNumber, by: Int64.Stride(step)).map { day in
                let date = CivilDate(daysSinceEpoch: day)
                return (Timestamp(startOf: date), date.description)
            }
        }
        let step = [1, 2, 3, 6, 12, 24, 60, 120].first { months / $0 < count } ?? 240
        return (0...months + 1).compactMap { offset in
            let month = first.year * 12 + first.month - 1 + offset
            guard month % step == 0, let date = CivilDate(year: month / 12, month: month % 12 + 1, day: 1) else {
                return nil
            }
            let time = Timestamp(startOf: date)
            guard time >= start, time <= end else { return nil }
            return (time, String(date.description.prefix(step >= 12 ? 4 : 7)))
        }
    }

    /// An amount in few digits: 950, 12.5k, 1.25M.
    static func amount(_ value: Double) -> String {
        for (unit, suffix) in [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")] where abs(value) >= unit {
            return short(value / unit) + suffix
        }
        return short(value)
    }

    /// At most three decimals, without trailing zeros.
    static func short(_ value: Double) -> String {
        let text = BacktestReport.rounded(value, 3)
        guard text.contains(".") else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(trimmed.reversed())
    }
}
