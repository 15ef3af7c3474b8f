import CanonicalJSON
import TestSupport
import Testing

/// No bytes trap the reader, and what it reads is written and read back the same.
@Suite("Fuzzing JSON")
struct JSONFuzzTests {
    private static let target = FuzzTarget(
        "json",
        corpus: [
            #"{"a": [1, -2.5e-7, true, false, null, {"b": "é\n\u0041\ud83d\ude00"}], "": {}, "n": 123456789012345678901234567890}"#,
            "[[[[[[[[[[1]]]]]]]]]]", #""text""#, "0", #"{"x":{"x":{"x":{"x":[]}}}}"#,
        ].map { Array($0.utf8) }
    ) { bytes, _ in
        let value = try JSONValue.read(bytes)
        let canonical = try JSONValue.read(value.canonicalBytes)
        #expect(canonical.canonicalBytes == value.canonicalBytes)
        #expect(try JSONValue.read(Array(value.prettyText.utf8)) == value)
    }

    @Test("mutations of the corpus never trap", arguments: UInt64(0)..<8)
    func smoke(seed: UInt64) { Self.target.run(seed: seed, count: 500) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong))
    func long() throws { try Self.target.runLong() }
}
