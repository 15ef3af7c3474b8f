import CanonicalJSON
import TestSupport
import Testing

@Suite("Writing JSON")
struct JSONWritingTests {
    @Test("sorts members by bytes, drops whitespace and escapes as little as it may")
    func canonicalForm() throws {
        let text =
            #" { "b" : 1 , "a" : [ 1.50 , "\u002f\u00e9\u0007\u001F\n\"\\" ] , "é" : null, "Z": true, "" : {} } "#
        let value = try JSONValue.read(Array(text.utf8))
        let expected = #"{"":{},"Z":true,"a":[1.50,"/é\u0007\u001f\n\"\\"],"b":1,"é":null}"#
        #expect(String(decoding: value.canonicalBytes, as: UTF8.self) == expected)
    }

    @Test("orders names by UTF-8 bytes, where UTF-16 would differ")
    func ordersByBytes() {
        let value = JSONValue.object([JSONMember("\u{1F600}", 1), JSONMember("\u{FFFD}", 2)])
        #expect(Array(value.canonicalBytes.prefix(5)) == [0x7B, 0x22, 0xEF, 0xBF, 0xBD])
    }

    @Test("writes text for people: members in order, two spaces, short arrays on one line")
    func prettyForm() {
        let value: JSONValue = [
            "name": "calm", "row": [1, 2, 3], "empty": [], "none": .object([]), "deep": [["x": .null]],
            "bytes": .hex([0, 171, 255]),
        ]
        #expect(
            value.prettyText == """
                {
                  "name": "calm",
                  "row": [1, 2, 3],
                  "empty": [],
                  "none": {},
                  "deep": [
                    {
                      "x": null
                    }
                  ],
                  "bytes": "00abff"
                }

                """
        )
    }

    @Test("reads back what it wrote, in both forms", arguments: UInt64(0)..<200)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = randomValue(depth: 0, using: &random)
        #expect(try JSONValue.read(Array(value.prettyText.utf8)) == value)
        let canonical = try JSONValue.read(value.canonicalBytes)
        #expect(canonical.canonicalBytes == value.canonicalBytes)
    }

    @Test("does not depend on the order of members", arguments: UInt64(0)..<50)
    func ignoresMemberOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let members = (0..<8).map { JSONMember("k\($0 * 7 % 8)", randomValue(depth: 3, using: &random)) }
        let shuffled = members.shuffled(using: &random)
        #expect(JSONValue.object(members).canonicalBytes == JSONValue.object(shuffled).canonicalBytes)
    }

    private func randomValue(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3:
            return .number("\(Int.random(in: 0..<1000, using: &random)).5e-\(Int.random(in: 0..<400, using: &random))")
        case 4: return .string(randomText(using: &random))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in randomValue(depth: depth + 1, using: &random) }
            )
        default:
            return .object(
                (0..<Int.random(in: 0..<5, using: &random)).map {
                    JSONMember("\($0)" + randomText(using: &random), randomValue(depth: depth + 1, using: &random))
                }
            )
        }
    }

    private func randomText(using random: inout SplitMix64) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let limit: UInt32 = [0x20, 0x80, 0x800, 0x11_0000][Int.random(in: 0..<4, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
