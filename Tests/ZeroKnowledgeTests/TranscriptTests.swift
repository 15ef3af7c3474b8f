import Ristretto
import Testing

@testable import ZeroKnowledge

@Suite("Hashes and transcripts")
struct TranscriptTests {
    // Message: bytes i mod 251. First 16 bytes of SHA3-512, and bytes 284 to 299 of SHAKE256, by Python's hashlib; lengths lie
    // around both rates.
    static let digests: [(count: Int, sha3: String, shake: String)] = [
        (0, "a69f73cca23a9ac5c8b567dc185a756e", "ff96390bf9a66d1368b208e21f7c10d0"),
        (1, "7127aab211f82a18d06cf7578ff49d50", "1bef9d3bca1f34f7e6a057ac3c5806d6"),
        (71, "3ccc850d53a1287af7b4560b2ef0d43e", "997b9861f401137bef1d94534ed80160"),
        (72, "5d63f2bbe971a983ac6847480106e4e1", "c4a36ca13b4cac7cf80c2fb9c081a2c2"),
        (73, "921d9b7b2b0f3066a1646dbb058c979c", "6208a5e83ae0cf710a3a126ddcca78fa"),
        (135, "d942df0df09ac042cd3b641144c98d8f", "68759099525c4a6da6733c2eabb3bb4a"),
        (136, "ad8edff4f1b7aa1c63bbe49728ab9b16", "1a24d648b1bf2b782c7c7a0867dbae51"),
        (137, "3f827e5d7ddbd54ea1dba28cae0154eb", "9292139c76cdbda6cd0a2754dfccd964"),
        (500, "f7aca9a50e9bd1207509d43bf9f9dfc9", "a480e6e9a391bbd72f1e3f5e1ae54230"),
    ]

    @Test("SHA3-512 and SHAKE256 agree with another implementation", arguments: digests)
    func agreesWithHashlib(count: Int, sha3: String, shake: String) {
        let message = (0..<count).map { UInt8($0 % 251) }
        #expect(Hexadecimal.text(KeccakSponge.sha3x512(message).prefix(16)) == sha3)
        var sponge = KeccakSponge.shake256(message)
        // Squeezed in pieces, the output is the same.
        _ = sponge.squeeze(283) + sponge.squeeze(1)
        #expect(Hexadecimal.text(sponge.squeeze(16)) == shake)
    }

    @Test("drawing secrets leaves the transcript as it was, and depends on every secret and on entropy")
    func forksRandomness() {
        var transcript = MerlinTranscript(label: "fork")
        transcript.append("statement", [1, 2, 3])
        var same = transcript
        let entropy = [UInt8](repeating: 7, count: 32)
        func first(_ secrets: [(label: String, secret: [UInt8])], _ entropy: [UInt8]) -> [UInt8] {
            var randomness = transcript.makeRandomness(rekeyed: secrets, entropy: entropy)
            return randomness.bytes(32)
        }
        let drawn = [
            first([], entropy), first([("a", [1])], entropy), first([("a", [2])], entropy),
            first([("b", [1])], entropy),
            first([("a", [1]), ("a", [1])], entropy), first([("a", [1])], [UInt8](repeating: 8, count: 32)),
        ]
        #expect(Set(drawn).count == drawn.count)
        #expect(first([("a", [1])], entropy) == drawn[1])
        #expect(transcript.challengeBytes("c", count: 64) == same.challengeBytes("c", count: 64))
    }

    @Test("moving a byte from one message to the next changes every challenge")
    func framesMessages() {
        func challenge(_ messages: [(String, [UInt8])]) -> [UInt8] {
            var transcript = MerlinTranscript(label: "frames")
            for (label, bytes) in messages { transcript.append(label, bytes) }
            return transcript.challengeBytes("c", count: 32)
        }
        let challenges = [
            challenge([("a", [1, 2]), ("b", [3])]), challenge([("a", [1]), ("b", [2, 3])]),
            challenge([("ab", [1, 2, 3])]), challenge([("a", [1, 2, 3])]), challenge([("a", []), ("b", [1, 2, 3])]),
        ]
        #expect(Set(challenges).count == challenges.count)
    }

    @Test("nothing that holds a secret prints it")
    func hidesSecrets() throws {
        var system = ConstraintSystem(committedValues: [Scalar(UInt64(424_242))])
        system.checkRange(LinearCombination(.committed(0)), bits: 64, upperBound: .exact)
        let built = "\(system)"
        let (_, assignment) = try system.finish(digitBits: 4)
        let secret = try #require(assignment)
        var dumped = ""
        dump(secret, to: &dumped)
        dump(SecretScalars([Scalar(UInt64(424_242))]), to: &dumped)
        #expect("\(secret)" == "<hidden>" && String(reflecting: secret) == "<hidden>")
        #expect(!(built + dumped).contains("424242") && !dumped.contains("limb"))
    }
}
