import Ristretto
import TestSupport
import Testing

@testable import ZeroKnowledge

@Suite("Reading and writing of zkvec/1")
struct ProofVectorReadingTests {
    @Test("a written item is read back, and agrees")
    func roundTrips() throws {
        var system = ConstraintSystem(committedValues: [Scalar(UInt64(77)), Scalar(UInt64(8_000))])
        for index in 0..<2 {
            system.checkRange(LinearCombination(.committed(index)), bits: 13, upperBound: .exact)
        }
        let (circuit, assignment) = try system.finish(digitBits: 4)
        let blindings = [Scalar(UInt64(3)), -Scalar.one]
        let prelude = [
            TranscriptMessage.bytes(label: "a \"quoted\\ label\"\u{1}\n é", [0, 255]),
            .number(label: "n", .max),
        ]
        var transcript = MerlinTranscript(label: "written")
        for message in prelude { message.append(to: &transcript) }
        let proof = try Prover.prove(
            circuit: circuit,
            assignment: #require(assignment),
            blindings: blindings,
            transcript: &transcript
        )
        let values = [Scalar(UInt64(77)), Scalar(UInt64(8_000))]
        let text = ProofVectorFile.text(
            name: "round trip",
            label: "written",
            prelude: prelude,
            circuit: circuit,
            commitments: zip(values, blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed },
            proof: proof
        )
        let results = try ProofVectorFile.read(Array(text.utf8)).check()
        #expect(results.map(\.agree) == [true], "\(results.first?.reason ?? "")")
        #expect(results.map(\.kind) == ["r1cs"])
        let altered = text.replacing("\"value\":18446744073709551615", with: "\"value\":18446744073709551614")
        let refused = try ProofVectorFile.read(Array(altered.utf8)).check()
        #expect(refused.map(\.accepted) == [false])
        #expect(refused.first?.reason == "\(VerificationError.equation)")
    }

    @Test("files that are none are refused whole")
    func refusesForeignFiles() {
        let long = String(repeating: "[", count: 100_000)
        for text in [
            "", "{", "null", "[]", "7", "{}", #"{"format":"zkvec/2","items":[]}"#, #"{"format":"zkvec/1"}"#,
            #"{"format":"zkvec/1","items":{}}"#, #"{"format":"zkvec/1","items":[1]}"#, long,
        ] {
            #expect(throws: ProofVectorError.self) { try ProofVectorFile.read(Array(text.utf8)) }
        }
        #expect(throws: ProofVectorError.self) { try ProofVectorFile.read([0xff, 0xfe, 0x00]) }
    }

    @Test("items that cannot be read are refused one by one, and never trap")
    func refusesMalformedItems() throws {
        let numbers = [
            "8.5", "8.0", "-8", "1e2", "1e30", "24", "0", "9223372036854775808", "\"8\"", "null", "true", "[8]",
        ]
        var items = numbers.map {
            #"{"kind":"range","label":"x","n":\#($0),"commitments":[],"proof":"","expect":false}"#
        }
        for number in numbers {
            items.append(#"{"kind":"msm","seed":"","n":\#(number),"point":"00","expect":false}"#)
            items.append(#"{"kind":"gen","which":"G","party":0,"index":\#(number),"point":"00","expect":false}"#)
            items.append(#"{"kind":"gens_digest","which":"H","party":\#(number),"n":1,"sha3_512":"","expect":false}"#)
            items.append(
                #"{"kind":"transcript","label":"x","ops":[{"op":"challenge","label":"","len":\#(number),"out":"zz"}],"expect":false}"#
            )
            items.append(
                #"{"kind":"r1cs","label":"x","commitments":[],"proof":"00","circuit":{"committed":\#(number),"phase1":{"multipliers":\#(number),"constraints":[[["L",\#(number),"01"]]]}},"expect":false}"#
            )
        }
        for kind in ["", "scalar", "decode", "uniform", "base_mul", "commit", "pedersen_gens", "unheard of", "r1cs"] {
            items.append(#"{"kind":"\#(kind)","expect":false}"#)
        }
        items += ["{}", #"{"kind":7,"name":[],"expect":false}"#, #"{"expect":"no"}"#, #"{"expect":1}"#].map {
            $0 == "{}" ? #"{"expect":false}"# : $0
        }
        let text = #"{"format":"zkvec/1","items":["# + items.joined(separator: ",") + "]}"
        let results = try ProofVectorFile.read(Array(text.utf8)).check()
        #expect(results.count == items.count)
        #expect(results.allSatisfy { !$0.accepted && $0.reason != nil })
        #expect(results.dropLast(2).allSatisfy(\.agree) && !results.suffix(2).contains(where: \.agree))
    }

    @Test("files with random damage are answered", arguments: UInt64(0)..<40)
    func survivesDamage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = try Fixtures.bytes(seed % 2 == 0 ? "r1cs_valid.json" : "transcript.json")
        let replacements = Array("0123456789abcdef-\"[]{},:.eLROV1".utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: bytes.indices, using: &random)
            bytes[index] = replacements[Int.random(in: replacements.indices, using: &random)]
        }
        do {
            for result in try ProofVectorFile.read(bytes).check() where !result.agree {
                #expect(result.reason != nil)
            }
        } catch {
            #expect(!"\(error)".isEmpty)
        }
    }
}
