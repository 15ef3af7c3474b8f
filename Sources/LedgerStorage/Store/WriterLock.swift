#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The right to write one ledger, held until this object or its process ends.
///
/// It is a `flock` on `<ledger>.lock`: the operating system drops it with the process, whatever ended it, so no stale
/// lock ever needs removing. It stands on a file of its own because SQLite's locks on the ledger are POSIX record
/// locks, which a process loses as soon as it closes any descriptor of the file. The lock file is never deleted: two
/// writers could otherwise hold locks on two files of one name.
final class WriterLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of the ledger, or says at once who has it.
    ///
    /// - Parameters:
    ///   - path: The ledger's path as the caller gave it, for messages.
    ///   - resolvedPath: The same without symbolic links, so that one ledger has one lock.
    init(ledger path: String, resolvedPath: String) throws(LedgerError) {
        let descriptor = open(resolvedPath + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unwritable(path: path + ".lock", reason: DurableFile.Failure.latest.reason)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = DurableFile.Failure.latest
            let holder = WriterLock.holder(in: descriptor)
            close(descriptor)
            guard failure.code == EWOULDBLOCK else {
                throw .unwritable(path: path + ".lock", reason: failure.reason)
            }
            throw .inUse(path: path, process: holder)
        }
        self.descriptor = descriptor
        WriterLock.note(process: getpid(), in: descriptor)
    }

    deinit {
        close(descriptor)
    }

    /// Writes who holds the lock, for the message to the next one; nothing depends on it.
    private static func note(process: Int32, in descriptor: Int32) {
        let text = Array("\(process)\n".utf8)
        if ftruncate(descriptor, 0) == 0 {
            _ = pwrite(descriptor, text, text.count, 0)
        }
    }

    private static func holder(in descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
