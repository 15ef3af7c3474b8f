/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// A place in the text, or in the value where the text is no longer at hand.
    public enum Location: Hashable, Sendable {
        /// Line and column, both from 1; columns count Unicode scalars.
        case text(line: Int, column: Int)
        /// The way from the root, such as `statement.prices[2]`.
        case path(String)
    }

    /// What is wrong.
    public let flaw: JSONFlaw

    /// Where it is.
    public let location: Location

    /// Creates an error.
    public init(_ flaw: JSONFlaw, at location: Location) {
        self.flaw = flaw
        self.location = location
    }

    /// The line from 1, if the text is not JSON; nothing if it is JSON of the wrong form.
    public var line: Int? {
        if case .text(let line, _) = location { line } else { nil }
    }

    /// The column from 1, in Unicode scalars, if the text is not JSON; nothing if it is JSON of the wrong form.
    public var column: Int? {
        if case .text(_, let column) = location { column } else { nil }
    }

    /// The message without its place.
    public var message: String { flaw.description }

    /// The whole line for the person at the prompt: `FILE:LINE:COLUMN: error: …` or `FILE: error: PATH: …`.
    public func rendered(in file: String) -> String {
        switch location {
        case .text(let line, let column): "\(file):\(line):\(column): error: \(message)"
        case .path(let path) where path.isEmpty: "\(file): error: \(message)"
        case .path(let path): "\(file): error: `\(path)`: \(message)"
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// The place and the message.
    public var description: String {
        switch location {
        case .text(let line, let column): "line \(line), column \(column): \(message)"
        case .path(let path) where path.isEmpty: message
        case .path(let path): "`\(path)`: \(message)"
        }
    }
}

/// The ways in which a text is not the JSON that was expected.
public enum JSONFlaw: Hashable, Sendable {
    /// Another character stands where the grammar wants `expected`.
    case unexpected(expected: String, got: String)
    /// The text ends where the grammar wants `expected`.
    case endOfText(expected: String)
    /// Something follows the value.
    case trailingText(got: String)
    /// The text begins with a byte order mark.
    case byteOrderMark
    /// The bytes of a string are not UTF-8.
    case invalidUTF8
    /// A control character stands unescaped in a string.
    case controlCharacter(got: UInt8)
    /// A backslash is followed by something that is no escape.
    case invalidEscape(got: String)
    /// An escaped half of a surrogate pair stands without the other half.
    case loneSurrogate(got: String)
    /// A number has a leading zero.
    case leadingZero
    /// Arrays and objects are nested deeper than ``JSONValue/maximalDepth``.
    case tooDeep
    /// An object has two members of one name.
    case duplicateKey(String)
    /// A required member is missing.
    case missingKey(String)
    /// A member is not known to the format.
    case unknownKey(String)
    /// A value is of another kind than the format wants.
    case wrongKind(expected: String, got: String)
    /// A value is of the right kind and outside of what the format allows.
    case wrongValue(expected: String, got: String)
}

extension JSONFlaw: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .unexpected(let expected, let got): "expected \(expected), got \(got)"
        case .endOfText(let expected): "expected \(expected), got the end of the text"
        case .trailingText(let got): "expected the end of the text, got \(got)"
        case .byteOrderMark: "a JSON text begins without a byte order mark"
        case .invalidUTF8: "the string is not UTF-8"
        case .controlCharacter(let got):
            "control character U+00\(got < 16 ? "0" : "")\(String(got, radix: 16, uppercase: true)) must be escaped"
        case .invalidEscape(let got): "no such escape: \(got)"
        case .loneSurrogate(let got): "surrogate \(got) has no partner"
        case .leadingZero: "a number must not begin with a zero that more digits follow"
        case .tooDeep: "nested deeper than \(JSONValue.maximalDepth) levels"
        case .duplicateKey(let name): "duplicate key `\(name)`"
        case .missingKey(let name): "missing key `\(name)`"
        case .unknownKey(let name): "unknown key `\(name)`"
        case .wrongKind(let expected, let got), .wrongValue(let expected, let got): "expected \(expected), got \(got)"
        }
    }
}
