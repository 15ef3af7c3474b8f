// GMP for Swift. Functions arrive under their double-underscore names (__gmpz_add); function-like macros do
// not arrive at all, so the few that are needed get a name here.
#ifndef BALLAST_CGMP_SHIM_H
#define BALLAST_CGMP_SHIM_H

#include <gmp.h>

/// -1, 0 or 1: the sign of `x`.
static inline int ballast_mpz_sgn(mpz_srcptr x) { return mpz_sgn(x); }

#endif
