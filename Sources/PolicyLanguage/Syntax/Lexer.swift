/// Cuts a source into tokens; nothing is lost and nothing stops it.
struct Lexer {
    private(set) var tokens: [SyntaxToken] = []
    private(set) var issues: [Issue] = []

    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        run()
    }

    private mutating func run() {
        var leading: [SyntaxTrivia] = []
        while true {
            leading += trivia(upToLineEnd: false)
            let start = position
            guard start < bytes.count else { break }
            let kind = advance()
            let text = string(start..<position)
            var token = SyntaxToken(
                kind: kind,
                text: text,
                span: SourceSpan(start..<position),
                leading: leading,
                trailing: []
            )
            token.trailing = trivia(upToLineEnd: true)
            tokens.append(token)
            leading = []
        }
        let end = SourceSpan(bytes.count..<bytes.count)
        tokens.append(SyntaxToken(kind: .endOfFile, text: "", span: end, leading: leading, trailing: []))
    }

    // MARK: Trivia

    private mutating func trivia(upToLineEnd: Bool) -> [SyntaxTrivia] {
        var found: [SyntaxTrivia] = []
        while let byte = peek() {
            let start = position
            if byte == UInt8(ascii: "\n") {
                if upToLineEnd { return found }
                position += 1
                found.append(SyntaxTrivia(kind: .newline, text: "\n"))
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") || isMark(0)
            {
                while let next = peek() {
                    if next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") || next == UInt8(ascii: "\r") {
                        position += 1
                    } else if isMark(0) {
                        position += 3
                    } else {
                        break
                    }
                }
                found.append(SyntaxTrivia(kind: .space, text: string(start..<position)))
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                skipLine()
                found.append(SyntaxTrivia(kind: .comment, text: string(start..<position)))
            } else if byte == UInt8(ascii: "#") {
                skipLine()
                issues.append(
                    Issue(
                        .commentStyle,
                        SourceSpan(start..<start + 1),
                        "comments begin with `//`, not `#`",
                        help: "write `//`",
                        replacement: "//"
                    )
                )
                found.append(SyntaxTrivia(kind: .comment, text: string(start..<position)))
            } else {
                return found
            }
        }
        return found
    }

    /// Whether a byte-order mark stands `offset` bytes ahead: it is space wherever it stands.
    private func isMark(_ offset: Int) -> Bool {
        peek(offset) == 0xEF && peek(offset + 1) == 0xBB && peek(offset + 2) == 0xBF
    }

    /// Moves to the line end, leaving a carriage return to the space before it.
    private mutating func skipLine() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
        while position > 0, bytes[position - 1] == UInt8(ascii: "\r") { position -= 1 }
    }

    // MARK: Tokens

    private mutating func advance() -> SyntaxToken.Kind {
        let start = position
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ";"):
            position += 1
            return byte == UInt8(ascii: "{") ? .openBrace : byte == UInt8(ascii: "}") ? .closeBrace : .semicolon
        case UInt8(ascii: "\""):
            return quoted(start)
        case _ where Self.isDigit(byte):
            number()
            return .number
        case _ where Self.isLetter(byte):
            position += 1
            name()
            return .word
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            return blockComment(start)
        default:
            return mark(start)
        }
    }

    private mutating func name() {
        while let next = peek() {
            if Self.isLetter(next) || Self.isDigit(next) {
                position += 1
            } else if next == UInt8(ascii: ".") || next == UInt8(ascii: "-"), let after = peek(1),
                Self.isLetter(after) || Self.isDigit(after)
            {
                position += 2
            } else {
                return
            }
        }
    }

    /// Digits, an optional fraction, and whatever unit is glued to them.
    private mutating func number() {
        digits()
        if peek() == UInt8(ascii: "."), let next = peek(1), Self.isDigit(next) {
            position += 1
            digits()
        }
        if peek() == UInt8(ascii: "%") {
            position += 1
            // `%/yr` is one unit.
            if peek() == UInt8(ascii: "/"), let next = peek(1), Self.isLetter(next) {
                position += 2
                while let next = peek(), Self.isLetter(next) { position += 1 }
            }
        } else {
            while let next = peek(), Self.isLetter(next) || Self.isDigit(next) { position += 1 }
        }
    }

    private mutating func digits() {
        while let next = peek(), Self.isDigit(next) || next == UInt8(ascii: "_") { position += 1 }
    }

    private mutating func quoted(_ start: Int) -> SyntaxToken.Kind {
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            position += 1
            if byte == UInt8(ascii: "\"") { return .string }
        }
        while position > start + 1, bytes[position - 1] == UInt8(ascii: "\r") { position -= 1 }
        let message = "the text that begins here never ends"
        issues.append(
            Issue(.unterminatedText, SourceSpan(start..<position), message, help: "close it with `\"` on the same line")
        )
        return .string
    }

    private mutating func blockComment(_ start: Int) -> SyntaxToken.Kind {
        position += 2
        while let byte = peek() {
            if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                break
            }
            position += 1
        }
        let message = "comments begin with `//` and end with the line"
        issues.append(Issue(.commentStyle, SourceSpan(start..<start + 2), message, help: "write `//` on each line"))
        return .unknown
    }

    private mutating func mark(_ start: Int) -> SyntaxToken.Kind {
        for mark in Self.marks where bytes[position...].starts(with: mark.utf8) {
            position += mark.utf8.count
            return .mark
        }
        // One issue for a run of strange characters, however long.
        repeat { position += 1 } while peek().map { $0 >= 0x80 || Self.isStrange($0) } ?? false
        let text = string(start..<position)
        let look = Self.lookalikes.first { text.hasPrefix($0.key) }?.value
        issues.append(
            Issue(
                .strangeCharacter,
                SourceSpan(start..<position),
                "unexpected character \(Self.shown(text))",
                help: look.map { "did you mean `\($0)`?" },
                replacement: text.unicodeScalars.count == 1 ? look : nil
            )
        )
        return .unknown
    }

    private static let marks = [
        "<=", ">=", "=<", "=>", "==", "!=", "..", "<", ">", "=", "(", ")", ",", "|", ":", "/", "%", "+", "-", "*", ".",
    ]

    /// Characters that word processors put in place of the ones that are meant.
    private static let lookalikes = [
        "“": "\"", "”": "\"", "„": "\"", "≤": "<=", "≥": ">=", "−": "-", "–": "-", "—": "-", "×": "x", "：": ":",
        "\u{A0}": " ", "'": "\"", "’": "\"", "…": "..", "&": ",",
    ]

    private static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first else { return "" }
        let hexadecimal = String(first.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal
        guard first.value > 0x20, first.value != 0x7F, !first.properties.isWhitespace,
            !first.properties.isDefaultIgnorableCodePoint
        else { return code }
        return scalars.count == 1 ? "`\(first)`" : "`\(String(String.UnicodeScalarView(scalars.prefix(12))))`"
    }

    // MARK: Characters

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private func string(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return byte == UInt8(ascii: "_") || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
    }

    private static func isStrange(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") && byte != UInt8(ascii: "\t")
            || "!$&'?@[\\]^`~".utf8.contains(byte)
    }
}
