import Ristretto

// What erasing can and cannot do: these functions overwrite the one copy they are given. Copies that the compiler kept in
// registers or on the stack are outside their reach; the threat model says so.

/// Overwrites `bytes` with zeros.
///
/// Not optimised on purpose: a compiler that sees the array die would drop the writes.
@inline(never)
@_optimize(none)
func erase(_ bytes: inout [UInt8]) {
    _ = bytes.withUnsafeMutableBytes { $0.initializeMemory(as: UInt8.self, repeating: 0) }
}

/// Overwrites `strobe` with zeros; not optimised, for the same reason.
@inline(never)
@_optimize(none)
func erase(_ strobe: inout Strobe128) {
    strobe.erase()
}

/// Scalars that nobody may see and that are overwritten with zeros when their last owner lets go.
///
/// Passing a `SecretScalars` on shares the one copy; arrays taken out of it are the taker's to erase.
final class SecretScalars: Sendable, CustomStringConvertible, CustomReflectable {
    // SAFETY: written only in `deinit`, when nobody else holds a reference.
    private nonisolated(unsafe) var storage: [Scalar]

    /// Takes over `scalars`; the caller keeps no copy.
    init(_ scalars: consuming [Scalar]) {
        storage = scalars
    }

    deinit {
        storage.erase()
    }

    /// The scalars, to be read in place.
    var values: [Scalar] { storage }

    var description: String { "<hidden>" }
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// 32 bytes of the operating system's entropy.
func systemEntropy() -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    // Four words, not 32 bytes: every call asks the system.
    return (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
}
