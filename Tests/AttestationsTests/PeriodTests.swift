import CanonicalJSON
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations

/// A chain of hold, rebalance, flow-free days, and reports over it, proved once for all tests.
private struct ProvedPeriod {
    let vault: TestVault
    let heads: [AttestationProver.Head]
    let report: PeriodReport
    let hidden: PeriodReport

    private static let first = Result { try ProvedPeriod(.sharesPolicy) }
    private static let second = Result { try ProvedPeriod(.spansEvents) }

    static func shared(_ version: PeriodReport.Version) throws -> ProvedPeriod {
        try (version == .sharesPolicy ? first : second).get()
    }

    private init(_ version: PeriodReport.Version) throws {
        let chain = try ProvedChain.shared.get()
        vault = chain.vault
        let later = try vault.prover.hold(
            after: chain.rebalance,
            at: vault.moment(3, prices: TestVault.prices(btc: 51_000)),
            ground: .proved
        )
        heads = [chain.genesis, chain.hold, chain.rebalance, later]
        let start = PeriodStart(history: [chain.genesis.attestation])
        report = try vault.prover.period(version, heads, since: start, provingReturn: .disclosed)
        hidden = try vault.prover.period(version, Array(heads.dropFirst()), since: start, provingReturn: .hidden)
    }

    func failures(_ report: PeriodReport) -> [String] {
        let expectations = report.steps.indices.map { index in
            let original = heads.last { $0.attestation.statement.time == report.steps[index].time }
            let statement = original?.attestation.statement ?? report.steps[index]
            return AttestationVerifier.Expectation(
                regime: Int(statement.regime),
                candles: statement.candles,
                prices: statement.prices
            )
        }
        return vault.verifier.checks(
            of: report,
            expecting: expectations,
            now: TestVault.start.adding(milliseconds: 100 * TestVault.day)
        ).compactMap { if case .failed = $0.check.outcome { $0.check.name } else { nil } }
    }
}

@Suite("A report over a period")
struct PeriodTests {
    static let versions: [PeriodReport.Version] = [.sharesPolicy, .spansEvents]

    @Test(
        "verifies, with its return and without, and its proof is that of one attestation and a little",
        arguments: versions
    )
    func accepted(version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        #expect(period.failures(period.report) == [])
        #expect(period.failures(period.hidden) == [])
        #expect(period.report.steps.map(\.kind) == [.hold, .rebalance, .hold])
        let single = try #require(period.heads.map(\.attestation.proof.count).max())
        #expect(period.report.proof.count <= single + 2 * 64)
        // 50% BTC of 40,000 to 51,000, less what was traded on the way: the value moved from the genesis's.
        let returned = try #require(period.report.periodReturn)
        func value(_ head: AttestationProver.Head, _ prices: [Price]) -> Double {
            zip(head.opening.quantities, prices).reduce(0) { $0 + Double($1.0.units) * Double($1.1.units) }
        }
        let start = value(period.heads[0], period.report.steps[0].prices)
        let end = value(period.heads[3], period.report.steps[2].prices)
        #expect(returned.basisPoints == Int32(((end / start - 1) * 10_000).rounded(.down)))
    }

    @Test("is refused by the return a basis point off, above or below", arguments: [-1, 1] as [Int32], versions)
    func otherReturn(by difference: Int32, version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        let true_ = try #require(period.report.periodReturn)
        let other = try #require(PeriodReturn(basisPoints: true_.basisPoints + difference))
        #expect(period.failures(try period.report.altered(periodReturn: other)) == ["proof"])
        #expect(period.failures(try period.report.altered(periodReturn: .some(nil))) == ["proof"])
        #expect(period.failures(try period.hidden.altered(periodReturn: other)) == ["proof"])
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: String
        let spanning: String
        let apply: @Sendable (inout [Statement]) -> Void

        init(
            _ description: String,
            _ check: String,
            spanning: String? = nil,
            _ apply: @escaping @Sendable (inout [Statement]) -> Void
        ) {
            (testDescription, self.check, self.apply) = (description, check, apply)
            self.spanning = spanning ?? check
        }

        func check(_ version: PeriodReport.Version) -> String { version == .spansEvents ? spanning : check }
    }

    static let changes: [Change] = [
        Change("a step left out", "sequence") { $0.remove(at: 1) },
        Change("steps in another order", "sequence") { $0.swapAt(0, 1) },
        Change("the last step cut off", "proof") { $0.removeLast() },
        Change("another vault in one step", "vault") { $0[1].vault = .zero },
        Change("another vault in all", "proof", spanning: "vault") {
            for index in $0.indices { $0[index].vault = .zero }
        },
        Change("another policy", "policy and model") { $0[0].policy = .zero },
        Change("another regime", "regime") { $0[2].regime = 1 },
        Change("another price", "prices") { $0[1].prices[0] = .one },
        Change("other candles", "market data") { $0[2].candles = .zero },
        Change("a commitment before that is not the last one", "commitments before") {
            $0[2].before[0] = $0[2].before[1]
        },
        Change("a commitment after", "commitments before") { $0[1].after[0] = $0[1].after[1] },
        Change("a first commitment before", "commitments") { $0[0].before[0] = $0[0].before[1] },
        Change("another time of the last rebalance at the start", "proof") {
            for index in [0, 1] {
                $0[index].lastRebalance = $0[index].lastRebalance.adding(milliseconds: -TestVault.day)
            }
        },
        Change("a hold that calls itself a rebalance", "form") { $0[0].kind = .rebalance },
        Change("a number before", "proof") { for index in $0.indices { $0[index].sequence += 1 } },
        Change("another predecessor", "proof") { $0[0].previous = .zero },
    ]

    @Test("is refused by the right check when a statement is altered and signed anew", arguments: changes, versions)
    func everyStatement(change: Change, version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        let altered = try period.report.altered(steps: change.apply)
        #expect(period.failures(altered).first == change.check(version))
        if altered.steps.allSatisfy({ $0.kind != .rebalance || $0.ground == .none }) {
            let unsigned = try period.report.altered(steps: change.apply, signedBy: nil)
            #expect(change.check == "form" || period.failures(unsigned).contains("signature"))
        }
    }

    @Test("is bound to where it ends, and to its proof's bytes", arguments: versions)
    func everyProofByte(version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        #expect(period.failures(try period.report.altered(head: .zero)) == ["proof"])
        #expect(period.failures(try period.report.altered(proof: [])) == ["proof"])
        for index in stride(from: 0, to: period.report.proof.count, by: 29) {
            var proof = period.report.proof
            proof[index] ^= 1
            #expect(period.failures(try period.report.altered(proof: proof)) == ["proof"])
        }
        let attested = try #require(period.heads.last).attestation.proof
        #expect(period.failures(try period.report.altered(proof: attested)) == ["proof"])
    }

    @Test(
        "is not made where one step is a lie: values that no opening of the chain has, or a rule that a step breaks",
        arguments: versions
    )
    func lies(version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        var heads = period.heads
        let start = PeriodStart(history: [heads[0].attestation])
        let lie = VaultOpening(
            quantities: heads[2].opening.quantities.map { Quantity(units: $0.units / 2) },
            blindings: heads[2].opening.blindings,
            carried: heads[2].opening.carried,
            carriedBlinding: heads[2].opening.carriedBlinding
        )
        heads[2] = .init(attestation: heads[2].attestation, opening: lie)
        #expect(throws: AttestationError.openingsUnreadable) {
            try period.vault.prover.period(version, Array(heads.prefix(3)), since: start, provingReturn: .hidden)
        }
        heads = period.heads
        // A hold claimed while a band is broken: its template holds of no opening.
        var statement = heads[1].attestation.statement
        statement.prices = TestVault.prices(btc: 80_000)
        heads[1] = .init(
            attestation: try heads[1].attestation.with(statement: statement, signer: TestSigner()),
            opening: heads[1].opening
        )
        #expect(throws: AttestationError.malformed(reason: "a step of the period is not as its statement claims")) {
            try period.vault.prover.period(version, Array(heads.prefix(2)), since: start, provingReturn: .hidden)
        }
    }

    @Test("needs a step, and in version 1 begins after the genesis", arguments: versions)
    func span(version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        let (prover, heads) = (period.vault.prover, period.heads)
        let start = PeriodStart(history: [heads[0].attestation])
        for heads in [[], [heads[0]], [heads[0], heads[0]]] {
            #expect(throws: AttestationError.self) {
                try prover.period(version, heads, since: start, provingReturn: .hidden)
            }
        }
    }

    @Test("comes back from its file as it was, and no other file is read as it", arguments: versions)
    func file(version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        for report in [period.report, period.hidden] {
            #expect(try PeriodReport(fileBytes: report.json.canonicalBytes) == report)
            #expect(try PeriodReport(fileBytes: Array(report.json.prettyText.utf8)) == report)
        }
        guard case .object(let members) = period.report.json else { return }
        for index in members.indices where members[index].name != "returnBasisPoints" {
            var fewer = members
            fewer.remove(at: index)
            #expect(throws: AttestationError.self) {
                try PeriodReport(fileBytes: JSONValue.object(fewer).canonicalBytes)
            }
        }
        let more = members + [JSONMember("note", .string("hello"))]
        #expect(throws: AttestationError.self) { try PeriodReport(fileBytes: JSONValue.object(more).canonicalBytes) }
        let attestation = Array(period.heads[1].attestation.fileText.utf8)
        #expect(throws: AttestationError.self) { try PeriodReport(fileBytes: attestation) }
        #expect(throws: AttestationError.self) { try Attestation(fileBytes: period.report.json.canonicalBytes) }
    }

    @Test("of damaged bytes is answered and never traps", arguments: UInt64(0)..<20, versions)
    func damage(seed: UInt64, version: PeriodReport.Version) throws {
        let period = try ProvedPeriod.shared(version)
        var random = SplitMix64(seed: seed)
        var bytes = period.hidden.json.canonicalBytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 70))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 70)], at: place)
            }
        }
        guard let report = try? PeriodReport(fileBytes: bytes), report != period.hidden else { return }
        #expect(!period.failures(report).isEmpty)
    }
}
