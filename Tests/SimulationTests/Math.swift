#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The C library's functions, to check ours against; the simulator itself may not use them.
enum Math {
    static func log(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.log(x)
        #else
            Darwin.log(x)
        #endif
    }

    static func exp(_ x: Double) -> Double {
        #if canImport(Glibc)
            Glibc.exp(x)
        #else
            Darwin.exp(x)
        #endif
    }
}
