// The formulas are inlined into the few functions below and into `RistrettoPoint`'s operators, which are called: a whole addition
// then keeps its intermediates in registers, and writes its result where it belongs instead of copying it there.

extension RistrettoPoint {
    @inlinable @inline(__always)
    static func + (left: RistrettoPoint, right: CachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yPlusX
        let minus = (left.y - left.x) * right.yMinusX
        let tt = left.t * right.scaledT
        let zz = left.z * right.doubledZ
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz + tt, t: zz - tt)
    }

    @inlinable @inline(__always)
    static func - (left: RistrettoPoint, right: CachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yMinusX
        let minus = (left.y - left.x) * right.yPlusX
        let tt = left.t * right.scaledT
        let zz = left.z * right.doubledZ
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz - tt, t: zz + tt)
    }

    @inlinable @inline(__always)
    static func + (left: RistrettoPoint, right: AffineCachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yPlusX
        let minus = (left.y - left.x) * right.yMinusX
        let tt = left.t * right.scaledT
        let zz = left.z + left.z
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz + tt, t: zz - tt)
    }

    @inlinable @inline(__always)
    static func - (left: RistrettoPoint, right: AffineCachedPoint) -> CompletedPoint {
        let plus = (left.y + left.x) * right.yMinusX
        let minus = (left.y - left.x) * right.yPlusX
        let tt = left.t * right.scaledT
        let zz = left.z + left.z
        return CompletedPoint(x: plus - minus, y: plus + minus, z: zz - tt, t: zz + tt)
    }
}

// MARK: - In place

extension RistrettoPoint {
    mutating func add(_ point: CachedPoint) { self = (self + point).extended }

    mutating func add(_ point: AffineCachedPoint) { self = (self + point).extended }

    mutating func subtract(_ point: AffineCachedPoint) { self = (self - point).extended }

    /// Multiplies by 2^count in place; only the last doubling needs T.
    ///
    /// - Precondition: `count` is positive.
    mutating func double(times count: Int) {
        var point = ProjectivePoint(self)
        for _ in 1..<count { point = point.doubled().projective }
        self = point.doubled().extended
    }
}
