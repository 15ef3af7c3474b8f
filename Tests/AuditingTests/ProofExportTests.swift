import Attestations
import MarketData
import Ristretto
import Testing
import ZeroKnowledge

@testable import Auditing

@Suite("An exported proof")
struct ProofExportTests {
    @Test("is read back by the checker of vectors and accepted, for every kind")
    func isAccepted() throws {
        let vault = try AuditedVault.shared.get()
        for attestation in vault.chain.prefix(2) {
            let text = try #require(
                try ProofExport.proofVectors(of: attestation, name: "item", policy: vault.policy)
            )
            let results = try ProofVectorFile.read(Array(text.utf8)).check()
            #expect(results.map(\.accepted) == [true])
            #expect(results.map(\.agree) == [true])
        }
    }

    @Test("is a circuit of its own: the challenge that its first messages draw stands in the coefficients")
    func exportsItsCircuit() throws {
        let vault = try AuditedVault.shared.get()
        let (first, second) = (vault.chain[1], vault.chain[2])
        let file = try #require(try ProofExport.r1csFile(of: first, policy: vault.policy))
        #expect(try ProofExport.r1csFile(of: first, policy: vault.policy)?.bytes == file.bytes)
        let other = try #require(try ProofExport.r1csFile(of: second, policy: vault.policy))
        #expect(other.wireCount == file.wireCount && other.constraintCount == file.constraintCount)
        #expect(other.bytes != file.bytes)
        #expect(file.bytes.prefix(4) == Array("r1cs".utf8)[...])
    }

    @Test("is refused with another statement, commitment or proof", arguments: ["data", "commitments", "proof"])
    func isRefusedAltered(part: String) throws {
        let vault = try AuditedVault.shared.get()
        let statement = vault.chain[1].statement
        let text = try #require(
            try ProofExport.proofVectors(of: vault.chain[1], name: "item", policy: vault.policy)
        )
        let proof = vault.chain[1].proof.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let old =
            switch part {
            case "data": statement.vault.description
            case "commitments": statement.before[0].bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            default: proof
            }
        // The last bytes of a proof are a scalar; those of a commitment decide whether it is a point at all.
        let altered = text.replacing(old, with: old.dropLast(4) + (old.hasSuffix("0") ? "0001" : "0000"))
        #expect(altered != text)
        let results = try ProofVectorFile.read(Array(altered.utf8)).check()
        #expect(results.map(\.accepted) == [false])
        #expect(results.map(\.agree) == [false])
    }
}
