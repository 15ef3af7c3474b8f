/// The 32-byte encoding of an element of the group (RFC 9496 §4.3).
///
/// Holds any 32 bytes; only ``decompressed()`` says whether they encode an element. Every element has exactly one encoding, so
/// equal bytes mean equal elements.
@frozen
public struct CompressedRistretto: Sendable, Hashable {
    @usableFromInline let word0: UInt64
    @usableFromInline let word1: UInt64
    @usableFromInline let word2: UInt64
    @usableFromInline let word3: UInt64

    @usableFromInline
    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (word0, word1, word2, word3) = words
    }

    /// Takes 32 bytes as they are, or returns nil for any other count.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.init(words: LittleEndian.words(bytes))
    }

    /// The encoding of the neutral element: 32 zeros.
    public static var identity: CompressedRistretto { CompressedRistretto(words: (0, 0, 0, 0)) }

    /// The 32 bytes.
    public var bytes: [UInt8] { LittleEndian.bytes((word0, word1, word2, word3)) }

    /// Whether this encodes the neutral element.
    public var isIdentity: Bool { word0 | word1 | word2 | word3 == 0 }

    /// The element that is encoded, or nil if the bytes are no canonical encoding of one.
    ///
    /// Refused, as in RFC 9496 §4.3.1: a value not below p, a negative (odd) value, and one that leads to no square, to a
    /// negative t or to y = 0. The time tells only whether and at which of two steps it was refused.
    public func decompressed() -> RistrettoPoint? {
        let s = FieldElement(limbs: (word0, word1, word2, word3))
        let canonical = s.canonicalLimbs
        let difference =
            (canonical.0 ^ word0) | (canonical.1 ^ word1) | (canonical.2 ^ word2) | (canonical.3 ^ word3)
        guard difference == 0, word0 & 1 == 0 else { return nil }

        let ss = s.squared()
        let u1 = FieldElement.one - ss
        let u2 = FieldElement.one + ss
        let u2Squared = u2.squared()
        // v = −(d·u₁²) − u₂²
        let v = -(CurveConstants.d * u1.squared()) - u2Squared
        let (isSquare, inverseRoot) = FieldElement.squareRootOfRatio(.one, v * u2Squared)
        let denominatorX = inverseRoot * u2
        let denominatorY = inverseRoot * denominatorX * v
        let x = ((s + s) * denominatorX).absoluteValue
        let y = u1 * denominatorY
        let t = x * y
        guard (isSquare & ~t.isNegative & ~y.isZero).isSet else { return nil }
        return RistrettoPoint(x: x, y: y, z: .one, t: t)
    }
}

extension CompressedRistretto: CustomStringConvertible {
    /// The bytes in lower-case hexadecimal.
    public var description: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

// MARK: - Encoding

extension RistrettoPoint {
    /// The canonical encoding (RFC 9496 §4.3.2). Constant time.
    public func compressed() -> CompressedRistretto {
        let u1 = (z + y) * (z - y)
        let u2 = x * y
        let (_, inverseRoot) = FieldElement.squareRootOfRatio(.one, u1 * u2.squared())
        let denominator1 = inverseRoot * u1
        let denominator2 = inverseRoot * u2
        let inverseZ = denominator1 * denominator2 * t
        let ix = x * FieldElement.squareRootOfMinusOne
        let iy = y * FieldElement.squareRootOfMinusOne
        let enchantedDenominator = denominator1 * CurveConstants.inverseRootOfAMinusD
        // Turn the representative by a 4-torsion point where t ÷ z is negative.
        let rotate = (t * inverseZ).isNegative
        let rotatedX = FieldElement.select(rotate, iy, x)
        let rotatedY = FieldElement.select(rotate, ix, y)
        let inverseDenominator = FieldElement.select(rotate, enchantedDenominator, denominator2)
        let signedY = rotatedY.negated(where: (rotatedX * inverseZ).isNegative)
        let s = (inverseDenominator * (z - signedY)).absoluteValue
        return CompressedRistretto(words: s.canonicalLimbs)
    }

    /// The encodings of many elements.
    public static func compress(_ points: [RistrettoPoint]) -> [CompressedRistretto] {
        points.map { $0.compressed() }
    }
}
