#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a fit climbs: the log-likelihood and, where a prior is set, its logarithm; and the M-steps that follow from it.
struct PenalizedObjective: Sendable {
    let prior: RegimePrior
    let start: StartDistribution
    /// The smallest variance allowed to a regime.
    let varianceFloor: Double
    /// s₀² of ``RegimePrior``.
    let priorVariance: Double

    /// The likelihood alone, with nothing but a floor.
    init(varianceFloor: Double) {
        prior = .flat
        start = .free
        self.varianceFloor = varianceFloor
        priorVariance = 1
    }

    /// The objective that `options` ask for, for a series of `variance`.
    init(_ options: BaumWelch.Options, variance: Double) {
        prior = options.prior ?? .flat
        start = options.start
        varianceFloor = max(variance * options.varianceFloor, .leastNormalMagnitude)
        priorVariance = variance * prior.varianceShare
    }

    /// The logarithm of the prior density, up to a constant; 0 where none is set.
    func logPrior(_ model: HiddenMarkovModel) -> Double {
        guard !prior.isFlat else { return 0 }
        return model.emissions.reduce(logPrior(ofChain: model.transitionMatrix, model.initialDistribution)) {
            $0 + logPrior(ofVariance: $1.squaredScale)
        }
    }

    /// The chain's part of it.
    func logPrior(ofChain transitions: [Double], _ initial: [Double]) -> Double {
        let count = initial.count
        var sum = 0.0
        for from in 0..<count {
            for to in 0..<count { sum += Self.product(pseudoCount(from, to), logOf: transitions[from * count + to]) }
            if start == .free { sum += Self.product(prior.concentration - 1, logOf: initial[from]) }
        }
        return sum
    }

    /// One regime's part of it.
    func logPrior(ofVariance variance: Double) -> Double {
        prior.variancePseudoCount > 0
            ? -0.5 * prior.variancePseudoCount * (log(variance) + priorVariance / variance) : 0
    }

    /// The moves from `from` to `to` that the prior presumes seen.
    func pseudoCount(_ from: Int, _ to: Int) -> Double {
        prior.concentration - 1 + (from == to ? prior.stickiness : 0)
    }

    /// The M-step of the chain: counts and pseudo-counts, normalized; a regime that is never left keeps its row.
    func chain(
        _ statistics: ExpectedStatistics,
        from transitions: [Double]
    ) -> (initial: [Double], transitions: [Double]) {
        let count = statistics.first.count
        var counts = statistics.transitions
        for from in 0..<count {
            for to in 0..<count { counts[from * count + to] += pseudoCount(from, to) }
        }
        var next = transitions
        for from in 0..<count {
            let row = from * count..<(from + 1) * count
            let departures = counts[row].reduce(0, +)
            if departures > 0 {
                for entry in row { next[entry] = counts[entry] / departures }
            }
        }
        switch start {
        case .free:
            let firsts = statistics.first.map { $0 + prior.concentration - 1 }
            let total = firsts.reduce(0, +)
            return (firsts.map { $0 / total }, next)
        case .stationary:
            let ascent = StationaryAscent(counts: counts, first: statistics.first)
            return ascent.climb(from: transitions, or: next)
        }
    }

    /// The M-step of a variance or squared scale, from `squares` = Σ γ u (y − μ)² and `weight` = Σ γ.
    ///
    /// Where it would fall below the floor, the floor **is** the constrained maximum: the objective has one peak in it.
    func squaredScale(squares: Double, weight: Double) -> Double {
        let (presumed, total) = (prior.variancePseudoCount, weight + prior.variancePseudoCount)
        return max((squares + presumed * priorVariance) / total, varianceFloor)
    }

    /// Whether a regime of the model is held by the floor.
    func isAtFloor(_ model: HiddenMarkovModel) -> Bool {
        model.emissions.contains { $0.squaredScale <= varianceFloor * (1 + 1e-9) }
    }

    /// c ln p, where 0 ln 0 = 0.
    static func product(_ count: Double, logOf probability: Double) -> Double {
        count == 0 ? 0 : count * log(probability)
    }
}
