public import Ristretto

/// The two generators of Pedersen commitments, with nobody knowing the discrete logarithm of one to the other.
///
/// - Note: Source: `PedersenGens::default` of the dalek Bulletproofs crate: the second generator is the one-way map of
///   SHA3-512 over the encoding of the first.
public enum PedersenGenerators {
    /// B, the generator of values: the basepoint of ristretto255.
    public static let value = RistrettoPoint.basepoint
    /// B̃, the generator of blinding factors.
    public static let blinding = RistrettoPoint(uniform: KeccakSponge.sha3x512(value.compressed().bytes))

    private static let blindingTable = FixedBaseTable(blinding)

    /// `value`·B + `blinding`·B̃, in time that depends on neither.
    static func combination(value: Scalar, blinding: Scalar) -> RistrettoPoint {
        RistrettoPoint.multiplyBase(value) + blindingMultiple(blinding)
    }

    /// `factor`·B̃, in time that does not depend on `factor`.
    static func blindingMultiple(_ factor: Scalar) -> RistrettoPoint {
        blindingTable.multiplied(by: factor)
    }
}
