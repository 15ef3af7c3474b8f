// GMP for Swift. Functions arrive under their double-underscore names (__gmpz_add); function-like macros do
// not arrive at all, so the few that are needed get a name here,
// as does the one line of inline assembly that constant-time selection needs.
#ifndef BALLAST_CGMP_SHIM_H
#define BALLAST_CGMP_SHIM_H

#include <gmp.h>
#include <stdint.h>

/// -1, 0 or 1: the sign of `x`.
static inline int ballast_mpz_sgn(mpz_srcptr x) { return mpz_sgn(x); }

/// `x` itself, about which the optimiser then knows nothing: a mask that went through here is not turned into a branch.
static inline uint64_t ballast_value_barrier(uint64_t x) {
    __asm__("" : "+r"(x));
    return x;
}

#endif
