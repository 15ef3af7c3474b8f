import Foundation
import MarketData
import TestSupport
import Testing

@testable import Attestations

/// No bytes trap the readers of orders, receipts, reports and openings, and what is read is written and read back the same.
@Suite("Fuzzing signed files")
struct SignedFileFuzzTests {
    private static let targets = Result {
        let chain = try ProvedChain.shared.get()
        let (attestation, opening) = (chain.rebalance.attestation, chain.rebalance.opening)
        let signer = TestSigner(seed: 5).signer
        let order = try GuardianOrder(.halt, about: attestation, signer: signer)
        let orders = FuzzTarget("order", corpus: [Array(order.fileText.utf8)]) { bytes, _ in
            let read = try GuardianOrder(fileBytes: bytes)
            let again = try GuardianOrder(fileBytes: Array(read.fileText.utf8))
            #expect(again == read)
            #expect(read == order || !read.isSigned)
        }
        let term = try ResetTerm(covers: TestVault.start, expires: TestVault.start.adding(milliseconds: TestVault.day))
        let dated = try GuardianOrder(resuming: attestation, term: term, signer: signer)
        let datedOrders = FuzzTarget("dated-order", corpus: [Array(dated.fileText.utf8)]) { bytes, _ in
            let read = try GuardianOrder(fileBytes: bytes)
            let again = try GuardianOrder(fileBytes: Array(read.fileText.utf8))
            #expect(again == read)
            #expect(read == dated || !read.isSigned)
        }
        let custody = CustodyOpening(opening)
        let receipt = try CustodyReceipt(for: attestation, opening: custody, custodian: signer)
        let receipts = FuzzTarget("receipt", corpus: [Array(receipt.fileText.utf8)]) { bytes, _ in
            let read = try CustodyReceipt(fileBytes: bytes)
            let again = try CustodyReceipt(fileBytes: Array(read.fileText.utf8))
            #expect(again == read)
        }
        let custodyOpenings = FuzzTarget("custody-opening", corpus: [Array(custody.fileText.utf8)]) { bytes, _ in
            let read = try CustodyOpening(fileBytes: bytes)
            #expect(try CustodyOpening(fileBytes: Array(read.fileText.utf8)).fileText == read.fileText)
        }
        let price = try #require(Price(units: 12_345))
        let file = OracleFile(
            prices: try TestVault.assets.prefix(2).map {
                try SignedPriceReport(of: $0, in: TestVault.assets[2], at: TestVault.start, price: price, by: signer)
            },
            candles: [
                try SignedMarketDigest(of: ContentDigest(hashing: [1]), through: TestVault.start, by: signer)
            ]
        )
        let reports = FuzzTarget("reports", corpus: [file.fileBytes]) { bytes, _ in
            let read = try OracleFile(fileBytes: bytes)
            let again = try OracleFile(fileBytes: read.fileBytes)
            #expect(again == read)
            // Only what stands in the corpus was ever signed.
            for report in read.prices where report.isAuthentic { #expect(file.prices.contains(report)) }
        }
        let sources = Array(
            #"{"format":"ballast oracle sources","sources":[{"key":"2ce793e667633663ef35bbb22045a473530292aab7bd5de1f339be6ee50e0920","name":"a"}],"version":1}"#
                .utf8
        )
        let names = FuzzTarget("sources", corpus: [sources]) { bytes, _ in
            let read = try OracleSources(fileBytes: bytes)
            let again = try OracleSources(fileBytes: read.fileBytes)
            #expect(again == read)
        }
        let parameters: [UInt8] = [1, 1, 0, 64, 66, 15, 0, 0, 0, 0, 0] + [UInt8](repeating: 7, count: 31) + [0]
        let openings = FuzzTarget("parameters", corpus: [parameters], dictionary: []) { bytes, _ in
            let read = try ParameterOpening(secretBytes: bytes)
            #expect(read.secretBytes == bytes)
        }
        return [orders, datedOrders, receipts, custodyOpenings, reports, names, openings]
    }

    @Test("mutations of the corpus never trap", arguments: 0..<7, UInt64(0)..<3)
    func smoke(target: Int, seed: UInt64) throws { try Self.targets.get()[target].run(seed: seed, count: 100) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong), arguments: 0..<7)
    func long(target: Int) throws { try Self.targets.get()[target].runLong() }
}
