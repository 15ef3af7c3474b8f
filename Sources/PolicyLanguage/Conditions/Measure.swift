/// A figure that a policy may speak of: its words, what it takes, what it is, who sees it and where it comes from.
///
/// The table of the documentation is printed from this list.
enum Measure: String, Sendable, Hashable, CaseIterable {
    // Figures of the portfolio.
    case weight, value, drift, concentration, positions, trade, turnover, volatility
    case trackingError = "tracking error"
    case cost, benefit
    // Figures that anyone can compute again.
    case regime, p, price, fall, rise
    case realizedVolatility = "realized volatility"
    case correlation
    case oracleBad = "oracle bad"
    case oracleAge = "oracle age"
    case oracleAhead = "oracle ahead"
    case oracleSpread = "oracle spread"
    case oracleSources = "oracle sources"
    case depth, gas, elapsed
    case smallestTrade = "smallest trade"

    /// What stands between the parentheses.
    enum Parameter: Sendable, Hashable {
        /// An asset of the policy.
        case asset
        /// An asset or a group.
        case holding
        /// How far a figure looks back.
        case window
        /// A distance from the price.
        case distance
        /// A regime of the policy.
        case regime
    }

    /// The type of a figure.
    enum Kind: Sendable, Hashable {
        case number, fraction, points, rate, duration, money, truth, regime

        /// With its article.
        var phrase: String {
            switch self {
            case .number: "a plain number"
            case .fraction: "a fraction (%)"
            case .points: "points of portfolio value (pp)"
            case .rate: "a yearly rate (%/yr)"
            case .duration: "a duration"
            case .money: "an amount of money"
            case .truth: "true or false"
            case .regime: "a regime"
            }
        }
    }

    /// Where a figure comes from.
    enum Source: Sendable, Hashable {
        /// The holdings, which stay hidden.
        case holdings
        /// Signed prices, as the `oracle` block asks for them.
        case oracle
        /// The model that `regimes` names.
        case model
        /// The venues that the `execute` block names.
        case venues
        /// The times of attestations.
        case clock
        /// The policy's own limits.
        case limits
    }

    /// The words that begin it; several figures may share the first.
    var words: [String] { rawValue.split(separator: " ").map(String.init) }

    var parameters: [Parameter] {
        switch self {
        case .weight, .value: [.holding]
        case .drift, .trade, .price: [.asset]
        case .volatility, .trackingError: [.window]
        case .p: [.regime]
        case .fall, .rise, .realizedVolatility: [.asset, .window]
        case .correlation: [.asset, .asset, .window]
        case .depth: [.asset, .distance]
        default: []
        }
    }

    var kind: Kind {
        switch self {
        case .weight, .turnover, .cost, .benefit, .p, .fall, .rise, .oracleSpread: .fraction
        case .value, .trade, .price, .depth, .gas, .smallestTrade: .money
        case .drift: .points
        case .concentration, .positions, .correlation, .oracleSources: .number
        case .volatility, .trackingError, .realizedVolatility: .rate
        case .oracleAge, .oracleAhead, .elapsed: .duration
        case .oracleBad: .truth
        case .regime: .regime
        }
    }

    var source: Source {
        switch self {
        case .weight, .value, .drift, .concentration, .positions, .trade, .turnover, .volatility, .trackingError,
            .cost, .benefit:
            .holdings
        case .regime, .p: .model
        case .price, .fall, .rise, .realizedVolatility, .correlation, .oracleBad, .oracleAge, .oracleAhead,
            .oracleSpread, .oracleSources:
            .oracle
        case .depth, .gas: .venues
        case .elapsed: .clock
        case .smallestTrade: .limits
        }
    }

    /// Whether it shows something of the holdings.
    var visibility: PolicyExplanation.Visibility { source == .holdings ? .private : .public }

    /// How it is written.
    var form: String {
        switch self {
        case .weight, .value, .drift, .trade, .price: "\(rawValue)(BTC)"
        case .volatility, .trackingError: "\(rawValue)(60d)"
        case .p: "p(storm)"
        case .fall, .rise: "\(rawValue)(BTC, 1h)"
        case .realizedVolatility: "realized volatility(BTC, 30d)"
        case .correlation: "correlation(BTC, ETH, 30d)"
        case .depth: "depth(BTC, 2%)"
        default: rawValue
        }
    }

    /// What it is, in a sentence.
    var meaning: String {
        switch self {
        case .weight: "an asset's or group's part of the portfolio's value"
        case .value: "what the holding of an asset or group is worth"
        case .drift: "a weight's distance from its target, in points of portfolio value"
        case .concentration: "the sum of the squared weights: 1 for a single asset"
        case .positions: "how many assets are held with a quantity above zero, cash included"
        case .trade: "what one rebalance trades of an asset"
        case .turnover: "half the sum of all changes in value, cash included, of the portfolio's value"
        case .volatility: "what the portfolio's value would have swung with today's weights"
        case .trackingError: "how far today's weights would have strayed from the target's return"
        case .cost: "what a rebalance loses, of its turnover; also what an operator could take each time"
        case .benefit: "what a rebalance saves, by the estimate of the planner"
        case .regime: "the regime that the model finds"
        case .p: "the model's probability of a regime"
        case .price: "the price of one whole unit"
        case .fall: "1 − price ÷ the highest signed price of the time before"
        case .rise: "price ÷ the lowest signed price of the time before − 1"
        case .realizedVolatility: "an asset's volatility over the time before, annualised"
        case .correlation: "of two assets' returns over the time before"
        case .oracleBad: "the oracle breaks a rule of the `oracle` block"
        case .oracleAge: "the time since the oracle's prices were signed"
        case .oracleAhead: "how far the oracle's clock is ahead of the vault's"
        case .oracleSpread: "the distance between the sources' prices, of the median"
        case .oracleSources: "how many sources reported"
        case .depth: "what can be sold within a distance of the price"
        case .gas: "what a transaction costs on chain"
        case .elapsed: "the time since the last rebalance"
        case .smallestTrade: "the limit of that name"
        }
    }

    /// First words of all figures.
    static let firstWords = Set(allCases.map { $0.words[0] })
}

extension Measure.Source {
    /// How a verifier gets it, as the documentation's table says it.
    var phrase: String {
        switch self {
        case .holdings: "the holdings"
        case .oracle: "signed prices (`oracle`)"
        case .model: "the model (`regimes`)"
        case .venues: "the venues (`execute`)"
        case .clock: "the times of attestations"
        case .limits: "the policy's `limits`"
        }
    }
}
