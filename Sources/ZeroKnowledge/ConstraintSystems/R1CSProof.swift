import Ristretto

/// A proof that committed values satisfy a ``Circuit``, of logarithmic size.
///
/// - Note: Source: Bünz et al. (2018), section 5, in the two-phase form of the dalek crate's R1CS notes; bytes of that
///   crate: version (0; 1 with second-phase commitments), A_I1 A_O1 S1 [A_I2 A_O2 S2] T₁ T₃ T₄ T₅ T₆ t_x t̃_x ẽ (L R)* a b.
///   Unlike the crate, version 1 with three identities is refused, so that a proof has one encoding.
public struct R1CSProof: Sendable, Hashable {
    /// What a prover commits to in one phase.
    struct PhaseCommitments: Sendable, Hashable {
        /// Inputs of the multipliers.
        var inputs: CompressedRistretto
        /// Outputs of the multipliers.
        var outputs: CompressedRistretto
        /// Masks.
        var masks: CompressedRistretto

        /// A phase without multipliers.
        static let none = PhaseCommitments(inputs: .identity, outputs: .identity, masks: .identity)

        var bytes: [UInt8] { inputs.bytes + outputs.bytes + masks.bytes }
    }

    var firstPhase: PhaseCommitments
    var secondPhase: PhaseCommitments
    /// T₁, T₃, T₄, T₅, T₆.
    var t: [CompressedRistretto]
    var tX: Scalar
    var tXBlinding: Scalar
    var eBlinding: Scalar
    var innerProduct: InnerProductProof

    static let tLabels = ["T_1", "T_3", "T_4", "T_5", "T_6"]

    init(
        firstPhase: PhaseCommitments,
        secondPhase: PhaseCommitments,
        t: [CompressedRistretto],
        tX: Scalar,
        tXBlinding: Scalar,
        eBlinding: Scalar,
        innerProduct: InnerProductProof
    ) {
        self.firstPhase = firstPhase
        self.secondPhase = secondPhase
        self.t = t
        self.tX = tX
        self.tXBlinding = tXBlinding
        self.eBlinding = eBlinding
        self.innerProduct = innerProduct
    }

    /// Reads a proof; points are decoded only when it is verified.
    public init(bytes: [UInt8]) throws(VerificationError) {
        guard let version = bytes.first else { throw .length(got: 0) }
        guard version <= 1 else { throw .version(got: version) }
        var elements = try ProofElements(bytes[1...])
        firstPhase = try PhaseCommitments(from: &elements)
        secondPhase = .none
        if version == 1 {
            secondPhase = try PhaseCommitments(from: &elements)
            guard secondPhase != .none else { throw .secondEncoding }
        }
        t = []
        for _ in Self.tLabels { t.append(try elements.point()) }
        tX = try elements.scalar("t_x")
        tXBlinding = try elements.scalar("t_x_blinding")
        eBlinding = try elements.scalar("e_blinding")
        innerProduct = try InnerProductProof(from: &elements)
    }

    /// The proof's bytes: 1 + 32·(13 + 2·log₂ N) of them, and 96 more with a second phase that has multipliers.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = [secondPhase == .none ? 0 : 1]
        bytes += firstPhase.bytes
        if secondPhase != .none { bytes += secondPhase.bytes }
        for point in t { bytes += point.bytes }
        return bytes + tX.bytes + tXBlinding.bytes + eBlinding.bytes + innerProduct.bytes
    }
}

extension R1CSProof.PhaseCommitments {
    fileprivate init(from elements: inout ProofElements) throws(VerificationError) {
        inputs = try elements.point()
        outputs = try elements.point()
        masks = try elements.point()
    }
}
