public import Ristretto
import Synchronization

/// The generator chains G and H of Bulletproofs: one pair of chains a party, every point made by hashing.
///
/// Points are computed on first use and kept. The memory is bounded, and so is what a caller may ask for: whoever reads a
/// proof must compare its size with ``maximumChainLength`` before asking for a point.
///
/// - Note: Source: `BulletproofGens` of the dalek Bulletproofs crate: 64 bytes a point from SHAKE256 over
///   "GeneratorsChain", the chain's letter and the party as 32 bits, little-endian, through the one-way map.
public enum BulletproofGenerators {
    /// One of the two chains of a party.
    public enum Chain: UInt8, Sendable, Hashable {
        /// Generators of the left vector.
        case g = 0x47
        /// Generators of the right vector.
        case h = 0x48
    }

    /// The number of points that one chain yields at most: 131 072, enough for a circuit of as many multipliers.
    public static let maximumChainLength = 1 << 17

    /// The first `count` points of a chain.
    ///
    /// - Parameters:
    ///   - chain: Which of the party's two chains.
    ///   - party: Index of the party, 0 for constraint systems.
    ///   - count: Number of points, 0 to ``maximumChainLength``.
    /// - Complexity: About 10 µs for every point that was not asked for before.
    public static func points(_ chain: Chain, party: UInt32 = 0, count: Int) -> [RistrettoPoint] {
        precondition((0...maximumChainLength).contains(count), "a chain has at most \(maximumChainLength) points")
        return cache.withLock { $0.points(ChainName(chain: chain, party: party), count: count) }
    }

    /// The generators of an aggregated proof: `each` points of the chains of every party, party after party.
    static func vectors(parties: Int, each: Int) -> (g: [RistrettoPoint], h: [RistrettoPoint]) {
        var (g, h): ([RistrettoPoint], [RistrettoPoint]) = ([], [])
        g.reserveCapacity(parties * each)
        h.reserveCapacity(parties * each)
        for party in 0..<UInt32(parties) {
            g += points(.g, party: party, count: each)
            h += points(.h, party: party, count: each)
        }
        return (g, h)
    }

    private static let cache = Mutex(GeneratorCache())

    fileprivate struct ChainName: Hashable {
        let chain: Chain
        let party: UInt32
    }
}

/// Chains computed so far, at most `capacity` points in all.
private struct GeneratorCache {
    private var chains: [BulletproofGenerators.ChainName: GrownChain] = [:]
    private var keptPoints = 0

    // 2¹⁹ points are 80 MB: a circuit of the maximal size and the chains of 1,024 parties fit together.
    private static let capacity = 1 << 19

    mutating func points(_ name: BulletproofGenerators.ChainName, count: Int) -> [RistrettoPoint] {
        var chain = chains[name] ?? GrownChain(name)
        if chain.points.count >= count { return Array(chain.points.prefix(count)) }
        let missing = count - chain.points.count
        // Let go of the stored copy first, so that growing does not copy all points.
        chains[name] = nil
        chain.grow(by: missing)
        if keptPoints + missing > Self.capacity {
            keptPoints -= chain.points.count - missing
            return chain.points
        }
        keptPoints += missing
        chains[name] = chain
        return chain.points
    }
}

/// One chain and the hash that continues it.
private struct GrownChain {
    private(set) var points: [RistrettoPoint] = []
    private var hash: KeccakSponge

    init(_ name: BulletproofGenerators.ChainName) {
        let party = (0..<4).map { UInt8(truncatingIfNeeded: name.party >> (8 * $0)) }
        hash = .shake256(Array("GeneratorsChain".utf8) + [name.chain.rawValue] + party)
    }

    mutating func grow(by count: Int) {
        for _ in 0..<count { points.append(RistrettoPoint(uniform: hash.squeeze(64))) }
    }
}
