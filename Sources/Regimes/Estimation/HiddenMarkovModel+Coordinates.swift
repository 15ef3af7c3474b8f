#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A model as a point that can be extrapolated: π and *a* as they are, then for each regime μ in units, ln s² and ln ν.
extension HiddenMarkovModel {
    /// The point.
    ///
    /// - Parameter unit: The size of a typical deviation of the series.
    func coordinates(unit: Double) -> [Double] {
        var coordinates = initialDistribution + transitionMatrix
        for emission in emissions {
            coordinates += [emission.mean / unit, log(emission.squaredScale)]
            if case .studentT(_, _, let degrees) = emission { coordinates.append(log(degrees)) }
        }
        return coordinates
    }

    /// The model at a point: probabilities that came out negative, and rows without any, are those of this model; widths
    /// and degrees of freedom are held to what the fit allows.
    func moved(to coordinates: [Double], unit: Double, _ objective: PenalizedObjective) -> HiddenMarkovModel {
        let count = stateCount
        func row(_ range: Range<Int>, or old: [Double]) -> [Double] {
            let entries = zip(coordinates[range], old).map { $0 > 0 || $1 == 0 ? max($0, 0) : $1 }
            let total = entries.reduce(0, +)
            return total > 0 && total.isFinite ? entries.map { $0 / total } : old
        }
        var next = count + count * count
        let chain = (0..<count).flatMap { from in
            row(count + from * count..<count + (from + 1) * count, or: transitionRow(from))
        }
        let moved = emissions.map { emission -> EmissionDistribution in
            let mean = coordinates[next] * unit
            let squaredScale = max(exp(coordinates[next + 1]), objective.varianceFloor)
            next += 2
            switch emission {
            case .gaussian: return .gaussian(mean: mean, variance: squaredScale)
            case .studentT:
                let allowed = DegreesOfFreedom.allowed
                let degrees = min(max(exp(coordinates[next]), allowed.lowerBound), allowed.upperBound)
                next += 1
                return .studentT(location: mean, scale: squaredScale.squareRoot(), degreesOfFreedom: degrees)
            }
        }
        let initial = row(0..<count, or: initialDistribution)
        return HiddenMarkovModel(uncheckedInitial: initial, transitions: chain, emissions: moved).with(objective.start)
    }
}
