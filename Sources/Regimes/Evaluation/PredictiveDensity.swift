#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a forecaster says of the next observation before it is seen: a mixture of densities.
public struct PredictiveDensity: Sendable, Hashable {
    /// The weights of the mixture, which sum to 1.
    public let weights: [Double]
    /// Its densities, one for each weight.
    public let components: [EmissionDistribution]

    /// Creates a mixture of densities, one for each weight.
    init(weights: [Double], components: [EmissionDistribution]) {
        self.weights = weights
        self.components = components
    }

    /// A Gaussian.
    init(mean: Double, variance: Double) {
        self.init(weights: [1], components: [.gaussian(mean: mean, variance: variance)])
    }

    /// The mean of several densities.
    init(averaging densities: [PredictiveDensity]) {
        let share = 1 / Double(densities.count)
        self.init(
            weights: densities.flatMap { $0.weights.map { share * $0 } },
            components: densities.flatMap(\.components)
        )
    }

    /// The expected observation.
    public var mean: Double { zip(weights, components).reduce(0) { $0 + $1.0 * $1.1.mean } }

    /// The natural logarithm of the density at `observation`: the log score, if that is what came.
    public func logDensity(_ observation: Double) -> Double {
        let terms = zip(weights, components).map { log($0) + $1.logDensity(observation) }
        guard let largest = terms.max(), largest > -.infinity else { return -.infinity }
        return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
    }

    /// The same density moved by `distance`.
    func moved(by distance: Double) -> PredictiveDensity {
        PredictiveDensity(weights: weights, components: components.map { $0.moved(by: distance) })
    }
}
