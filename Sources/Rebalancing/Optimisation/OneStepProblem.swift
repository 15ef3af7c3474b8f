/// One rebalance as an optimisation: how far to trade, where risk and cost are weighed against each other.
///
/// minimise λ/2·(w − t)ᵀΣ(w − t) + Σ costᵢ(wᵢ − wᵢ⁰) over weights w `[n]` with Σ wᵢ = 1, lowest ≤ w ≤ highest, trades of 0 or
/// at least a smallest size, linear limits, and caps of tracking error and concentration. All figures are floating point and
/// shares of the portfolio: the answer is an aim, which settlement turns into whole units and the mandate's evaluator checks.
public struct OneStepProblem: Sendable {
    /// w⁰: the weights held.
    public let held: [Double]
    /// t: the weights wanted.
    public let targets: [Double]
    /// Σ.
    public let covariance: Covariance
    /// λ: the weight of tracking variance against cost.
    public let riskAversion: Double
    /// What trading each asset costs.
    public let costs: [TradeCost]
    /// The least weight of each asset.
    public let lowest: [Double]
    /// The most of each asset.
    public let highest: [Double]
    /// Trades are 0 or at least this; 0 for no such rule.
    public let smallestTrades: [Double]
    /// Linear limits of the weights.
    public let limits: [LinearLimit]
    /// The largest √((w − t)ᵀΣ(w − t)); `nil` for none.
    public let trackingErrorCap: Double?
    /// The largest Σ wᵢ²; `nil` for none.
    public let concentrationCap: Double?
    /// Further quadratic limits.
    let quadraticCaps: [QuadraticCap]
    /// e: what a unit of each asset's trade takes of the money; 1 where cost is not paid from the portfolio.
    let balance: [Double]

    /// Σ coefficientᵢ·wᵢ ≤ bound.
    public struct LinearLimit: Sendable, Hashable {
        /// One coefficient an asset.
        public let coefficients: [Double]
        /// The most that the sum may be.
        public let bound: Double

        /// Creates a limit.
        public init(_ coefficients: [Double], atMost bound: Double) {
            (self.coefficients, self.bound) = (coefficients, bound)
        }
    }

    /// wᵀQw ≤ limit, for a positive semidefinite Q.
    struct QuadraticCap: Sendable {
        /// Q, `[n·n]`, row by row.
        let matrix: [Double]
        /// The most that the form may be, positive.
        let limit: Double

        init(_ matrix: [Double], atMost limit: Double) {
            (self.matrix, self.limit) = (matrix, limit)
        }
    }

    /// Checks that all parts are of the same assets and in their domains.
    ///
    /// - Parameters:
    ///   - held: Weights before, summing to 1 within 1e-9.
    ///   - targets: Weights wanted, summing to 1 within 1e-9.
    ///   - covariance: Σ, per the period that λ is of.
    ///   - riskAversion: λ, at least 0.
    ///   - costs: One an asset.
    ///   - lowest: Least weights; 0 each if absent.
    ///   - highest: Largest weights; 1 each if absent.
    ///   - smallestTrades: Smallest trades; 0 each if absent.
    ///   - limits: Linear limits.
    ///   - trackingErrorCap: The largest tracking error, positive.
    ///   - concentrationCap: The largest Herfindahl index, positive.
    /// - Throws: ``OptimisationError``.
    public init(
        held: [Double],
        targets: [Double],
        covariance: Covariance,
        riskAversion: Double,
        costs: [TradeCost],
        lowest: [Double]? = nil,
        highest: [Double]? = nil,
        smallestTrades: [Double]? = nil,
        limits: [LinearLimit] = [],
        trackingErrorCap: Double? = nil,
        concentrationCap: Double? = nil
    ) throws(OptimisationError) {
        let count = held.count
        let ones = [Double](repeating: 1, count: count)
        let zeros = [Double](repeating: 0, count: count)
        try self.init(
            held: held,
            targets: targets,
            covariance: covariance,
            riskAversion: riskAversion,
            costs: costs,
            lowest: lowest ?? zeros,
            highest: highest ?? ones,
            smallestTrades: smallestTrades ?? zeros,
            limits: limits,
            trackingErrorCap: trackingErrorCap,
            concentrationCap: concentrationCap,
            balance: ones
        )
        for (name, weights) in [("weights held", held), ("target weights", targets)] {
            let sum = weights.reduce(0, +)
            guard abs(sum - 1) <= 1e-9 else {
                throw .unusableParameter(name: "sum of \(name)", got: "\(sum)", expected: "1")
            }
        }
    }

    /// The same where trades pay their costs out of the portfolio: e·(w − w⁰) = 0.
    init(
        held: [Double],
        targets: [Double],
        covariance: Covariance,
        riskAversion: Double,
        costs: [TradeCost],
        lowest: [Double],
        highest: [Double],
        smallestTrades: [Double],
        limits: [LinearLimit],
        trackingErrorCap: Double?,
        concentrationCap: Double?,
        quadraticCaps: [QuadraticCap] = [],
        balance: [Double]
    ) throws(OptimisationError) {
        let count = held.count
        guard count > 0 else { throw .countMismatch(name: "weights held", got: 0, expected: 1) }
        for (name, got) in [
            ("targets", targets.count), ("assets of the covariance", covariance.count), ("costs", costs.count),
            ("least weights", lowest.count), ("largest weights", highest.count),
            ("smallest trades", smallestTrades.count),
        ] + limits.map({ ("coefficients of a limit", $0.coefficients.count) }) where got != count {
            throw .countMismatch(name: name, got: got, expected: count)
        }
        let figures =
            [
                ("weight held", held), ("target", targets), ("least weight", lowest), ("largest weight", highest),
                ("smallest trade", smallestTrades),
            ] + limits.map { ("limit", $0.coefficients + [$0.bound]) }
        for (name, values) in figures {
            for value in values where !value.isFinite {
                throw .unusableParameter(name: name, got: "\(value)", expected: "a finite number")
            }
        }
        for index in 0..<count where lowest[index] > highest[index] {
            throw .unusableParameter(
                name: "least weight of asset \(index + 1)",
                got: "\(lowest[index])",
                expected: "at most its largest, \(highest[index])"
            )
        }
        guard riskAversion >= 0, riskAversion.isFinite else {
            throw .unusableParameter(name: "risk aversion", got: "\(riskAversion)", expected: "at least 0")
        }
        for (name, cap) in [("tracking error cap", trackingErrorCap), ("concentration cap", concentrationCap)] {
            guard let cap else { continue }
            guard cap > 0, cap.isFinite else {
                throw .unusableParameter(name: name, got: "\(cap)", expected: "a positive number")
            }
        }
        self.held = held
        self.targets = targets
        self.covariance = covariance
        self.riskAversion = riskAversion
        self.costs = costs
        self.lowest = lowest
        self.highest = highest
        self.smallestTrades = smallestTrades.map { max($0, 0) }
        self.limits = limits
        self.trackingErrorCap = trackingErrorCap
        self.concentrationCap = concentrationCap
        self.quadraticCaps = quadraticCaps
        self.balance = balance
    }

    /// The objective at some weights, fixed costs of all trades above 10⁻¹² included.
    public func objective(of weights: [Double]) -> Double {
        let risk = riskAversion / 2 * covariance.variance(of: zip(weights, targets).map { $0 - $1 })
        return weights.indices.reduce(risk) { sum, index in
            let trade = weights[index] - held[index]
            return sum + costs[index](abs(trade) > 1e-12 ? trade : 0)
        }
    }

    /// The weights that cost least, with a bound that no other weights beat.
    ///
    /// Without fixed costs and smallest trades the problem is convex and solved by an interior point; with them, branch and
    /// bound decides which assets trade.
    ///
    /// - Throws: ``OptimisationError/infeasible`` if no weights keep all bounds and limits,
    ///   ``OptimisationError/noConvergence``.
    /// - Complexity: O(n³) an iteration, some 15 iterations; times the nodes of the search where there are fixed costs.
    public func optimum() throws(OptimisationError) -> OneStepOptimum {
        var selection = TradeSelection(self)
        return try selection.optimum()
    }
}

/// The best weights of a ``OneStepProblem``, and how far from the optimum they can be at most.
public struct OneStepOptimum: Sendable, Hashable {
    /// The weights.
    public let weights: [Double]
    /// The objective at the weights.
    public let value: Double
    /// No weights that keep all bounds and limits have a smaller objective.
    public let lowerBound: Double
    /// How many convex problems were solved.
    public let problemCount: Int

    /// Objective minus bound: what an exact optimum could still save.
    public var gap: Double { value - lowerBound }
}
