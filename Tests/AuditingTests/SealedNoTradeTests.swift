import Attestations
import PolicyLanguage
import Rebalancing
import Regimes
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@testable import Auditing

@Suite("A sealed policy that says `unless cost > benefit`")
struct SealedNoTradeTests {
    private static func sealed() throws -> SealedPolicy {
        let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = String(
            decoding: try Data(contentsOf: URL(filePath: repository + "/Policies/only-what-pays.policy")),
            as: UTF8.self
        ).replacing("  attest every 1d", with: "  secret target in 5%..60%, bands in 1pp..10pp\n  attest every 1d")
        let policy = try Policy(checking: PolicySource(path: "pays.policy", text: text))
        let model = try RegimeModel(
            fileBytes: Array(Data(contentsOf: URL(filePath: repository + "/Models/sample-daily.json")))
        )
        return try SealedPolicy.seal(policy, model: model, entropy: { [UInt8](repeating: 9, count: $0) }).sealed
    }

    @Test("carries its four figures, and is read as it was written")
    func carries() throws {
        let sealed = try Self.sealed()
        #expect(
            sealed.mandates.map(\.noTrade?.description)
                == Array(
                    repeating: "cost 0.2% > benefit(60d) over 30d at risk aversion 3",
                    count: 3
                )
        )
        #expect(try SealedPolicy(fileBytes: Array(sealed.fileText.utf8)) == sealed)
    }

    @Test(
        "is refused unread where a figure is none that a policy could have",
        arguments: [
            ("\"cost\": 2000", "\"cost\": 3501"), ("\"cost\": 2000", "\"cost\": -1"),
            ("\"days\": 60", "\"days\": 1"), ("\"days\": 60", "\"days\": 3651"),
            ("\"horizon\": 30", "\"horizon\": 0"), ("\"horizon\": 30", "\"horizon\": 366"),
            ("\"riskAversion\": 3000", "\"riskAversion\": 0"),
            ("\"riskAversion\": 3000", "\"riskAversion\": 9223372036854775807"),
            ("\"riskAversion\": 3000", "\"riskAversion\": 3000, \"more\": 1"), ("\"unless\"", "\"unles\""),
        ]
    )
    func refuses(from: String, to: String) throws {
        let text = try Self.sealed().fileText
        let altered = text.replacing(from, with: to, maxReplacements: 1)
        #expect(altered != text, "\(from)")
        #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: Array(altered.utf8)) }
    }
}
