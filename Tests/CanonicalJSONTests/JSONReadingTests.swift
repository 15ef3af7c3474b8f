import CanonicalJSON
import TestSupport
import Testing

@Suite("Reading JSON")
struct JSONReadingTests {
    private func read(_ text: String) throws(JSONError) -> JSONValue {
        try JSONValue.read(Array(text.utf8))
    }

    @Test("reads every kind of value, and keeps the order of members")
    func readsEveryKind() throws {
        let value = try read(#" { "b" : [ null , true , false ] , "a" : { "x" : "y" } , "n" : -12.50e+3 } "#)
        let expected: JSONValue = [
            "b": [.null, true, false], "a": ["x": "y"], "n": .number("-12.50e+3"),
        ]
        #expect(value == expected)
    }

    @Test(
        "keeps the text of every number that RFC 8259 knows",
        arguments: ["0", "-0", "1", "-1", "10", "0.0", "-0.5", "1e5", "1E5", "1e+5", "1e-5", "0e0", "1.25e400"]
    )
    func keepsNumberText(text: String) throws {
        #expect(try read(text) == .number(text))
    }

    @Test(
        "refuses numbers outside of the grammar",
        arguments: [
            "01", "-01", "00", "+1", ".5", "1.", "1.e5", "1e", "1e+", "-", "--1", "0x10", "1_000", "NaN", "nan",
            "Infinity", "-Infinity", "1.5.2", "1e5.5", "１",
        ]
    )
    func refusesOtherNumbers(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
        #expect(throws: JSONError.self) { try read("[\(text)]") }
    }

    @Test(
        "refuses what is not one complete value",
        arguments: [
            "", " ", "\n", "{", "[", "]", "}", "[1,]", "[,1]", "[1 2]", "[1,,2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
            "{,}", "{a:1}", "{'a':1}", "{1:2}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "tru", "truE", "True", "nul", "nulll",
            "fals", "1 2", "{} {}", "[] ,", "// c\n1", "/* c */1", "[1]\u{0}", "\u{0}", "\u{A0}1", "\u{2028}1",
            "\u{B}1",
            "\u{C}1", "\"", "\"a", "\"\\", "\"\\\"", "'a'",
        ]
    )
    func refusesIncompleteTexts(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test("reads the four kinds of whitespace and no other")
    func readsWhitespace() throws {
        #expect(try read("\u{20}\u{9}\u{A}\u{D}[\u{20}\u{9}\u{A}\u{D}]\u{20}\u{9}\u{A}\u{D}") == [])
    }

    @Test("decodes every escape")
    func decodesEscapes() throws {
        #expect(try read(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{8}\u{C}\n\r\t"))
        #expect(try read(#""\u0041\u00e9\u00E9\u20AC\u0000""#) == .string("A\u{E9}\u{E9}\u{20AC}\u{0}"))
        #expect(try read(#""\ud834\udd1e""#) == .string("\u{1D11E}"))
        #expect(try read(#""\uDBFF\uDFFF\uD800\uDC00""#) == .string("\u{10FFFF}\u{10000}"))
        #expect(try read(#""\uD7FF\uE000\uFFFF""#) == .string("\u{D7FF}\u{E000}\u{FFFF}"))
    }

    @Test(
        "refuses lone and swapped surrogates",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud834x""#, #""\ud834\n""#, #""\udd1e\ud834""#,
            #""\ud834\u0041""#, #""\udfff""#, #""\ud834\uE000""#,
        ]
    )
    func refusesLoneSurrogates(text: String) throws {
        let error = #expect(throws: JSONError.self) { try read(text) }
        guard case .loneSurrogate = try #require(error).flaw else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test(
        "refuses escapes that do not exist",
        arguments: [
            #""\x41""#, #""\a""#, #""\v""#, #""\0""#, #""\'""#, #""\u12""#, #""\u12G4""#, #""\U0041""#, #""\u""#,
        ]
    )
    func refusesOtherEscapes(text: String) {
        #expect(throws: JSONError.self) { try read(text) }
    }

    @Test("refuses every unescaped control character, and takes DEL", arguments: UInt8(0)..<32)
    func refusesControlCharacters(control: UInt8) throws {
        let error = #expect(throws: JSONError.self) { try JSONValue.read([0x22, control, 0x22]) }
        #expect(error?.flaw == .controlCharacter(got: control))
        #expect(try JSONValue.read([0x22, 0x7F, 0x22]) == .string("\u{7F}"))
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8(bytes: [UInt8]) {
        let inString = #expect(throws: JSONError.self) { try JSONValue.read([0x22] + bytes + [0x22]) }
        #expect(inString?.flaw == .invalidUTF8)
        #expect(throws: JSONError.self) { try JSONValue.read(bytes) }
    }

    @Test("refuses a byte order mark by name")
    func refusesByteOrderMark() {
        let error = #expect(throws: JSONError.self) { try JSONValue.read([0xEF, 0xBB, 0xBF, 0x31]) }
        #expect(error?.flaw == .byteOrderMark)
    }

    @Test("refuses duplicate names however they are spelled, and only those")
    func refusesDuplicateNames() throws {
        let plain = #expect(throws: JSONError.self) { try read(#"{"a":1,"b":2,"a":3}"#) }
        #expect(plain?.flaw == .duplicateKey("a"))
        #expect(plain?.line == 1)
        #expect(plain?.column == 14)
        #expect(throws: JSONError.self) { try read(#"{"a":1,"\u0061":3}"#) }
        // One letter in two Unicode normalisations: different bytes, so different names.
        let value = try read("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(try read(#"{"a":{"a":1},"b":{"a":1}}"#)["b"] == ["a": 1])
    }

    @Test("nests 64 levels deep and no deeper")
    func boundsDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(64))
        let error = #expect(throws: JSONError.self) { try read(nested(65)) }
        #expect(error?.flaw == .tooDeep)
        #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try read(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("names line and column in Unicode scalars")
    func namesThePlace() throws {
        let error = #expect(throws: JSONError.self) { try read("{\n  \"h\u{F6}he\": 1,\n  \"\u{1F600}\": x\n}") }
        #expect(error?.line == 3)
        #expect(error?.column == 8)
        #expect(try #require(error).rendered(in: "m.json") == "m.json:3:8: error: expected a value, got `x`")
    }

    @Test("gives a value or an error for random bytes", arguments: UInt64(0)..<40)
    func isTotalOnRandomBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("{}[]\",:\\u0019dDeE+-.tfnrulas \n".utf8) + [0x00, 0xC3, 0xA9, 0xED, 0xA0, 0xF0, 0xFF]
        for _ in 0..<250 {
            let count = Int.random(in: 0..<64, using: &random)
            let bytes = (0..<count).map { _ in
                UInt8.random(in: 0..<8, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random)
                    : alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            if let value = try? JSONValue.read(bytes) {
                #expect(try JSONValue.read(value.canonicalBytes).canonicalBytes == value.canonicalBytes)
            }
        }
    }

    @Test("gives a value or an error for every truncation and every changed byte of a good text")
    func isTotalOnDamage() throws {
        let bytes = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud834\udd1e\n"],"b":{"c":null,"d":[true,false]},"é":"€"}"#.utf8)
        let whole = try JSONValue.read(bytes)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONValue.read(Array(bytes[..<count])) }
        }
        for index in bytes.indices {
            for byte in UInt8(0)...255 where byte != bytes[index] {
                var damaged = bytes
                damaged[index] = byte
                if let value = try? JSONValue.read(damaged), value == whole {
                    // Only the digits of an escape have two spellings.
                    #expect(byte | 0x20 == bytes[index] | 0x20)
                }
            }
        }
    }
}
