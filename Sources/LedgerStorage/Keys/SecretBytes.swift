#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Bytes that must not be printed, and that are overwritten when the last copy of this value is gone.
///
/// The bytes live outside the Swift heap's arrays, so that copying the value copies a reference and never the secret.
/// What a caller reads out through ``withUnsafeBytes(_:)`` is the caller's to guard: Swift gives no way to overwrite
/// the copies that the optimiser makes in registers and on the stack.
public struct SecretBytes: Sendable {
    private let storage: Storage

    /// Copies `bytes` into memory that is zeroed after use.
    public init(_ bytes: some Collection<UInt8>) {
        storage = Storage(bytes)
    }

    /// No bytes.
    public static let empty = SecretBytes([])

    /// The number of bytes.
    public var count: Int {
        storage.buffer.count
    }

    /// Lends the bytes for the duration of `body`.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage.buffer))
    }

    /// A plain copy, which nothing zeroes: for interfaces that take an array.
    public func copiedBytes() -> [UInt8] {
        Array(storage.buffer)
    }

    // SAFETY: the buffer is written only in `init`, before any other reference exists, and in `deinit`, after the last.
    private final class Storage: @unchecked Sendable {
        let buffer: UnsafeMutableRawBufferPointer

        init(_ bytes: some Collection<UInt8>) {
            buffer = .allocate(byteCount: bytes.count, alignment: 8)
            buffer.copyBytes(from: bytes)
        }

        deinit {
            // SAFETY: the pointer and the count belong to one allocation, which ends on the next line but one.
            if let start = buffer.baseAddress, buffer.count > 0 {
                #if canImport(Darwin)
                    memset_s(start, buffer.count, 0, buffer.count)
                #else
                    explicit_bzero(start, buffer.count)
                #endif
            }
            buffer.deallocate()
        }
    }
}

extension SecretBytes: Equatable {
    /// Whether both hold the same bytes; takes the same time wherever they differ.
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<left.count {
            difference |= left.storage.buffer[index] ^ right.storage.buffer[index]
        }
        return difference == 0
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<hidden>`.
    public var description: String { "<hidden>" }

    /// Always `<hidden>`.
    public var debugDescription: String { "<hidden>" }

    /// Shows no children, so that `dump` prints nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
