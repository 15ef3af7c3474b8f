#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// eˣ, for files that would otherwise need the C library for this alone.
func exponential(_ exponent: Double) -> Double { exp(exponent) }

/// ln x, for the same files.
func naturalLogarithm(_ argument: Double) -> Double { log(argument) }
