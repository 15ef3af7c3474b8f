public import Ristretto

/// A Pedersen commitment v·B + ρ·B̃: perfectly hiding, binding while discrete logarithms are hard, additively homomorphic.
public struct PedersenCommitment: Sendable, Hashable {
    /// The commitment as a group element.
    public let point: RistrettoPoint
    /// The 32 bytes that stand in a statement.
    public let compressed: CompressedRistretto

    /// Takes a group element as a commitment.
    public init(point: RistrettoPoint) {
        self.point = point
        compressed = point.compressed()
    }

    /// Commits to `value` under the blinding factor `blinding`.
    ///
    /// Time does not depend on either. A blinding factor is drawn afresh for every commitment: two commitments with one
    /// factor show the difference of their values to whoever can guess it.
    public static func commit(value: Scalar, blinding: Scalar) -> PedersenCommitment {
        PedersenCommitment(point: PedersenGenerators.combination(value: value, blinding: blinding))
    }

    /// Whether both are the same group element.
    public static func == (left: PedersenCommitment, right: PedersenCommitment) -> Bool {
        left.compressed == right.compressed
    }

    /// Hashes the encoding.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(compressed)
    }
}
