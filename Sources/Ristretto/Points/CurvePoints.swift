// The curve in the coordinates that make each operation cheapest. Formulas: Hisil, Wong, Carter, Dawson (2008),
// *Twisted Edwards Curves Revisited*, for a = −1; complete, since −1 is a square and d is not.

/// A curve point (X : Y : Z) without T: all that doubling reads.
@frozen
@usableFromInline
struct ProjectivePoint {
    @usableFromInline let x: FieldElement
    @usableFromInline let y: FieldElement
    @usableFromInline let z: FieldElement

    @inlinable @inline(__always)
    init(x: FieldElement, y: FieldElement, z: FieldElement) {
        self.x = x
        self.y = y
        self.z = z
    }

    @inlinable @inline(__always)
    init(_ point: RistrettoPoint) {
        self.init(x: point.x, y: point.y, z: point.z)
    }

    /// Four squarings: X² and Y² give XY through (X + Y)².
    @inlinable
    func doubled() -> CompletedPoint {
        let xx = x.squared()
        let yy = y.squared()
        let zz = z.squared()
        let xySquared = (x + y).squared()
        let sum = yy + xx
        let difference = yy - xx
        return CompletedPoint(x: xySquared - sum, y: sum, z: difference, t: (zz + zz) - difference)
    }
}

/// The result of an addition before its last multiplications: x = X÷Z, y = Y÷T.
@frozen
@usableFromInline
struct CompletedPoint {
    @usableFromInline let x: FieldElement
    @usableFromInline let y: FieldElement
    @usableFromInline let z: FieldElement
    @usableFromInline let t: FieldElement

    @inlinable @inline(__always)
    init(x: FieldElement, y: FieldElement, z: FieldElement, t: FieldElement) {
        self.x = x
        self.y = y
        self.z = z
        self.t = t
    }

    /// Three multiplications: enough before a doubling.
    @inlinable
    var projective: ProjectivePoint { ProjectivePoint(x: x * t, y: y * z, z: z * t) }

    /// Four multiplications: needed before an addition.
    @inlinable
    var extended: RistrettoPoint { RistrettoPoint(x: x * t, y: y * z, z: z * t, t: x * y) }
}

/// A summand prepared for repeated use: (Y + X, Y − X, 2Z, 2d·T).
@frozen
@usableFromInline
struct CachedPoint {
    @usableFromInline let yPlusX: FieldElement
    @usableFromInline let yMinusX: FieldElement
    @usableFromInline let doubledZ: FieldElement
    @usableFromInline let scaledT: FieldElement

    @inlinable @inline(__always)
    init(yPlusX: FieldElement, yMinusX: FieldElement, doubledZ: FieldElement, scaledT: FieldElement) {
        self.yPlusX = yPlusX
        self.yMinusX = yMinusX
        self.doubledZ = doubledZ
        self.scaledT = scaledT
    }

    @inlinable
    init(_ point: RistrettoPoint) {
        self.init(
            yPlusX: point.y + point.x,
            yMinusX: point.y - point.x,
            doubledZ: point.z + point.z,
            scaledT: point.t * CurveConstants.doubledD
        )
    }

    @inlinable
    static var identity: CachedPoint {
        CachedPoint(yPlusX: .one, yMinusX: .one, doubledZ: .one + .one, scaledT: .zero)
    }

    /// The inverse where the mask is set, else the point itself.
    @inlinable
    func negated(where mask: ConstantTimeMask) -> CachedPoint {
        CachedPoint(
            yPlusX: .select(mask, yMinusX, yPlusX),
            yMinusX: .select(mask, yPlusX, yMinusX),
            doubledZ: doubledZ,
            scaledT: scaledT.negated(where: mask)
        )
    }

    @inlinable
    static func select(_ mask: ConstantTimeMask, _ first: CachedPoint, _ second: CachedPoint) -> CachedPoint {
        CachedPoint(
            yPlusX: .select(mask, first.yPlusX, second.yPlusX),
            yMinusX: .select(mask, first.yMinusX, second.yMinusX),
            doubledZ: .select(mask, first.doubledZ, second.doubledZ),
            scaledT: .select(mask, first.scaledT, second.scaledT)
        )
    }
}

/// A summand with Z = 1, prepared for repeated use: (y + x, y − x, 2d·xy). Saves one multiplication an addition.
@frozen
@usableFromInline
struct AffineCachedPoint {
    @usableFromInline let yPlusX: FieldElement
    @usableFromInline let yMinusX: FieldElement
    @usableFromInline let scaledT: FieldElement

    @inlinable @inline(__always)
    init(yPlusX: FieldElement, yMinusX: FieldElement, scaledT: FieldElement) {
        self.yPlusX = yPlusX
        self.yMinusX = yMinusX
        self.scaledT = scaledT
    }

    /// The affine form of `point`, given 1 ÷ Z.
    @inlinable
    init(_ point: RistrettoPoint, inverseZ: FieldElement) {
        let x = point.x * inverseZ
        let y = point.y * inverseZ
        self.init(yPlusX: y + x, yMinusX: y - x, scaledT: x * y * CurveConstants.doubledD)
    }

    @inlinable
    static var identity: AffineCachedPoint { AffineCachedPoint(yPlusX: .one, yMinusX: .one, scaledT: .zero) }

    /// The inverse where the mask is set, else the point itself.
    @inlinable
    func negated(where mask: ConstantTimeMask) -> AffineCachedPoint {
        AffineCachedPoint(
            yPlusX: .select(mask, yMinusX, yPlusX),
            yMinusX: .select(mask, yPlusX, yMinusX),
            scaledT: scaledT.negated(where: mask)
        )
    }

    @inlinable
    static func select(
        _ mask: ConstantTimeMask,
        _ first: AffineCachedPoint,
        _ second: AffineCachedPoint
    ) -> AffineCachedPoint {
        AffineCachedPoint(
            yPlusX: .select(mask, first.yPlusX, second.yPlusX),
            yMinusX: .select(mask, first.yMinusX, second.yMinusX),
            scaledT: .select(mask, first.scaledT, second.scaledT)
        )
    }
}

// MARK: - Additions

extension RistrettoPoint {
    @inlinable
    static func + (left: RistrettoPoint, right: CachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yPlusX
        let minus = (left.y - left.x) * right.yMinusX
        let tt = left.t * right.scaledT
        let zz = left.z * right.doubledZ
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz + tt, t: zz - tt)
    }

    @inlinable
    static func - (left: RistrettoPoint, right: CachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yMinusX
        let minus = (left.y - left.x) * right.yPlusX
        let tt = left.t * right.scaledT
        let zz = left.z * right.doubledZ
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz - tt, t: zz + tt)
    }

    @inlinable
    static func + (left: RistrettoPoint, right: AffineCachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yPlusX
        let minus = (left.y - left.x) * right.yMinusX
        let tt = left.t * right.scaledT
        let zz = left.z + left.z
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz + tt, t: zz - tt)
    }

    @inlinable
    static func - (left: RistrettoPoint, right: AffineCachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yMinusX
        let minus = (left.y - left.x) * right.yPlusX
        let tt = left.t * right.scaledT
        let zz = left.z + left.z
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz - tt, t: zz + tt)
    }
}
