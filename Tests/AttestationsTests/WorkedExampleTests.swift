import Foundation
import MarketData
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// The page *A worked example*, whose every value is what this code comes by as well.
@Suite("The worked example of the documentation")
struct WorkedExampleTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Attestations/Attestations.docc/WorkedExample.md")

    /// The rows under a file's heading.
    private static func rows(of file: String) throws -> [String: String] {
        let text = try String(contentsOf: page, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "| `\(file)` | value |"))
        var rows: [String: String] = [:]
        for line in lines[(start + 2)...].prefix(while: { $0.hasPrefix("|") }) {
            let cells = line.dropFirst().dropLast().components(separatedBy: " | ")
            let name = cells[0].trimmingCharacters(in: .whitespaces)
            rows[name] = cells[1].trimmingCharacters(in: CharacterSet(charactersIn: " `"))
        }
        return rows
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("has the statement, digests, counts, challenges and weights of the stored chain", arguments: Forever.names)
    func isTrue(file: String) throws {
        let bytes = Array(try Data(contentsOf: Forever.folder.appending(path: file)))
        let attestation = try Attestation(fileBytes: bytes)
        let statement = attestation.statement
        let policy = try Forever.vault().policy
        let template = try #require(
            policy.template(
                statement.kind,
                regime: Int(statement.regime),
                lastRebalance: statement.lastRebalance,
                time: statement.time
            )
        )
        let canonical = statement.canonicalBytes
        let system = try CircuitSynthesis.layOut(template, prices: statement.prices, committed: nil)
        let circuit = try template.circuit(prices: statement.prices)
        let first = circuit.firstPhase
        let second = try #require(circuit.secondPhase)
        let count = try #require(circuit.multiplierCount)
        var expected = [
            "messages of the statement": "\(statement.messages.count)",
            "canonical bytes": "\(canonical.count)",
            "SHA-256 of the canonical bytes": "\(ContentDigest(hashing: canonical))",
            "body": "\(16 + canonical.count + attestation.proof.count)",
            "digest": "\(attestation.digest)",
            "template's digest": "\(template.digest)",
            "commitments": "\(circuit.committedCount)",
            "multipliers before digits": "\(system.multiplierCount)",
            "constraints before digits": "\(system.constraints.count)",
            "range checks": "\(system.rangeChecks.count)",
            "digit size": "\(template.digitBits)",
            "lookups, made even": "\(2 * second.multiplierCount)",
            "multipliers of the first phase": "\(first.multiplierCount)",
            "constraints of the first phase": "\(first.constraints.count)",
            "multipliers": "\(count)",
            "constraints": "\(first.constraints.count + second.constraints.count)",
            "padded size": "\(Circuit.paddedSize(count))",
        ]
        let replayed = try Self.challenges(
            of: try R1CSProof(bytes: attestation.proof),
            over: policy.circuitCommitments(of: statement),
            from: statement.transcript(circuit: template.digest),
            paddedSize: Circuit.paddedSize(count)
        )
        expected.merge(replayed.mapValues { Self.hex($0.bytes) }) { $1 }
        let constraints = try circuit.secondPhaseConstraints(
            at: [try #require(replayed["challenge `digit lookup`"])]
        )
        let z = try #require(replayed["challenge `z`"])
        let weights = circuit.weights(z: z, secondConstraints: constraints)
        expected["wc"] = Self.hex(weights.constant.bytes)
        expected["wV of commitment 0"] = Self.hex(weights.committed[0].bytes)
        expected["wL of multiplier 0"] = Self.hex(weights.left[0].bytes)
        expected["wR of multiplier 0"] = Self.hex(weights.right[0].bytes)
        expected["wO of multiplier 0"] = Self.hex(weights.output[0].bytes)
        #expect(try Self.rows(of: file) == expected)
    }

    /// The transcript of a proof, message by message as the page on the proof's format has it.
    private static func challenges(
        of proof: R1CSProof,
        over commitments: [CompressedRistretto],
        from start: MerlinTranscript,
        paddedSize: Int
    ) throws -> [String: Scalar] {
        var transcript = start
        var challenges: [String: Scalar] = [:]
        func draw(_ label: String) { challenges["challenge `\(label)`"] = transcript.challengeScalar(label) }
        transcript.append("dom-sep", "r1cs v1".utf8)
        for commitment in commitments { transcript.append("V", commitment.bytes) }
        transcript.append("m", UInt64(commitments.count))
        let phases = [proof.firstPhase, proof.secondPhase]
        for (number, phase) in zip(1..., phases) {
            transcript.append("A_I\(number)", phase.inputs.bytes)
            transcript.append("A_O\(number)", phase.outputs.bytes)
            transcript.append("S\(number)", phase.masks.bytes)
            if number == 1 {
                transcript.append("dom-sep", "r1cs-2phase".utf8)
                draw("digit lookup")
            }
        }
        draw("y")
        draw("z")
        for (label, point) in zip(["T_1", "T_3", "T_4", "T_5", "T_6"], proof.t) {
            transcript.append(label, point.bytes)
        }
        draw("u")
        draw("x")
        transcript.append("t_x", proof.tX.bytes)
        transcript.append("t_x_blinding", proof.tXBlinding.bytes)
        transcript.append("e_blinding", proof.eBlinding.bytes)
        draw("w")
        transcript.append("dom-sep", "ipp v1".utf8)
        transcript.append("n", UInt64(paddedSize))
        for (index, (left, right)) in zip(proof.innerProduct.left, proof.innerProduct.right).enumerated() {
            transcript.append("L", left.bytes)
            transcript.append("R", right.bytes)
            let challenge = transcript.challengeScalar("u")
            if index == 0 { challenges["first `u` of the inner product"] = challenge }
            challenges["last `u` of the inner product"] = challenge
        }
        return challenges
    }

    @Test("stands on chains whose policies stand beside them, compiled, for whoever cannot compile them")
    func policies() throws {
        let life = try ChainLife.shared.get()
        let file = Forever.folder.deletingLastPathComponent().appending(path: "attestations-v1-life/policy-amended.txt")
        if Forever.regenerates, !FileManager.default.fileExists(atPath: file.path) {
            try Data(life.strict.policy.document.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == life.strict.policy.document)
        let first = Forever.folder.appending(path: "policy.txt")
        #expect(try String(contentsOf: first, encoding: .utf8) == life.vault.policy.document)
    }

    @Test("has the generators that hashing gives")
    func generators() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let points = [
            PedersenGenerators.blinding, BulletproofGenerators.points(.g, count: 1)[0],
            BulletproofGenerators.points(.h, count: 1)[0],
        ]
        for point in points { #expect(text.contains("`\(Self.hex(point.compressed().bytes))`")) }
    }
}
