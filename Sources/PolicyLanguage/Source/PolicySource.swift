/// The text of one policy file and where it came from.
public struct PolicySource: Sendable, Hashable {
    /// The path that diagnostics print and that `from "…"` is relative to.
    public let path: String
    /// The text, unchanged.
    public let text: String

    /// Names a text by its path; nothing is read from disk.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// Takes the bytes of a file as they are.
    ///
    /// - Throws: ``PolicyDiagnostics`` with the one diagnostic E0003 if the bytes are not UTF-8, at the first that is not.
    public init(path: String, bytes: [UInt8]) throws(PolicyDiagnostics) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self.init(path: path, text: text)
            return
        }
        // Everything before the first bad byte is valid, so its length in the repaired text is the byte's position.
        let repaired = PolicySource(path: path, text: String(decoding: bytes, as: UTF8.self))
        let position = zip(bytes, repaired.text.utf8).prefix { $0 == $1 }.count
        let issue = Issue(
            .notUTF8,
            SourceSpan(position..<position),
            "the file is not UTF-8 text",
            help: "save it as UTF-8; byte \(position + 1) is the first that does not fit"
        )
        throw PolicyDiagnostics(repaired.locate([issue]))
    }

    /// The path of a file that the policy names, relative to the policy's own folder.
    public func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = self.path.lastIndex(of: "/") else { return path }
        return self.path[...slash] + path
    }
}

/// A half-open range of UTF-8 bytes of a source.
public struct SourceSpan: Sendable, Hashable {
    /// The first byte.
    public let lowerBound: Int
    /// One past the last byte; equal to `lowerBound` for a place between bytes.
    public let upperBound: Int

    /// A span over `range`.
    public init(_ range: Range<Int>) {
        lowerBound = range.lowerBound
        upperBound = range.upperBound
    }

    /// The smallest span that covers both.
    public func union(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(min(lowerBound, other.lowerBound)..<max(upperBound, other.upperBound))
    }
}
