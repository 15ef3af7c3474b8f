import Attestations
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@testable import Auditing

@Suite("A sealed policy's file")
struct SealedPolicyTests {
    private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private static func model() throws -> RegimeModel {
        try RegimeModel(fileBytes: Array(Data(contentsOf: URL(filePath: repository + "/Models/sample-daily.json"))))
    }

    private static func policy(_ more: String = "") throws -> Policy {
        let path = repository + "/Policies/secret-strategy.policy"
        var text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        text = text.replacing("  attest every 1d", with: "\(more)  attest every 1d")
        return try Policy(checking: PolicySource(path: "secret.policy", text: text))
    }

    private static func entropy(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Sealed once for all tests that alter it.
    private static let sealed = Result { try SealedPolicy.seal(policy(), model: model(), entropy: entropy) }

    @Test("is read as it was written, and compiles to the digest that the operator's own does")
    func roundTrip() throws {
        let (sealed, opening) = try Self.sealed.get()
        let read = try SealedPolicy(fileBytes: Array(sealed.fileText.utf8))
        #expect(read == sealed)
        #expect(read.document == sealed.document)
        let compiled = try CompiledPolicy(read, model: Self.model())
        #expect(try compiled.digest == CompiledPolicy(sealed, model: Self.model()).digest)
        #expect(try compiled.openedMandates(opening) == Self.policy().mandates)
    }

    @Test("of every kind of rule is carried whole")
    func carriesRules() throws {
        let text = """
            policy "Everything" version 3 {
            quote USD
            target {
            BTC 40%
            ETH 35%
            USD 25%
            }
            regimes calm, choppy, storm from "m.json" {
            enter storm when p(storm) > 80% for 2 bars
            leave storm when p(storm) < 40% for 5 bars
            }
            bands {
            each trigger 10% of target to 5% of target
            ETH trigger 4pp to target in storm
            in choppy x 1.5
            }
            rebalance {
            when any drift > band
            or every 30d
            or every day at 09:30 UTC
            or every week on friday at 10:00 UTC
            or every month on day 1 at 00:00 UTC
            cooldown 6h
            }
            limits {
            turnover <= 40% per day
            turnover <= 20% per rebalance
            cost <= 35bps per rebalance
            trade(BTC) <= 1_000_000 USD
            smallest trade 250 USD
            }
            require {
            "cash" weight(USD) >= 5%
            "spread" concentration <= 0.5
            "storm" weight(BTC) < 60% in storm
            }
            attest every 1d
            secret target in 1%..60%, bands in 1pp..10pp
            }

            """
        let policy = try Policy(checking: PolicySource(path: "e.policy", text: text))
        let (sealed, opening) = try SealedPolicy.seal(policy, model: Self.model(), entropy: Self.entropy)
        let read = try SealedPolicy(fileBytes: Array(sealed.fileText.utf8))
        #expect(read == sealed)
        #expect(try read.mandates.map { try $0.opened(with: opening.values) } == policy.mandates)
        #expect(read.regimeRules == policy.regimeRules)
        #expect(read.hysteresisRules == policy.hysteresisRules)
        _ = try CompiledPolicy(read, model: Self.model())
    }

    @Test("hides targets alone or bands alone just as well", arguments: ["target in 10%..60%", "bands in 1pp..8pp"])
    func hidesOneKind(what: String) throws {
        let path = Self.repository + "/Policies/secret-strategy.policy"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            .replacing("secret target in 10%..60%, bands in 1pp..8pp", with: "secret \(what)")
        let policy = try Policy(checking: PolicySource(path: "secret.policy", text: text))
        let (sealed, opening) = try SealedPolicy.seal(policy, model: Self.model(), entropy: Self.entropy)
        let read = try SealedPolicy(fileBytes: Array(sealed.fileText.utf8))
        let compiled = try CompiledPolicy(read, model: Self.model())
        #expect(try compiled.openedMandates(opening) == policy.mandates)
    }

    @Test("is refused where one byte of it is another, or not the same policy", arguments: UInt64(0)..<150)
    func refusesBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (sealed, _) = try Self.sealed.get()
        var bytes = Array(sealed.fileText.utf8)
        let place = Int.random(in: bytes.indices, using: &random)
        switch random.next() % 3 {
        case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
        // White space between members says nothing and may change.
        let read = try? SealedPolicy(fileBytes: bytes)
        guard let read, read != sealed else { return }
        #expect(throws: PolicyCompilationError.self) { try CompiledPolicy(read, model: Self.model()) }
    }

    @Test("never traps, whatever stands in the file", arguments: UInt64(0)..<40)
    func readsAnything(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (sealed, _) = try Self.sealed.get()
        guard case .object(let members) = try JSONValue.read(Array(sealed.fileText.utf8)) else { return }
        let strange: [JSONValue] = [
            .null, .integer(-1), .integer(Int.max), .integer(Int.min), .string(""), .string("1/0"), .string("-5"),
            .string(String(repeating: "9", count: 100)), .array([]), .object([]), .bool(true), .string("\u{1B}[2J"),
        ]
        func altered(_ value: JSONValue) -> JSONValue {
            guard random.next() % 12 > 0 else { return strange[Int.random(in: strange.indices, using: &random)] }
            switch value {
            case .object(let members): return .object(members.map { JSONMember($0.name, altered($0.value)) })
            case .array(let elements):
                let kept = random.next() % 10 == 0 ? Array(elements.dropFirst()) : elements
                return .array(kept.map(altered))
            default: return value
            }
        }
        let kept = ["format", "version"]
        let file = JSONValue.object(
            members.map { kept.contains($0.name) ? $0 : JSONMember($0.name, altered($0.value)) }
        )
        let read = try? SealedPolicy(fileBytes: file.canonicalBytes)
        guard let read, read != sealed else { return }
        #expect(throws: PolicyCompilationError.self) { try CompiledPolicy(read, model: Self.model()) }
    }

    @Test("carries no control character to a terminal")
    func refusesControlCharacters() throws {
        let (sealed, _) = try Self.sealed.get()
        let text = sealed.fileText.replacing("\"cash floor\"", with: "\"cash\\u001b[2Jfloor\"")
        #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: Array(text.utf8)) }
    }

    @Test("is not made of a policy without secrets, and not of another model's")
    func refusesToSeal() throws {
        let open = try Policy(checking: PolicySource(path: "a.policy", text: AuditedVault.text))
        #expect(throws: SealedPolicyError.nothingSecret(name: "Audited")) {
            try SealedPolicy.seal(open, model: Self.model(), entropy: Self.entropy)
        }
        #expect(throws: PolicyCompilationError.self) { try CompiledPolicy(Self.policy(), model: Self.model()) }
        let (sealed, _) = try Self.sealed.get()
        let text = sealed.fileText.replacing(
            try Self.model().digest.description,
            with: ContentDigest(hashing: [1]).description
        )
        let other = try SealedPolicy(fileBytes: Array(text.utf8))
        #expect(throws: PolicyCompilationError.self) { try CompiledPolicy(other, model: Self.model()) }
    }
}
