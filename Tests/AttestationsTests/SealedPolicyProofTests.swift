import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

@Suite("A sealed policy")
struct SealedPolicyProofTests {
    private static func vault() throws -> SealedVault { try SealedVault.shared.get() }

    @Test("proves genesis, hold and rebalance in calm and storm, and a stranger verifies them without the numbers")
    func chain() throws {
        let vault = try Self.vault()
        let prover = vault.prover(vault.opening)
        let genesis = try prover.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        let hold = try prover.hold(after: genesis, at: vault.moment(1, regime: 1), ground: .proved)
        let rebalance = try prover.rebalance(
            after: hold,
            at: vault.moment(2, prices: TestVault.prices(btc: 52_000)),
            quantities: AttestationChainTests.rebalanced
        )
        // The policy alone: compiled from the sealed form, with nothing that was opened.
        let stranger = AttestationVerifier(policy: try SealedVault.compile(vault.mandates, vault.sealed))
        #expect(vault.failures(genesis.attestation, after: nil, by: stranger) == [])
        #expect(vault.failures(hold.attestation, after: genesis.attestation, by: stranger) == [])
        #expect(vault.failures(rebalance.attestation, after: hold.attestation, by: stranger) == [])
        var batch = AttestationBatch(verifier: stranger)
        // Whether a vault is halted, its chain from the genesis on says.
        var rooted = stranger
        rooted.standing.advance(past: genesis.attestation, under: stranger.policy)
        for (attestation, previous) in [
            (hold.attestation, genesis.attestation), (rebalance.attestation, hold.attestation),
        ] {
            batch.add(
                attestation,
                after: previous,
                expecting: .init(
                    regime: Int(attestation.statement.regime),
                    candles: attestation.statement.candles,
                    prices: attestation.statement.prices
                ),
                now: TestVault.start.adding(milliseconds: 9 * TestVault.day),
                by: rooted
            )
        }
        var random = SystemRandomNumberGenerator()
        #expect(batch.checks(using: &random).joined().allSatisfy { $0.outcome == .passed })
    }

    @Test("is two policies where it is sealed twice, which share no commitment")
    func sealsAnew() throws {
        let (one, two) = (try Self.vault(), try SealedVault(seed: 6))
        #expect(Set(one.sealed.commitments).isDisjoint(with: two.sealed.commitments))
        #expect(one.policy.digest != two.policy.digest)
        let prover = one.prover(one.opening)
        let genesis = try prover.genesis(at: one.moment(0), quantities: AttestationChainTests.onTarget)
        let hold = try prover.hold(after: genesis, at: one.moment(1), ground: .proved)
        #expect(
            one.failures(hold.attestation, after: genesis.attestation, by: two.verifier).contains("policy and model")
        )
        #expect(one.failures(hold.attestation, after: genesis.attestation, by: two.verifier).contains("proof"))
    }

    @Test("cannot be proved without openings, or with other openings of the same numbers or of other ones")
    func otherOpenings() throws {
        let vault = try Self.vault()
        let genesis = try vault.prover(nil).genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        #expect(throws: AttestationError.self) {
            try vault.prover(nil).hold(after: genesis, at: vault.moment(1), ground: .proved)
        }
        let same = ParameterOpening(drawingFor: SealedVault.values) { [UInt8](repeating: 77, count: $0) }
        var values = SealedVault.values
        values[0] -= 1
        values[1] += 1
        let shifted = ParameterOpening(scalars: values.map { Scalar(UInt64($0)) }, blindings: vault.opening.blindings)
        for opening in [same, shifted] {
            #expect(throws: AttestationError.otherParameters) { try vault.policy.openedMandates(opening) }
            // One step of the chain by other numbers than the sealed ones.
            let hold = try vault.prover(opening).hold(after: genesis, at: vault.moment(1), ground: .proved)
            #expect(vault.failures(hold.attestation, after: genesis.attestation) == ["proof"])
        }
        #expect(throws: AttestationError.otherParameters) { try vault.policy.openedMandates(nil) }
        #expect(try vault.policy.openedMandates(vault.opening).map(\.secrets) == [nil, nil])
    }

    @Test("has a seal that covers its document, its commitments and its ranges")
    func sealIsBound() throws {
        let vault = try Self.vault()
        let seal = vault.sealed
        let other = ContentDigest(hashing: [9])
        #expect(throws: AttestationError.self) {
            try SealedVault.compile(
                vault.mandates,
                SealedParameters(document: other, commitments: seal.commitments, proof: seal.proof)
            )
        }
        for index in seal.commitments.indices {
            var commitments = seal.commitments
            commitments.swapAt(index, (index + 1) % commitments.count)
            var identity = seal.commitments
            identity[index] = try #require(CompressedRistretto([UInt8](repeating: 0, count: 32)))
            var twice = seal.commitments
            twice[index] = twice[(index + 1) % twice.count]
            var foreign = seal.commitments
            foreign[index] = try #require(CompressedRistretto([UInt8](repeating: 255, count: 32)))
            for altered in [commitments, identity, twice, foreign, Array(seal.commitments.dropLast())] {
                #expect(throws: AttestationError.self) {
                    try SealedVault.compile(
                        vault.mandates,
                        SealedParameters(document: seal.document, commitments: altered, proof: seal.proof)
                    )
                }
            }
        }
        for index in stride(from: 0, to: seal.proof.count, by: 31) {
            var proof = seal.proof
            proof[index] ^= 1
            #expect(throws: AttestationError.self) {
                try SealedVault.compile(
                    vault.mandates,
                    SealedParameters(document: seal.document, commitments: seal.commitments, proof: proof)
                )
            }
        }
        for (low, high) in [(10_000, 600_001), (9_999, 600_000)] as [(Int64, Int64)] {
            let mandates = try vault.mandates.map { try Self.ranged($0, first: low...high) }
            #expect(throws: AttestationError.self) { try SealedVault.compile(mandates, seal) }
        }
    }

    @Test("is refused without its seal, and a policy without secrets is refused with one")
    func sealBelongsToSecrets() throws {
        let vault = try Self.vault()
        #expect(throws: AttestationError.sealBroken(reason: "there is none")) {
            try SealedVault.compile(vault.mandates, nil)
        }
        #expect(throws: AttestationError.sealBroken(reason: "the policy has no secret parameters")) {
            try SealedVault.compile([TestVault.mandate("calm", trigger: 40_000)], vault.sealed)
        }
    }

    /// Numbers that one claim of the seal forbids and no other.
    static let lies: [[Int64]] = [
        [9_999, 599_001, 391_000, 40_000, 40_000, 30_000, 40_000],
        [600_001, 199_999, 200_000, 40_000, 40_000, 30_000, 40_000],
        [500_000, 300_000, 200_001, 40_000, 40_000, 30_000, 40_000],
        [500_000, 300_000, 199_999, 40_000, 40_000, 30_000, 40_000],
        [500_000, 300_000, 200_000, 9_999, 40_000, 30_000, 40_000],
        [500_000, 300_000, 200_000, 100_001, 40_000, 30_000, 40_000],
        [500_000, 300_000, 200_000, 40_000, 29_999, 30_000, 40_000],
    ]

    @Test(
        "has no proof of numbers outside their ranges, of other sums, or of a destination wider than its trigger",
        arguments: lies
    )
    func falseParameters(values: [Int64]) throws {
        let vault = try Self.vault()
        let opening = ParameterOpening(drawingFor: values) { [UInt8](repeating: 3, count: $0) }
        #expect(throws: AttestationError.self) {
            try SealedParameters(proving: opening, of: vault.mandates, in: SealedVault.document)
        }
        // The wires of a true statement over the false commitments, and digits cut to fit.
        let claims = try ParameterClaims(vault.mandates)
        let truth = try claims.build(committed: vault.opening.scalars)
        let wires = try #require(truth.assignment)
        let forged = Assignment(
            committed: opening.scalars,
            left: wires.left.values,
            right: wires.right.values,
            secondPhase: wires.secondPhase
        )
        var transcript = MerlinTranscript(label: "ballast sealed policy v1")
        transcript.append("document", SealedVault.document.bytes)
        transcript.append("claims", Array(claims.text.utf8))
        let proof = try Prover.prove(
            circuit: truth.circuit,
            assignment: forged,
            blindings: opening.blindings,
            transcript: &transcript,
            falseWitness: .proved
        )
        let seal = SealedParameters(
            document: SealedVault.document,
            commitments: opening.commitments(),
            proof: proof.bytes
        )
        #expect(throws: AttestationError.self) { try SealedVault.compile(vault.mandates, seal) }
    }

    @Test("proves each of its claims: without one of them, numbers that break it alone would pass", arguments: lies)
    func everyClaimIsNeeded(values: [Int64]) throws {
        let vault = try Self.vault()
        let text = try ParameterClaims(vault.mandates).text.split(separator: "\n").map(String.init)
        let broken = text.filter { !Self.holds($0, values) }
        #expect(broken.count == 1, "\(broken)")
        #expect(text.allSatisfy { Self.holds($0, SealedVault.values) })
    }

    @Test("needs every constraint of its proof: without it alone, some false numbers satisfy all the others")
    func everyConstraintIsNeeded() throws {
        let vault = try Self.vault()
        let claims = try ParameterClaims(vault.mandates)
        let secrets = try #require(vault.mandates[0].secrets)
        var lies = [Self.lies[2], Self.lies[6]]
        for (index, parameter) in secrets.parameters.enumerated() {
            for value in [parameter.range.lowerBound - 1, parameter.range.upperBound + 1] {
                // A narrow trigger with the destination inside, and what one target gains another loses.
                var lie: [Int64] = [450_000, 300_000, 250_000, 40_000, 100_000, 10_000, 40_000]
                if index < 3 {
                    let others = [0, 1, 2].filter { $0 != index }
                    lie[others[0]] = (1_000_000 - value) / 2
                    lie[others[1]] = 1_000_000 - value - lie[others[0]]
                }
                lie[index] = value
                // ETH's trigger below its range is below its destination too, which two constraints forbid.
                if index != 4 || value > parameter.range.upperBound { lies.append(lie) }
            }
        }
        var needed: Set<Int> = []
        var count = 0
        for lie in lies {
            let system = claims.system(committed: lie.map { Scalar(BigInteger(Int($0))) })
            let digitBits = try #require(
                DigitSize.cheapest(forChecks: system.rangeChecks, otherMultipliers: system.multiplierCount)
            )
            let (circuit, assignment) = try system.finish(digitBits: digitBits, falseWitness: .proved)
            let broken = CircuitTrial.broken(circuit, .init(try #require(assignment)))
            if broken.count == 1 { needed.formUnion(broken) }
            #expect(!broken.isEmpty, "\(lie)")
            count = system.rangeChecks.count + 1
        }
        // All but two, which follow where both are of one range: low <= destination <= trigger, and trigger <= high.
        #expect(needed.count == count - 2, "\(needed)")
    }

    @Test("writes openings that are read back, and prints none of them")
    func openingsRoundTrip() throws {
        let opening = try Self.vault().opening
        let read = try ParameterOpening(secretBytes: opening.secretBytes)
        #expect(read.values == SealedVault.values)
        #expect(read.commitments() == opening.commitments())
        #expect("\(opening)" == "<hidden>" && String(reflecting: opening) == "<hidden>")
        #expect(Mirror(reflecting: opening).children.isEmpty)
        var dumped = ""
        dump(opening, to: &dumped)
        #expect(!dumped.contains("500000"))
        for bytes in [[], [1], [2, 0, 0], opening.secretBytes + [0], Array(opening.secretBytes.dropLast())] {
            #expect(throws: AttestationError.openingsUnreadable) { try ParameterOpening(secretBytes: bytes) }
        }
    }

    /// The mandate with another range of its first parameter.
    private static func ranged(_ mandate: Mandate, first range: ClosedRange<Int64>) throws -> Mandate {
        let secrets = try #require(mandate.secrets)
        var parameters = secrets.parameters
        parameters[0] = .init(name: parameters[0].name, range: range)
        return try mandate.sealed(
            by: SecretParameters(parameters: parameters, targets: secrets.targets, bands: secrets.bands)
        )
    }

    /// Reads a line of the claims with numbers put in: a second reader, so that text and circuit cannot drift apart.
    private static func holds(_ line: String, _ values: [Int64]) -> Bool {
        var text = line
        for (index, value) in values.enumerated() {
            text = text.replacing("secret[\(index)]", with: "\(value)")
        }
        func value(_ side: Substring) -> Int64 {
            var sum: Int64 = 0
            for term in side.split(separator: "+") {
                var product: Int64 = 1
                for factor in term.split(separator: "*") { product *= Int64(factor.filter { $0 != " " }) ?? 0 }
                sum += product
            }
            return sum
        }
        if text.contains("<=") {
            let sides = text.split(separator: "<=").map { value($0) }
            return zip(sides, sides.dropFirst()).allSatisfy(<=)
        }
        let sides = text.split(separator: "=").map { value($0) }
        return sides[0] == sides[1]
    }
}
