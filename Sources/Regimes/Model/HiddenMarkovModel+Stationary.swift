extension HiddenMarkovModel {
    /// The long-run share of time in each regime, `[K]`: π with π·a = π.
    ///
    /// nil where the chain has several: then the shares depend on where it starts. Found by elimination without
    /// subtractions, so exact to rounding even for transitions of 10⁻³⁰⁰.
    ///
    /// - Note: Source: Grassmann, Taksar, Heyman (1985), *Oper. Res.* 33(5).
    public func stationaryDistribution() -> [Double]? {
        let count = stateCount
        var flow = transitionMatrix
        for last in stride(from: count - 1, to: 0, by: -1) {
            let departure = (0..<last).reduce(0.0) { $0 + flow[last * count + $1] }
            // Regime `last` never leads back to the ones before it: reorder-free elimination ends here.
            guard departure > 0 else { return absorbingDistribution() }
            for from in 0..<last {
                flow[from * count + last] /= departure
                for to in 0..<last where to != from {
                    flow[from * count + to] += flow[from * count + last] * flow[last * count + to]
                }
            }
        }
        var shares = [Double](repeating: 0, count: count)
        shares[0] = 1
        for state in 1..<count {
            shares[state] = (0..<state).reduce(0) { $0 + shares[$1] * flow[$1 * count + state] }
        }
        let total = shares.reduce(0, +)
        return shares.map { $0 / total }
    }

    /// The share 1 of the one regime that is never left; nil if the chain is reducible in another way.
    private func absorbingDistribution() -> [Double]? {
        let count = stateCount
        let absorbing = (0..<count).filter { state in
            (0..<count).allSatisfy { $0 == state || transitionMatrix[state * count + $0] == 0 }
        }
        let leaving = (0..<count).allSatisfy { state in
            state == absorbing.first
                || (0..<count).contains { $0 == absorbing.first && transitionMatrix[state * count + $0] > 0 }
        }
        guard absorbing.count == 1, let only = absorbing.first, leaving else { return nil }
        return (0..<count).map { $0 == only ? 1 : 0 }
    }
}
