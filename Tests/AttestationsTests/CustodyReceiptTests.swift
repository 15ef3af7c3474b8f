import MarketData
import TestSupport
import Testing

@testable import Attestations

@Suite("A custody receipt")
struct CustodyReceiptTests {
    private static let custodian = TestSigner(seed: 31)

    private static func receipt(
        for head: AttestationProver.Head,
        opening: AttestationProver.Head? = nil
    ) throws -> CustodyReceipt {
        try CustodyReceipt(
            for: head.attestation,
            opening: CustodyOpening((opening ?? head).opening),
            custodian: custodian.signer
        )
    }

    @Test("is signed for the commitments whose openings were shown, and for no others")
    func checksOpenings() throws {
        let chain = try ProvedChain.shared.get()
        let receipt = try Self.receipt(for: chain.rebalance)
        #expect(receipt.refusal(about: chain.rebalance.attestation.statement) == nil)
        #expect(throws: AttestationError.openingMismatch(index: 0)) {
            try Self.receipt(for: chain.rebalance, opening: chain.hold)
        }
        // A hold copies its commitments, so that their opening is the same; the receipt is not.
        let ofHold = try Self.receipt(for: chain.hold, opening: chain.genesis)
        #expect(ofHold.refusal(about: chain.genesis.attestation.statement) != nil)
    }

    @Test("is of one vault, number, time and portfolio: any other is refused")
    func isBound() throws {
        let chain = try ProvedChain.shared.get()
        let receipt = try Self.receipt(for: chain.rebalance)
        for change in [
            { $0.vault = .zero }, { $0.sequence += 1 }, { $0.time = $0.time.adding(milliseconds: 1) },
            { $0.after.swapAt(0, 1) }, { $0.after[0] = $0.before[0] },
        ] as [(inout Statement) -> Void] {
            var statement = chain.rebalance.attestation.statement
            change(&statement)
            #expect(receipt.refusal(about: statement) != nil)
        }
        let rewritten = try CustodyReceipt(
            fileBytes: Array(
                receipt.fileText.replacing(
                    "\"sequence\": \(receipt.sequence)",
                    with: "\"sequence\": \(receipt.sequence + 1)"
                ).utf8
            )
        )
        var statement = chain.rebalance.attestation.statement
        statement.sequence += 1
        #expect(rewritten.refusal(about: statement)?.contains("signature") == true)
    }

    @Test("and the opening come back from their files, and hostile bytes are refused")
    func files() throws {
        let chain = try ProvedChain.shared.get()
        let receipt = try Self.receipt(for: chain.rebalance)
        let opening = CustodyOpening(chain.rebalance.opening)
        #expect("\(opening)" == "<hidden>")
        let bytes = Array(receipt.fileText.utf8)
        #expect(try CustodyReceipt(fileBytes: bytes) == receipt)
        let read = try CustodyOpening(fileBytes: Array(opening.fileText.utf8))
        #expect(read.quantities == AttestationChainTests.rebalanced)
        for end in 0..<(bytes.count - 2) {
            #expect(throws: AttestationError.self) { try CustodyReceipt(fileBytes: Array(bytes[..<end])) }
        }
        let secret = Array(opening.fileText.utf8)
        for end in stride(from: 0, to: secret.count - 2, by: 3) {
            #expect(throws: AttestationError.openingsUnreadable) {
                try CustodyOpening(fileBytes: Array(secret[..<end]))
            }
        }
        var random = SplitMix64(seed: 8)
        for _ in 0..<300 {
            var noise = bytes
            noise[Int.random(in: noise.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let altered = try? CustodyReceipt(fileBytes: noise), altered != receipt {
                let isCustodians = altered.custodian == receipt.custodian
                #expect(!isCustodians || altered.refusal(about: chain.rebalance.attestation.statement) != nil)
            }
        }
        // The carried turnover is not the custodian's affair.
        #expect(!opening.fileText.contains("carried"))
        #expect(opening.fileText.count < chain.rebalance.opening.secretBytes.count * 2)
    }
}
