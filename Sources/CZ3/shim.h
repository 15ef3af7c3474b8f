// Z3 for Swift: the C interface as it is (https://z3prover.github.io/api/html/group__capi.html).
#ifndef BALLAST_CZ3_SHIM_H
#define BALLAST_CZ3_SHIM_H

#include <z3.h>

#endif
