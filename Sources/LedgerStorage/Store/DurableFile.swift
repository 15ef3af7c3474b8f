#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that are on the disk, with their folder entry, before the call returns.
enum DurableFile {
    /// What the operating system answered.
    struct Failure: Error {
        /// The `errno` of the call.
        let code: Int32

        /// The system's words for it, in lower case like every message of ours.
        var reason: String {
            guard let text = strerror(code) else { return "system error \(code)" }
            let words = String(cString: text)
            return words.prefix(1).lowercased() + words.dropFirst()
        }

        /// Whether there is no such file or folder.
        var isMissing: Bool { code == ENOENT || code == ENOTDIR }

        /// Whether something is already there.
        var isPresent: Bool { code == EEXIST }

        /// The failure of the call that has just returned.
        static var latest: Failure { Failure(code: errno) }
    }

    /// A file's bytes and its permission bits.
    struct Contents {
        let bytes: [UInt8]
        let mode: UInt16
    }

    /// Whether anything is at `path`.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// Whether a plain file, rather than a folder or a device, is at `path`.
    static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Reads a plain file of at most `limit` bytes.
    static func contents(of path: String, limit: Int) throws(Failure) -> Contents {
        // Non-blocking, so that a named pipe in the file's place cannot hold the program up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .latest }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .latest }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(code: EISDIR) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return retrying { read(descriptor, rest.baseAddress, rest.count) }
            }
            guard count >= 0 else { throw .latest }
            if count == 0 { break }
            filled += count
        }
        guard filled <= limit else { throw Failure(code: EFBIG) }
        return Contents(bytes: Array(bytes[..<filled]), mode: UInt16(truncatingIfNeeded: status.st_mode & 0o7777))
    }

    /// Makes a file of mode 0600 that did not exist, whole or not at all, and flushes it and its folder.
    ///
    /// The bytes go to a neighbour with a random name, and a hard link gives it its own name only once it is flushed;
    /// unlike a rename, a link never replaces what another process put there in the meantime.
    static func make(_ path: String, contents: UnsafeRawBufferPointer) throws(Failure) {
        let draft = "\(path).\(UInt64.random(in: .min ... .max))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .latest }
        defer { unlink(draft) }
        do {
            defer { close(descriptor) }
            var written = 0
            while written < contents.count {
                let rest = UnsafeRawBufferPointer(rebasing: contents[written...])
                let count = retrying { write(descriptor, rest.baseAddress, rest.count) }
                guard count >= 0 else { throw .latest }
                written += count
            }
            guard fsync(descriptor) == 0 else { throw .latest }
        }
        guard link(draft, path) == 0 else { throw .latest }
        try flushFolder(of: path)
    }

    /// Renames a finished file into its place and flushes both it and the folder.
    static func publish(_ draft: String, as path: String) throws(Failure) {
        try flush(draft, flags: O_RDONLY)
        guard rename(draft, path) == 0 else { throw .latest }
        try flushFolder(of: path)
    }

    /// Removes what is at `path`, if anything is.
    static func remove(_ path: String) throws(Failure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .latest }
    }

    /// Makes an empty file of mode 0600 that did not exist.
    static func makeEmpty(_ path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .latest }
        close(descriptor)
    }

    /// The absolute path without symbolic links; the file itself need not exist, its folder must.
    static func resolved(_ path: String) throws(Failure) -> String {
        if let whole = realPath(path) { return whole }
        guard errno == ENOENT, let name = path.split(separator: "/").last, !path.hasSuffix("/") else { throw .latest }
        guard let folder = realPath(folder(of: path)) else { throw .latest }
        return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func flushFolder(of path: String) throws(Failure) {
        try flush(folder(of: path), flags: O_RDONLY | O_DIRECTORY)
    }

    private static func flush(_ path: String, flags: Int32) throws(Failure) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw .latest }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .latest }
    }

    /// Repeats a call that a signal interrupted.
    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
