/// Walks forecasters through a series: each forecasts every bar from what was known before it, refitted now and then.
///
/// Nothing of a bar or of those after it enters its forecast. What a forecaster loses is reported as plainly as what it wins.
public struct WalkForward: Sendable, Equatable {
    /// Which bars a refit sees.
    public enum Window: Sendable, Hashable {
        /// All bars so far.
        case expanding
        /// The last so many bars.
        case rolling(bars: Int)
    }

    /// The bars before the first forecast.
    public var initialBars = 500
    /// Bars between refits, at least 1.
    public var refitEvery = 20
    /// Which bars a refit sees.
    public var window = Window.expanding
    /// *K*, for the forecasters with regimes.
    public var states = 3
    /// The search of each refit.
    public var options = BaumWelch.Options()
    /// What is compared.
    public var forecasters = Forecaster.allCases
    /// When the label of the plain regime model changes.
    public var hysteresis = Hysteresis.standard

    /// An expanding window of 500 bars at first, refitted every 20.
    public init() {}

    /// Evaluates the forecasters on `observations` (nil = missing: never scored, and seen as missing).
    ///
    /// - Parameters:
    ///   - observations: One entry a bar.
    ///   - barsPerYear: For the label changes a year.
    /// - Throws: ``FitError`` for fewer bars than the first fit needs, or for what cannot be fitted.
    public func evaluate(
        _ observations: [Double?],
        barsPerYear: Double
    ) throws(FitError) -> WalkForwardReport {
        guard observations.count > initialBars, initialBars > 0, refitEvery > 0 else {
            throw .tooFewObservations(got: observations.count, expected: max(initialBars, 0) + 1, states: states)
        }
        var densities = [[PredictiveDensity?]](repeating: [], count: forecasters.count)
        var labels: [Int] = []
        var probable: [Int] = []
        for start in stride(from: initialBars, to: observations.count, by: refitEvery) {
            let end = min(start + refitEvery, observations.count)
            let from =
                switch window {
                case .expanding: 0
                case .rolling(let bars): max(0, start - bars)
                }
            let past = Array(observations[from..<start])
            let known = Array(observations[from..<end])
            for (index, forecaster) in forecasters.enumerated() {
                densities[index] += try forecaster.densities(
                    fittedOn: past,
                    through: known,
                    states: states,
                    options: options
                )
            }
            let model = try BaumWelch.fit(past, states: states, options: options).model
            let online = try Self.label(model, known, hysteresis)
            labels += online.labels.suffix(end - start)
            probable += online.probable.suffix(end - start)
        }
        let hindsight = try Self.hindsight(observations, states: states, options)
        return WalkForwardReport(
            observations: Array(observations[initialBars...]),
            forecasts: Array(zip(forecasters, densities)),
            labels: labels,
            mostProbable: probable,
            hindsight: Array(hindsight[initialBars...]),
            barsPerYear: barsPerYear
        )
    }

    private static func label(
        _ model: HiddenMarkovModel,
        _ observations: [Double?],
        _ hysteresis: Hysteresis
    ) throws(FitError) -> (labels: [Int], probable: [Int]) {
        guard var state = try? LabelState(stateCount: model.stateCount, hysteresis: hysteresis, rules: []) else {
            preconditionFailure("no rules cannot be unusable")
        }
        var filter = ForwardFilter(model)
        var labels: [Int] = []
        var probable: [Int] = []
        for observation in observations {
            do throws(ObservationError) { try filter.update(observation) } catch { throw .observation(error) }
            labels.append(state.update(filter.filteredProbabilities))
            probable.append(mostProbable(filter.filteredProbabilities))
        }
        return (labels, probable)
    }

    /// The most probable regime of each bar, smoothed with one fit of the whole series.
    private static func hindsight(
        _ observations: [Double?],
        states: Int,
        _ options: BaumWelch.Options
    ) throws(FitError) -> [Int] {
        let model = try BaumWelch.fit(observations, states: states, options: options).model
        do throws(ObservationError) {
            let smoothed = try SmoothedRegimes(model, observations: observations)
            return (0..<smoothed.barCount).map { mostProbable(smoothed.probabilities(at: $0)) }
        } catch {
            throw .observation(error)
        }
    }

    private static func mostProbable(_ probabilities: [Double]) -> Int {
        probabilities.indices.max { (probabilities[$0], -$0) < (probabilities[$1], -$1) } ?? 0
    }
}
