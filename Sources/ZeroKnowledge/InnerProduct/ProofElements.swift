import Ristretto

/// A proof's bytes as 32-byte elements, taken one after the other.
struct ProofElements {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Number of elements not yet taken.
    var remaining: Int { (bytes.endIndex - position) / 32 }

    init(_ bytes: ArraySlice<UInt8>) throws(VerificationError) {
        guard bytes.count % 32 == 0 else { throw .length(got: bytes.count) }
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The next element as the encoding of a point, not yet decoded.
    mutating func point() throws(VerificationError) -> CompressedRistretto {
        guard let point = CompressedRistretto(try next()) else { throw .length(got: bytes.count) }
        return point
    }

    /// The next element as a scalar, which must be canonical.
    mutating func scalar(_ name: String) throws(VerificationError) -> Scalar {
        guard let scalar = Scalar(canonical: try next()) else { throw .nonCanonicalScalar(name) }
        return scalar
    }

    private mutating func next() throws(VerificationError) -> [UInt8] {
        guard remaining > 0 else { throw .length(got: bytes.count) }
        defer { position += 32 }
        return Array(bytes[position..<position + 32])
    }
}

extension CompressedRistretto {
    /// The point, or the error that names it.
    func decoded(_ name: String) throws(VerificationError) -> RistrettoPoint {
        guard let point = decompressed() else { throw .undecodablePoint(name) }
        return point
    }
}

extension MerlinTranscript {
    mutating func append(_ label: String, _ point: CompressedRistretto) {
        append(label, point.bytes)
    }

    mutating func append(_ label: String, _ scalar: Scalar) {
        append(label, scalar.bytes)
    }

    /// Appends a point that hides something, and therefore may not be the identity.
    mutating func appendHiding(_ label: String, _ point: CompressedRistretto) throws(VerificationError) {
        guard !point.isIdentity else { throw .identityPoint(label) }
        append(label, point.bytes)
    }
}
