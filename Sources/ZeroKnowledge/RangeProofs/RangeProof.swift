import Ristretto

/// A proof that every one of m committed values lies in [0, 2ⁿ), of logarithmic size.
///
/// Zero knowledge about the values beyond that, sound while discrete logarithms in the group are hard, in the random-oracle
/// model; no trusted setup.
///
/// - Note: Source: Bünz et al. (2018), section 4.2; bytes of the dalek Bulletproofs crate, version 5:
///   A S T₁ T₂ t_x t̃_x ẽ (L R)* a b.
public struct RangeProof: Sendable, Hashable {
    let a: CompressedRistretto
    let s: CompressedRistretto
    let t1: CompressedRistretto
    let t2: CompressedRistretto
    let tX: Scalar
    let tXBlinding: Scalar
    let eBlinding: Scalar
    let innerProduct: InnerProductProof

    /// The widths n that the format knows.
    public static let bitSizes = [8, 16, 32, 64]

    /// The largest number of values in one proof.
    public static let maximumPartyCount = 1 << 10

    init(
        a: CompressedRistretto,
        s: CompressedRistretto,
        t1: CompressedRistretto,
        t2: CompressedRistretto,
        tX: Scalar,
        tXBlinding: Scalar,
        eBlinding: Scalar,
        innerProduct: InnerProductProof
    ) {
        self.a = a
        self.s = s
        self.t1 = t1
        self.t2 = t2
        self.tX = tX
        self.tXBlinding = tXBlinding
        self.eBlinding = eBlinding
        self.innerProduct = innerProduct
    }

    /// Reads a proof; points are decoded only when it is verified.
    public init(bytes: [UInt8]) throws(VerificationError) {
        var elements = try ProofElements(bytes[...])
        a = try elements.point()
        s = try elements.point()
        t1 = try elements.point()
        t2 = try elements.point()
        tX = try elements.scalar("t_x")
        tXBlinding = try elements.scalar("t_x_blinding")
        eBlinding = try elements.scalar("e_blinding")
        innerProduct = try InnerProductProof(from: &elements)
    }

    /// The proof's bytes: 32·(9 + 2·log₂(n·m)) of them.
    public var bytes: [UInt8] {
        a.bytes + s.bytes + t1.bytes + t2.bytes + tX.bytes + tXBlinding.bytes + eBlinding.bytes + innerProduct.bytes
    }

}
