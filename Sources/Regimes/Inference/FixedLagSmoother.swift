#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The probability of the regime *L* bars ago given everything until now, one observation at a time.
///
/// After `update(y₁) … update(yₜ)`, ``smoothedProbabilities`` is P(Sₜ₋ₗ = i | y₁…yₜ): what ``SmoothedRegimes`` would say of that
/// bar if the series ended now. Between the filter, which must answer at once, and hindsight, which waits for ever, a few
/// bars of patience resolve most of what the filter is unsure of. An update costs O(L·K²) and allocates nothing. Both
/// recursions run in logarithms, so regimes of 10⁻⁴⁰⁰ and observations of 10⁵ standard deviations cost no digits.
///
/// Hindsight by *L* bars: nothing that decides about those bars may use it.
///
/// - Note: Source: Anderson and Moore (1979), *Optimal Filtering*, chapter 7, for a finite chain.
public struct FixedLagSmoother: Sendable {
    /// The model whose regimes are smoothed.
    public let model: HiddenMarkovModel
    /// *L*, in bars.
    public let lag: Int
    /// The number of updates so far, missing observations included.
    public private(set) var observationCount = 0
    /// ln p(y₁…yₜ).
    public private(set) var logLikelihood = 0.0

    private let logTransitions: [Double]
    /// Of the last L + 1 bars, bar *t* in row t mod (L + 1): the logarithm of the filtered probability.
    private var filtered: [Double]
    /// The same for the density of the observation over that of its bar given the past.
    private var densities: [Double]
    /// P(S = i | y₁…yₜ) of the last L + 1 bars, in the same rows.
    private var smoothed: [Double]
    private var beta: [Double]
    private var scratch: [Double]
    private var terms: [Double]

    /// Creates a smoother that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - model: The parameters.
    ///   - lag: *L*; 0 is the filter, and a negative lag counts as 0.
    public init(_ model: HiddenMarkovModel, lag: Int) {
        self.model = model
        self.lag = max(0, lag)
        let count = model.stateCount
        logTransitions = model.transitionMatrix.map { log($0) }
        filtered = [Double](repeating: 0, count: (self.lag + 1) * count)
        densities = filtered
        smoothed = filtered
        beta = [Double](repeating: 0, count: count)
        scratch = beta
        terms = beta
    }

    /// P(Sₜ₋ₗ = i | y₁…yₜ), `[K]`; nil until L + 1 bars have been seen.
    public var smoothedProbabilities: [Double]? { probabilities(barsAgo: lag) }

    /// P(Sₜ₋ₐ = i | y₁…yₜ), `[K]`, of the bar `barsAgo` = a bars before the last; nil beyond the lag or the first bar.
    public func probabilities(barsAgo: Int) -> [Double]? {
        guard (0...lag).contains(barsAgo), barsAgo < observationCount else { return nil }
        let row = (observationCount - 1 - barsAgo) % (lag + 1) * model.stateCount
        return Array(smoothed[row..<row + model.stateCount])
    }

    /// Moves one bar on and takes in its observation, nil where the bar has none.
    ///
    /// - Throws: ``ObservationError``; the smoother is then unchanged.
    public mutating func update(_ observation: Double?) throws(ObservationError) {
        if let observation, !observation.isFinite { throw .notFinite(index: observationCount, got: observation) }
        let count = model.stateCount
        let row = observationCount % (lag + 1) * count
        let before = (observationCount + lag) % (lag + 1) * count
        for to in 0..<count {
            guard observationCount > 0 else {
                scratch[to] = log(model.initialDistribution[to])
                continue
            }
            for from in 0..<count { terms[from] = filtered[before + from] + logTransitions[from * count + to] }
            scratch[to] = logSum()
        }
        for state in 0..<count { beta[state] = observation.map { model.emissions[state].logDensity($0) } ?? 0 }
        // Reduced by the largest that can be reached before anything is added: at −5·10⁹ a sum would lose the prior.
        var largest = -Double.infinity
        for state in 0..<count where scratch[state] > -.infinity { largest = max(largest, beta[state]) }
        guard largest > -.infinity else {
            throw .impossible(index: observationCount, got: observation ?? .nan)
        }
        for state in 0..<count {
            terms[state] = scratch[state] > -.infinity ? scratch[state] + (beta[state] - largest) : -.infinity
        }
        let normalizer = logSum()
        for state in 0..<count {
            filtered[row + state] = terms[state] - normalizer
            densities[row + state] = (beta[state] - largest) - normalizer
        }
        logLikelihood += largest + normalizer
        observationCount += 1
        smooth()
    }

    private mutating func smooth() {
        let count = model.stateCount
        for state in 0..<count { beta[state] = 0 }
        for age in 0...min(lag, observationCount - 1) {
            let row = (observationCount - 1 - age) % (lag + 1) * count
            var total = 0.0
            for state in 0..<count {
                // −∞ + ∞ cannot occur: β of a regime that cannot be reached may overflow, but is then not looked at.
                let logarithm = filtered[row + state] > -.infinity ? filtered[row + state] + beta[state] : -.infinity
                smoothed[row + state] = exp(logarithm)
                total += smoothed[row + state]
            }
            for state in 0..<count { smoothed[row + state] /= total }
            for state in 0..<count { scratch[state] = densities[row + state] + beta[state] }
            for from in 0..<count {
                for to in 0..<count {
                    let move = logTransitions[from * count + to]
                    terms[to] = move > -.infinity ? move + scratch[to] : -.infinity
                }
                beta[from] = logSum()
            }
        }
    }

    /// ln Σ exp(termᵢ); −∞ if all terms are.
    private func logSum() -> Double {
        var largest = -Double.infinity
        for term in terms { largest = max(largest, term) }
        guard largest > -.infinity else { return -.infinity }
        var total = 0.0
        for term in terms { total += exp(term - largest) }
        return largest + log(total)
    }
}
