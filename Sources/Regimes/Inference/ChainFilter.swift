#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The recursion of the filter, for observations of any kind: it takes in one log density for each regime.
///
/// A step is made with plain probabilities; where one of them would fall below 10⁻²⁵⁰, the same step is made with their
/// logarithms instead, so a regime that has become 10⁻⁴⁰⁰ likely is still there when the data come back to it.
struct ChainFilter: Sendable {
    /// P(Sₜ = i | y₁…yₜ), `[K]`; before the first update the initial distribution.
    private(set) var filteredProbabilities: [Double]
    /// P(Sₜ = i | y₁…yₜ₋₁), `[K]`, for the bar of the last update; before the first update the initial distribution.
    private(set) var predictedProbabilities: [Double]
    /// The number of updates so far, missing observations included.
    private(set) var observationCount = 0
    /// ln p(yₜ | y₁…yₜ₋₁) of the last update; 0 for a missing observation, up to rounding.
    private(set) var lastLogLikelihood = 0.0
    /// ln p(y₁…yₜ), the sum of all ``lastLogLikelihood``.
    private(set) var logLikelihood = 0.0
    /// ln *b*ᵢ(yₜ) of the bar to take in next, `[K]`; the caller fills it before each ``advance()``.
    var logDensities: [Double]

    private let count: Int
    private let transitions: [Double]
    private let logTransitions: [Double]
    private var logFiltered: [Double]
    private var scratch: [Double]
    /// INVARIANT: if true, every filtered probability is at least `smallestPlain` and `logFiltered` is stale.
    private var isPlain = false

    /// Below this, a probability is carried by its logarithm: its products with others would leave the range of a Double.
    private static let smallestPlain = 1e-250

    /// Creates a filter that has seen nothing yet, of a chain that starts from `initial` and moves by `transitions`.
    init(initial: [Double], transitions: [Double]) {
        count = initial.count
        self.transitions = transitions
        filteredProbabilities = initial
        predictedProbabilities = initial
        logTransitions = transitions.map { log($0) }
        logFiltered = initial.map { log($0) }
        logDensities = [Double](repeating: 0, count: count)
        scratch = logDensities
    }

    /// Moves one bar on and takes in `logDensities`; returns false, and changes nothing, if no regime explains them.
    mutating func advance() -> Bool {
        if !(isPlain && plainStep()) {
            guard logarithmicStep() else { return false }
        }
        logLikelihood += lastLogLikelihood
        observationCount += 1
        return true
    }

    /// P(Sₜ₊₁ = j | y₁…yₜ), `[K]`: the regimes of the next bar, before its observation.
    func nextPredictedProbabilities() -> [Double] {
        guard observationCount > 0 else { return predictedProbabilities }
        return (0..<count).map { to in
            (0..<count).reduce(0) { $0 + filteredProbabilities[$1] * transitions[$1 * count + to] }
        }
    }

    /// One step with probabilities; returns false, and changes nothing but scratch, if one would become too small.
    private mutating func plainStep() -> Bool {
        var largest = -Double.infinity
        for state in 0..<count { largest = max(largest, logDensities[state]) }
        guard largest > -.infinity else { return false }
        var total = 0.0
        for to in 0..<count {
            var predicted = 0.0
            for from in 0..<count {
                predicted += filteredProbabilities[from] * transitions[from * count + to]
            }
            let joint = predicted * exp(logDensities[to] - largest)
            guard joint >= Self.smallestPlain else { return false }
            scratch[to] = predicted
            total += joint
        }
        for state in 0..<count {
            predictedProbabilities[state] = scratch[state]
            filteredProbabilities[state] = scratch[state] * exp(logDensities[state] - largest) / total
        }
        // A quotient may fall below the bound although the product did not.
        isPlain = filteredProbabilities.allSatisfy { $0 >= Self.smallestPlain }
        if !isPlain { for state in 0..<count { logFiltered[state] = log(filteredProbabilities[state]) } }
        lastLogLikelihood = largest + log(total)
        return true
    }

    /// One step with logarithms; returns false, and changes nothing but scratch, if the observation is impossible.
    private mutating func logarithmicStep() -> Bool {
        if isPlain { for state in 0..<count { logFiltered[state] = log(filteredProbabilities[state]) } }
        isPlain = false
        if observationCount == 0 {
            for state in 0..<count { scratch[state] = logFiltered[state] }
        } else {
            for to in 0..<count {
                var largest = -Double.infinity
                for from in 0..<count { largest = max(largest, logFiltered[from] + logTransitions[from * count + to]) }
                var total = 0.0
                if largest > -.infinity {
                    for from in 0..<count {
                        total += exp(logFiltered[from] + logTransitions[from * count + to] - largest)
                    }
                }
                scratch[to] = total > 0 ? largest + log(total) : -.infinity
            }
        }
        var largest = -Double.infinity
        for state in 0..<count where scratch[state] > -.infinity { largest = max(largest, logDensities[state]) }
        guard largest > -.infinity else { return false }
        // Densities are reduced by their largest before anything is added: at −5·10⁹ a sum would lose the prior.
        var peak = -Double.infinity
        for state in 0..<count where scratch[state] > -.infinity {
            peak = max(peak, scratch[state] + (logDensities[state] - largest))
        }
        var total = 0.0
        for state in 0..<count where scratch[state] > -.infinity {
            total += exp(scratch[state] + (logDensities[state] - largest) - peak)
        }
        let normalizer = peak + log(total)
        isPlain = true
        for state in 0..<count {
            predictedProbabilities[state] = exp(scratch[state])
            logFiltered[state] =
                scratch[state] > -.infinity ? scratch[state] + (logDensities[state] - largest) - normalizer : -.infinity
            filteredProbabilities[state] = exp(logFiltered[state])
            isPlain = isPlain && filteredProbabilities[state] >= Self.smallestPlain
        }
        lastLogLikelihood = largest + normalizer
        return true
    }
}
