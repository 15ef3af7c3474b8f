/// The M-step of a chain that starts from its own long-run distribution: a guarded ascent of the true objective
///
///     F(a) = Σᵢⱼ cᵢⱼ ln aᵢⱼ + Σᵢ γ₁(i) ln πᵢ(a)        π a = π
///
/// π moves with *a* by ∂πᵢ/∂aₖₗ = πₖ Zₗᵢ, Z = (I − a + 1 π)⁻¹, up to terms that a row's sum of 1 takes out (Schweitzer 1968,
/// *J. Appl. Prob.* 5(2)). With h the derivative of the second sum, centered so that Σₗ aₖₗ hₖₗ = 0, a maximum has
/// cₖₗ + aₖₗ hₖₗ = aₖₗ Σₗ cₖₗ. The step is towards w = (c + a h) / Σ c: uphill whatever *a* is, because
/// Σₗ wₖₗ² / aₖₗ ≥ (Σₗ wₖₗ)² = 1. It is halved until F does not fall, so that EM stays monotone although the maximum has no
/// closed form.
struct StationaryAscent {
    /// c, `[K][K]`: expected moves, the prior's included.
    let counts: [Double]
    /// γ₁, `[K]`.
    let first: [Double]

    private var count: Int { first.count }

    /// The best *a* found from the old one, and the π that belongs to it; never worse than the old one.
    func climb(from old: [Double], or candidate: [Double]) -> (initial: [Double], transitions: [Double]) {
        guard var (value, share) = measure(old) else {
            // Only where the old chain has no single long-run distribution, which no fit starts from.
            return (first, old)
        }
        var chain = old
        if let (other, itsShare) = measure(candidate), other >= value {
            (value, share, chain) = (other, itsShare, candidate)
        }
        for _ in 0..<20 {
            guard let target = target(chain, share) else { break }
            var size = 1.0
            for entry in chain.indices where target[entry] < 0 {
                size = min(size, 0.99 * chain[entry] / (chain[entry] - target[entry]))
            }
            var hasImproved = false
            for _ in 0..<40 {
                let next = normalized(zip(chain, target).map { $0 + size * ($1 - $0) })
                if let (other, itsShare) = measure(next), other >= value {
                    hasImproved = other > value + 1e-14 * abs(value)
                    (value, share, chain) = (other, itsShare, next)
                    break
                }
                size /= 2
            }
            if !hasImproved { break }
        }
        return (share, chain)
    }

    /// F and π at *a*; nil where the chain has several long-run distributions, or F is not finite.
    private func measure(_ chain: [Double]) -> (Double, [Double])? {
        let model = HiddenMarkovModel(
            uncheckedInitial: first,
            transitions: chain,
            emissions: first.map { _ in .gaussian(mean: 0, variance: 1) }
        )
        guard let share = model.stationaryDistribution() else { return nil }
        var value = 0.0
        for entry in chain.indices { value += PenalizedObjective.product(counts[entry], logOf: chain[entry]) }
        for state in 0..<count { value += PenalizedObjective.product(first[state], logOf: share[state]) }
        return value.isFinite ? (value, share) : nil
    }

    /// w, the point that the ascent heads for; nil where Z cannot be computed.
    private func target(_ chain: [Double], _ share: [Double]) -> [Double]? {
        guard let slopes = Self.slopes(chain, share, first) else { return nil }
        var target = chain
        for from in 0..<count {
            let row = from * count..<(from + 1) * count
            let departures = counts[row].reduce(0, +)
            guard departures > 0 else { continue }
            for entry in row { target[entry] = (counts[entry] + chain[entry] * slopes[entry]) / departures }
        }
        return target
    }

    /// ∂ Σᵢ γ₁(i) ln πᵢ / ∂aₖₗ, `[K][K]`, centered in each row; nil where the chain is all but reducible.
    static func slopes(_ chain: [Double], _ share: [Double], _ first: [Double]) -> [Double]? {
        let count = first.count
        let rows = (0..<count).map { row in
            (0..<count).map { column in (row == column ? 1 : 0) - chain[row * count + column] + share[column] }
        }
        let ratios = (0..<count).map { first[$0] == 0 ? 0 : first[$0] / share[$0] }
        guard ratios.allSatisfy(\.isFinite), let potentials = LinearSystem.solve(rows, ratios) else { return nil }
        var slopes = chain
        for from in 0..<count {
            let row = from * count..<(from + 1) * count
            let mean = row.reduce(0.0) { $0 + chain[$1] * potentials[$1 - row.lowerBound] }
            for entry in row { slopes[entry] = share[from] * (potentials[entry - row.lowerBound] - mean) }
        }
        return slopes
    }

    private func normalized(_ chain: [Double]) -> [Double] {
        var chain = chain
        for from in 0..<count {
            let row = from * count..<(from + 1) * count
            let total = chain[row].reduce(0, +)
            for entry in row { chain[entry] /= total }
        }
        return chain
    }
}
