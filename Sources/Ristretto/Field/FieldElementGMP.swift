internal import CGMP

/// A residue modulo p = 2²⁵⁵ − 19 whose arithmetic is GMP's: `mpn` functions on exactly four limbs.
///
/// Only functions are used whose time depends on lengths alone: `mpn_mul_n`, `mpn_sqr`, `mpn_addmul_1`, `mpn_add_n`,
/// `mpn_sub_n` and `mpn_cnd_*`; never `mpn_add_1`, which stops at the first limb without a carry.
public struct FieldElementGMP: FieldArithmetic {
    typealias Limbs = (UInt, UInt, UInt, UInt)

    // INVARIANT: any 256-bit value is allowed, as in FieldElement4x64.
    private var limbs: Limbs

    private init(_ limbs: Limbs) {
        self.limbs = limbs
    }

    /// Creates the residue of a 256-bit integer, least significant limb first; it need not be below p.
    public init(limbs: (UInt64, UInt64, UInt64, UInt64)) {
        self.limbs = (UInt(limbs.0), UInt(limbs.1), UInt(limbs.2), UInt(limbs.3))
    }

    /// The sum.
    public static func + (left: FieldElementGMP, right: FieldElementGMP) -> FieldElementGMP {
        var sum: Limbs = (0, 0, 0, 0)
        let carry = GMPLimbs.withFour(&sum) { r in
            GMPLimbs.reading(left.limbs) { a in GMPLimbs.reading(right.limbs) { b in __gmpn_add_n(r, a, b, 4) } }
        }
        return FieldElementGMP(GMPLimbs.folding(sum, excess: carry))
    }

    /// The difference.
    public static func - (left: FieldElementGMP, right: FieldElementGMP) -> FieldElementGMP {
        var difference: Limbs = (0, 0, 0, 0)
        GMPLimbs.withFour(&difference) { r in
            let borrow = GMPLimbs.reading(left.limbs) { a in
                GMPLimbs.reading(right.limbs) { b in __gmpn_sub_n(r, a, b, 4) }
            }
            // A borrow added 2²⁵⁶ ≡ 38 too much; taking it away can borrow a second time, never a third.
            GMPLimbs.reading((38, 0, 0, 0)) { thirtyEight in
                let again = __gmpn_cnd_sub_n(borrow, r, r, thirtyEight, 4)
                _ = __gmpn_cnd_sub_n(again, r, r, thirtyEight, 4)
            }
        }
        return FieldElementGMP(difference)
    }

    /// The product.
    public static func * (left: FieldElementGMP, right: FieldElementGMP) -> FieldElementGMP {
        GMPLimbs.reducingProduct { product in
            GMPLimbs.reading(left.limbs) { a in
                GMPLimbs.reading(right.limbs) { b in __gmpn_mul_n(product, a, b, 4) }
            }
        }
    }

    /// The square.
    public func squared() -> FieldElementGMP {
        GMPLimbs.reducingProduct { product in
            GMPLimbs.reading(limbs) { a in __gmpn_sqr(product, a, 4) }
        }
    }

    /// The canonical representative, below p, least significant limb first.
    public var canonicalLimbs: (UInt64, UInt64, UInt64, UInt64) {
        // After folding, the value is below 2p: subtract p, and add it back where that borrowed.
        var value = GMPLimbs.folding(limbs, excess: 0)
        GMPLimbs.withFour(&value) { r in
            GMPLimbs.reading((UInt.max - 18, UInt.max, UInt.max, UInt.max >> 1)) { p in
                let borrow = __gmpn_sub_n(r, r, p, 4)
                _ = __gmpn_cnd_add_n(borrow, r, r, p, 4)
            }
        }
        return (UInt64(value.0), UInt64(value.1), UInt64(value.2), UInt64(value.3))
    }

    /// `first` where the mask is set, else `second`.
    public static func select(
        _ mask: ConstantTimeMask,
        _ first: FieldElementGMP,
        _ second: FieldElementGMP
    ) -> FieldElementGMP {
        let (a, b) = (first.limbs, second.limbs)
        func pick(_ one: UInt, _ other: UInt) -> UInt { UInt(mask.select(UInt64(one), UInt64(other))) }
        return FieldElementGMP((pick(a.0, b.0), pick(a.1, b.1), pick(a.2, b.2), pick(a.3, b.3)))
    }

    fileprivate init(reduced limbs: Limbs) {
        self.limbs = limbs
    }
}

/// Pointers to limbs on the stack, and the two reductions, in terms of GMP.
private enum GMPLimbs {
    typealias Limbs = FieldElementGMP.Limbs

    // SAFETY (both): the pointer is to the whole tuple, whose four words are contiguous and of one type; it does not escape.
    @inline(__always)
    static func reading<R>(_ limbs: Limbs, _ body: (UnsafePointer<UInt>) -> R) -> R {
        withUnsafePointer(to: limbs) { tuple in
            tuple.withMemoryRebound(to: UInt.self, capacity: 4) { body($0) }
        }
    }

    @inline(__always)
    static func withFour<R>(_ limbs: inout Limbs, _ body: (UnsafeMutablePointer<UInt>) -> R) -> R {
        withUnsafeMutablePointer(to: &limbs) { tuple in
            tuple.withMemoryRebound(to: UInt.self, capacity: 4) { body($0) }
        }
    }

    /// limbs + excess · 2²⁵⁶ reduced to below 2²⁵⁵ + 2¹², as in FieldElement4x64.
    @inline(__always)
    static func folding(_ limbs: Limbs, excess: UInt) -> Limbs {
        let top = 19 &* (excess << 1 | limbs.3 >> 63)
        var result = limbs
        result.3 &= UInt.max >> 1
        withFour(&result) { r in
            reading((top, 0, 0, 0)) { addend in _ = __gmpn_add_n(r, r, addend, 4) }
        }
        return result
    }

    /// Lets `body` write an eight-limb product and returns its residue: the upper four limbs weigh 38.
    @inline(__always)
    static func reducingProduct(_ body: (UnsafeMutablePointer<UInt>) -> Void) -> FieldElementGMP {
        var product: (Limbs, Limbs) = ((0, 0, 0, 0), (0, 0, 0, 0))
        // SAFETY: the pointer is to the whole pair, eight contiguous words; it does not escape.
        let carry = withUnsafeMutablePointer(to: &product) { pair in
            pair.withMemoryRebound(to: UInt.self, capacity: 8) { words in
                body(words)
                return __gmpn_addmul_1(words, words + 4, 4, 38)
            }
        }
        return FieldElementGMP(reduced: folding(product.0, excess: carry))
    }
}
