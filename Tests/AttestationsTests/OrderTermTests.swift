import CanonicalJSON
import MarketData
import Testing

@testable import Attestations

@Suite("An order to resume that says what it covers")
struct OrderTermTests {
    private typealias Head = AttestationProver.Head
    private static let (dawn, noon, dusk) = (ChainLife.time(6), ChainLife.time(12), ChainLife.time(18))
    private static let two = Array(ChainLife.guardians.prefix(2))

    private static func order(
        _ halt: Head,
        by signer: TestSigner,
        covers: Timestamp,
        expires: Timestamp = dusk
    ) throws -> GuardianOrder {
        try GuardianOrder(
            resuming: halt.attestation,
            term: ResetTerm(covers: covers, expires: expires),
            signer: signer.signer
        )
    }

    private static func resumed(_ life: ChainLife, _ halt: Head, at time: Timestamp, _ orders: [GuardianOrder]) throws
        -> Head
    {
        try life.prover.resume(
            after: halt,
            at: time,
            from: halt.attestation.digest,
            signatures: orders.map(\.signature)
        )
    }

    @Test("resets until the least that its guardians cover, and no later than the resumption")
    func resets() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let cases: [(covers: [Int64], reset: Int64)] = [
            ([8, 7], 7), ([7, 9], 7), ([6, 6], 6), ([12, 12], 12), ([13, 14], 12), ([13, 8], 8),
        ]
        for (covers, reset) in cases {
            let orders = try zip(Self.two, covers).map {
                try Self.order(halt, by: $0, covers: ChainLife.time($1))
            }
            let resumption = try Self.resumed(life, halt, at: Self.noon, orders)
            #expect(life.failures(life.genesis, halt, resumption) == [nil, nil, nil], "\(covers)")
            #expect(resumption.attestation.reset == ChainLife.time(reset))
            var standing = ChainStanding()
            for head in [life.genesis, halt, resumption] {
                standing.advance(past: head.attestation, under: life.vault.policy)
            }
            #expect(standing.reset == ChainLife.time(reset))
            let file = Array(resumption.attestation.fileText.utf8)
            #expect(try Attestation(fileBytes: file) == resumption.attestation)
        }
    }

    @Test("serves until it expires and not after, and never for less than the halt that it ends")
    func expires() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        func failure(covers: Int64, expires: Int64, at hours: Int64) throws -> String? {
            let orders = try Self.two.map {
                try Self.order(halt, by: $0, covers: ChainLife.time(covers), expires: ChainLife.time(expires))
            }
            return try life.failures(life.genesis, halt, Self.resumed(life, halt, at: ChainLife.time(hours), orders))[2]
        }
        let name = "term of the orders"
        #expect(try failure(covers: 7, expires: 12, at: 12) == nil)
        #expect(try failure(covers: 7, expires: 12, at: 13) == name)
        #expect(try failure(covers: 6, expires: 12, at: 12) == nil)
        #expect(try failure(covers: 5, expires: 12, at: 12) == name)
        #expect(throws: AttestationError.self) { try ResetTerm(covers: Self.noon, expires: Self.dawn) }
    }

    @Test("is bound by its signature, and by the statement: no other time, version or statement passes")
    func isBound() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let orders = try Self.two.map { try Self.order(halt, by: $0, covers: ChainLife.time(8)) }
        let honest = try Self.resumed(life, halt, at: Self.noon, orders)
        func failure(
            _ terms: [ResetTerm?],
            _ change: (inout Statement) -> Void = { _ in }
        ) throws -> String? {
            var statement = honest.attestation.statement
            change(&statement)
            let altered = Attestation(
                statement: statement,
                operatorKey: honest.attestation.operatorKey,
                identity: nil,
                proof: [],
                signature: try TestSigner().signer.signature(over: Attestation.signedBytes(statement, [])),
                guardianSignatures: zip(honest.attestation.guardianSignatures, terms).map {
                    GuardianSignature(guardian: $0.guardian, signature: $0.signature, term: $1)
                }
            )
            let chain = [life.genesis.attestation, halt.attestation, altered]
            return ChainLife.failures(chain, [life.vault.policy])[2]
        }
        let genuine = orders[0].signature.term
        #expect(try failure([genuine, genuine]) == nil)
        let later = try ResetTerm(covers: Self.noon, expires: Self.dusk)
        let longer = try ResetTerm(covers: ChainLife.time(8), expires: ChainLife.time(20))
        let noon = { (statement: inout Statement) in
            statement.inputs[1] = PublicInput(.covers, ResetTerm.digest(of: Self.noon))
        }
        #expect(try failure([later, later], noon) == "guardians")
        #expect(try failure([longer, genuine]) == "guardians")
        // Without its term an order is one of version 1, which nobody signed; and a statement that hides it has another form.
        #expect(try failure([nil, nil]) == "form")
        #expect(try failure([nil, nil]) { $0.inputs.removeLast() } == "guardians")
        #expect(try failure([genuine, nil]) == "guardians")
        #expect(try failure([genuine, genuine]) { $0.inputs.removeLast() } == "form")
        // The statement says more than the orders cover.
        #expect(try failure([genuine, genuine], noon) == "term of the orders")
    }

    @Test("does not stand beside one that has no date, and no order to halt has one")
    func isNotMixed() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let dated = try Self.order(halt, by: Self.two[0], covers: Self.noon)
        let undated = try GuardianOrder(.resume, about: halt.attestation, signer: Self.two[1].signer)
        let mixed = try Self.resumed(life, halt, at: Self.noon, [dated, undated])
        #expect(life.failures(life.genesis, halt, mixed) == [nil, nil, "term of the orders"])
        let old = try Self.two.map { try GuardianOrder(.resume, about: halt.attestation, signer: $0.signer) }
        let resumption = try Self.resumed(life, halt, at: Self.noon, old)
        #expect(life.failures(life.genesis, halt, resumption) == [nil, nil, nil])
        #expect(!resumption.attestation.hasDatedOrders && resumption.attestation.reset == Self.noon)

        let term = try ResetTerm(covers: Self.noon, expires: Self.dusk)
        let signatures = try Self.two.map {
            let message = GuardianOrder.message(
                .halt,
                vault: life.genesis.attestation.statement.vault,
                attestation: life.genesis.attestation.digest,
                term: term
            )
            return GuardianSignature(
                guardian: $0.publicKey,
                signature: try $0.signer.signature(over: message),
                term: term
            )
        }
        let stopped = try life.prover.halt(
            after: life.genesis,
            at: Self.dawn,
            cause: .guardians,
            signatures: signatures
        )
        #expect(life.failures(life.genesis, stopped) == [nil, "guardians"])
    }

    @Test("is of no use in a vault without guardians")
    func withoutGuardians() throws {
        let life = try ChainLife(guarded: false)
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let orders = try Self.two.map { try Self.order(halt, by: $0, covers: ChainLife.time(8)) }
        let resumption = try Self.resumed(life, halt, at: Self.noon, orders)
        #expect(life.failures(life.genesis, halt, resumption) == [nil, nil, "guardians"])
    }

    @Test("comes back from its file of version 2, and half a term, or one to halt, is none")
    func files() throws {
        let life = try ChainLife.shared.get()
        let halt = try life.prover.halt(after: life.genesis, at: Self.dawn, cause: .data)
        let order = try Self.order(halt, by: Self.two[0], covers: Self.noon)
        #expect(order.isSigned)
        let text = order.fileText
        #expect(text.contains("\"version\": 2"))
        #expect(try GuardianOrder(fileBytes: Array(text.utf8)) == order)
        for (old, new) in [
            ("\"version\": 2", "\"version\": 1"), ("\"version\": 2", "\"version\": 3"),
            ("\"covers\"", "\"cover\""), ("\"expires\"", "\"expire\""), ("\"resume\"", "\"halt\""),
            ("\"covers\": \(Self.noon.milliseconds)", "\"covers\": \(Self.dusk.milliseconds + 1)"),
            ("\"covers\": \(Self.noon.milliseconds)", "\"covers\": -1"),
        ] {
            let altered = text.replacing(old, with: new)
            #expect(altered != text)
            #expect(throws: AttestationError.self, "\(new)") { try GuardianOrder(fileBytes: Array(altered.utf8)) }
        }
        let moved = text.replacing("\(Self.noon.milliseconds)", with: "\(Self.noon.milliseconds - 1)")
        #expect(try !GuardianOrder(fileBytes: Array(moved.utf8)).isSigned)
    }
}
