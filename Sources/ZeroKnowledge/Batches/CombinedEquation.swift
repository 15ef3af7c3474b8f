import Ristretto

/// Many proofs' relations, each times a random weight, added up to one.
///
/// Multiples of B, B̃ and of the generator chains are summed, so that however many proofs there are, each generator enters the
/// multiscalar multiplication once; what grows with the number of proofs are their own points.
struct CombinedEquation: Sendable {
    private var value = Scalar.zero
    private var blinding = Scalar.zero
    /// Multiples of the chains of each party, as long as the longest of its equations.
    private var g: [[Scalar]] = []
    private var h: [[Scalar]] = []
    private var scalars: [Scalar] = []
    private var points: [RistrettoPoint] = []

    /// Adds `weight` times an equation.
    mutating func add(_ equation: VerificationEquation, times weight: Scalar) {
        value += weight * equation.value
        blinding += weight * equation.blinding
        for party in 0..<equation.parties {
            let entries = party * equation.each..<(party + 1) * equation.each
            Self.add(equation.g[entries], times: weight, to: &g, party)
            Self.add(equation.h[entries], times: weight, to: &h, party)
        }
        scalars += equation.scalars.map { weight * $0 }
        points += equation.points
    }

    /// Adds a sum that another thread made.
    mutating func add(_ other: CombinedEquation) {
        value += other.value
        blinding += other.blinding
        for party in other.g.indices {
            Self.add(other.g[party][...], times: .one, to: &g, party)
            Self.add(other.h[party][...], times: .one, to: &h, party)
        }
        scalars += other.scalars
        points += other.points
    }

    /// Whether the sum is the identity.
    var holds: Bool {
        var scalars = scalars + [value, blinding]
        var points = points + [PedersenGenerators.value, PedersenGenerators.blinding]
        for party in g.indices {
            scalars += g[party]
            points += BulletproofGenerators.points(.g, party: UInt32(party), count: g[party].count)
            scalars += h[party]
            points += BulletproofGenerators.points(.h, party: UInt32(party), count: h[party].count)
        }
        return RistrettoPoint.vartimeMultiscalarMultiplication(scalars, points).isIdentity
    }

    private static func add(
        _ entries: ArraySlice<Scalar>,
        times weight: Scalar,
        to chains: inout [[Scalar]],
        _ party: Int
    ) {
        while chains.count <= party { chains.append([]) }
        if chains[party].count < entries.count {
            chains[party] += repeatElement(.zero, count: entries.count - chains[party].count)
        }
        for (index, entry) in entries.enumerated() { chains[party][index] += weight * entry }
    }
}
