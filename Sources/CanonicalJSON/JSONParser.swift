extension JSONValue {
    /// How deep arrays and objects may be nested.
    public static let maximalDepth = 64

    /// Reads a JSON text as RFC 8259 defines it, and nothing beside it.
    ///
    /// Refuses duplicate names, nesting beyond ``maximalDepth``, bytes that are not UTF-8, escaped lone surrogates, a byte
    /// order mark and anything after the value. Total: every input gives a value or an error, in time and memory
    /// proportional to its length (objects: times the logarithm of their size).
    public static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }
}

/// A recursive-descent parser; recursion is bounded by ``JSONValue/maximalDepth``.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error(.byteOrderMark, at: 0) }
        skipWhitespace()
        let value = try value(depth: 0)
        skipWhitespace()
        if position < bytes.count { throw error(.trailingText(got: character(at: position)), at: position) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit: return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= JSONValue.maximalDepth else { throw error(.tooDeep, at: position) }
        position += 1
        var members: [JSONMember] = []
        var names: Set<[UInt8]> = []
        skipWhitespace()
        if take("}") { return .object([]) }
        while true {
            let start = position
            guard peek == UInt8(ascii: "\"") else { throw unexpected(members.isEmpty ? "a name or `}`" : "a name") }
            let name = try string()
            // Bytes, not `String`: texts that differ only in normalisation are different names.
            guard names.insert(Array(name.utf8)).inserted else {
                throw error(.duplicateKey(JSONParser.excerpt(name)), at: start)
            }
            skipWhitespace()
            guard take(":") else { throw unexpected("`:`") }
            skipWhitespace()
            members.append(JSONMember(name, try value(depth: depth)))
            skipWhitespace()
            if take("}") { return .object(members) }
            guard take(",") else { throw unexpected("`,` or `}`") }
            skipWhitespace()
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= JSONValue.maximalDepth else { throw error(.tooDeep, at: position) }
        position += 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if take("]") { return .array([]) }
        while true {
            elements.append(try value(depth: depth))
            skipWhitespace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw unexpected("`,` or `]`") }
            skipWhitespace()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in word.utf8 {
            guard peek == byte else { throw unexpected("`\(word)`") }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take("-")
        if take("0") {
            if isDigit { throw error(.leadingZero, at: position - 1) }
        } else {
            try digits()
        }
        if take(".") { try digits() }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        guard isDigit else { throw unexpected("a digit") }
        while isDigit { position += 1 }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            let start = position
            while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                if byte < 0x80 {
                    position += 1
                } else {
                    guard let width = utf8Width(at: position) else { throw error(.invalidUTF8, at: position) }
                    position += width
                }
            }
            text.append(contentsOf: bytes[start..<position])
            switch peek {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape().utf8)
            case .some(let control): throw error(.controlCharacter(got: control), at: position)
            case nil: throw unexpected("`\"`")
            }
        }
    }

    private mutating func escape() throws(JSONError) -> String {
        let start = position
        position += 1
        guard let byte = peek else { throw unexpected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return String(try escapedScalar(from: start))
        default: throw error(.invalidEscape(got: "`\\` followed by \(character(at: start + 1))"), at: start)
        }
    }

    private mutating func escapedScalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        // A scalar beyond the basic plane: 10 bits from a high surrogate, 10 from the low one that must follow at once.
        let end = position
        if first < 0xDC00, take("\\"), take("u") {
            let second = try codeUnit()
            let combined = 0x1_0000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) &- 0xDC00)
            if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(combined) { return scalar }
        }
        throw error(.loneSurrogate(got: "`\(String(decoding: bytes[start..<end], as: UTF8.self))`"), at: start)
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = JSONParser.hexDigit(byte) else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The length of the well-formed sequence of two to four bytes that begins at `index` (Unicode, table 3-7).
    private func utf8Width(at index: Int) -> Int? {
        func isIn(_ range: ClosedRange<UInt8>, _ offset: Int) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        let tail: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[index] {
        case 0xC2...0xDF: return isIn(tail, 1) ? 2 : nil
        case 0xE0: return isIn(0xA0...0xBF, 1) && isIn(tail, 2) ? 3 : nil
        case 0xED: return isIn(0x80...0x9F, 1) && isIn(tail, 2) ? 3 : nil
        case 0xE1...0xEF: return isIn(tail, 1) && isIn(tail, 2) ? 3 : nil
        case 0xF0: return isIn(0x90...0xBF, 1) && isIn(tail, 2) && isIn(tail, 3) ? 4 : nil
        case 0xF1...0xF3: return isIn(tail, 1) && isIn(tail, 2) && isIn(tail, 3) ? 4 : nil
        case 0xF4: return isIn(0x80...0x8F, 1) && isIn(tail, 2) && isIn(tail, 3) ? 4 : nil
        default: return nil
        }
    }

    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private var isDigit: Bool {
        peek.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func unexpected(_ expected: String) -> JSONError {
        position < bytes.count
            ? error(.unexpected(expected: expected, got: character(at: position)), at: position)
            : error(.endOfText(expected: expected), at: position)
    }

    /// A byte of the text in the words of an error message.
    private func character(at index: Int) -> String {
        guard index < bytes.count else { return "the end of the text" }
        let byte = bytes[index]
        if byte > 0x20, byte < 0x7F { return "`\(Unicode.Scalar(byte))`" }
        if byte >= 0x80, let width = utf8Width(at: index) {
            return "`\(JSONParser.excerpt(String(decoding: bytes[index..<index + width], as: UTF8.self)))`"
        }
        return "byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
    }

    private func error(_ flaw: JSONFlaw, at index: Int) -> JSONError {
        var line = 1
        var column = 1
        for byte in bytes.prefix(index) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return JSONError(flaw, at: .text(line: line, column: column))
    }

    /// Text of the input that is safe to print in a message: control characters replaced, at most 60 scalars.
    static func excerpt(_ text: String) -> String {
        var printable = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(60) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                printable.append("\u{FFFD}")
            default: printable.append(scalar)
            }
        }
        return String(printable) + (text.unicodeScalars.count > 60 ? "…" : "")
    }
}
