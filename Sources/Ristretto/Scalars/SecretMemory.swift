/// Overwriting of secrets before their memory is given back.
enum SecretMemory {
    /// Writes zeros over `bytes`.
    ///
    /// Never inlined and never optimised: a compiler that saw that nobody reads the zeros would drop the stores.
    @inline(never)
    @_optimize(none)
    static func erase(_ bytes: UnsafeMutableRawBufferPointer) {
        for index in bytes.indices { bytes[index] = 0 }
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
