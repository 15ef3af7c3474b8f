import FoundationEssentials

/// Reading and writing of whole files, with errors that say which file and why.
enum Files {
    /// Reads a file of at most `limit` bytes.
    static func read(_ path: String, limit: Int = 1 << 28) throws -> [UInt8] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.cannotRun, "\(path): no such file")
        }
        guard !isFolder else { throw CommandFailure(.cannotRun, "\(path): a folder, expected a file") }
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

    /// Reads a text file; bytes that are no UTF-8 become replacement characters, which parsers then point at.
    static func readText(_ path: String) throws -> String {
        String(decoding: try read(path, limit: 1 << 24), as: UTF8.self)
    }

    /// Writes a file whole or not at all.
    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandFailure(.cannotRun, "\(path): cannot be written")
        }
    }

    /// The names in a folder, in order; `nil` if it is none.
    static func names(in path: String) -> [String]? {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else { return nil }
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
    }

    /// Makes a folder that is new or empty.
    static func makeEmptyFolder(_ path: String) throws {
        if let names = names(in: path) {
            guard names.isEmpty else { throw CommandFailure(.cannotRun, "\(path): not empty, name a new folder") }
            return
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(.cannotRun, "\(path): cannot be made a folder")
        }
    }

    /// A path beside another file: `relative` as seen from the folder that `path` is in.
    static func beside(_ path: String, _ relative: String) -> String {
        guard !relative.hasPrefix("/") else { return relative }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        return folder.isEmpty ? relative : folder + "/" + relative
    }
}
