import MarketData
import PolicyLanguage
import Regimes
import Ristretto
import Testing
import ZeroKnowledge

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@testable import Attestations
@testable import Auditing

/// The page *The sealed policy file*, whose worked values are what this code comes by as well.
@Suite("The worked values of the page on sealed policies")
struct SealedPolicyPageTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: root + "/" + path)))
    }

    @Test("are those of the stored seal")
    func isTrue() throws {
        let folder = "Tests/Fixtures/Forever/sealed-policy-v1/"
        let sealed = try SealedPolicy(fileBytes: Self.bytes(folder + "policy.sealed.json"))
        let policy = try CompiledPolicy(sealed, model: RegimeModel(fileBytes: Self.bytes(folder + "model.json")))
        let claims = try ParameterClaims(policy.mandates)
        let claimsText = Array(claims.text.utf8)
        let circuit = try claims.build(committed: nil).circuit
        var transcript = MerlinTranscript(label: "ballast sealed policy v1")
        transcript.append("document", sealed.document.bytes)
        transcript.append("claims", claimsText)
        let challenges = try Verifier.challenges(
            circuit: circuit,
            commitments: sealed.sealedParameters.commitments,
            proof: R1CSProof(bytes: sealed.sealedParameters.proof),
            transcript: transcript
        )
        let checks = claims.system(committed: nil).rangeChecks
        let size = try #require(DigitSize.cheapest(forChecks: checks))
        let rows = [
            "| document's digest | `\(sealed.document)` |",
            "| SHA-256 of the claims' text, nine lines | `\(ContentDigest(hashing: claimsText))` |",
            "| range checks, digit size, multipliers | `\(checks.count)`, `\(size)`, `\(circuit.multiplierCount ?? 0)` |",
            "| constraints of the first phase | `\(circuit.firstPhase.constraints.count)` |",
            "| challenge `digit lookup` | `\(ContentDigest(bytes: challenges[0].bytes)?.description ?? "")` |",
        ]
        let page = String(
            decoding: try Self.bytes("Sources/Auditing/Auditing.docc/SealedPolicyFile.md"),
            as: UTF8.self
        )
        for row in rows { #expect(page.contains(row), "\(row)") }
        #expect(claims.text.split(separator: "\n").count == 9)
    }
}
