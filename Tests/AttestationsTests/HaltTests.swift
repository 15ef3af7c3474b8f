import CanonicalJSON
import MarketData
import TestSupport
import Testing

@testable import Attestations

@Suite("A halt")
struct HaltTests {
    private typealias Head = AttestationProver.Head
    private static let (dawn, noon, dusk) = (ChainLife.time(6), ChainLife.time(12), ChainLife.time(18))

    private static func ordered(_ life: ChainLife, by signers: [TestSigner]) throws -> Head {
        try life.prover.halt(
            after: life.genesis,
            at: dawn,
            cause: .guardians,
            signatures: ChainLife.orders(.halt, about: life.genesis.attestation, by: signers)
        )
    }

    private static func resumed(
        _ life: ChainLife,
        after head: Head,
        halt: Head,
        by signers: [TestSigner],
        at time: Timestamp = noon
    ) throws -> Head {
        try life.prover.resume(
            after: head,
            at: time,
            from: halt.attestation.digest,
            signatures: ChainLife.orders(.resume, about: halt.attestation, by: signers)
        )
    }

    @Test(
        "stops rebalances until guardians end it, whoever declared it",
        arguments: [HaltCause.data, .precaution, .guardians]
    )
    func stops(cause: HaltCause) throws {
        let life = try ChainLife.shared.get()
        let two = Array(ChainLife.guardians.prefix(2))
        let halt =
            cause == .guardians
            ? try Self.ordered(life, by: two) : try life.prover.halt(after: life.genesis, at: Self.dawn, cause: cause)
        #expect(halt.attestation.statement.cause == cause)
        let prices = TestVault.prices(btc: 52_000)
        let moment = life.vault.moment(1, prices: prices)
        let ignored = try life.prover.rebalance(after: halt, at: moment, quantities: AttestationChainTests.rebalanced)
        #expect(life.failures(life.genesis, halt, ignored) == [nil, nil, "halts"])
        let resumption = try Self.resumed(life, after: halt, halt: halt, by: two)
        let rebalance = try life.prover.rebalance(
            after: resumption,
            at: moment,
            quantities: AttestationChainTests.rebalanced
        )
        #expect(life.failures(life.genesis, halt, resumption, rebalance) == [nil, nil, nil, nil])
    }

    @Test("is pleaded by holds that need no market, and by none outside it")
    func isPleaded() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let hold = try life.prover.halted(after: halt, at: ChainLife.time(24))
        #expect(hold.attestation.statement.prices.isEmpty)
        #expect(life.failures(life.genesis, halt, hold) == [nil, nil, nil])
        let idle = try life.prover.halted(after: life.genesis, at: ChainLife.time(24))
        #expect(life.failures(life.genesis, idle) == [nil, "halts"])
        let proved = try life.prover.hold(after: halt, at: life.vault.moment(1), ground: .proved)
        #expect(life.failures(life.genesis, halt, proved) == [nil, nil, nil])
    }

    @Test("may stand at an instant of the time grid, where it says why there is no decision")
    func standsOnTheGrid() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: ChainLife.time(24), cause: .data)
        #expect(life.failures(life.genesis, halt) == [nil, nil])
        let late = try life.prover.halt(after: life.genesis, at: ChainLife.time(25), cause: .data)
        #expect(life.failures(life.genesis, late) == [nil, "time grid"])
    }

    @Test("never keeps the owner from what is the owner's: a flow passes")
    func letsFlowsPass() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .precaution)
        let flow = try life.prover.flow(
            after: halt,
            at: Self.noon,
            candles: ContentDigest(hashing: [1]),
            quantities: TestVault.quantities(125_000_000, 1_000_000_000, 0),
            owner: ChainLife.owner.signer
        )
        #expect(life.failures(life.genesis, halt, flow) == [nil, nil, nil])
        // The halt goes on behind it, until guardians end it.
        let idle = try life.prover.halted(after: flow, at: ChainLife.time(24))
        #expect(life.failures(life.genesis, halt, flow, idle) == [nil, nil, nil, nil])
        let two = Array(ChainLife.guardians.suffix(2))
        let resumption = try Self.resumed(life, after: flow, halt: halt, by: two, at: Self.dusk)
        let stale = try life.prover.halted(after: resumption, at: ChainLife.time(24))
        #expect(life.failures(life.genesis, halt, flow, resumption, stale) == [nil, nil, nil, nil, "halts"])
    }

    @Test("that guardians order needs enough of them, each once, over this very chain")
    func ordersAreStrict() throws {
        let life = try ChainLife.shared.get()
        let all = ChainLife.guardians
        let cases: [(signers: [TestSigner], failure: String?)] = [
            ([], "guardians"), ([all[0]], "guardians"), ([all[0], all[0]], "guardians"),
            ([all[0], TestSigner(seed: 99)], "guardians"), ([all[0], TestSigner()], "guardians"),
            ([all[0], all[1], all[1]], "guardians"), ([all[2], all[0]], nil), (all, nil),
        ]
        for (index, (signers, failure)) in cases.enumerated() {
            let halt = try Self.ordered(life, by: signers)
            #expect(life.failures(life.genesis, halt) == [nil, failure], "case \(index)")
            let declared = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .precaution)
            let resumption = try Self.resumed(life, after: declared, halt: declared, by: signers)
            #expect(life.failures(life.genesis, declared, resumption) == [nil, nil, failure], "case \(index)")
        }
        // An order to go on is none to halt.
        let crossed = try life.prover.halt(
            after: life.genesis,
            at: Self.dawn,
            cause: .guardians,
            signatures: ChainLife.orders(.resume, about: life.genesis.attestation, by: Array(all.prefix(2)))
        )
        #expect(life.failures(life.genesis, crossed) == [nil, "guardians"])
        // Signatures under a self-declared halt would lend it a weight that it lacks.
        let adorned = try life.prover.halt(
            after: life.genesis,
            at: Self.dawn,
            cause: .data,
            signatures: ChainLife.orders(.halt, about: life.genesis.attestation, by: all)
        )
        #expect(life.failures(life.genesis, adorned) == [nil, "guardians"])
    }

    @Test(
        "is ended by signatures over itself alone: another halt's, another vault's and a replayed resumption are refused"
    )
    func resumptionsAreBound() throws {
        let life = try ChainLife.shared.get()
        let two = Array(ChainLife.guardians.prefix(2))
        let first = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let resumption = try Self.resumed(life, after: first, halt: first, by: two)
        let second = try life.prover.halt(after: resumption, at: Self.dusk, cause: .data)
        let later = ChainLife.time(20)
        let oldOrders = try ChainLife.orders(.resume, about: first.attestation, by: two)
        // Names the halt it ends, with signatures over the first; names the first, with its own signatures.
        for (digest, failure) in [(second.attestation.digest, "guardians"), (first.attestation.digest, "halts")] {
            let replayed = try life.prover.resume(after: second, at: later, from: digest, signatures: oldOrders)
            #expect(
                life.failures(life.genesis, first, resumption, second, replayed) == [nil, nil, nil, nil, failure]
            )
        }
        let twice = try life.prover.resume(
            after: resumption,
            at: later,
            from: first.attestation.digest,
            signatures: oldOrders
        )
        #expect(life.failures(life.genesis, first, resumption, twice) == [nil, nil, nil, "halts"])
        let again = try life.prover.halt(after: first, at: Self.noon, cause: .data)
        #expect(life.failures(life.genesis, first, again) == [nil, nil, "halts"])
    }

    @Test("of a vault without guardians is the operator's to end, and nobody's to order")
    func withoutGuardians() throws {
        let life = try ChainLife(guarded: false)
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .precaution)
        let resumption = try Self.resumed(life, after: halt, halt: halt, by: [])
        #expect(life.failures(life.genesis, halt, resumption) == [nil, nil, nil])
        let signed = try Self.resumed(life, after: halt, halt: halt, by: ChainLife.guardians)
        #expect(life.failures(life.genesis, halt, signed) == [nil, nil, "guardians"])
        #expect(try life.failures(life.genesis, Self.ordered(life, by: ChainLife.guardians)) == [nil, "guardians"])
    }

    @Test("is not lifted by new guardians: none are appointed while it lasts")
    func guardiansStay() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .precaution)
        let amend = try life.prover.amend(
            after: halt,
            from: life.vault.policy,
            at: Self.noon,
            appointing: GuardianSet(keys: [TestSigner(seed: 40).publicKey], threshold: 1),
            owner: ChainLife.owner.signer
        )
        #expect(life.failures(life.genesis, halt, amend) == [nil, nil, "guardians"])
        let policyAlone = try ChainLife.prover(life.strict.policy)
            .amend(after: halt, from: life.vault.policy, at: Self.noon, owner: ChainLife.owner.signer)
        #expect(life.failures(life.genesis, halt, policyAlone) == [nil, nil, nil])
    }

    @Test("names a cause of the closed list, and changes nothing")
    func isClosed() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        func failure(_ change: (inout Statement) -> Void) throws -> String? {
            let altered = try halt.attestation.altered(change)
            return ChainLife.failures([life.genesis.attestation, altered], [life.vault.policy])[1]
        }
        #expect(try failure { $0.inputs = [PublicInput(.cause, .zero)] } == "cause")
        #expect(try failure { $0.inputs = [] } == "form")
        #expect(try failure { $0.inputs = [PublicInput(.halt, .zero)] } == "form")
        #expect(try failure { $0.after.swapAt(0, 1) } == "commitments")
        #expect(try failure { $0.carriedAfter = [$0.after[0]] } == "commitments")
        #expect(try failure { $0.regime = 1 } == "form")
        #expect(try failure { $0.candles = ContentDigest(hashing: [1]) } == "market data")
        #expect(Set(HaltCause.allCases.map(\.digest)).count == HaltCause.allCases.count)
    }

    @Test("and its resumption and orders come back from their files, and hostile bytes are refused")
    func files() throws {
        let life = try ChainLife.shared.get()
        let two = Array(ChainLife.guardians.prefix(2))
        let halt = try Self.ordered(life, by: two)
        let resumption = try Self.resumed(life, after: halt, halt: halt, by: two)
        for attestation in [halt.attestation, resumption.attestation] {
            #expect(try Attestation(fileBytes: Array(attestation.fileText.utf8)) == attestation)
        }
        let order = try GuardianOrder(.halt, about: life.genesis.attestation, signer: two[0].signer)
        #expect(order.isSigned)
        let bytes = Array(order.fileText.utf8)
        #expect(try GuardianOrder(fileBytes: bytes) == order)
        for end in 0..<(bytes.count - 2) {
            #expect(throws: AttestationError.self) { try GuardianOrder(fileBytes: Array(bytes[..<end])) }
        }
        var random = SplitMix64(seed: 3)
        for _ in 0..<300 {
            var noise = bytes
            noise[Int.random(in: noise.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            // A digit altered may leave a file; then the signature tells.
            if let read = try? GuardianOrder(fileBytes: noise), read != order { #expect(!read.isSigned) }
        }
        #expect(throws: AttestationError.self) { try GuardianOrder(fileBytes: [UInt8](repeating: 32, count: 5_000)) }
    }

    @Test("has guardians of 1 to 16 distinct keys, none of zeros, as many as the threshold")
    func guardianSets() throws {
        let keys = (0..<17).map { [UInt8](repeating: UInt8($0 + 1), count: 32) }
        #expect(throws: AttestationError.self) { try GuardianSet(keys: [], threshold: 1) }
        #expect(throws: AttestationError.self) { try GuardianSet(keys: keys, threshold: 1) }
        #expect(throws: AttestationError.self) { try GuardianSet(keys: [keys[0], keys[0]], threshold: 1) }
        #expect(throws: AttestationError.self) { try GuardianSet(keys: [keys[0]], threshold: 2) }
        #expect(throws: AttestationError.self) { try GuardianSet(keys: [keys[0]], threshold: 0) }
        #expect(throws: AttestationError.self) {
            try GuardianSet(keys: [[UInt8](repeating: 0, count: 32)], threshold: 1)
        }
        #expect(throws: AttestationError.self) { try GuardianSet(keys: [[1, 2]], threshold: 1) }
        let sets = try [1, 2].map { try GuardianSet(keys: Array(keys.prefix(2)), threshold: $0) }
        #expect(sets[0].digest != sets[1].digest)
    }
}
