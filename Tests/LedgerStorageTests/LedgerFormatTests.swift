import MarketData
import Testing

@testable import LedgerStorage

/// Numbers of an independent reading of the format: `python3 Tests/Fixtures/Ledger/make_format_vector.py`.
@Suite("The format of a ledger")
struct LedgerFormatTests {
    private let box =
        "000102030405060708090a0bd5fa864b3dc6de1eeb116932643ef8fc83eba12145fb0718"

    private func entry(_ identity: LedgerIdentity) throws -> LedgerEntry {
        LedgerEntry(
            stored: LedgerDraft(
                kind: "genesis",
                time: Timestamp(milliseconds: -5),
                decision: Array(#"{"a":1}"#.utf8),
                fills: Array("[]".utf8),
                attestation: Array("proof".utf8),
                openings: .empty
            ),
            sequence: 0,
            sealedOpenings: try #require(Hexadecimal.bytes(box.utf8)),
            previousHash: identity.digest,
            hash: .zero
        )
    }

    @Test("has the hashes that another program computes")
    func hashes() throws {
        let identity = try LedgerFixture.identity().signed(by: LedgerFixture.keys())
        #expect(identity[.operatorKey] == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        #expect(identity.digest.description == "13f31b0a3d69951921e45ff2603355ba342886f684628fc08630a6c3d064a1ff")
        let hash = try entry(identity).recomputedHash
        #expect(hash.description == "b03951dbbd02950ff76d4a3ae9c5ce6225588c9e895cb712cd2af2cfffac9f44")
    }

    @Test("has an identity whose digest does not depend on the order of its fields")
    func ordersFields() throws {
        let identity = try LedgerFixture.identity()
        let reversed = try LedgerIdentity(identity.fields.reversed().map { ($0, identity[$0] ?? "") })
        #expect(reversed.digest == identity.digest)
        #expect(try LedgerFixture.identity(policy: "q").digest != identity.digest)
    }

    @Test("has boxes that another program sealed")
    func boxes() throws {
        let keys = try LedgerFixture.keys()
        let identity = try LedgerFixture.identity().signed(by: keys)
        let entry = try entry(identity)
        let openings = OpeningsSeal(keys: keys, identity: identity).open(
            entry.sealedOpenings,
            authenticating: entry.boxContext
        )
        #expect(openings == SecretBytes(Array("openings".utf8)))
    }

    @Test("derives the vault secret and keyed digests as another program does")
    func derives() throws {
        let keys = try LedgerFixture.keys()
        #expect(
            Hexadecimal.text(keys.vaultSecret.copiedBytes())
                == "01a1fc804d4948570863165990157e3ffa775a852bd3aa87df487bcbc423bad8"
        )
        #expect(
            keys.keyedDigest(of: Array("BTC 1".utf8), label: "holdings").description
                == "136c00ad13e74ff68006abb73b154f93f63805c9008ce739aa236352979c2dfe"
        )
        #expect(keys.keyedDigest(of: [1], label: "a") != keys.keyedDigest(of: [1], label: "b"))
    }

    @Test("refuses identities out of form")
    func refusesIdentities() {
        let policy = LedgerIdentity.Field.policy
        for entries in [
            [(policy, "a"), (policy, "b")],
            [(LedgerIdentity.Field("Policy"), "a")],
            [(LedgerIdentity.Field(""), "a")],
            [(LedgerIdentity.Field(String(repeating: "a", count: 65)), "a")],
            [(policy, String(repeating: "a", count: 1_025))],
            [(policy, "a\0b")],
            (0..<65).map { (LedgerIdentity.Field("f\($0)"), "a") },
        ] {
            #expect(throws: LedgerError.self) { try LedgerIdentity(entries) }
        }
    }
}
