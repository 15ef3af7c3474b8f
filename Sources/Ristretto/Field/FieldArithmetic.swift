/// Arithmetic modulo p = 2²⁵⁵ − 19, as the group needs it.
///
/// Two types conform: ``FieldElement4x64`` in Swift and ``FieldElementGMP`` over GMP's fixed-length limb functions. Every
/// operation here takes a time that does not depend on the values.
public protocol FieldArithmetic: Sendable, Equatable {
    /// Creates the residue of a 256-bit integer, least significant limb first; it need not be below p.
    init(limbs: (UInt64, UInt64, UInt64, UInt64))

    /// The canonical representative, below p, least significant limb first.
    var canonicalLimbs: (UInt64, UInt64, UInt64, UInt64) { get }

    /// The sum.
    static func + (left: Self, right: Self) -> Self

    /// The difference.
    static func - (left: Self, right: Self) -> Self

    /// The product.
    static func * (left: Self, right: Self) -> Self

    /// The square.
    func squared() -> Self

    /// `first` where the mask is set, else `second`.
    static func select(_ mask: ConstantTimeMask, _ first: Self, _ second: Self) -> Self
}

/// The field that the group is built over: ``FieldElement4x64``, or ``FieldElementGMP`` with the package trait `GMPField`.
#if GMPField
    public typealias FieldElement = FieldElementGMP
#else
    public typealias FieldElement = FieldElement4x64
#endif

// MARK: - Constants and bytes

extension FieldArithmetic {
    /// 0.
    @inlinable @inline(__always)
    public static var zero: Self { Self(limbs: (0, 0, 0, 0)) }

    /// 1.
    @inlinable @inline(__always)
    public static var one: Self { Self(limbs: (1, 0, 0, 0)) }

    /// √−1, the root that RFC 9496 §4.1 fixes.
    @inlinable @inline(__always)
    static var squareRootOfMinusOne: Self {
        Self(limbs: (0xc4ee_1b27_4a0e_a0b0, 0x2f43_1806_ad2f_e478, 0x2b4d_0099_3dfb_d7a7, 0x2b83_2480_4fc1_df0b))
    }

    /// Reads 32 bytes, least significant first; the top bit is ignored and the value need not be below p.
    ///
    /// - Precondition: `bytes` holds 32 bytes.
    @inlinable
    public init(littleEndian bytes: some RandomAccessCollection<UInt8>) {
        var limbs = LittleEndian.words(bytes)
        limbs.3 &= 0x7fff_ffff_ffff_ffff
        self.init(limbs: limbs)
    }

    /// The canonical representative as 32 bytes, least significant first.
    @inlinable
    public var bytes: [UInt8] { LittleEndian.bytes(canonicalLimbs) }
}

// MARK: - Predicates

extension FieldArithmetic {
    /// Whether the element is 0.
    @inlinable @inline(__always)
    public var isZero: ConstantTimeMask {
        let (a, b, c, d) = canonicalLimbs
        return ConstantTimeMask(isZero: a | b | c | d)
    }

    /// Whether the canonical representative is odd: "negative" in the language of RFC 9496.
    @inlinable @inline(__always)
    public var isNegative: ConstantTimeMask { ConstantTimeMask(bit: canonicalLimbs.0 & 1) }

    /// Whether both are the same residue.
    @inlinable @inline(__always)
    public func equals(_ other: Self) -> ConstantTimeMask { (self - other).isZero }

    /// Whether both are the same residue, as a public truth value.
    @inlinable @inline(__always)
    public static func == (left: Self, right: Self) -> Bool { left.equals(right).isSet }
}

// MARK: - Negation

extension FieldArithmetic {
    /// The additive inverse.
    @inlinable @inline(__always)
    public static prefix func - (operand: Self) -> Self { zero - operand }

    /// The negation where the mask is set, else the element itself.
    @inlinable @inline(__always)
    public func negated(where mask: ConstantTimeMask) -> Self { Self.select(mask, -self, self) }

    /// The one of ±self whose representative is even: CT_ABS of RFC 9496.
    @inlinable @inline(__always)
    public var absoluteValue: Self { negated(where: isNegative) }
}

// MARK: - Powers

extension FieldArithmetic {
    /// self^(2^count).
    @inlinable
    func squared(times count: Int) -> Self {
        var result = self
        for _ in 0..<count { result = result.squared() }
        return result
    }

    /// self^(2²⁵⁰ − 1) and self¹¹: the shared start of the two exponents below.
    @inlinable
    func powerLadder() -> (p250: Self, p11: Self) {
        let p2 = squared()
        let p9 = self * p2.squared(times: 2)
        let p11 = p2 * p9
        let ones5 = p9 * p11.squared()
        let ones10 = ones5.squared(times: 5) * ones5
        let ones20 = ones10.squared(times: 10) * ones10
        let ones40 = ones20.squared(times: 20) * ones20
        let ones50 = ones40.squared(times: 10) * ones10
        let ones100 = ones50.squared(times: 50) * ones50
        let ones200 = ones100.squared(times: 100) * ones100
        return (ones200.squared(times: 50) * ones50, p11)
    }

    /// The multiplicative inverse by Fermat, self^(p − 2); 0 of 0. Constant time.
    @inlinable
    public func inverted() -> Self {
        let (p250, p11) = powerLadder()
        return p250.squared(times: 5) * p11
    }

    /// self^((p − 5) ÷ 8) = self^(2²⁵² − 3).
    @inlinable
    func raisedForSquareRoot() -> Self {
        powerLadder().p250.squared(times: 2) * self
    }

    /// SQRT_RATIO_M1 of RFC 9496 §4.2: the non-negative root of u ÷ v if that is a square, else of √−1 · u ÷ v.
    ///
    /// - Returns: whether u ÷ v is a square, and the root. For u = 0: (true, 0). For v = 0 ≠ u: (false, 0).
    @inlinable
    static func squareRootOfRatio(_ u: Self, _ v: Self) -> (isSquare: ConstantTimeMask, root: Self) {
        let v3 = v.squared() * v
        let v7 = v3.squared() * v
        var root = (u * v3) * (u * v7).raisedForSquareRoot()
        let check = v * root.squared()
        let minusU = -u
        let correct = check.equals(u)
        let flipped = check.equals(minusU)
        let flippedI = check.equals(minusU * squareRootOfMinusOne)
        root = select(flipped | flippedI, root * squareRootOfMinusOne, root)
        return (correct | flipped, root.absoluteValue)
    }
}
