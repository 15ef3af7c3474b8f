import Ristretto

/// The prover's side of the inner-product argument.
///
/// In the plain protocol the vectors are sent in the clear, so nothing here is secret and multiplications may take time
/// that depends on their scalars.
///
/// The generators are folded lazily. Folding them every round costs a double multiplication an entry, and its doublings
/// dominate the whole proof. Here a round only multiplies a *weight* of each generator, and L and R are multiscalar
/// multiplications over the unfolded ones, from the tables of their multiples where those exist; after `lazyRounds` rounds
/// every 2^lazyRounds generators are added up to one, and share their doublings. The two sums of a round and the generators
/// of a fold are shared among the cores.
struct InnerProductProver {
    private var a: [Scalar]
    private var b: [Scalar]
    private var g: [RistrettoPoint]
    private var h: [RistrettoPoint]
    /// Multiples of `g` and `h` until they are folded.
    private var tables: (g: GeneratorTable, h: GeneratorTable)?
    /// The factor with which `g[j]` stands in entry j mod n of the folded G.
    private var gWeights: [Scalar]
    private var hWeights: [Scalar]
    private let q: RistrettoPoint

    // Three rounds balance the larger multiscalars against the folds at 2,048 entries; below 16 generators folding
    // costs more than it saves.
    private static let lazyRounds = 3
    private static let smallestFold = 16
    // Below it, a row of buckets costs more than it saves.
    private static let smallestTabled = 128

    /// Proves ⟨a, b⟩ for vectors of one length n, a power of two, over the generators with their weights, and appends to
    /// `transcript`.
    static func prove(
        a: [Scalar],
        b: [Scalar],
        generators: ProverGenerators,
        gWeights: [Scalar],
        hWeights: [Scalar],
        q: RistrettoPoint,
        transcript: inout MerlinTranscript
    ) -> InnerProductProof {
        var prover = InnerProductProver(
            a: a,
            b: b,
            g: generators.g,
            h: generators.h,
            tables: generators.tables,
            gWeights: gWeights,
            hWeights: hWeights,
            q: q
        )
        transcript.append("dom-sep", "ipp v1".utf8)
        transcript.append("n", UInt64(a.count))
        var (left, right): ([CompressedRistretto], [CompressedRistretto]) = ([], [])
        while prover.a.count > 1 {
            let terms = prover.crossTerms()
            left.append(terms.left)
            right.append(terms.right)
            transcript.append("L", terms.left)
            transcript.append("R", terms.right)
            prover.fold(by: transcript.challengeScalar("u"))
        }
        return InnerProductProof(left: left, right: right, a: prover.a[0], b: prover.b[0])
    }

    /// L = ⟨a_L, G_R⟩ + ⟨b_R, H_L⟩ + ⟨a_L, b_R⟩Q and its mirror image R, over the unfolded generators.
    private func crossTerms() -> (left: CompressedRistretto, right: CompressedRistretto) {
        let n = a.count
        let half = n / 2
        // Entry j of L's scalars belongs to a generator of G where j is in the upper half of its copy, else to one of H; R's
        // are the others.
        var left = CrossTerm(q: dotProduct(a[..<half], b[half...]))
        var right = CrossTerm(q: dotProduct(a[half...], b[..<half]))
        for start in stride(from: 0, to: g.count, by: n) {
            let (low, high) = (start..<start + half, start + half..<start + n)
            left.add(
                high,
                low,
                zip(a[..<half], gWeights[high]).map { $0 * $1 },
                zip(b[half...], hWeights[low]).map { $0 * $1 }
            )
            right.add(
                low,
                high,
                zip(a[half...], gWeights[low]).map { $0 * $1 },
                zip(b[..<half], hWeights[high]).map { $0 * $1 }
            )
        }
        let sums = Workers.map([left, right]) { term in
            if let tables, g.count >= Self.smallestTabled {
                return term.sum(tables.g, tables.h)
                    + RistrettoPoint.vartimeMultiscalarMultiplication([term.q], [q])
            }
            return term.sum(g, h, q)
        }
        let compressed = RistrettoPoint.compress(sums)
        return (compressed[0], compressed[1])
    }

    /// Halves the vectors, and lets the weights of the generators follow.
    private mutating func fold(by u: Scalar) {
        let uInverse = u.invertedVartime()
        let n = a.count
        let half = n / 2
        for i in 0..<half {
            a[i] = u * a[i] + uInverse * a[i + half]
            b[i] = uInverse * b[i] + u * b[i + half]
        }
        a.removeLast(half)
        b.removeLast(half)
        for j in g.indices {
            let isLeft = j & (n - 1) < half
            gWeights[j] = gWeights[j] * (isLeft ? uInverse : u)
            hWeights[j] = hWeights[j] * (isLeft ? u : uInverse)
        }
        let copies = g.count / half
        if half >= Self.smallestFold && copies >= 1 << Self.lazyRounds { foldGenerators(to: half) }
    }

    /// Adds up the generators that share an entry.
    private mutating func foldGenerators(to n: Int) {
        let parts = stride(from: 0, to: n, by: 16).map { $0..<min(n, $0 + 16) }
        func folded(_ points: [RistrettoPoint], _ weights: [Scalar]) -> [RistrettoPoint] {
            Workers.map(parts) { part in
                part.map { i in
                    let sharing = stride(from: i, to: points.count, by: n)
                    return RistrettoPoint.vartimeMultiscalarMultiplication(
                        sharing.map { weights[$0] },
                        sharing.map { points[$0] }
                    )
                }
            }.flatMap { $0 }
        }
        g = folded(g, gWeights)
        h = folded(h, hWeights)
        tables = nil
        gWeights = Array(repeating: .one, count: n)
        hWeights = gWeights
    }
}

/// L or R of one round: factors of some generators of G, of as many of H, and of Q.
private struct CrossTerm: Sendable {
    let q: Scalar
    private var parts: [(g: Range<Int>, h: Range<Int>, gScalars: [Scalar], hScalars: [Scalar])] = []

    init(q: Scalar) { self.q = q }

    mutating func add(_ g: Range<Int>, _ h: Range<Int>, _ gScalars: [Scalar], _ hScalars: [Scalar]) {
        parts.append((g, h, gScalars, hScalars))
    }

    /// The multiples of G and H from their tables.
    func sum(_ g: GeneratorTable, _ h: GeneratorTable) -> RistrettoPoint {
        GeneratorTable.vartimeSum(
            parts.flatMap {
                [
                    GeneratorTable.Terms(g, from: $0.g.lowerBound, $0.gScalars),
                    GeneratorTable.Terms(h, from: $0.h.lowerBound, $0.hScalars),
                ]
            }
        )
    }

    /// The whole sum without tables.
    func sum(_ g: [RistrettoPoint], _ h: [RistrettoPoint], _ q: RistrettoPoint) -> RistrettoPoint {
        RistrettoPoint.vartimeMultiscalarMultiplication(
            parts.flatMap { $0.gScalars + $0.hScalars } + [self.q],
            parts.flatMap { g[$0.g] + h[$0.h] } + [q]
        )
    }
}

/// Σ aᵢ·bᵢ of two vectors of one length.
func dotProduct(_ a: some Collection<Scalar>, _ b: some Collection<Scalar>) -> Scalar {
    var sum = Scalar.zero
    for (a, b) in zip(a, b) { sum = sum + a * b }
    return sum
}

/// 1, base, base², … , `count` of them.
func powers(of base: Scalar, count: Int) -> [Scalar] {
    var powers: [Scalar] = []
    powers.reserveCapacity(count)
    var power = Scalar.one
    for _ in 0..<count {
        powers.append(power)
        power = power * base
    }
    return powers
}
