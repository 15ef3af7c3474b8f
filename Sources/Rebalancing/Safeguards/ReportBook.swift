import MarketData

/// Reports by asset and source, each in order of time: the same whatever the order in which they came.
struct ReportBook: Sendable {
    private var shelves: [Asset: [[Entry]]] = [:]

    /// One moment's report; two prices for it are none.
    private struct Entry: Sendable {
        let time: Timestamp
        let price: Price?
    }

    /// - Parameter sources: How many there are; reports of others are left out.
    init(_ reports: [PriceReport], sources: Int) {
        var sorted: [Asset: [[PriceReport]]] = [:]
        for report in reports where (0..<sources).contains(report.source) {
            sorted[report.asset, default: Array(repeating: [], count: sources)][report.source].append(report)
        }
        for (asset, shelf) in sorted {
            shelves[asset] = shelf.map { reports in
                var entries: [Entry] = []
                for report in reports.sorted(by: { $0.time < $1.time }) {
                    guard let last = entries.last, last.time == report.time else {
                        entries.append(Entry(time: report.time, price: report.price))
                        continue
                    }
                    if last.price != report.price { entries[entries.count - 1] = Entry(time: last.time, price: nil) }
                }
                return entries
            }
        }
    }

    /// The newest report of every source in [first, last], in order of sources. O(sources · log reports).
    func counting(of asset: Asset, from first: Timestamp, through last: Timestamp) -> [PriceReport] {
        (shelves[asset] ?? []).enumerated().compactMap { source, entries in
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].time <= last { low = middle + 1 } else { high = middle }
            }
            guard low > 0, entries[low - 1].time >= first, let price = entries[low - 1].price else { return nil }
            return PriceReport(source: source, asset: asset, time: entries[low - 1].time, price: price)
        }
    }
}
