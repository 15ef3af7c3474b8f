import CanonicalJSON

/// The price sources that a policy trusts: names for people, Ed25519 public keys for signatures.
///
/// They stand in a file beside the policy and enter P by name and key, so that they are fixed at genesis with everything
/// else. The order is the file's; it numbers the sources.
public struct OracleSources: Sendable, Hashable {
    /// The sources, in the order of the file.
    public let sources: [Source]

    /// One source.
    public struct Source: Sendable, Hashable {
        /// What people call it.
        public let name: String
        /// Its Ed25519 public key, 32 bytes.
        public let key: [UInt8]

        /// Creates a source.
        public init(name: String, key: [UInt8]) {
            self.name = name
            self.key = key
        }
    }

    /// Checks the list.
    ///
    /// - Throws: ``OracleFileError`` if a key is no key, or a name or a key stands twice: one party would count as two.
    public init(_ sources: [Source]) throws(OracleFileError) {
        guard !sources.isEmpty else { throw .malformed(line: nil, reason: "no sources") }
        for (index, source) in sources.enumerated() {
            guard source.key.count == 32 else {
                throw .malformed(
                    line: nil,
                    reason: "the key of `\(source.name)` has \(source.key.count) bytes, expected 32"
                )
            }
            for earlier in sources[..<index] {
                if earlier.key == source.key { throw .repeated(source.name, as: earlier.name) }
                if earlier.name == source.name { throw .malformed(line: nil, reason: "`\(source.name)` stands twice") }
            }
        }
        self.sources = sources
    }

    /// The format's name in the file.
    static let format = "ballast oracle sources"

    /// Reads a file: one JSON object with `format`, `version` 1 and `sources`, a list of `name` and `key` in hexadecimal.
    ///
    /// - Throws: ``OracleFileError``.
    public init(fileBytes bytes: [UInt8]) throws(OracleFileError) {
        var sources: [Source] = []
        do throws(JSONError) {
            var object = try JSONObjectReader(try JSONValue.read(bytes))
            let (format, version) = (try object.string("format"), try object.integer("version"))
            for item in try object.objects("sources") {
                var item = item
                sources.append(Source(name: try item.string("name"), key: try item.hexBytes("key", count: 32)))
                try item.finish()
            }
            try object.finish()
            guard format == Self.format, version == 1 else {
                throw JSONError(
                    .wrongValue(expected: "\(Self.format) 1", got: "\(format) \(version)"),
                    at: .path("format")
                )
            }
        } catch {
            throw .malformed(line: error.line, reason: error.message)
        }
        try self.init(sources)
    }

    /// The file's bytes.
    public var fileBytes: [UInt8] {
        JSONValue.object([
            JSONMember("format", .string(Self.format)), JSONMember("version", .integer(1)),
            JSONMember(
                "sources",
                .array(
                    sources.map { .object([JSONMember("name", .string($0.name)), JSONMember("key", .hex($0.key))]) }
                )
            ),
        ]).canonicalBytes
    }

    /// Which source a key belongs to.
    func index(of key: [UInt8]) -> Int? { sources.firstIndex { $0.key == key } }
}

/// Why a file of sources or of reports is refused.
public enum OracleFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file is not of the format.
    case malformed(line: Int?, reason: String)
    /// Two sources have one key.
    case repeated(String, as: String)
    /// More than a file may hold.
    case tooMany(got: Int, most: Int)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .malformed(let line, let reason): (line.map { "line \($0): " } ?? "") + reason
        case .repeated(let name, let other): "`\(name)` has the key of `\(other)`: one party would count as two"
        case .tooMany(let got, let most): "\(got) lines, at most \(most)"
        }
    }
}
