extension JSONValue {
    /// The string, or an error that names `path`.
    public func string(at path: String) throws(JSONError) -> String {
        guard case .string(let text) = self else { throw wrongKind("a string", at: path) }
        return text
    }

    /// The boolean, or an error that names `path`.
    public func bool(at path: String) throws(JSONError) -> Bool {
        guard case .bool(let value) = self else { throw wrongKind("a boolean", at: path) }
        return value
    }

    /// The elements of the array, or an error that names `path`.
    public func array(at path: String) throws(JSONError) -> [JSONValue] {
        guard case .array(let elements) = self else { throw wrongKind("an array", at: path) }
        return elements
    }

    /// A reader of the object, or an error that names `path`.
    public func object(at path: String) throws(JSONError) -> JSONObjectReader {
        try JSONObjectReader(self, at: path)
    }

    /// The integer, or an error that names `path`. Fractions, exponents and `-0` are refused, even if whole.
    public func integer(at path: String) throws(JSONError) -> Int {
        try exactInteger(at: path)
    }

    /// The integer from 0 through 2⁶⁴ − 1, or an error that names `path`. Fractions, exponents and `-0` are refused.
    public func unsigned(at path: String) throws(JSONError) -> UInt64 {
        try exactInteger(at: path)
    }

    /// The number rounded to the nearest `Double`, or an error that names `path`. Overflow to infinity is refused.
    public func double(at path: String) throws(JSONError) -> Double {
        guard case .number(let text) = self else { throw wrongKind("a number", at: path) }
        guard let value = Double(text), value.isFinite else {
            throw JSONError(
                .wrongValue(expected: "a number that fits a double", got: "`\(JSONParser.excerpt(text))`"),
                at: .path(path)
            )
        }
        return value
    }

    /// The bytes of a string of lower-case hexadecimal digits, or an error that names `path`.
    ///
    /// - Parameters:
    ///   - count: How many bytes there must be; any number if absent.
    ///   - path: What errors call the value.
    public func hexBytes(count: Int? = nil, at path: String) throws(JSONError) -> [UInt8] {
        let digits = Array(try string(at: path).utf8)
        if let count {
            let (expected, overflow) = count.multipliedReportingOverflow(by: 2)
            guard !overflow, digits.count == expected else {
                throw JSONError(
                    .wrongValue(expected: "\(count) bytes in hexadecimal", got: "\(digits.count) digits"),
                    at: .path(path)
                )
            }
        }
        guard digits.count.isMultiple(of: 2) else {
            throw JSONError(
                .wrongValue(expected: "an even number of hexadecimal digits", got: "\(digits.count)"),
                at: .path(path)
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = JSONValue.lowercaseHexDigit(digits[index]),
                let low = JSONValue.lowercaseHexDigit(digits[index + 1])
            else {
                throw JSONError(
                    .wrongValue(
                        expected: "lower-case hexadecimal digits",
                        got: "another character in digits \(index + 1) and \(index + 2)"
                    ),
                    at: .path(path)
                )
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private func exactInteger<Integer: FixedWidthInteger>(at path: String) throws(JSONError) -> Integer {
        guard case .number(let text) = self else { throw wrongKind("an integer", at: path) }
        // `Integer(text)` reads `+1`, which JSON has no way to say, and `-0`, whose canonical form is `0`.
        guard text != "-0", let value = Integer(text) else {
            throw JSONError(
                .wrongValue(
                    expected: "an integer from \(Integer.min) through \(Integer.max)",
                    got: "`\(JSONParser.excerpt(text))`"
                ),
                at: .path(path)
            )
        }
        return value
    }

    private func wrongKind(_ expected: String, at path: String) -> JSONError {
        JSONError(.wrongKind(expected: expected, got: kind), at: .path(path))
    }

    private static func lowercaseHexDigit(_ byte: UInt8) -> UInt8? {
        byte < UInt8(ascii: "A") || byte > UInt8(ascii: "F") ? JSONParser.hexDigit(byte) : nil
    }
}
