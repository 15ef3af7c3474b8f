import MarketData

extension BacktestReport {
    /// A line a close: time, regime, value and cost so far of the policy, its weights, then the value of each rule beside it.
    ///
    /// Figures are floating point, in the quote currency or as shares; the exact amounts stand in the JSON's ledger.
    public var csv: String {
        let assets = market.assets
        let head =
            ["time", "regime", "value", "cost"] + assets.map { "weight \($0.symbol)" } + rows.dropFirst().map(\.name)
        var lines = [head.joined(separator: ",")]
        lines.reserveCapacity(market.times.count + 1)
        for (bar, time) in market.times.enumerated() {
            var fields = [
                "\(time)", market.labels[market.regimes[bar]], "\(run.equity[bar])", "\(run.cumulatedCost[bar])",
            ]
            for index in assets.indices { fields.append("\(run.weights[bar * assets.count + index])") }
            for row in rows.dropFirst() { fields.append("\(row.equity[bar])") }
            lines.append(fields.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
