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

    /// The generators of an aggregated proof as a prover uses them: with tables of multiples as far as memory is bounded.
    ///
    /// Tables are made when a prover first asks for these generators.
    static func proverVectors(parties: Int, each: Int) -> ProverGenerators {
        let (g, h) = vectors(parties: parties, each: each)
        let isTabled = g.count + h.count <= GeneratorTableCache.largest
        return ProverGenerators(g: g, h: h, tables: isTabled ? tables.withLock { $0.tables(parties, g, h) } : nil)
    }

    /// The tables for a verifier, who multiplies each generator once a proof: those at hand, else none until so many proofs asked
    /// for them that making them pays.
    static func verifierTables(parties: Int, each: Int) -> (g: GeneratorTable, h: GeneratorTable)? {
        // Below 256 generators a row of buckets costs more than it saves.
        guard parties * each >= 256, 2 * parties * each <= GeneratorTableCache.largest else { return nil }
        return tables.withLock { $0.tablesOnceWorthwhile(parties, each) }
    }

    private static let tables = Mutex(GeneratorTableCache())
    private static let cache = Mutex(GeneratorCache())

    fileprivate struct ChainName: Hashable {
        let chain: Chain
        let party: UInt32
    }
}

/// The generators G and H of one proof, with their tables of multiples if they are few enough.
struct ProverGenerators: Sendable {
    let g: [RistrettoPoint]
    let h: [RistrettoPoint]
    let tables: (g: GeneratorTable, h: GeneratorTable)?

    /// ⟨left, G⟩ + ⟨right, H⟩ over the generators from index `start` on, in time that depends on counts and bound alone.
    ///
    /// - Parameter bits: A public bound: every scalar is below 2^bits.
    func commitment(
        _ left: ArraySlice<Scalar>,
        _ right: ArraySlice<Scalar>,
        from start: Int,
        bits: Int = 253
    ) -> RistrettoPoint {
        guard let tables else {
            return RistrettoPoint.multiscalarMultiplication(Array(left), Array(g[start..<start + left.count]))
                + RistrettoPoint.multiscalarMultiplication(Array(right), Array(h[start..<start + right.count]))
        }
        return tables.g.sum(left, from: start, bits: bits) + tables.h.sum(right, from: start, bits: bits)
    }
}

/// Tables made so far, of at most `capacity` points in all.
///
/// Constraint systems of all sizes share one pair of tables, a prefix each; aggregated range proofs have a pair a shape.
struct GeneratorTableCache {
    private var made: [Int: (g: GeneratorTable, h: GeneratorTable)] = [:]
    private var requests: [Int: Int] = [:]

    /// A table takes as long as this many proofs save with it.
    static let worthwhile = 32

    // 2¹⁴ points are 48 MB.
    static let capacity = 1 << 14
    /// The most points of one shape, half of all, so that two shapes in turn do not drive each other out.
    static let largest = 1 << 13

    mutating func tables(
        _ parties: Int,
        _ g: [RistrettoPoint],
        _ h: [RistrettoPoint]
    ) -> (g: GeneratorTable, h: GeneratorTable) {
        let key = Self.key(parties, g.count)
        var pair = made[key] ?? (g: GeneratorTable(), h: GeneratorTable())
        let missing = g.count - pair.g.count
        guard missing > 0 else { return pair }
        let kept = made.reduce(0) { $0 + ($1.key == key ? 0 : 2 * $1.value.g.count) }
        // What was made for other shapes goes, rather than that this proof, and all like it, are slow.
        if kept + 2 * g.count > Self.capacity { made = [:] } else { made[key] = nil }
        pair.g.append(g[(g.count - missing)...])
        pair.h.append(h[(h.count - missing)...])
        made[key] = pair
        return pair
    }
}

extension GeneratorTableCache {
    /// One party's vectors are prefixes of one chain; those of several depend on both numbers.
    private static func key(_ parties: Int, _ size: Int) -> Int { parties == 1 ? 0 : parties << 32 | size }

    mutating func tablesOnceWorthwhile(_ parties: Int, _ each: Int) -> (g: GeneratorTable, h: GeneratorTable)? {
        let key = Self.key(parties, parties * each)
        if let pair = made[key], pair.g.count >= parties * each { return pair }
        requests[key, default: 0] += 1
        guard requests[key, default: 0] >= Self.worthwhile else { return nil }
        requests[key] = 0
        let (g, h) = BulletproofGenerators.vectors(parties: parties, each: each)
        return tables(parties, g, h)
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
