import BigIntegers
public import CanonicalJSON
import MarketData
import Rebalancing

extension BacktestReport {
    /// The report for programs: shares as numbers, exact amounts as decimal strings in the quote currency.
    public var json: JSONValue {
        var members = [
            JSONMember("version", .integer(1)), JSONMember("policy", .string(name)),
            JSONMember("from", .string("\(market.times[0])")),
            JSONMember("to", .string("\(market.times[market.times.count - 1])")),
            JSONMember("quote", .string(market.quote.symbol)),
            JSONMember("closes", .integer(market.times.count)),
            JSONMember("closesWithoutPrices", .integer(market.skipped)),
            JSONMember(
                "costs",
                .object([
                    JSONMember("model", .string(costModel.rawValue)),
                    JSONMember("partsPerMillion", .integer(share.value)),
                    JSONMember("least", .integer(costRange.least.value)),
                    JSONMember("most", .integer(costRange.most.value)),
                ])
            ),
            JSONMember("rebalancingPremium", Self.number(book.rebalancingPremium)),
            JSONMember("portfolios", .array(rows.map(Self.row))),
            JSONMember("ledger", ledger),
            JSONMember(
                "holds",
                .object(run.holds.sorted { $0.key < $1.key }.map { JSONMember($0.key, .integer($0.value)) })
            ),
            JSONMember("stoppedByLimit", .integer(run.limited)),
            JSONMember("blocked", .integer(run.blocked)),
            JSONMember("conflict", run.conflict.map { .string($0.explanation) } ?? .null),
            JSONMember("decisions", .array(run.decisions.map(Self.decision))),
        ]
        if let controls { members.append(JSONMember("controls", Self.controls(controls, trial))) }
        return .object(members)
    }

    private var ledger: JSONValue {
        let ledger = run.ledger
        func legs(_ legs: [CostLedger.Leg]) -> JSONValue {
            .object(
                zip(ledger.assets, legs).filter { $1.count > 0 }.map { asset, leg in
                    JSONMember(
                        asset.symbol,
                        .object([
                            JSONMember("count", .integer(leg.count)),
                            JSONMember("value", .string(ledger.text(leg.value))),
                            JSONMember("fee", .string(ledger.text(leg.fee))),
                            JSONMember("rounding", .string(ledger.text(leg.rounding))),
                        ])
                    )
                }
            )
        }
        return .object([
            JSONMember("opening", .string(ledger.text(ledger.opening))),
            JSONMember("closing", .string(ledger.text(ledger.closing))),
            JSONMember(
                "market",
                .object(
                    zip(ledger.assets, ledger.market).map { JSONMember($0.symbol, .string(ledger.text($1))) }
                )
            ),
            JSONMember("purchases", legs(ledger.purchases)), JSONMember("sales", legs(ledger.sales)),
            JSONMember("unspent", .string(ledger.text(ledger.unspent))),
            JSONMember("cost", .string(ledger.text(ledger.cost))),
            JSONMember("residual", .string(ledger.text(ledger.residual))),
        ])
    }

    private static func row(_ row: Row) -> JSONValue {
        let figures = row.performance
        return .object([
            JSONMember("name", .string(row.name)), JSONMember("totalReturn", number(figures.totalReturn)),
            JSONMember("annualizedReturn", number(figures.annualizedReturn)),
            JSONMember("annualizedVolatility", number(figures.annualizedVolatility)),
            JSONMember("sharpe", number(figures.sharpe)), JSONMember("sortino", number(figures.sortino)),
            JSONMember("maximumDrawdown", number(figures.maximumDrawdown)),
            JSONMember("drawdownPeak", .string("\(figures.drawdownPeak)")),
            JSONMember("drawdownTrough", .string("\(figures.drawdownTrough)")),
            JSONMember("drawdownRecovery", figures.drawdownRecovery.map { .string("\($0)") } ?? .null),
            JSONMember("trackingError", number(figures.trackingError)),
            JSONMember("turnoverPerYear", number(row.turnoverPerYear)),
            JSONMember("rebalances", .integer(row.rebalances)), JSONMember("trades", .integer(row.trades)),
            JSONMember("cost", number(row.cost)), JSONMember("costPerYear", number(row.costPerYear)),
            JSONMember("lastValue", number(row.equity.last ?? 0)),
        ])
    }

    private static func decision(_ decision: BacktestDecision) -> JSONValue {
        var members = [JSONMember("time", .string("\(decision.time)"))]
        if let refusal = decision.refusal {
            members.append(JSONMember("blocked", .string(refusal)))
        } else {
            members += [
                JSONMember("regime", .string(decision.regime)),
                JSONMember("why", .array(decision.why.map { .string($0) })),
                JSONMember(
                    "trades",
                    .array(
                        decision.trades.map { trade in
                            .object([
                                JSONMember("asset", .string(trade.asset.symbol)),
                                JSONMember("side", .string(trade.side == .buy ? "buy" : "sell")),
                                JSONMember("price", number(trade.price)), JSONMember("value", number(trade.value)),
                                JSONMember("cost", number(trade.cost)),
                            ])
                        }
                    )
                ),
                JSONMember("missedDestinations", .array(decision.missed.map { .string($0.symbol) })),
            ]
        }
        return .object(members)
    }

    private static func controls(_ controls: RegimeControls, _ policy: RegimeControls.Trial) -> JSONValue {
        func trial(_ trial: RegimeControls.Trial?) -> JSONValue {
            guard let trial else { return .null }
            return .object([
                JSONMember("cost", number(trial.cost)), JSONMember("costPerYear", number(trial.costPerYear)),
                JSONMember("trackingError", number(trial.trackingError)),
                JSONMember("rebalances", .integer(trial.rebalances)),
            ])
        }
        return .object([
            JSONMember("policy", trial(policy)), JSONMember("constantCost", trial(controls.flatCost)),
            JSONMember("constantBand", trial(controls.constantBand)),
            JSONMember("constantBandScale", number(controls.constantScale)),
            JSONMember("shuffles", .array(controls.shuffles.map { trial($0) })),
            JSONMember("shuffleRank", controls.rank(of: policy).map(number) ?? .null),
        ])
    }

    /// A finite number in its shortest exact text; others are null, which JSON has a word for.
    private static func number(_ value: Double) -> JSONValue { value.isFinite ? .number("\(value)") : .null }
}
