/// What Baum–Welch found for vectors.
public struct MultivariateFitReport: Sendable, Equatable {
    /// The model of the best restart, regimes ordered by the mean of their first dimension.
    public let model: MultivariateHiddenMarkovModel
    /// ln p(y₁…y_T) at ``model``.
    public let logLikelihood: Double
    /// The log-likelihood before each EM step of the best restart, and after the last. Never decreases.
    public let history: [Double]
    /// The log-likelihood that each restart reached, in the order of starting; −∞ for one that failed.
    public let restarts: [Double]
}

extension BaumWelch {
    /// Fits a model of `states` regimes to vectors, `[T][D]` with nil in the dimensions that are missing.
    ///
    /// Restarts take the regimes of one-dimensional restarts on the first dimension as their first guess of who is where, and
    /// climb from the moments of the vectors given these. No variance may fall below `options.varianceFloor` of its
    /// dimension's.
    ///
    /// - Throws: ``FitError``, judged on the first dimension, which must not be constant.
    public static func fit(
        vectors: [[Double?]],
        states: Int,
        options: Options = Options()
    ) throws(FitError) -> MultivariateFitReport {
        let dimension = vectors.first?.count ?? 0
        let flat: [[Double]]
        do throws(ObservationError) {
            flat = try MultivariateHiddenMarkovModel.flatten(vectors, dimension: dimension)
        } catch {
            throw .observation(error)
        }
        guard (1...MultivariateGaussian.maximumDimension).contains(dimension) else {
            throw .observation(
                .dimension(index: 0, got: dimension, expected: MultivariateGaussian.maximumDimension)
            )
        }
        let sample = try Sample(vectors.map { $0[0] }, states: states, options: options)
        let starts = StartingPoints(sample: sample, states: states, seed: options.seed)
        let floors = (0..<dimension).map { index in Self.variance(flat.map { $0[index] }) * options.varianceFloor }
        let searches = concurrentMap(0..<options.restarts, threads: options.threads) { index in
            Climb(from: starts[index].1, sample, flat, floors, options)
        }
        var winner: Climb?
        for search in searches where search.logLikelihood > (winner?.logLikelihood ?? -.infinity) { winner = search }
        guard let winner, let model = winner.model else { throw .noRestartSucceeded }
        let order = (0..<states).sorted { (model.emissions[$0].mean[0], $0) < (model.emissions[$1].mean[0], $1) }
        return MultivariateFitReport(
            model: MultivariateHiddenMarkovModel(
                uncheckedInitial: order.map { model.initialDistribution[$0] },
                transitions: order.flatMap { from in order.map { model.transitionMatrix[from * states + $0] } },
                emissions: order.map { model.emissions[$0] }
            ),
            logLikelihood: winner.logLikelihood,
            history: winner.history,
            restarts: searches.map(\.logLikelihood)
        )
    }

    /// One unpenalized EM step over vectors; see ``step(_:observations:)-(HiddenMarkovModel,_)``.
    ///
    /// - Returns: The new model, and the log-likelihood of the **old** one.
    /// - Throws: ``ObservationError``.
    public static func step(
        _ model: MultivariateHiddenMarkovModel,
        observations: [[Double?]]
    ) throws(ObservationError) -> (model: MultivariateHiddenMarkovModel, logLikelihood: Double) {
        let flat = try MultivariateHiddenMarkovModel.flatten(observations, dimension: model.dimension)
        guard !flat.isEmpty else { return (model, 0) }
        var pass = LogSpacePass()
        let statistics = try pass.run(model, flat)
        let floors = [Double](repeating: 0, count: model.dimension)
        return (maximize(model, statistics, pass.posteriors, flat, floors), statistics.logLikelihood)
    }

    /// The M-step: means and covariances of the vectors completed by their expectations, plus what stays uncertain of these.
    ///
    /// Bars without any observation say nothing. A variance at its floor is raised to it on the diagonal.
    static func maximize(
        _ model: MultivariateHiddenMarkovModel,
        _ statistics: ExpectedStatistics,
        _ posteriors: [Double],
        _ observations: [[Double]],
        _ floors: [Double]
    ) -> MultivariateHiddenMarkovModel {
        let (count, dimension) = (model.stateCount, model.dimension)
        var transitions = model.transitionMatrix
        var emissions = model.emissions
        for state in 0..<count {
            let row = state * count..<(state + 1) * count
            let departures = statistics.transitions[row].reduce(0, +)
            if departures > 0 {
                for entry in row { transitions[entry] = statistics.transitions[entry] / departures }
            }
            let old = emissions[state]
            var weight = 0.0
            var sum = [Double](repeating: 0, count: dimension)
            var products = [Double](repeating: 0, count: dimension * dimension)
            for (bar, vector) in observations.enumerated() {
                let share = posteriors[bar * count + state]
                guard share > 0, vector.contains(where: { !$0.isNaN }), let completed = Conditioned(old, on: vector)
                else { continue }
                weight += share
                let deviation = zip(completed.completed, old.mean).map { $0 - $1 }
                for first in 0..<dimension {
                    sum[first] += share * deviation[first]
                    for second in 0..<dimension {
                        let entry = first * dimension + second
                        products[entry] += share * (deviation[first] * deviation[second] + completed.remaining[entry])
                    }
                }
            }
            guard weight > 1e-200 else { continue }
            let shift = sum.map { $0 / weight }
            for first in 0..<dimension {
                for second in 0..<dimension {
                    let entry = first * dimension + second
                    products[entry] = products[entry] / weight - shift[first] * shift[second]
                }
                let diagonal = first * dimension + first
                products[diagonal] = max(products[diagonal], floors[first])
            }
            emissions[state] = MultivariateGaussian(unchecked: zip(old.mean, shift).map(+), covariance: products)
        }
        let total = statistics.first.reduce(0, +)
        return MultivariateHiddenMarkovModel(
            uncheckedInitial: statistics.first.map { $0 / total },
            transitions: transitions,
            emissions: emissions
        )
    }

    fileprivate static func variance(_ values: [Double]) -> Double {
        let observed = values.filter { !$0.isNaN }
        let mean = observed.reduce(0, +) / Double(max(1, observed.count))
        return observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, observed.count))
    }

    /// One climb of the likelihood of vectors.
    private struct Climb: Sendable {
        private(set) var model: MultivariateHiddenMarkovModel?
        private(set) var history: [Double] = []
        var logLikelihood: Double { model == nil ? -.infinity : history.last ?? -.infinity }

        init(
            from start: HiddenMarkovModel,
            _ sample: Sample,
            _ vectors: [[Double]],
            _ floors: [Double],
            _ options: Options
        ) {
            let dimension = floors.count
            let (count, whole) = (start.stateCount, floors.map { $0 / options.varianceFloor })
            // The first dimension's regimes place the others: uncorrelated, at the overall mean, until the first M-step.
            let means = (0..<dimension).map { index in
                let observed = vectors.map { $0[index] }.filter { !$0.isNaN }
                return observed.reduce(0, +) / Double(max(1, observed.count))
            }
            let guess = (0..<count).map { state in
                var covariance = [Double](repeating: 0, count: dimension * dimension)
                for index in 0..<dimension { covariance[index * dimension + index] = max(whole[index], 1e-300) }
                covariance[0] = start.emissions[state].squaredScale
                var mean = means
                mean[0] = start.emissions[state].mean
                return MultivariateGaussian(unchecked: mean, covariance: covariance)
            }
            var current = MultivariateHiddenMarkovModel(
                uncheckedInitial: start.initialDistribution,
                transitions: start.transitionMatrix,
                emissions: guess
            )
            var pass = LogSpacePass()
            var previous = -Double.infinity
            for iteration in 0...4 * options.iterations {
                guard let statistics = try? pass.run(current, vectors), statistics.logLikelihood.isFinite else {
                    return
                }
                history.append(max(statistics.logLikelihood, history.last ?? -.infinity))
                let gain = statistics.logLikelihood - previous
                previous = statistics.logLikelihood
                if iteration > 0, gain <= options.tolerance * (abs(previous) + 1) { break }
                current = maximize(current, statistics, pass.posteriors, vectors, floors)
            }
            model = current
        }
    }
}
