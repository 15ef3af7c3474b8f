import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// Reading and writing of whole files, with errors that say which file and why.
package enum Files {
    /// Reads a file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int = 1 << 28) throws -> [UInt8] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.cannotRun, "\(path): no such file")
        }
        guard !isFolder else { throw CommandFailure(.cannotRun, "\(path): a folder, expected a file") }
        // Asked of the file system first: a device without end must not be read into memory.
        var information = stat()
        if stat(path, &information) == 0 {
            guard information.st_mode & S_IFMT != S_IFCHR, information.st_mode & S_IFMT != S_IFBLK else {
                throw CommandFailure(.cannotRun, "\(path): a device, expected a file")
            }
            guard information.st_size <= limit else {
                throw CommandFailure(.cannotRun, "\(path): \(information.st_size) bytes, at most \(limit) are read")
            }
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw CommandFailure(.cannotRun, "\(path): cannot be read")
        }
        guard data.count <= limit else {
            throw CommandFailure(.cannotRun, "\(path): \(data.count) bytes, at most \(limit) are read")
        }
        return Array(data)
    }

    /// Reads a text file.
    package static func readText(_ path: String) throws -> String {
        guard let text = String(validating: try read(path, limit: 1 << 24), as: UTF8.self) else {
            throw CommandFailure(.cannotRun, "\(path): not UTF-8 text")
        }
        return text
    }

    /// Writes a file whole or not at all.
    package static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// Writes a file whole or not at all.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(.cannotRun, "\(path): cannot be written")
        }
    }

    /// Writes a file that only its owner may read, and that was not there.
    package static func writePrivately(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure(.cannotRun, "\(path): cannot be made") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw CommandFailure(.cannotRun, "\(path): cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    /// Whether a path leads to a file or folder.
    package static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// Whether a path leads to a file proper: a pipe in a stranger's folder would be waited for without end.
    package static func isRegular(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
    }

    /// The names in a folder, in order; `nil` if it is none.
    package static func names(in path: String) -> [String]? {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else { return nil }
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
    }

    /// Makes a folder that is new or empty.
    package static func makeEmptyFolder(_ path: String) throws {
        if let names = names(in: path) {
            guard names.isEmpty else { throw CommandFailure(.cannotRun, "\(path): not empty, name a new folder") }
            return
        }
        try makeFolder(path)
    }

    /// Makes a folder, if it is not there, with those above it.
    package static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(.cannotRun, "\(path): cannot be made a folder")
        }
    }

    /// A path beside another file: `relative` as seen from the folder that `path` is in.
    package static func beside(_ path: String, _ relative: String) -> String {
        guard !relative.hasPrefix("/") else { return relative }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        return folder.isEmpty ? relative : folder + "/" + relative
    }
}
