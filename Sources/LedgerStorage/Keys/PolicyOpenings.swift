public import MarketData

/// The file of a sealed policy's openings: what whoever runs the policy keeps, and nobody else may read.
///
/// The file is described in <doc:KeyFile>. Printing the value prints `<hidden>`.
public struct PolicyOpenings: Sendable {
    /// Digest of the sealed policy that the openings are of.
    public let sealed: ContentDigest
    /// The openings, in the form that `ParameterOpening` gives them.
    public let openings: SecretBytes

    private static let heading = "ballast-policy-openings/1"
    private static let labels = ["sealed: ", "openings: "]
    /// 512 parameters of 40 bytes, in hexadecimal, and the other lines.
    private static let largestFile = 1 << 16

    /// Openings of one sealed policy.
    public init(of sealed: ContentDigest, _ openings: SecretBytes) {
        self.sealed = sealed
        self.openings = openings
    }

    /// Writes a file of mode 0600 that did not exist, whole or not at all, and flushes file and folder.
    ///
    /// - Throws: ``PolicyOpeningsError``; a file that is there already is left alone.
    public func make(at path: String) throws(PolicyOpeningsError) {
        var text = Array("\(Self.heading)\n\(Self.labels[0])\(sealed)\n\(Self.labels[1])".utf8)
        // Reserved, so that no shorter copy of the secret is left behind by growth.
        text.reserveCapacity(text.count + 2 * openings.count + 1)
        openings.withUnsafeBytes { bytes in
            for byte in bytes { text += Hexadecimal.digits(of: byte) }
        }
        text.append(UInt8(ascii: "\n"))
        let contents = SecretBytes(text)
        for index in text.indices { text[index] = 0 }
        do throws(DurableFile.Failure) {
            try contents.withUnsafeBytes { (bytes) throws(DurableFile.Failure) in
                try DurableFile.make(path, contents: bytes)
            }
        } catch {
            throw error.isPresent ? .present(path: path) : .unwritable(path: path, reason: error.reason)
        }
    }

    /// Reads a file.
    ///
    /// - Throws: ``PolicyOpeningsError``: the file is missing, unreadable, malformed, or open to other users.
    public static func read(from path: String) throws(PolicyOpeningsError) -> PolicyOpenings {
        let contents: DurableFile.Contents
        do {
            contents = try DurableFile.contents(of: path, limit: largestFile)
        } catch {
            throw error.isMissing ? .missing(path: path) : .unreadable(path: path, reason: error.reason)
        }
        guard contents.mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: contents.mode) }
        let lines = contents.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines[0].elementsEqual(heading.utf8) else {
            throw .malformed(path: path, line: 1, reason: "not a file of policy openings: expected `\(heading)`")
        }
        guard lines.count == 4, lines[3].isEmpty else {
            throw .malformed(
                path: path,
                line: min(lines.count, 4),
                reason: "expected exactly two lines after the heading"
            )
        }
        // The lines' text is left out of messages: it may hold most of a secret.
        var values: [[UInt8]] = []
        for (index, label) in labels.enumerated() {
            guard lines[index + 1].starts(with: label.utf8),
                let bytes = Hexadecimal.bytes(lines[index + 1].dropFirst(label.utf8.count))
            else {
                let reason = "expected `\(label)` and lower-case hexadecimal digits"
                throw .malformed(path: path, line: index + 2, reason: reason)
            }
            values.append(bytes)
        }
        guard let sealed = ContentDigest(bytes: values[0]) else {
            throw .malformed(path: path, line: 2, reason: "expected 64 hexadecimal digits")
        }
        return PolicyOpenings(of: sealed, SecretBytes(values[1]))
    }
}

extension PolicyOpenings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<hidden>`.
    public var description: String { "<hidden>" }

    /// Always `<hidden>`.
    public var debugDescription: String { "<hidden>" }

    /// Shows no children, so that `dump` prints nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What can be wrong with a file of policy openings.
public enum PolicyOpeningsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no file at `path`.
    case missing(path: String)
    /// There is a file at `path` already.
    case present(path: String)
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is not of a format that this version reads.
    case malformed(path: String, line: Int, reason: String)
    /// Others than the owner may read or write the file; `mode` holds its permission bits.
    case openToOthers(path: String, mode: UInt16)
    /// The file cannot be made.
    case unwritable(path: String, reason: String)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .missing(let path):
            "no openings at `\(path)`: a sealed policy is run with the file that `policy seal` wrote (--openings FILE)"
        case .present(let path): "`\(path)` is there already: openings are never written over others"
        case .unreadable(let path, let reason): "openings `\(path)` cannot be read: \(reason)"
        case .malformed(let path, let line, let reason): "\(path):\(line):1: error: \(reason)"
        case .openToOthers(let path, let mode):
            "openings `\(path)` are open to other users: got mode 0\(String(mode, radix: 8)), expected 0600"
                + " (run `chmod 600 \(path)`)"
        case .unwritable(let path, let reason): "openings `\(path)` cannot be written: \(reason)"
        }
    }
}
