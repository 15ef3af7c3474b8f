internal import CGMP

/// An integer of any size, with value semantics.
///
/// The arithmetic is GMP's. Its time and its memory traffic depend on the values, so a `BigInteger` must never hold a secret:
/// holdings, witnesses and blindings are fixed-width scalars of the `Ristretto` module.
///
/// Memory is the only bound on the size of a result; where text from outside decides it, the reader is bounded
/// (reading decimal text stops at ``maximumDecimalDigits``).
public struct BigInteger: Sendable {
    // INVARIANT: limbs behind `storage` change only while `storage` is uniquely referenced.
    var storage: IntegerStorage

    /// The longest decimal text that is read, in digits; conversion takes more than linear time, and text comes from outside.
    public static let maximumDecimalDigits = 100_000

    init(owning header: __mpz_struct) {
        storage = IntegerStorage(owning: header)
    }

    /// Creates an integer by letting `body` write into a fresh GMP integer.
    init(writing body: (UnsafeMutablePointer<__mpz_struct>) -> Void) {
        var header = __mpz_struct()
        __gmpz_init(&header)
        body(&header)
        self.init(owning: header)
    }

    /// Zero.
    public init() {
        self.init { _ in }
    }
}

// MARK: - Access to GMP

extension BigInteger {
    /// Reads this integer through GMP.
    @inline(__always)
    func read<R>(_ body: (UnsafePointer<__mpz_struct>) -> R) -> R {
        // SAFETY: a local copy of the header; `withExtendedLifetime` keeps the limbs that it points to.
        withExtendedLifetime(storage) {
            var header = storage.header
            return body(&header)
        }
    }

    /// Changes this integer in place where nobody shares it, else writes into a fresh one.
    ///
    /// `body(result, current)`: `result` may be the same integer as `current`, which GMP allows for all arithmetic.
    @inline(__always)
    mutating func update(_ body: (UnsafeMutablePointer<__mpz_struct>, UnsafePointer<__mpz_struct>) -> Void) {
        if isKnownUniquelyReferenced(&storage) {
            // SAFETY: unique, so no other reader of these limbs exists; the header is written back whatever GMP did to it.
            var header = storage.header
            withUnsafeMutablePointer(to: &header) { body($0, $0) }
            storage.header = header
        } else {
            self = BigInteger { result in read { current in body(result, current) } }
        }
    }
}

// MARK: - Sign and size

extension BigInteger {
    /// Whether the integer is below zero.
    public var isNegative: Bool { signum() < 0 }

    /// Whether the integer is zero.
    public var isZero: Bool { signum() == 0 }

    /// Whether the integer is a multiple of two.
    public var isEven: Bool { read { __gmpz_tstbit($0, 0) == 0 } }

    /// -1 below zero, 0 at zero, 1 above.
    public func signum() -> Int { read { Int(ballast_mpz_sgn($0)) } }

    /// The number of bits of the magnitude: 0 for zero, else ⌊log₂ |x|⌋ + 1.
    public var bitWidth: Int { read { ballast_mpz_sgn($0) == 0 ? 0 : Int(__gmpz_sizeinbase($0, 2)) } }

    /// The absolute value.
    public var magnitude: BigInteger { isNegative ? -self : self }
}

// MARK: - Comparison

extension BigInteger: Hashable, Comparable {
    /// Whether both are the same integer.
    public static func == (left: BigInteger, right: BigInteger) -> Bool { compare(left, right) == 0 }

    /// Whether `left` lies below `right`.
    public static func < (left: BigInteger, right: BigInteger) -> Bool { compare(left, right) < 0 }

    private static func compare(_ left: BigInteger, _ right: BigInteger) -> Int32 {
        left.read { a in right.read { b in __gmpz_cmp(a, b) } }
    }

    /// Feeds sign and limbs to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(isNegative)
        read { integer in
            for index in 0..<__gmpz_size(integer) {
                hasher.combine(__gmpz_getlimbn(integer, mp_size_t(index)))
            }
        }
    }
}
