import CanonicalJSON
import Testing

@Suite("Reading a format member by member")
struct JSONObjectReaderTests {
    private let text = #"""
        {"s":"x","i":-5,"u":18446744073709551615,"d":0.1,"b":true,"a":[1,2],"o":{"p":[{"q":1}]},"h":"00ff","z":null}
        """#

    private func reader(at path: String = "") throws -> JSONObjectReader {
        try JSONObjectReader(JSONValue.read(Array(text.utf8)), at: path)
    }

    @Test("gives each member by its kind")
    func readsByKind() throws {
        var reader = try reader()
        #expect(try reader.string("s") == "x")
        #expect(try reader.integer("i") == -5)
        #expect(try reader.unsigned("u") == .max)
        #expect(try reader.double("d") == 0.1)
        #expect(try reader.bool("b"))
        #expect(try reader.integers("a") == [1, 2])
        #expect(try reader.hexBytes("h", count: 2) == [0, 255])
        #expect(try reader.required("z") == .null)
        #expect(reader.unreadNames == ["o"])
        var inner = try reader.object("o")
        var elements = try inner.objects("p")
        #expect(elements[0].path == "o.p[0]")
        #expect(try elements[0].integer("q") == 1)
        try elements[0].finish()
        try inner.finish()
        try reader.finish()
    }

    @Test("refuses missing, unknown and mistyped members by their path")
    func refusesByPath() throws {
        func failure(_ read: (inout JSONObjectReader) throws(JSONError) -> Void) throws -> JSONError? {
            var reader = try reader(at: "file")
            return #expect(throws: JSONError.self) { try read(&reader) }
        }
        let missing = try failure { (reader) throws(JSONError) in _ = try reader.string("none") }
        #expect(missing == JSONError(.missingKey("none"), at: .path("file")))
        let kind = try failure { (reader) throws(JSONError) in _ = try reader.string("i") }
        #expect(kind?.description == "`file.i`: expected a string, got a number")
        let null = try failure { (reader) throws(JSONError) in _ = try reader.optionalInteger("z") }
        #expect(null?.description == "`file.z`: expected an integer, got null")
        let unknown = try failure { (reader) throws(JSONError) in try reader.finish() }
        #expect(unknown == JSONError(.unknownKey("s"), at: .path("file")))
        #expect(throws: JSONError.self) { try JSONObjectReader([1]) }
    }

    @Test("tells an absent member from null")
    func readsOptionalMembers() throws {
        var reader = try reader()
        #expect(try reader.optionalString("none") == nil)
        #expect(try reader.optionalString("s") == "x")
        #expect(try reader.optionalObject("none") == nil)
        #expect(try reader.optionalArray("a") == [1, 2])
        #expect(try reader.optionalUnsigned("u") == .max)
        #expect(reader.optional("z") == .null)
    }

    @Test(
        "takes integers only in their one spelling and range",
        arguments: ["-0", "1.0", "1e3", "9223372036854775808", "-9223372036854775809", "1e400"]
    )
    func refusesOtherIntegers(text: String) throws {
        let value = try JSONValue.read(Array(text.utf8))
        #expect(throws: JSONError.self) { try value.integer(at: "x") }
    }

    @Test("takes unsigned integers from 0 through the largest")
    func boundsUnsigned() throws {
        #expect(try JSONValue.number("0").unsigned(at: "x") == 0)
        #expect(throws: JSONError.self) { try JSONValue.number("-1").unsigned(at: "x") }
        #expect(throws: JSONError.self) { try JSONValue.number("18446744073709551616").unsigned(at: "x") }
    }

    @Test("refuses doubles that would be infinite")
    func refusesInfiniteDoubles() throws {
        #expect(throws: JSONError.self) { try JSONValue.number("1e999").double(at: "x") }
        #expect(try JSONValue.number("1e-999").double(at: "x") == 0)
        #expect(try JSONValue.number("2.5").double(at: "x") == 2.5)
    }

    @Test(
        "takes hexadecimal in lower case and of the right length only",
        arguments: ["0", "0g", "AB", "0x", "00f", "é0"]
    )
    func refusesOtherHexadecimal(text: String) {
        #expect(throws: JSONError.self) { try JSONValue.string(text).hexBytes(at: "x") }
        #expect(throws: JSONError.self) { try JSONValue.string("00ff").hexBytes(count: 3, at: "x") }
        #expect(throws: JSONError.self) { try JSONValue.string("00ff").hexBytes(count: .max, at: "x") }
    }
}
