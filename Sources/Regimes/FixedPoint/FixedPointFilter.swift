/// The filter in whole numbers: the same probabilities, to the last bit, on every machine.
///
/// Regimes are carried by base-2 logarithms, so none is ever lost, and every step is total: no observation is impossible, none
/// traps. ``errorBound`` says how far the probabilities can be from exact ones; <doc:WholeNumberFilter> derives it.
///
/// Each update costs O(K²): about 2 µs for three regimes.
public struct FixedPointFilter: Sendable {
    /// The parameters.
    public let regimes: FixedPointRegimes
    /// The number of updates so far, missing observations included.
    public private(set) var observationCount = 0
    /// How far the log odds of any two regimes can be from those of exact arithmetic on the model's own parameters, in
    /// units of log₂; infinite only after a product left the range.
    public private(set) var logOddsBound = 0.0

    /// log₂ P(Sₜ = i | y₁…yₜ), `[K]`; nil where it is zero.
    private var logFiltered: [FixedPoint?]
    private let contraction: Double
    private let predictionError: Double

    /// Creates a filter that has seen nothing yet.
    public init(_ regimes: FixedPointRegimes) {
        self.regimes = regimes
        logFiltered = regimes.initial
        contraction = Self.contraction(of: regimes)
        let start = regimes.initial.compactMap { $0.map { abs($0.double) } }.max() ?? 0
        logOddsBound = 2 * Self.storedError * start
        let moves = regimes.transitions.compactMap { $0.map { abs($0.double) } }.max() ?? 0
        predictionError = 2 * (Self.sumError + Self.storedError * moves)
    }

    /// Moves one bar on and takes in its log volatility, nil where the bar has none.
    public mutating func update(_ observation: FixedPoint?) {
        let count = regimes.stateCount
        var joint = observationCount == 0 ? logFiltered : predicted()
        if observationCount > 0 { logOddsBound = contraction * logOddsBound + predictionError }
        if let observation {
            var largestError = 0.0
            for state in 0..<count {
                let emission = regimes.emissions[state]
                joint[state] = joint[state].map { $0 + emission.logDensity(observation) }
                largestError = max(largestError, Self.densityError(emission, observation))
            }
            logOddsBound += 2 * largestError
        }
        let total = Self.logarithmOfSum(joint)
        for state in 0..<count { logFiltered[state] = joint[state].map { $0 - total } }
        // One subtraction of the same number from all regimes leaves the odds as they were.
        observationCount += 1
    }

    /// P(Sₜ = i | y₁…yₜ), `[K]`; before the first update the initial distribution.
    ///
    /// Each is the nearest Double to a whole number of 2⁻⁶⁴, so these are the same bits everywhere too.
    public var filteredProbabilities: [Double] {
        logFiltered.map { $0.map { min($0, .zero).binaryExponential().double } ?? 0 }
    }

    /// How far each of ``filteredProbabilities`` can be from the exact one.
    ///
    /// Log odds that are off by *h* move no probability by more than tanh(h ln 2 ÷ 4).
    public var errorBound: Double {
        min(1, logOddsBound * 0.25 * FixedPoint.naturalLogarithmOfTwo.double + Self.readingError)
    }

    /// log₂ P(Sₜ₊₁ = j | y₁…yₜ), `[K]`.
    private func predicted() -> [FixedPoint?] {
        let count = regimes.stateCount
        var terms = [FixedPoint?](repeating: nil, count: count)
        return (0..<count).map { to in
            for from in 0..<count {
                let move = regimes.transitions[from * count + to]
                terms[from] = logFiltered[from].flatMap { weight in move.map { weight + $0 } }
            }
            return terms.contains { $0 != nil } ? Self.logarithmOfSum(terms) : nil
        }
    }

    /// log₂ Σ 2^term over the terms that are there; the largest is taken out before anything is added.
    private static func logarithmOfSum(_ terms: [FixedPoint?]) -> FixedPoint {
        guard let largest = terms.compactMap(\.self).max() else { preconditionFailure("some regime is possible") }
        let sum = terms.reduce(FixedPoint.zero) { sum, term in
            sum + (term.map { ($0 - largest).binaryExponential() } ?? .zero)
        }
        guard let logarithm = sum.binaryLogarithm() else { preconditionFailure("the largest term adds 1") }
        return largest + logarithm
    }
}

extension FixedPointFilter {
    /// How far a logarithm of a sum of exponentials is off: log₂(1 + 2⁻⁵⁸ + 6 · 2⁻⁶⁴) < 2⁻⁵⁷·⁴ by the terms, 2⁻⁶⁰ by the
    /// logarithm. Log odds are a difference of two.
    private static let sumError = 0x1p-57
    /// How far a stored logarithm is off, as a share of its size: it was computed once, in Doubles.
    private static let storedError = 0x1p-51
    /// What reading a probability from its logarithm adds: the normalizing logarithm and one exponential.
    private static let readingError = 0x1p-56

    /// How far the log density of one regime can be from the exact one at the model's own parameters.
    ///
    /// With z = d·w, and the density a function of z whose slope is known: location, width and normalizer were computed in
    /// Doubles once, each within 2⁻⁵¹ of its size, and an observation from a Double is as exact.
    private static func densityError(_ emission: FixedPointRegimes.Emission, _ observation: FixedPoint) -> Double {
        let width = emission.inverseWidth.double
        let distance = abs((observation - emission.location).double)
        let score = distance * width
        let locationError = 0x1p-51 * (1 + abs(observation.double) + abs(emission.location.double))
        let scoreError = locationError * width + score * 0x1p-51 + distance * 0x1p-64 + 0x1p-64
        let slope = emission.tailExponent.map { $0.double * 2 * score / (1 + score * score) * 1.45 } ?? 2 * score
        let constants = 0x1p-50 * (1 + abs(emission.logNormalizer.double))
        // Beyond the range the square is cut off, and nothing can be said.
        guard score * score < 0x1p62 else { return .infinity }
        return slope * scoreError + scoreError * scoreError * (emission.tailExponent?.double ?? 1) + constants + 0x1p-59
    }

    /// Birkhoff's contraction coefficient of the transition matrix: by how much one step shrinks differences of log odds.
    ///
    /// tanh(Δ/4) with Δ = ln maxᵢⱼₖₗ aᵢₖ aⱼₗ ÷ (aⱼₖ aᵢₗ); 1 where some move cannot happen.
    ///
    /// - Note: Source: Birkhoff (1957), *Trans. AMS* 85(1), theorem 1.
    private static func contraction(of regimes: FixedPointRegimes) -> Double {
        let count = regimes.stateCount
        let moves = regimes.transitions.compactMap { $0?.double }
        guard moves.count == count * count else { return 1 }
        var diameter = 0.0
        for first in 0..<count {
            for second in 0..<count {
                let ratios = (0..<count).map { moves[first * count + $0] - moves[second * count + $0] }
                diameter = max(diameter, (ratios.max() ?? 0) - (ratios.min() ?? 0))
            }
        }
        // tanh(Δ/4) = (1 − e^(−Δ/2)) ÷ (1 + e^(−Δ/2)); Δ is in units of log₂ here.
        let root = exponential(-diameter * FixedPoint.naturalLogarithmOfTwo.double / 2)
        return (1 - root) / (1 + root)
    }
}
