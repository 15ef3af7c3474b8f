import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Secrets as valgrind's memcheck sees them: every bit undefined.
///
/// Memcheck follows undefined bits through arithmetic and reports a branch, an address or a system call that depends on one.
/// Fresh memory is undefined; whatever is combined with it bit by bit is undefined too. So secrets are added to fresh memory,
/// and no client request is needed.
///
/// - Note: Source: Langley (2010), *ctgrind*; Seward, Nethercote (2005), *Using Valgrind to detect undefined value errors with
///   bit-precision*, section 2.
struct UndefinedMemory {
    /// Whether bytes become undefined; else they stay as they are.
    let isUsed: Bool

    /// The bytes, undefined if asked for.
    func bytes(_ bytes: [UInt8]) -> [UInt8] {
        guard isUsed else { return bytes }
        // By its address: an optimiser that knew whose memory this is would drop the addition.
        typealias Allocation = @convention(c) (Int) -> UnsafeMutableRawPointer?
        guard let symbol = dlsym(nil, "malloc"),
            let fresh = unsafeBitCast(symbol, to: Allocation.self)(bytes.count)
        else { return bytes }
        defer { free(fresh) }
        return bytes.enumerated().map { index, byte in byte ^ fresh.load(fromByteOffset: index, as: UInt8.self) }
    }

    /// The word, undefined if asked for.
    func word(_ word: UInt64) -> UInt64 {
        bytes(withUnsafeBytes(of: word.littleEndian) { Array($0) })
            .reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
