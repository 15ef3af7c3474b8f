#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// ln x, for files that would otherwise need the C library for this alone.
func logarithm(_ argument: Double) -> Double { log(argument) }

/// x to the power of y, for the same files.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
