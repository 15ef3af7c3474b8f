#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The recursion of the filter, for observations of any kind: it takes in one log density for each regime.
///
/// A step is made with plain probabilities; where one of them would fall below 10⁻²⁵⁰, the same step is made with their
/// logarithms instead, so a regime that has become 10⁻⁴⁰⁰ likely is still there when the data come back to it.
///
/// All that changes is held in the lanes of registers, one a regime, the rest unused: a step allocates nothing, whoever
/// has kept a copy of the filter.
struct ChainFilter: Sendable {
    /// P(Sₜ = i | y₁…yₜ), `[K]`, then zeros; before the first update the initial distribution.
    private(set) var filtered: SIMD8<Double>
    /// P(Sₜ = i | y₁…yₜ₋₁), `[K]`, then zeros, for the bar of the last update; before the first the initial distribution.
    private(set) var predicted: SIMD8<Double>
    /// The number of updates so far, missing observations included.
    private(set) var observationCount = 0
    /// ln *b*ᵢ(yₜ) of the bar to take in next, `[K]`, then −∞; the caller fills it before each ``advance()``.
    var logDensities = SIMD8<Double>(repeating: -.infinity)

    // ln p(yₜ | …) = shift + ln likelihood, and ln p(y₁…yₜ) likewise with sums and products: a logarithm is taken only when
    // somebody asks, or the product leaves the range.
    private var lastShift = 0.0
    private var lastLikelihood = 1.0
    private var shifts = 0.0
    private var likelihoods = 1.0

    private let count: Int
    /// The lanes without a regime.
    private let unused: SIMDMask<SIMD8<Int64>>
    /// Row *i* of the transition matrix, `[K]`.
    private let rows: [SIMD8<Double>]
    private let logRows: [SIMD8<Double>]
    private var logFiltered: SIMD8<Double>
    /// INVARIANT: if true, every filtered probability is at least `smallestPlain` and `logFiltered` is stale.
    private var isPlain = false

    /// Below this, a probability is carried by its logarithm: its products with others would leave the range of a Double.
    private static let smallestPlain = 1e-250

    /// Creates a filter that has seen nothing yet, of a chain that starts from `initial` and moves by `transitions`.
    init(initial: [Double], transitions: [Double]) {
        let count = initial.count
        func lanes(_ values: some RandomAccessCollection<Double>) -> SIMD8<Double> {
            var lanes = SIMD8<Double>.zero
            for (state, value) in values.enumerated() { lanes[state] = value }
            return lanes
        }
        func logarithms(_ lanes: SIMD8<Double>) -> SIMD8<Double> {
            var logarithms = lanes
            for state in 0..<8 { logarithms[state] = log(lanes[state]) }
            return logarithms
        }
        self.count = count
        unused = SIMD8(0, 1, 2, 3, 4, 5, 6, 7) .>= Int64(count)
        filtered = lanes(initial)
        predicted = filtered
        logFiltered = logarithms(filtered)
        rows = (0..<count).map { lanes(transitions[$0 * count..<($0 + 1) * count]) }
        logRows = rows.map(logarithms)
    }

    /// ln p(yₜ | y₁…yₜ₋₁) of the last update; 0 for a missing observation, up to rounding.
    var lastLogLikelihood: Double { lastShift + log(lastLikelihood) }
    /// ln p(y₁…yₜ), the sum of all ``lastLogLikelihood``.
    var logLikelihood: Double { shifts + log(likelihoods) }

    /// The first *K* lanes as an array.
    func array(_ lanes: SIMD8<Double>) -> [Double] { (0..<count).map { lanes[$0] } }

    /// Moves one bar on and takes in `logDensities`; returns false, and changes nothing, if no regime explains them.
    mutating func advance() -> Bool {
        if !(isPlain && plainStep()) {
            guard logarithmicStep() else { return false }
        }
        shifts += lastShift
        likelihoods *= lastLikelihood
        // Each factor is between 10⁻²⁵⁰ and K.
        if likelihoods < 1e-50 || likelihoods > 1e50 {
            shifts += log(likelihoods)
            likelihoods = 1
        }
        observationCount += 1
        return true
    }

    /// P(Sₜ₊₁ = j | y₁…yₜ), `[K]`, then zeros: the regimes of the next bar, before its observation.
    var nextPredicted: SIMD8<Double> {
        guard observationCount > 0 else { return predicted }
        var next = SIMD8<Double>.zero
        for from in 0..<count { next += filtered[from] * rows[from] }
        return next
    }

    /// One step with probabilities; returns false, and changes nothing, if one would become too small.
    @inline(__always)
    private mutating func plainStep() -> Bool {
        // Up to four regimes, half of each register is enough.
        if count <= 4 {
            let largest = logDensities.lowHalf.max()
            guard largest > -.infinity else { return false }
            var next = SIMD4<Double>.zero
            for from in 0..<count { next += rows[from].lowHalf * filtered[from] }
            // Lanes without a regime have the weight e⁻⁷⁰⁰ of nothing.
            let joint = next * (logDensities.lowHalf - largest).boundedExponential
            return accept(SIMD8(lowHalf: next, highHalf: .zero), SIMD8(lowHalf: joint, highHalf: .zero), largest)
        }
        let largest = logDensities.max()
        guard largest > -.infinity else { return false }
        var next = SIMD8<Double>.zero
        for from in 0..<count { next += rows[from] * filtered[from] }
        let weights = logDensities - largest
        let joint = SIMD8(
            lowHalf: next.lowHalf * weights.lowHalf.boundedExponential,
            highHalf: next.highHalf * weights.highHalf.boundedExponential
        )
        return accept(next, joint, largest)
    }

    /// Makes a step with probabilities come true unless one of them is too small.
    @inline(__always)
    private mutating func accept(_ next: SIMD8<Double>, _ joint: SIMD8<Double>, _ largest: Double) -> Bool {
        // Lanes without a regime do not count.
        guard joint.replacing(with: 1, where: unused).min() >= Self.smallestPlain else { return false }
        let total = joint.sum()
        predicted = next
        filtered = joint * (1 / total)
        // A quotient may fall below the bound although the product did not.
        if !(filtered.replacing(with: 1, where: unused).min() >= Self.smallestPlain) {
            isPlain = false
            for state in 0..<count { logFiltered[state] = log(filtered[state]) }
        }
        (lastShift, lastLikelihood) = (largest, total)
        return true
    }

    /// One step with logarithms; returns false, and changes nothing that counts, if the observation is impossible.
    private mutating func logarithmicStep() -> Bool {
        if isPlain { for state in 0..<count { logFiltered[state] = log(filtered[state]) } }
        isPlain = false
        var prior = logFiltered
        if observationCount > 0 {
            for to in 0..<count {
                var largest = -Double.infinity
                for from in 0..<count { largest = max(largest, logFiltered[from] + logRows[from][to]) }
                var total = 0.0
                if largest > -.infinity {
                    for from in 0..<count { total += exp(logFiltered[from] + logRows[from][to] - largest) }
                }
                prior[to] = total > 0 ? largest + log(total) : -.infinity
            }
        }
        var largest = -Double.infinity
        for state in 0..<count where prior[state] > -.infinity { largest = max(largest, logDensities[state]) }
        guard largest > -.infinity else { return false }
        // Densities are reduced by their largest before anything is added: at −5·10⁹ a sum would lose the prior.
        var peak = -Double.infinity
        for state in 0..<count where prior[state] > -.infinity {
            peak = max(peak, prior[state] + (logDensities[state] - largest))
        }
        var total = 0.0
        for state in 0..<count where prior[state] > -.infinity {
            total += exp(prior[state] + (logDensities[state] - largest) - peak)
        }
        let normalizer = peak + log(total)
        isPlain = true
        for state in 0..<count {
            predicted[state] = exp(prior[state])
            logFiltered[state] =
                prior[state] > -.infinity ? prior[state] + (logDensities[state] - largest) - normalizer : -.infinity
            filtered[state] = exp(logFiltered[state])
            isPlain = isPlain && filtered[state] >= Self.smallestPlain
        }
        (lastShift, lastLikelihood) = (largest + normalizer, 1)
        return true
    }
}
