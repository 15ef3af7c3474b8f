#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Overwriting of secrets before their memory is given back.
enum SecretMemory {
    /// Writes zeros over `bytes`, by a function that no optimiser may remove although nobody reads the zeros.
    static func erase(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        #if canImport(Glibc)
            explicit_bzero(start, bytes.count)
        #else
            memset_s(start, bytes.count, 0, bytes.count)
        #endif
    }
}

extension Array where Element == Scalar {
    /// Overwrites every scalar with zero, then empties the array.
    ///
    /// Erases this array's own storage only: copies that were made of it elsewhere stay.
    public mutating func erase() {
        // SAFETY: Scalar is four integers without padding, for which all-zero bytes are the valid value 0.
        withUnsafeMutableBytes { SecretMemory.erase($0) }
        removeAll()
    }
}
