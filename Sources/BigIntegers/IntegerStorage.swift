internal import CGMP

/// One GMP integer with the lifetime of a Swift object.
///
/// `__mpz_struct` is a header (allocation, signed size, pointer to limbs). A copy of the header may be *read* through GMP for
/// as long as the storage that owns the limbs is alive; it is *written* only by ``BigInteger``'s mutators, after they have
/// made sure that nobody else holds the storage.
///
/// SAFETY: unchecked because the header is a `var`. It is written only while uniquely referenced (by then no other thread
/// can reach it), and GMP never writes through a source operand.
final class IntegerStorage: @unchecked Sendable {
    var header: __mpz_struct

    /// Takes over the limbs of `header`, which must have been initialised by GMP and must not be cleared by anyone else.
    init(owning header: __mpz_struct) {
        self.header = header
    }

    deinit {
        __gmpz_clear(&header)
    }
}
