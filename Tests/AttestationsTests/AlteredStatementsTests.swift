import Foundation
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations

/// A stored chain, and what checks it.
private struct BoundChain {
    let name: String
    let chain: [Attestation]
    let policies: [CompiledPolicy]
    let expectation: (Attestation, ChainStanding) throws -> AttestationVerifier.Expectation

    init(
        _ name: String,
        _ kinds: [AttestationKind],
        _ policies: [CompiledPolicy],
        expecting: @escaping (Attestation, ChainStanding) throws -> AttestationVerifier.Expectation = {
            attestation,
            _ in
            let statement = attestation.statement
            return .init(
                regime: Int(statement.regime),
                candles: statement.candles,
                prices: statement.prices,
                inputs: statement.inputs
            )
        }
    ) throws {
        self.name = name
        chain = try StoredFiles.chain(name, kinds: kinds)
        self.policies = policies
        expectation = expecting
    }

    static func all() throws -> [BoundChain] {
        let life = try ChainLife.shared.get()
        let amended = try AmendmentScenario.shared.get()
        let risk = try RiskScenario.risk()
        func measured(_ attestation: Attestation, _: ChainStanding) -> AttestationVerifier.Expectation {
            let statement = attestation.statement
            return .init(
                regime: 0,
                candles: statement.candles,
                prices: statement.prices,
                risk: statement.inputs.isEmpty ? .none : risk
            )
        }
        let guarded = try StoredForeverTests.guardedVault()
        let replay = try guarded.replay(
            OracleFile(fileBytes: StoredFiles.bytes("attestations-v1-guarded/reports.jsonl"))
        )
        return [
            try BoundChain("attestations-v1", [.genesis, .hold, .rebalance], [Forever.vault().policy]),
            try BoundChain("attestations-v1-flow", [.genesis, .flow], [TestVault().policy]),
            try BoundChain(
                "attestations-v1-life",
                [.genesis, .halt, .hold, .resume, .amend],
                [life.vault.policy, life.strict.policy]
            ),
            try BoundChain("attestations-v1-bucket", [.genesis, .rebalance, .hold], [BucketScenario.vault().policy]),
            try BoundChain(
                "attestations-v1-covariance",
                [.genesis, .rebalance, .hold],
                [TestVault(mandates: [RiskScenario.mandate()], attestEvery: nil).policy],
                expecting: measured
            ),
            try BoundChain(
                "attestations-v1-no-trade",
                [.genesis, .hold],
                [TestVault(mandates: [NoTradeScenario.mandate()], attestEvery: nil).policy],
                expecting: measured
            ),
            try BoundChain(
                "attestations-v1-amendments",
                [.genesis, .halt, .resume, .rebalance, .amend, .hold, .amend],
                [amended.four.policy, amended.three.policy, amended.standard.policy]
            ),
            try BoundChain(
                "attestations-v1-guarded",
                [.genesis, .halt, .hold, .resume, .rebalance],
                [guarded.policy]
            ) { attestation, standing in
                try StoredForeverTests.expectation(attestation, standing, guarded, replay)
            },
        ]
    }

    /// The first check that an altered attestation in the place of a stored one fails; `nil` if it fails none.
    func refusal(_ altered: Attestation, inPlaceOf index: Int) throws -> String? {
        var standing = ChainStanding()
        for attestation in chain[..<index] {
            standing.advance(
                past: attestation,
                under: policies.first { $0.digest == attestation.statement.policy }
            )
        }
        let policy = policies.first { $0.digest == chain[index].statement.policy }
        var verifier = AttestationVerifier(policy: try #require(policy))
        verifier.standing = standing
        let checks = verifier.checks(
            of: altered,
            after: index == 0 ? nil : chain[index - 1],
            expecting: try expectation(chain[index], standing),
            now: TestVault.start.adding(milliseconds: 1_000 * TestVault.day)
        )
        return checks.first { if case .failed = $0.outcome { true } else { false } }?.name
    }
}

extension Attestation {
    /// The same with another statement, signed anew by everybody whose signature stands under it but the guardians.
    fileprivate func signedAnew(_ statement: Statement, appointed: GuardianSet? = nil) throws -> Attestation {
        let owner = ChainLife.owner
        return Attestation(
            statement: statement,
            operatorKey: operatorKey,
            identity: identity,
            proof: proof,
            signature: try TestSigner().signer.signature(over: Attestation.signedBytes(statement, proof)),
            countersignature: try countersignature.map { consent in
                .init(
                    ownerKey: consent.ownerKey,
                    signature: try owner.signer.signature(over: Attestation.countersignedBytes(statement, proof))
                )
            },
            appointed: appointed ?? self.appointed,
            guardianSignatures: guardianSignatures
        )
    }
}

@Suite("Each field of each kind of attestation,")
struct AlteredStatementsTests {
    typealias Alteration = (field: String, apply: (inout Statement) -> Void)

    static func alterations() -> [Alteration] {
        let other = ContentDigest(hashing: [9])
        var alterations: [Alteration] = [
            ("vault", { $0.vault = other }),
            ("sequence", { $0.sequence &+= 1 }),
            ("sequence, largest", { $0.sequence = .max }),
            ("previous", { $0.previous = other }),
            ("time, later", { $0.time = $0.time.adding(milliseconds: 1) }),
            ("time, earlier", { $0.time = $0.time.adding(milliseconds: -1) }),
            ("time, last of all", { $0.time = Timestamp(milliseconds: .max) }),
            ("time, first of all", { $0.time = Timestamp(milliseconds: .min) }),
            ("previous time", { $0.previousTime = $0.previousTime.adding(milliseconds: 1) }),
            ("last rebalance, later", { $0.lastRebalance = $0.lastRebalance.adding(milliseconds: 1) }),
            (
                "last rebalance, days before",
                { $0.lastRebalance = $0.lastRebalance.adding(milliseconds: -3 * TestVault.day) }
            ),
            ("last rebalance, first of all", { $0.lastRebalance = Timestamp(milliseconds: .min) }),
            ("policy", { $0.policy = other }),
            ("regime", { $0.regime += 1 }),
            ("regime, largest", { $0.regime = .max }),
            ("candles", { $0.candles = other }),
            ("a price", { if !$0.prices.isEmpty { $0.prices[0] = Price(units: 7) ?? .one } }),
            ("a price less", { $0.prices = $0.prices.dropLast() }),
            ("a price more", { $0.prices.append(.one) }),
            ("before, two exchanged", { if $0.before.count > 1 { $0.before.swapAt(0, 1) } }),
            ("before, one less", { $0.before = $0.before.dropLast() }),
            ("before, one more", { $0.before += $0.after.prefix(1) }),
            ("after, two exchanged", { $0.after.swapAt(0, 1) }),
            ("after, one less", { $0.after = $0.after.dropLast() }),
            ("after, one the identity", { $0.after[1] = RistrettoPoint.identity.compressed() }),
            (
                "both, two exchanged alike",
                {
                    if $0.before == $0.after { $0.before.swapAt(0, 1) }; $0.after.swapAt(0, 1)
                }
            ),
            ("carried before, another", { if !$0.carriedBefore.isEmpty { $0.carriedBefore[0] = $0.after[0] } }),
            ("carried before, one less", { $0.carriedBefore = $0.carriedBefore.dropLast() }),
            ("carried before, one more", { $0.carriedBefore += $0.after.prefix(1) }),
            ("carried after, another", { if !$0.carriedAfter.isEmpty { $0.carriedAfter[0] = $0.after[0] } }),
            ("carried after, one less", { $0.carriedAfter = $0.carriedAfter.dropLast() }),
            (
                "carried, the last of both another",
                {
                    if $0.carriedAfter.isEmpty { return }
                    $0.carriedAfter[$0.carriedAfter.count - 1] = $0.after[0]
                    if !$0.carriedBefore.isEmpty { $0.carriedBefore[$0.carriedBefore.count - 1] = $0.after[0] }
                }
            ),
            ("inputs, none", { $0.inputs = [] }),
            ("inputs, twice", { $0.inputs += $0.inputs }),
        ]
        for ground in HoldGround.allCases { alterations.append(("ground, \(ground)", { $0.ground = ground })) }
        for kind in AttestationKind.allCases { alterations.append(("kind, \(kind)", { $0.kind = kind })) }
        for name in PublicInput.Name.allCases {
            alterations.append(
                (
                    "input \(name.rawValue)",
                    { statement in
                        if let place = statement.inputs.firstIndex(where: { $0.name == name }) {
                            statement.inputs[place] = PublicInput(name, other)
                        } else {
                            statement.inputs.append(PublicInput(name, other))
                        }
                    }
                )
            )
        }
        for cause in HaltCause.allCases {
            alterations.append(
                (
                    "cause, \(cause)",
                    { statement in
                        if !statement.inputs.isEmpty, statement.kind == .halt {
                            statement.inputs = [PublicInput(.cause, cause.digest)]
                        }
                    }
                )
            )
        }
        return alterations
    }

    /// Times of events that public data decide, and the causes that an operator may declare: altered and signed anew by all who
    /// signed, they are other statements that are true.
    private static func isAnotherTruth(_ statement: Statement, _ field: String) -> Bool {
        !statement.isProved && !statement.readsPrices
            && ["time, later", "time, earlier", "cause, data", "cause, precaution"].contains(field)
    }

    @Test("altered once and signed anew by operator and owner, is refused by the check that the list names")
    func everyField() throws {
        var lines: [String] = []
        for bound in try BoundChain.all() {
            for (index, original) in bound.chain.enumerated() {
                #expect(try bound.refusal(original.signedAnew(original.statement), inPlaceOf: index) == nil)
                for (field, apply) in Self.alterations() {
                    var statement = original.statement
                    apply(&statement)
                    guard statement != original.statement else { continue }
                    let altered = try original.signedAnew(statement)
                    let refusal = try bound.refusal(altered, inPlaceOf: index)
                    #expect(
                        refusal != nil || Self.isAnotherTruth(original.statement, field),
                        "\(bound.name) \(index) \(field)"
                    )
                    #expect(altered.digest != original.digest)
                    lines.append(
                        "\(bound.name) \(index) \(original.statement.kind): \(field): \(refusal ?? "another truth")"
                    )
                    // Without new signatures nothing at all is another truth.
                    let unsigned = Attestation(
                        statement: statement,
                        operatorKey: original.operatorKey,
                        identity: original.identity,
                        proof: original.proof,
                        signature: original.signature,
                        countersignature: original.countersignature,
                        appointed: original.appointed,
                        guardianSignatures: original.guardianSignatures
                    )
                    if refusal == nil { #expect(try bound.refusal(unsigned, inPlaceOf: index) == "signature") }
                }
            }
        }
        let list = StoredFiles.folder.deletingLastPathComponent().appending(path: "refusals/altered-statements.txt")
        if Forever.regenerates { try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: list) }
        // What a later version adds to statements is refused, too, and need not stand on the list yet.
        let pinned = try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map(String.init)
        let made = Set(lines)
        #expect(pinned.filter { !made.contains($0) } == [])
        #expect(pinned.count >= 1_400)
    }

    @Test("and what stands beside the statement: identity, appointed guardians, keys and signatures")
    func beside() throws {
        for bound in try BoundChain.all() {
            for (index, original) in bound.chain.enumerated() {
                func refusal(
                    identity: VaultIdentity?? = nil,
                    appointed: GuardianSet?? = nil,
                    countersignature: Attestation.Countersignature?? = nil,
                    guardianSignatures: [GuardianSignature]? = nil,
                    operatorKey: [UInt8]? = nil,
                    signature: [UInt8]? = nil
                ) throws -> String? {
                    try bound.refusal(
                        Attestation(
                            statement: original.statement,
                            operatorKey: operatorKey ?? original.operatorKey,
                            identity: identity ?? original.identity,
                            proof: original.proof,
                            signature: signature ?? original.signature,
                            countersignature: countersignature ?? original.countersignature,
                            appointed: appointed ?? original.appointed,
                            guardianSignatures: guardianSignatures ?? original.guardianSignatures
                        ),
                        inPlaceOf: index
                    )
                }
                let stranger = TestSigner(seed: 77).publicKey
                let set = try GuardianSet(keys: [stranger], threshold: 1)
                #expect(try refusal(operatorKey: stranger) == "vault")
                #expect(try refusal(signature: Self.second(original.signature)) == "signature")
                #expect(try refusal(signature: [UInt8](repeating: 0, count: 64)) == "signature")
                if let identity = original.identity {
                    let zero = [UInt8](repeating: 0, count: 32)
                    for (nonce, keys, guardians) in [
                        (zero, (identity.operatorKey, identity.ownerKey), identity.guardians),
                        (identity.nonce, (stranger, identity.ownerKey), identity.guardians),
                        (identity.nonce, (identity.operatorKey, stranger), identity.guardians),
                        (identity.nonce, (identity.operatorKey, identity.ownerKey), set),
                    ] {
                        let other = try VaultIdentity(
                            nonce: nonce,
                            operatorKey: keys.0,
                            ownerKey: keys.1,
                            guardians: guardians
                        )
                        #expect(try refusal(identity: .some(other)) == "vault")
                    }
                    #expect(try refusal(identity: .some(nil)) == "form")
                }
                // Guardians stand under an amend's own input, and nowhere else may any be appointed.
                if original.appointed != nil {
                    #expect(try refusal(appointed: .some(set)) == "guardians")
                    #expect(try refusal(appointed: .some(nil)) == "form")
                } else {
                    #expect(try refusal(appointed: .some(set)) == "form")
                }
                if let consent = original.countersignature {
                    #expect(try refusal(countersignature: .some(nil)) == "form")
                    let taken = Attestation.Countersignature(ownerKey: stranger, signature: consent.signature)
                    #expect(try refusal(countersignature: .some(taken)) == "owner key")
                    let second = Attestation.Countersignature(
                        ownerKey: consent.ownerKey,
                        signature: Self.second(consent.signature)
                    )
                    #expect(try refusal(countersignature: .some(second)) == "owner signature")
                }
                if let first = original.guardianSignatures.first {
                    let rest = Array(original.guardianSignatures.dropFirst())
                    let second = GuardianSignature(guardian: first.guardian, signature: Self.second(first.signature))
                    for signatures in [
                        rest, [first] + original.guardianSignatures, [second] + rest, [first, second] + rest,
                    ] {
                        #expect(try refusal(guardianSignatures: signatures) == "guardians")
                    }
                }
            }
        }
    }

    /// The same signature with S + ℓ for S: equal to who reduces it, and another to who counts or hashes bytes.
    private static func second(_ signature: [UInt8]) -> [UInt8] {
        let order: [UInt8] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ]
        var (result, carry) = (signature, 0)
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            result[32 + index] = UInt8(sum & 0xff)
            carry = sum >> 8
        }
        return result
    }
}
