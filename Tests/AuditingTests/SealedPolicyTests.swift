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
            or tracking error(60d) > 4%/yr
            unless cost 12bps > benefit(90d) over 7d at risk aversion 0.5
            cooldown 6h
            }
            limits {
            turnover <= 40% per day
            turnover <= 20% per rebalance
            cost <= 35bps per rebalance
            trade(BTC) <= 1_000_000 USD
            smallest trade 250 USD
            slippage bucket 1% refilled over 7d
            }
            oracle {
            sources 3, quorum 2, median
            max age 3m, max ahead 1s, max spread 80bps
            after outage hold 2d
            }
            breakers {
            "crash" halt 2d when fall(BTC, 24h) > 12%
            "melt-up" halt when rise(ETH, 24h) >= 25% reset by 2 of guardians
            "wild" slow x3 when realized volatility(BTC, 7d) > 1.5 x realized volatility(ETH, 7d)
            "lockstep" slow x2 when correlation(BTC, ETH, 7d) > 0.97
            "thin" slow x2 when oracle sources < 3
            "late" halt 1h when oracle age > 2m
            "fast" halt 1h when oracle ahead > 1s
            "torn" halt 1h when oracle spread > 70bps
            "gone" halt 1h when oracle bad
            "worthless" halt 1d when price(BTC) < 1_000 USD
            }
            require {
            "budget" volatility(60d) <= 70%/yr
            "near" tracking error(30d) <= 30%/yr
            "few" positions <= 3
            "spread out" positions >= 2
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
        #expect(read.safeguards == policy.safeguards && policy.safeguards.breakers.count == 10)
        let compiled = try CompiledPolicy(read, model: Self.model(), sources: Self.sources())
        #expect(compiled.safeguards == policy.safeguards && compiled.riskWindows == [30, 60, 90])
        #expect(
            compiled.document.contains(
                "breaker \"melt-up\" halt until reset by 2 when rise(ETH, 86400000 ms) >= 250000"
            )
        )
        // Who signs prices is part of the policy, as it is in the open.
        #expect(throws: PolicyCompilationError.self) { try CompiledPolicy(read, model: Self.model()) }
        let others = try CompiledPolicy(read, model: Self.model(), sources: Self.sources(from: 7))
        #expect(others.digest != compiled.digest)
    }

    private static func sources(from first: UInt8 = 1) throws -> OracleSources {
        try OracleSources(
            (first..<first + 3).map { .init(name: "source \($0)", key: [UInt8](repeating: $0, count: 32)) }
        )
    }

    /// A sealed policy with oracle and breakers, a bucket, rules over risk and positions.
    private static let guarded = Result {
        try SealedPolicy.seal(policy(guards), model: model(), entropy: entropy)
    }

    private static let guards = """
          oracle { sources 3, quorum 2, median; max age 3m, max spread 80bps }
          breakers {
            "crash"  halt 2d  when fall(BTC, 24h) > 12%
            "wild"   slow x3  when realized volatility(BTC, 7d) > 1.5 x realized volatility(ETH, 7d)
          }

        """

    /// What one change makes of a sealed policy with safeguards: a text that is in it, and what stands in its place.
    static let alterations: [(from: String, to: String)] = [
        ("\"quorum\": 2", "\"quorum\": 1"), ("\"maximumAge\": 180000", "\"maximumAge\": 604800000"),
        ("\"maximumSpread\": 8000", "\"maximumSpread\": 500000"), ("\"maximumSpread\": 8000,", ""),
        ("\"halt\": 172800000", "\"halt\": 60000"), ("\"value\": \"120000\"", "\"value\": \"990000\""),
        ("\"name\": \"crash\"", "\"name\": \"crush\""), ("\"factor\": 1500000", "\"factor\": 1500001"),
        ("\"assets\": [\"BTC\"]", "\"assets\": [\"ETH\"]"), ("\"slow\": 3", "\"slow\": 2"),
        ("\"comparison\": \">\"", "\"comparison\": \">=\""), ("\"window\": 86400000", "\"window\": 3600000"),
    ]

    @Test(
        "with one figure of oracle or breakers altered is another document, which the proof is not of",
        arguments: 0..<12
    )
    func refusesAlteredSafeguards(index: Int) throws {
        let (sealed, _) = try Self.guarded.get()
        _ = try CompiledPolicy(sealed, model: Self.model(), sources: Self.sources())
        let (from, to) = Self.alterations[index]
        let text = sealed.fileText.replacing(from, with: to, maxReplacements: 1)
        #expect(text != sealed.fileText, "\(from)")
        let altered = try SealedPolicy(fileBytes: Array(text.utf8))
        #expect(altered.document != sealed.document)
        #expect(throws: PolicyCompilationError.self) {
            try CompiledPolicy(altered, model: Self.model(), sources: Self.sources())
        }
    }

    /// Safeguards that no policy's check lets pass.
    static let impossible: [(from: String, to: String)] = [
        ("\"quorum\": 2", "\"quorum\": 4"), ("\"sources\": 3", "\"sources\": 17"), ("\"quorum\": 2", "\"quorum\": 0"),
        ("\"maximumAge\": 180000", "\"maximumAge\": 1"), ("\"outageHold\": 0", "\"outageHold\": 1"),
        ("\"maximumAhead\": 0", "\"maximumAhead\": -1"), ("\"halt\": 172800000", "\"halt\": 0"),
        ("\"halt\": 172800000", "\"haltUntilReset\": 17"), ("\"slow\": 3", "\"slow\": 1"),
        ("\"name\": \"wild\"", "\"name\": \"crash\""), ("\"name\": \"wild\"", "\"name\": \"  \""),
        ("\"name\": \"fall\"", "\"name\": \"gas\""), ("\"name\": \"fall\"", "\"name\": \"oracle age\""),
        ("\"name\": \"fall\"", "\"name\": \"oracle bad\""), ("\"assets\": [\"BTC\"]", "\"assets\": [\"USD\"]"),
        ("\"assets\": [\"BTC\"]", "\"assets\": [\"XRP\"]"), ("\"assets\": [\"BTC\"]", "\"assets\": []"),
        ("\"assets\": [\"BTC\"]", "\"assets\": [\"BTC\", \"ETH\"]"), ("\"window\": 86400000", "\"window\": 59999"),
        ("\"comparison\": \">\"", "\"comparison\": \"=\""), ("\"value\": \"120000\"", "\"value\": \"-1\""),
        ("\"value\": \"120000\"", "\"value\": \"1000001\""), ("\"factor\": 1500000", "\"factor\": 0"),
        ("\"cooldown\": 86400000", "\"cooldown\": 0"), ("\"breakers\"", "\"breakers \""),
        ("\"oracle\": {", "\"oracle\": {\n    \"extra\": 1,"),
    ]

    @Test("is refused unread where its safeguards are none that a policy could have", arguments: 0..<26)
    func refusesImpossibleSafeguards(index: Int) throws {
        let (sealed, _) = try Self.guarded.get()
        let (from, to) = Self.impossible[index]
        let text = sealed.fileText.replacing(from, with: to, maxReplacements: 1)
        #expect(text != sealed.fileText, "\(from)")
        #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: Array(text.utf8)) }
    }

    @Test("has no breakers without an oracle that their figures come from")
    func refusesBreakersAlone() throws {
        let (sealed, _) = try Self.guarded.get()
        guard case .object(let members) = try JSONValue.read(Array(sealed.fileText.utf8)) else { return }
        let bare = JSONValue.object(members.filter { $0.name != "oracle" })
        #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: bare.canonicalBytes) }
        let empty = JSONValue.object(members.map { $0.name == "breakers" ? JSONMember($0.name, .array([])) : $0 })
        #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: empty.canonicalBytes) }
    }

    @Test("measures tracking error as its targets allow: of deviations where they are secret, and else over its matrix")
    func refusesOtherMeasures() throws {
        let rule = "    \"near\"  tracking error(60d) <= 30%/yr\n    \"no giant\""
        for (secret, own, other) in [
            ("target in 10%..60%", "tracking error of deviations", "tracking error"),
            ("bands in 1pp..8pp", "tracking error", "tracking error of deviations"),
        ] {
            let path = Self.repository + "/Policies/secret-strategy.policy"
            let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
                .replacing("secret target in 10%..60%, bands in 1pp..8pp", with: "secret \(secret)")
                .replacing("    \"no giant\"", with: rule)
            let policy = try Policy(checking: PolicySource(path: "near.policy", text: text))
            let form = try SealedPolicy.seal(policy, model: Self.model(), entropy: Self.entropy).sealed.fileText
            #expect(form.contains("\"measure\": \"\(own)\""))
            let altered = form.replacing("\"measure\": \"\(own)\"", with: "\"measure\": \"\(other)\"")
            #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: Array(altered.utf8)) }
        }
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

    @Test(
        "is refused where a bucket, a count, a budget or a trigger is none that a policy could have",
        arguments: [
            ("\"capacity\": 10000", "\"capacity\": 0"), ("\"capacity\": 10000", "\"capacity\": 1000001"),
            ("\"refill\": 604800000", "\"refill\": 3599999"), ("\"positionsAbove\": 1", "\"positionsAbove\": 3"),
            ("\"positionsAbove\": 1", "\"positionsAtMost\": 0"), ("\"positionsAbove\": 1", "\"positionsAbove\": -2"),
            ("\"measure\": \"volatility\"", "\"measure\": \"beta\""), ("\"days\": 60", "\"days\": 1"),
            ("\"atMost\": 700000", "\"atMost\": 100000001"), ("\"atMost\": 700000", "\"atMost\": -1"),
            (
                "\"triggers\": [",
                "\"triggers\": [\n      {\n        \"name\": \"x\",\n        \"concentration\": 1\n      },"
            ),
        ]
    )
    func refusesImpossibleRules(from: String, to: String) throws {
        let (sealed, _) = try Self.budgeted.get()
        let text = sealed.fileText.replacing(from, with: to, maxReplacements: 1)
        #expect(text != sealed.fileText, "\(from)")
        #expect(throws: SealedPolicyError.self) { try SealedPolicy(fileBytes: Array(text.utf8)) }
    }

    /// A sealed policy with a slippage bucket and rules over risk and positions.
    private static let budgeted = Result {
        let path = repository + "/Policies/secret-strategy.policy"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            .replacing("    cooldown 1d", with: "    or tracking error(30d) > 6%/yr\n    cooldown 1d")
            .replacing(
                "  require {",
                with: "  require {\n    \"budget\" volatility(60d) <= 70%/yr\n    \"few\" positions >= 2"
            )
            .replacing("  limits {", with: "  limits {\n    slippage bucket 1% refilled over 7d")
        let policy = try Policy(checking: PolicySource(path: "budgeted.policy", text: text))
        return try SealedPolicy.seal(policy, model: model(), entropy: entropy)
    }

    @Test("never traps, whatever stands in the file", arguments: UInt64(0)..<80)
    func readsAnything(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (sealed, _) = try seed < 40 ? Self.sealed.get() : Self.guarded.get()
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
