import Ristretto

/// The prover's side of the inner-product argument.
///
/// In the plain protocol the vectors are sent in the clear, so nothing here is secret and multiplications may take time
/// that depends on their scalars.
///
/// The generators are folded lazily. Folding them every round costs a double multiplication an entry, and its doublings
/// dominate the whole proof. Here a round only multiplies a *weight* of each generator, and L and R are multiscalar
/// multiplications over the unfolded ones; after `lazyRounds` rounds every 2^lazyRounds generators are added up to one,
/// and share their doublings.
struct InnerProductProver {
    private var a: [Scalar]
    private var b: [Scalar]
    private var g: [RistrettoPoint]
    private var h: [RistrettoPoint]
    /// The factor with which `g[j]` stands in entry j mod n of the folded G.
    private var gWeights: [Scalar]
    private var hWeights: [Scalar]
    private let q: RistrettoPoint

    // Three rounds balance the larger multiscalars against the folds at 2,048 entries; below 16 generators folding
    // costs more than it saves.
    private static let lazyRounds = 3
    private static let smallestFold = 16

    /// Proves ⟨a, b⟩ for vectors of one length n, a power of two, over `g` and `h` with their weights, and appends to
    /// `transcript`.
    static func prove(
        a: [Scalar],
        b: [Scalar],
        g: [RistrettoPoint],
        h: [RistrettoPoint],
        gWeights: [Scalar],
        hWeights: [Scalar],
        q: RistrettoPoint,
        transcript: inout MerlinTranscript
    ) -> InnerProductProof {
        var prover = InnerProductProver(a: a, b: b, g: g, h: h, gWeights: gWeights, hWeights: hWeights, q: q)
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
        var (leftScalars, rightScalars): ([Scalar], [Scalar]) = ([], [])
        var (leftPoints, rightPoints): ([RistrettoPoint], [RistrettoPoint]) = ([], [])
        leftScalars.reserveCapacity(g.count + 1)
        rightScalars.reserveCapacity(g.count + 1)
        leftPoints.reserveCapacity(g.count + 1)
        rightPoints.reserveCapacity(g.count + 1)
        for j in g.indices {
            let i = j & (n - 1)
            if i < half {
                rightScalars.append(a[i + half] * gWeights[j])
                rightPoints.append(g[j])
                leftScalars.append(b[i + half] * hWeights[j])
                leftPoints.append(h[j])
            } else {
                leftScalars.append(a[i - half] * gWeights[j])
                leftPoints.append(g[j])
                rightScalars.append(b[i - half] * hWeights[j])
                rightPoints.append(h[j])
            }
        }
        leftScalars.append(dotProduct(a[..<half], b[half...]))
        leftPoints.append(q)
        rightScalars.append(dotProduct(a[half...], b[..<half]))
        rightPoints.append(q)
        let left = RistrettoPoint.vartimeMultiscalarMultiplication(leftScalars, leftPoints)
        let right = RistrettoPoint.vartimeMultiscalarMultiplication(rightScalars, rightPoints)
        let compressed = RistrettoPoint.compress([left, right])
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
        func folded(_ points: [RistrettoPoint], _ weights: [Scalar]) -> [RistrettoPoint] {
            (0..<n).map { i in
                let sharing = stride(from: i, to: points.count, by: n)
                return RistrettoPoint.vartimeMultiscalarMultiplication(
                    sharing.map { weights[$0] },
                    sharing.map { points[$0] }
                )
            }
        }
        g = folded(g, gWeights)
        h = folded(h, hWeights)
        gWeights = Array(repeating: .one, count: n)
        hWeights = gWeights
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
