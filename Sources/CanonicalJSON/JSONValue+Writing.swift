extension JSONValue {
    /// The one byte string that a digest of this value is over.
    ///
    /// Members sorted by the UTF-8 bytes of their names, no whitespace, strings with the fewest escapes that RFC 8259
    /// allows (`\"` `\\` `\b` `\f` `\n` `\r` `\t`, other controls as `\u00xx` in lower case), numbers as they are
    /// written. A format whose digest must not depend on the spelling of numbers writes integers and strings only.
    public var canonicalBytes: [UInt8] {
        var output: [UInt8] = []
        appendCanonical(to: &output)
        return output
    }

    /// Text for a file that people read: members in the order given, two spaces a level, a newline at the end.
    ///
    /// An array without arrays or objects in it stays on one line if that line has at most 100 bytes.
    public var prettyText: String {
        var output: [UInt8] = []
        appendPretty(to: &output, indentation: 0)
        output.append(0x0A)
        return String(decoding: output, as: UTF8.self)
    }

    private func appendCanonical(to output: inout [UInt8]) {
        switch self {
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.appendCanonical(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                JSONValue.append(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.appendCanonical(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        default: appendScalar(to: &output)
        }
    }

    private func appendPretty(to output: inout [UInt8], indentation: Int) {
        func breakLine(_ levels: Int) {
            output.append(0x0A)
            output.append(contentsOf: repeatElement(0x20, count: 2 * levels))
        }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            if let line = lineOfScalars(elements) {
                output.append(contentsOf: line)
                return
            }
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                breakLine(indentation + 1)
                element.appendPretty(to: &output, indentation: indentation + 1)
            }
            breakLine(indentation)
            output.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                breakLine(indentation + 1)
                JSONValue.append(member.name, to: &output)
                output.append(contentsOf: ": ".utf8)
                member.value.appendPretty(to: &output, indentation: indentation + 1)
            }
            breakLine(indentation)
            output.append(UInt8(ascii: "}"))
        default: appendScalar(to: &output)
        }
    }

    private func lineOfScalars(_ elements: [JSONValue]) -> [UInt8]? {
        var line: [UInt8] = [UInt8(ascii: "[")]
        for (index, element) in elements.enumerated() {
            switch element {
            case .array, .object: return nil
            default:
                if index > 0 { line.append(contentsOf: ", ".utf8) }
                element.appendScalar(to: &line)
            }
            if line.count >= 100 { return nil }
        }
        line.append(UInt8(ascii: "]"))
        return line
    }

    private func appendScalar(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): JSONValue.append(text, to: &output)
        case .array: output.append(contentsOf: "[]".utf8)
        case .object: output.append(contentsOf: "{}".utf8)
        }
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x0C: output.append(contentsOf: "\\f".utf8)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                output.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
