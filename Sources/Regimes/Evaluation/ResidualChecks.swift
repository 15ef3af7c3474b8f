public import CanonicalJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether what came was what the model said would come: tests of its one-step forecasts.
///
/// If each forecast distribution is the true one, uₜ = P(Y ≤ yₜ | y₁…yₜ₋₁) are independent and uniform on [0, 1], and zₜ = Φ⁻¹(uₜ)
/// independent and standard normal. A small p-value says in which way they are not. On the series that a model was
/// fitted to, p-values come out somewhat too large: the fit has bent the forecasts towards what came.
///
/// - Note: Source: Rosenblatt (1952), *Ann. Math. Stat.* 23(3); Diebold, Gunther, Tay (1998), *Int. Econ. Rev.* 39(4).
public struct ResidualChecks: Sendable, Equatable {
    /// One test of the residuals.
    public struct Test: Sendable, Equatable {
        /// What is tested, in a few words.
        public let name: String
        /// The test statistic.
        public let statistic: Double
        /// The probability of a statistic this large if the model is right; not a number where there is too little to test.
        public let pValue: Double
    }

    /// uₜ, `[T]`, nil where the bar or its forecast is missing.
    public let transforms: [Double?]
    /// zₜ, `[T]`; finite, held to what a Double can tell from certainty.
    public let normalScores: [Double?]
    /// Whether u is uniform: √n times the largest distance of the distributions, with Stephens's correction for finite n.
    ///
    /// - Note: Source: Stephens (1970), *J. R. Stat. Soc. B* 32(1).
    public let kolmogorovSmirnov: Test
    /// Whether z has a memory, over ten lags: an unmodelled level shows here.
    ///
    /// - Note: Source: Ljung and Box (1978), *Biometrika* 65(2).
    public let ljungBox: Test
    /// Whether z² has a memory, over ten lags: an unmodelled change of spread shows here.
    ///
    /// - Note: Source: McLeod and Li (1983), *J. Time Ser. Anal.* 4(4).
    public let ljungBoxOfSquares: Test
    /// Whether z has the skewness and kurtosis of a normal variable: a wrong shape shows here.
    ///
    /// - Note: Source: Jarque and Bera (1980), *Econ. Lett.* 6(3).
    public let jarqueBera: Test

    /// The lags of the Ljung–Box tests.
    public static let lags = 10

    /// The four tests, in the order of their declaration.
    public var tests: [Test] { [kolmogorovSmirnov, ljungBox, ljungBoxOfSquares, jarqueBera] }

    /// Checks forecasts, each made before its observation was known; nil where there is none.
    public init(forecasts: [PredictiveDensity?], observations: [Double?]) {
        let pairs = zip(forecasts, observations).map { forecast, observation -> (Double, Double)? in
            guard let forecast, let observation else { return nil }
            return (forecast.probability(below: observation), forecast.probability(above: observation))
        }
        transforms = pairs.map { $0.map { min(max($0.0, 0), 1) } }
        normalScores = pairs.map { pair in
            pair.map { below, above in
                // From the smaller tail, which a number near 1 would have lost.
                below <= above
                    ? ReferenceDistributions.normalQuantile(max(below, .leastNormalMagnitude))
                    : -ReferenceDistributions.normalQuantile(max(above, .leastNormalMagnitude))
            }
        }
        kolmogorovSmirnov = Self.uniformity(transforms.compactMap(\.self))
        ljungBox = Self.memory(normalScores, name: "no memory in the scores (Ljung–Box)")
        ljungBoxOfSquares = Self.memory(
            normalScores.map { $0.map { $0 * $0 } },
            name: "no memory in their squares (Ljung–Box)"
        )
        jarqueBera = Self.normality(normalScores.compactMap(\.self))
    }

    /// Checks the one-step forecasts of a regime model over `observations`.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no regime explains.
    public init(_ model: HiddenMarkovModel, observations: [Double?]) throws(ObservationError) {
        self.init(forecasts: try model.oneStepForecasts(of: observations), observations: observations)
    }

    /// Checks the one-step forecasts of an autoregression with regimes over `observations`.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no regime explains.
    public init(_ model: AutoregressiveRegimes, observations: [Double?]) throws(ObservationError) {
        let residuals = model.autoregression.residuals(of: observations)
        self.init(forecasts: try model.residuals.oneStepForecasts(of: residuals), observations: residuals)
    }

    /// One line a test, ending in a newline.
    public var text: String {
        let width = (tests.map(\.name.count).max() ?? 0) + 2
        return tests.map { test in
            let name = test.name + String(repeating: " ", count: width - test.name.count)
            let value = test.pValue.isFinite ? ModelCard.rounded(test.pValue, places: 4) : "–"
            return "\(name)\(ModelCard.rounded(test.statistic, places: 3))  p = \(value)\n"
        }.joined()
    }

    /// The same figures for programs; numbers are decimal strings, as in model files.
    public var json: JSONValue {
        .array(
            tests.map { test in
                [
                    "test": .string(test.name),
                    "statistic": .string(test.statistic.description),
                    "p_value": .string(test.pValue.description),
                ]
            }
        )
    }

    private static func uniformity(_ transforms: [Double]) -> Test {
        let sorted = transforms.sorted()
        let count = Double(sorted.count)
        var distance = 0.0
        for (index, value) in sorted.enumerated() {
            distance = max(distance, Double(index + 1) / count - value, value - Double(index) / count)
        }
        let statistic = (count.squareRoot() + 0.12 + 0.11 / count.squareRoot()) * distance
        return Test(
            name: "uniform (Kolmogorov–Smirnov)",
            statistic: sorted.isEmpty ? .nan : statistic,
            pValue: sorted.isEmpty ? .nan : ReferenceDistributions.kolmogorov(above: statistic)
        )
    }

    /// Q = n (n + 2) Σ ρₖ² ÷ (n − k), over the pairs of bars that are both there.
    private static func memory(_ scores: [Double?], name: String) -> Test {
        let observed = scores.compactMap(\.self)
        let count = Double(observed.count)
        guard observed.count > 2 * lags else { return Test(name: name, statistic: .nan, pValue: .nan) }
        let mean = observed.reduce(0, +) / count
        let variance = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        var statistic = 0.0
        for lag in 1...lags {
            let products = zip(scores, scores.dropFirst(lag)).compactMap { first, second in
                first.flatMap { first in second.map { (first - mean) * ($0 - mean) } }
            }
            guard !products.isEmpty else { continue }
            let pairs = Double(products.count)
            let correlation = products.reduce(0, +) / pairs / variance
            // With every bar observed, pairs = n − k, and this is n (n + 2) ρ² ÷ (n − k) with ρ over n products.
            statistic += (count + 2) / count * pairs * correlation * correlation
        }
        return Test(
            name: name,
            statistic: statistic,
            pValue: ReferenceDistributions.chiSquared(above: statistic, degreesOfFreedom: lags)
        )
    }

    private static func normality(_ scores: [Double]) -> Test {
        let name = "normal skewness and kurtosis (Jarque–Bera)"
        let count = Double(scores.count)
        guard scores.count > 2 * lags else { return Test(name: name, statistic: .nan, pValue: .nan) }
        let mean = scores.reduce(0, +) / count
        func moment(_ power: Double) -> Double { scores.reduce(0) { $0 + pow($1 - mean, power) } / count }
        let variance = moment(2)
        let skewness = moment(3) / pow(variance, 1.5)
        let excess = moment(4) / (variance * variance) - 3
        let statistic = count / 6 * (skewness * skewness + excess * excess / 4)
        return Test(name: name, statistic: statistic, pValue: exp(-statistic / 2))
    }
}

extension HiddenMarkovModel {
    /// The mixture that the filter expects of each bar, from the bars before it.
    func oneStepForecasts(of observations: [Double?]) throws(ObservationError) -> [PredictiveDensity] {
        var filter = ForwardFilter(self)
        var forecasts: [PredictiveDensity] = []
        for observation in observations {
            forecasts.append(
                PredictiveDensity(weights: filter.nextPredictedProbabilities(), components: emissions)
            )
            try filter.update(observation)
        }
        return forecasts
    }
}
