public import MarketData

/// A trained regime model: parameters with everything needed to use them as they were meant, as one file.
///
/// The file is JSON (``fileBytes``); its SHA-256 is what a policy pins. Two files that say the same in other spacing are
/// equal models with different digests, on purpose: a digest is of bytes.
public struct RegimeModel: Sendable, Equatable {
    /// The parameters: see ``HiddenMarkovModel`` for the notation.
    public typealias Parameters = HiddenMarkovModel

    /// The asset whose volatility is modelled.
    public let asset: Asset
    /// The length of a model bar in milliseconds.
    public let bar: Int64
    /// The length of the candles that the bars were measured with; others would measure another volatility.
    public let candleInterval: Int64
    /// How variances are estimated.
    public let estimator: VolatilityEstimator
    /// From the opening of the first bar of the training data to the close of the last.
    public let trainingSpan: Range<Timestamp>
    /// The `MarketDigest` of the candles through the end of the training span.
    public let dataDigest: ContentDigest
    /// Fixes the restarts of the fit.
    public let seed: UInt64
    /// The chain of regimes and what each emits: log annualized volatility. In ascending order of means.
    public let parameters: Parameters
    /// The same parameters in whole numbers, which labels rest on; nil in files of version 1, whose labels rest on Doubles.
    public let fixedPoint: FixedPointRegimes?
    /// What forecasts the volatility; nil where the model was trained without, and in files of version 1.
    ///
    /// Labels come from ``parameters``, forecasts from here: <doc:Labels> says why one model is not both.
    public let forecast: AutoregressiveRegimes?
    /// The regimes' names, `[K]`, lowest volatility first.
    public let labels: [String]
    /// When a label changes, for regimes that no policy rule names.
    public let hysteresis: Hysteresis
    /// How the fit went.
    public let fit: FitSummary
    /// The file.
    public private(set) var fileBytes: [UInt8]

    /// The SHA-256 of ``fileBytes``.
    public var digest: ContentDigest { ContentDigest(hashing: fileBytes) }
    /// *K*, the number of regimes.
    public var stateCount: Int { parameters.stateCount }
    /// The annualized volatility at each regime's mean, exp(μ), `[K]`: 0.5 is 50% a year.
    public var typicalVolatilities: [Double] { parameters.means.map(exponential) }

    /// Creates a model from a fit.
    ///
    /// - Parameters:
    ///   - report: The fit of the observations of `volatility`.
    ///   - volatility: What was fitted.
    ///   - dataDigest: The digest of the candles behind it.
    ///   - labels: Names, lowest volatility first; nil for ``RegimeLabels/standard(count:)``.
    ///   - hysteresis: The model's own rule.
    ///   - forecast: What forecasts the volatility, fitted to the same observations.
    /// - Throws: ``RegimeModelError`` for labels that are not K different identifiers, or parameters that whole numbers cannot hold.
    public init(
        report: FitReport,
        of volatility: VolatilitySeries,
        dataDigest: ContentDigest,
        labels: [String]? = nil,
        hysteresis: Hysteresis = .standard,
        forecast: AutoregressiveRegimes? = nil
    ) throws(RegimeModelError) {
        let labels = labels ?? RegimeLabels.standard(count: report.model.stateCount)
        guard let first = volatility.bars.first, let last = volatility.bars.last else {
            throw .volatility(.noCompleteBar(bar: volatility.bar))
        }
        try self.init(
            asset: volatility.asset,
            bar: volatility.bar,
            candleInterval: volatility.candleInterval,
            estimator: volatility.estimator,
            trainingSpan: first.closeTime.adding(milliseconds: -volatility.bar)..<last.closeTime,
            dataDigest: dataDigest,
            seed: report.seed,
            parameters: report.model,
            fixedPoint: FixedPointRegimes(report.model),
            forecast: forecast,
            labels: labels,
            hysteresis: hysteresis,
            fit: FitSummary(report),
            fileBytes: nil
        )
    }

    /// Creates a model from parts that are valid one by one; checks what relates them.
    ///
    /// - Parameter fileBytes: The file that the parts were read from; nil to write it.
    init(
        asset: Asset,
        bar: Int64,
        candleInterval: Int64,
        estimator: VolatilityEstimator,
        trainingSpan: Range<Timestamp>,
        dataDigest: ContentDigest,
        seed: UInt64,
        parameters: Parameters,
        fixedPoint: FixedPointRegimes?,
        forecast: AutoregressiveRegimes?,
        labels: [String],
        hysteresis: Hysteresis,
        fit: FitSummary,
        fileBytes: [UInt8]?
    ) throws(RegimeModelError) {
        try RegimeLabels.check(labels, count: parameters.stateCount)
        let means = parameters.means
        for state in means.indices.dropFirst() where means[state] < means[state - 1] {
            throw .notOrderedByMean(state: state)
        }
        self.asset = asset
        self.bar = bar
        self.candleInterval = candleInterval
        self.estimator = estimator
        self.trainingSpan = trainingSpan
        self.dataDigest = dataDigest
        self.seed = seed
        self.parameters = parameters
        self.fixedPoint = fixedPoint
        self.forecast = forecast
        self.labels = labels
        self.hysteresis = hysteresis
        self.fit = fit
        self.fileBytes = fileBytes ?? []
        guard fileBytes == nil else { return }
        guard let fixedPoint else { preconditionFailure("a new file has fixed-point numbers") }
        self.fileBytes = RegimeModelFile.write(self, fixedPoint)
    }
}

/// How the fit behind a model went, as its file records it.
public struct FitSummary: Sendable, Hashable {
    /// ln p(y₁…y_T).
    public let logLikelihood: Double
    /// Akaike's criterion.
    public let aic: Double
    /// Schwarz's criterion.
    public let bic: Double
    /// Integrated completed likelihood.
    public let icl: Double
    /// Bars with an observation.
    public let observedCount: Int
    /// Bars without.
    public let missingCount: Int
    /// Starting points tried.
    public let restarts: Int
    /// Starting points that came within 10⁻³ of the best log-likelihood.
    public let agreeingRestarts: Int
    /// EM steps of the best restart.
    public let iterations: Int
    /// Whether the best restart's last step gained less than the tolerance.
    public let hasConverged: Bool

    /// Summarizes a report.
    public init(_ report: FitReport) {
        self.init(
            logLikelihood: report.logLikelihood,
            aic: report.aic,
            bic: report.bic,
            icl: report.icl,
            observedCount: report.observedCount,
            missingCount: report.missingCount,
            restarts: report.restarts.count,
            agreeingRestarts: Int((report.agreement(within: 1e-3) * Double(report.restarts.count)).rounded()),
            iterations: report.iterations,
            hasConverged: report.hasConverged
        )
    }

    init(
        logLikelihood: Double,
        aic: Double,
        bic: Double,
        icl: Double,
        observedCount: Int,
        missingCount: Int,
        restarts: Int,
        agreeingRestarts: Int,
        iterations: Int,
        hasConverged: Bool
    ) {
        self.logLikelihood = logLikelihood
        self.aic = aic
        self.bic = bic
        self.icl = icl
        self.observedCount = observedCount
        self.missingCount = missingCount
        self.restarts = restarts
        self.agreeingRestarts = agreeingRestarts
        self.iterations = iterations
        self.hasConverged = hasConverged
    }
}
