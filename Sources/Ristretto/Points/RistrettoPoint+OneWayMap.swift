extension RistrettoPoint {
    /// Maps 64 uniformly random bytes to a uniformly random element: the element derivation of RFC 9496 §4.3.4.
    ///
    /// With hash output for bytes, nobody knows a relation between the results. Constant time.
    ///
    /// - Precondition: `uniform` holds 64 bytes.
    public init(uniform: [UInt8]) {
        precondition(uniform.count == 64, "element derivation takes 64 bytes")
        let first = RistrettoPoint(elligator: FieldElement(littleEndian: uniform[..<32]))
        let second = RistrettoPoint(elligator: FieldElement(littleEndian: uniform[32...]))
        self = first + second
    }

    /// MAP of RFC 9496 §4.3.4, Elligator 2 followed by an isogeny.
    private init(elligator t: FieldElement) {
        let d = CurveConstants.d
        let r = FieldElement.squareRootOfMinusOne * t.squared()
        let u = (r + .one) * CurveConstants.oneMinusDSquared
        let v = (-FieldElement.one - r * d) * (r + d)
        let (isSquare, root) = FieldElement.squareRootOfRatio(u, v)
        let otherRoot = -(root * t).absoluteValue
        let s = FieldElement.select(isSquare, root, otherRoot)
        let c = FieldElement.select(isSquare, -FieldElement.one, r)
        let n = c * (r - .one) * CurveConstants.dMinusOneSquared - v
        let sSquared = s.squared()
        let w0 = (s + s) * v
        let w1 = n * CurveConstants.rootOfADMinusOne
        let w2 = FieldElement.one - sSquared
        let w3 = FieldElement.one + sSquared
        self.init(x: w0 * w3, y: w2 * w1, z: w1 * w3, t: w0 * w2)
    }
}
