public import MarketData

/// What a policy's safeguards say at any close of a market: a pure function of candles, reports and time.
///
/// Operator, verifier and backtest read it here, so that they cannot differ. Nothing at a time reads what is later, but that
/// a report may be dated ahead by as much as the oracle's rule allows.
public struct SafeguardHistory: Sendable {
    private let safeguards: Safeguards
    private let followed: [CircuitBreaker]
    /// One for each of `followed`.
    private let breakers: [BreakerHistory]
    private let closes: [Timestamp]
    private let verdicts: [Timestamp: OracleVerdict]
    private let outages: [Timestamp]

    /// Looks at the whole market at hand.
    ///
    /// - Parameters:
    ///   - safeguards: The policy's.
    ///   - candles: Series of at least the assets that breakers read.
    ///   - reports: Price reports whose signatures were checked, in any order; `nil` where prices are the candles' and the
    ///     oracle is taken for good, as in a backtest.
    ///   - closes: The closes at which decisions stand, ascending.
    ///   - assets: The assets held, in the order of every statement.
    ///   - quote: The currency of the prices.
    ///   - signatures: How many of the oracle's sources signed the candles through a close; `nil` where nobody asks.
    /// - Throws: ``SafeguardError`` if a breaker cannot be followed.
    /// - Complexity: O((closes + candles) · breakers · log).
    public init(
        _ safeguards: Safeguards,
        candles: [CandleSeries],
        reports: [PriceReport]?,
        closes: [Timestamp],
        assets: [Asset],
        quote: Asset,
        signatures: [Timestamp: Int]? = nil
    ) throws(SafeguardError) {
        for breaker in safeguards.breakers {
            if let reason = breaker.obstacle { throw .notActedOn(breaker: breaker.name, reason: reason) }
        }
        self.safeguards = safeguards
        self.closes = closes
        var verdicts: [Timestamp: OracleVerdict] = [:]
        if let rule = safeguards.oracle, let reports {
            let book = ReportBook(reports, sources: rule.sources)
            for close in closes {
                verdicts[close] = OracleVerdict(
                    rule,
                    at: close,
                    assets: assets,
                    quote: quote,
                    book: book,
                    signatures: signatures.map { $0[close] ?? 0 }
                )
            }
        }
        self.verdicts = verdicts
        outages = closes.filter { verdicts[$0]?.problem != nil }
        // Without reports to judge, what reads the oracle is left out: a backtest says so.
        let followed = safeguards.breakers.filter { reports != nil || !$0.condition.readsOracle }
        let figures = try FigureHistory(
            followed.flatMap { $0.condition.figures }.filter { !$0.isOfOracle },
            candles: candles
        )
        breakers = followed.map { BreakerHistory($0.condition, figures, oracle: verdicts, closes: closes) }
        self.followed = followed
    }

    /// What the safeguards say at a time.
    ///
    /// - Parameters:
    ///   - time: When.
    ///   - reset: The last time at which guardians let the vault go on, else its genesis: breakers that halt until reset count
    ///     instants after it alone. Without one the whole past counts.
    public func verdict(at time: Timestamp, since reset: Timestamp? = nil) -> SafeguardVerdict {
        var halts: [String] = []
        var untilReset: [String] = []
        var factor: Int64 = 1
        for (breaker, history) in zip(followed, breakers) {
            switch breaker.action {
            case .halt(let duration):
                if history.held(within: duration, before: time) { halts.append(breaker.name) }
            case .haltUntilReset:
                guard history.held(since: reset, through: time) else { continue }
                halts.append(breaker.name)
                untilReset.append(breaker.name)
            case .slow(let times):
                guard history.holds(at: time) else { continue }
                let (product, overflow) = factor.multipliedReportingOverflow(by: times)
                factor = overflow ? .max : product
            }
        }
        return SafeguardVerdict(
            halts: halts,
            untilReset: untilReset,
            outage: outage(at: time),
            isOracleBad: verdicts[time]?.problem != nil,
            cooldownFactor: factor
        )
    }

    /// What the reports say at a close; `nil` without an oracle.
    public func oracle(at close: Timestamp) -> OracleVerdict? { verdicts[close] }

    private func outage(at time: Timestamp) -> String? {
        if let problem = verdicts[time]?.problem { return problem.description }
        guard let rule = safeguards.oracle, rule.outageHold > 0, let place = outages.last(notAfter: time),
            outages[place] > time.adding(milliseconds: -rule.outageHold)
        else { return nil }
        return "the oracle was bad at \(outages[place]), and the policy rests "
            + "\(ElapsedTime(milliseconds: rule.outageHold)) after that"
    }
}

extension CircuitBreaker {
    /// Why this version cannot follow the breaker; `nil` if it can.
    public var obstacle: String? {
        guard !condition.isMeasured else { return nil }
        guard case .compared = condition else { return "the regime is not read by breakers yet" }
        guard let figure = condition.figures.first(where: { !$0.isMeasured }) else { return nil }
        switch figure {
        case .depth: return "the depth of venues comes from the `execute` block, which is not acted on yet"
        case .gas: return "gas comes from the `execute` block, which is not acted on yet"
        case .elapsed: return "time since the last rebalance belongs into `cooldown`"
        default: return "`\(figure)` is not read by breakers yet"
        }
    }
}
