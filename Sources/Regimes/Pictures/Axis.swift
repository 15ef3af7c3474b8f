import MarketData

/// Maps values to positions on a drawing, linearly.
struct Axis {
    let lower: Double
    let upper: Double
    let start: Double
    let end: Double

    init(from lower: Double, to upper: Double, start: Double, end: Double) {
        self.lower = lower
        // An axis of no length would divide by zero.
        self.upper = upper > lower ? upper : lower + 1
        self.start = start
        self.end = end
    }

    /// A vertical axis over all `values`, with a margin of a twentieth above and below.
    static func covering(_ values: [Double], _ panel: RegimePicture.Panel) -> Axis {
        let lower = values.min() ?? 0
        let upper = values.max() ?? 1
        let margin = max(0.05 * (upper - lower), 1e-9)
        return Axis(from: lower - margin, to: upper + margin, start: panel.bottom, end: panel.top)
    }

    func position(_ value: Double) -> Double { start + (value - lower) / (upper - lower) * (end - start) }
}

/// Where axes are marked, and with what text.
enum Ticks {
    /// Multiples 1, 2 and 5 of powers of ten, with four more between where the range is narrow; even steps where it is narrower still.
    static func logarithmic(from lower: Double, to upper: Double) -> [Double] {
        guard lower > 0, upper > lower, upper.isFinite else { return [] }
        for multiples in [[1.0], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]] {
            var ticks: [Double] = []
            var power = 1e-12
            while power <= upper, ticks.count < 40 {
                ticks += multiples.map { $0 * power }.filter { $0 >= lower && $0 <= upper }
                power *= 10
            }
            if ticks.count >= 4 { return ticks }
        }
        return linear(from: lower, to: upper)
    }

    /// Four to nine multiples of 1, 2 or 5 times a power of ten.
    static func linear(from lower: Double, to upper: Double) -> [Double] {
        guard upper > lower, (upper - lower).isFinite else { return [] }
        var power = 1e-12
        while power < 1e12 {
            for step in [power, 2 * power, 5 * power] where (upper - lower) / step < 9 {
                return stride(from: (lower / step).rounded(.up), through: (upper / step).rounded(.down), by: 1)
                    .map { $0 * step }
            }
            power *= 10
        }
        return []
    }

    /// About ten beginnings of years, quarters, months or days.
    static func calendar(from start: Timestamp, to end: Timestamp) -> [(time: Timestamp, label: String)] {
        let first = start.civilDate
        let last = end.civilDate
        let months = (last.year - first.year) * 12 + last.month - first.month
        let step = [1, 2, 3, 6, 12, 24, 60, 120].first { months / $0 <= 12 } ?? 240
        guard months >= 3 else {
            let days = max(1, (end.dayNumber - start.dayNumber) / 8)
            return stride(from: start.dayNumber + 1, through: end.dayNumber, by: Int64.Stride(days)).map { day in
                let date = CivilDate(daysSinceEpoch: day)
                return (Timestamp(startOf: date), date.description)
            }
        }
        return (0...months + 1).compactMap { offset in
            let month = first.year * 12 + first.month - 1 + offset
            guard month % step == 0,
                let date = CivilDate(year: month / 12, month: month % 12 + 1, day: 1)
            else { return nil }
            let time = Timestamp(startOf: date)
            guard time >= start, time <= end else { return nil }
            return (time, String(date.description.prefix(7)))
        }
    }

    /// A number in as few digits as its size needs, thousands kept whole.
    static func text(_ value: Double) -> String {
        switch abs(value) {
        case 0: "0"
        case 10...: ModelCard.rounded(value, places: 0)
        case 1..<10:
            value == value.rounded() ? ModelCard.rounded(value, places: 0) : ModelCard.rounded(value, places: 1)
        case 0.01..<1: ModelCard.rounded(value, places: 2)
        default: "\(value)"
        }
    }
}

/// The colours of regimes, calm to storm; readable by the colour-blind (Okabe and Ito).
enum RegimePalette {
    static func colors(count: Int) -> [String] {
        let six = ["#009E73", "#56B4E9", "#0072B2", "#E69F00", "#D55E00", "#CC79A7"]
        switch count {
        case 1: return ["#56B4E9"]
        case 2: return ["#009E73", "#D55E00"]
        case 3: return ["#009E73", "#E69F00", "#D55E00"]
        case 4: return ["#009E73", "#56B4E9", "#E69F00", "#D55E00"]
        default: return (0..<count).map { six[$0 % six.count] }
        }
    }
}
