import BigIntegers
import CanonicalJSON
import Crypto
import Foundation
import MarketData
import Rebalancing
import Testing

@testable import Attestations

/// What verified when its format was fixed verifies for ever, byte for byte.
///
/// `BALLAST_REGENERATE=1` writes what is missing and never what stands: each chain is made here once, with fixed keys and with
/// proofs that no second run gives again.
@Suite("Stored when its format was fixed,")
struct StoredForeverTests {
    private static func moment(
        _ day: Int64,
        _ prices: [Price],
        risk: MarketRisk = .none
    ) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: TestVault.start.adding(milliseconds: day * TestVault.day),
            regime: 0,
            candles: ContentDigest(hashing: Array("candles \(day)".utf8)),
            prices: prices,
            risk: risk
        )
    }

    private static func units(_ units: [UInt64]) -> [Quantity] { units.map { Quantity(units: $0) } }

    /// What a statement itself says of the market, as these fixtures have no candles.
    private static func stated(_ attestation: Attestation, risk: MarketRisk = .none)
        -> AttestationVerifier.Expectation
    {
        let statement = attestation.statement
        return .init(
            regime: Int(statement.regime),
            candles: statement.candles,
            prices: statement.prices,
            risk: statement.inputs.contains { $0.name == .covariance } ? risk : .none
        )
    }

    @Test("a chain with budgets of volatility and tracking error verifies with its covariance")
    func covariance() throws {
        let (name, kinds) = ("attestations-v1-covariance", [AttestationKind.genesis, .rebalance, .hold])
        let vault = try TestVault(mandates: [RiskScenario.mandate()], attestEvery: nil)
        let risk = try RiskScenario.risk()
        try StoredFiles.store(
            {
                let state = RiskScenario.honestStates(.rebalance)[0]
                let prices = RiskScenario.prices
                let genesis = try vault.prover.genesis(
                    at: Self.moment(0, prices),
                    quantities: Self.units(state.before)
                )
                let rebalance = try vault.prover.rebalance(
                    after: genesis,
                    at: Self.moment(1, prices, risk: risk),
                    quantities: Self.units(state.after)
                )
                let hold = try vault.prover.hold(
                    after: rebalance,
                    at: Self.moment(2, prices, risk: risk),
                    ground: .proved
                )
                return [genesis, rebalance, hold]
            },
            in: name,
            kinds: kinds
        )
        let chain = try StoredFiles.chain(name, kinds: kinds)
        let failures = StoredFiles.failures(chain, by: vault.verifier) { attestation, _ in
            Self.stated(attestation, risk: risk)
        }
        #expect(failures == [[], [], []])
        #expect(chain[1].statement.inputs == [PublicInput(.covariance, risk.digest)])
    }

    @Test("a chain that counts positions verifies")
    func positions() throws {
        let (name, kinds) = ("attestations-v1-positions", [AttestationKind.genesis, .rebalance, .hold])
        let vault = try TestVault(mandates: [PositionsScenario.mandate()], attestEvery: nil)
        try StoredFiles.store(
            {
                let state = PositionsScenario.honestStates(.rebalance)[1]
                let prices = PositionsScenario.prices
                let genesis = try vault.prover.genesis(
                    at: Self.moment(0, prices),
                    quantities: Self.units(state.before)
                )
                let rebalance = try vault.prover.rebalance(
                    after: genesis,
                    at: Self.moment(1, prices),
                    quantities: Self.units(state.after)
                )
                return [
                    genesis, rebalance,
                    try vault.prover.hold(after: rebalance, at: Self.moment(2, prices), ground: .proved),
                ]
            },
            in: name,
            kinds: kinds
        )
        let failures = StoredFiles.failures(try StoredFiles.chain(name, kinds: kinds), by: vault.verifier) {
            attestation,
            _ in Self.stated(attestation)
        }
        #expect(failures == [[], [], []])
    }

    /// A bucket of 0.01% of value that one rebalance fills and that excuses a hold, a report over both with its return and
    /// without, and a custodian's receipt for what was held after the rebalance.
    @Test("a chain with a slippage bucket verifies, with reports over its period and a custodian's receipt")
    func bucket() throws {
        let (name, kinds) = ("attestations-v1-bucket", [AttestationKind.genesis, .rebalance, .hold])
        let vault = try BucketScenario.vault()
        let custodian = TestSigner(seed: 31)
        let (reports, receiptPath) = (["period.json", "period-return.json"], "\(name)/custody.json")
        try StoredFiles.store(
            {
                let genesis = try vault.prover.genesis(
                    at: vault.moment(0),
                    quantities: AttestationChainTests.onTarget
                )
                let rebalance = try vault.prover.rebalance(
                    after: genesis,
                    at: vault.moment(1, prices: TestVault.prices(btc: 52_000)),
                    quantities: AttestationChainTests.rebalanced
                )
                let hold = try vault.prover.hold(
                    after: rebalance,
                    at: vault.moment(2, prices: TestVault.prices(btc: 62_000, eth: 2_000)),
                    ground: .proved
                )
                for (path, disclosure) in zip(reports, [ReturnDisclosure.hidden, .disclosed]) {
                    let report = try vault.prover.period(
                        .sharesPolicy,
                        [genesis, rebalance, hold],
                        since: nil,
                        provingReturn: disclosure
                    )
                    try StoredFiles.store("period-v1/" + path, report.json.prettyText + "\n")
                }
                let receipt = try CustodyReceipt(
                    for: rebalance.attestation,
                    opening: CustodyOpening(rebalance.opening),
                    custodian: custodian.signer
                )
                try StoredFiles.store(receiptPath, receipt.fileText + "\n")
                return [genesis, rebalance, hold]
            },
            in: name,
            kinds: kinds
        )
        let chain = try StoredFiles.chain(name, kinds: kinds)
        let failures = StoredFiles.failures(chain, by: vault.verifier) { attestation, _ in Self.stated(attestation) }
        #expect(failures == [[], [], []])
        #expect(chain.map(\.statement.carriedAfter.count) == [2, 2, 2])

        for (path, hasReturn) in zip(reports, [false, true]) {
            let report = try PeriodReport(fileBytes: StoredFiles.bytes("period-v1/" + path))
            #expect(try report.json.prettyText + "\n" == StoredFiles.text("period-v1/" + path))
            let refused = vault.verifier.checks(
                of: report,
                expecting: chain.dropFirst().map { Self.stated($0) },
                now: TestVault.start.adding(milliseconds: 1_000 * TestVault.day)
            ).compactMap { if case .failed = $0.check.outcome { $0.check.name } else { nil } }
            #expect(refused == [])
            #expect(report.head == chain[2].digest && report.steps.map(\.kind) == [.rebalance, .hold])
            #expect((report.periodReturn != nil) == hasReturn)
        }

        let receipt = try CustodyReceipt(fileBytes: StoredFiles.bytes(receiptPath))
        #expect(try receipt.fileText + "\n" == StoredFiles.text(receiptPath))
        #expect(receipt.custodian == custodian.publicKey)
        #expect(receipt.refusal(about: chain[1].statement) == nil)
    }

    /// Three sources, and a breaker that two of three guardians reset.
    static func guardedVault() throws -> GuardedVault {
        let crash = CircuitBreaker(
            name: "crash",
            action: .haltUntilReset(guardians: 2),
            condition: .compared(.fall(TestVault.assets[0], window: TestVault.day), .above, .value(120_000))
        )
        return try GuardedVault(
            safeguards: Safeguards(breakers: [crash], oracle: GuardedVault.rule),
            guardians: GuardianSet(keys: ChainLife.guardians.map(\.publicKey), threshold: 2)
        )
    }

    /// What candles and reports say of an attestation of that vault.
    static func expectation(
        _ attestation: Attestation,
        _ standing: ChainStanding,
        _ vault: GuardedVault,
        _ replay: SafeguardReplay
    ) throws -> AttestationVerifier.Expectation {
        let statement = attestation.statement
        let verdict = replay.verdict(at: statement.time, since: standing.lastReset(before: statement))
        guard statement.readsPrices else {
            return .init(regime: 0, candles: .zero, prices: [], safeguards: verdict)
        }
        let moment = try vault.moment(try #require(vault.closes.firstIndex(of: statement.time)) + 1, replay)
        return .init(
            regime: 0,
            candles: moment.candles,
            prices: moment.prices,
            inputs: moment.inputs,
            safeguards: verdict
        )
    }

    @Test("a chain under signed reports and candles verifies, with a breaker that its guardians reset")
    func guarded() throws {
        let name = "attestations-v1-guarded"
        let kinds: [AttestationKind] = [.genesis, .halt, .hold, .resume, .rebalance]
        let vault = try Self.guardedVault()
        try StoredFiles.store(
            {
                let reports = try vault.reports()
                try StoredFiles.store("\(name)/reports.jsonl", String(decoding: reports.fileBytes, as: UTF8.self))
                let sources = try #require(vault.policy.sources)
                try StoredFiles.store("\(name)/policy.sources", String(decoding: sources.fileBytes, as: UTF8.self))
                let replay = try vault.replay(reports)
                let genesis = try vault.prover.genesis(
                    at: vault.moment(2, replay),
                    quantities: GuardedVault.overweight
                )
                let halt = try vault.prover.halt(after: genesis, at: vault.closes[2], cause: .breaker)
                let hold = try vault.prover.halted(after: halt, at: vault.closes[3])
                let resumption = try vault.prover.resume(
                    after: hold,
                    at: vault.closes[3].adding(milliseconds: TestVault.day / 2),
                    from: halt.attestation.digest,
                    signatures: ChainLife.orders(
                        .resume,
                        about: halt.attestation,
                        by: Array(ChainLife.guardians.prefix(2))
                    )
                )
                let rebalance = try vault.prover.rebalance(
                    after: resumption,
                    at: vault.moment(5, replay),
                    quantities: GuardedVault.balanced
                )
                return [genesis, halt, hold, resumption, rebalance]
            },
            in: name,
            kinds: kinds
        )
        // By the stored reports and keys alone.
        let reports = try OracleFile(fileBytes: StoredFiles.bytes("\(name)/reports.jsonl"))
        #expect(try reports.fileBytes == StoredFiles.bytes("\(name)/reports.jsonl"))
        let sources = try OracleSources(fileBytes: StoredFiles.bytes("\(name)/policy.sources"))
        #expect(try sources.fileBytes == StoredFiles.bytes("\(name)/policy.sources"))
        #expect(sources == vault.policy.sources)
        let replay = try vault.replay(reports)
        #expect(replay.ignored.isEmpty)
        let chain = try StoredFiles.chain(name, kinds: kinds)
        let failures = try StoredFiles.failures(chain, by: vault.verifier) { attestation, standing in
            try Self.expectation(attestation, standing, vault, replay)
        }
        #expect(failures == [[], [], [], [], []])
        #expect(chain[4].statement.inputs.map(\.name) == [.reports])
    }

    /// `sha256sum` writes and reads this list; a stored file belongs on it.
    @Test("every file is the one that was stored: its digest stands on a list")
    func digests() throws {
        func digest(_ path: String) throws -> String {
            SHA256.hash(data: Data(try StoredFiles.bytes(path))).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }
        let list = "digests.txt"
        var lines = try StoredFiles.text(list).split(separator: "\n").map(String.init)
        if Forever.regenerates {
            let known = Set(lines.map { $0.dropFirst(66) })
            let paths = FileManager.default.subpaths(atPath: StoredFiles.folder.path) ?? []
            for path in paths.sorted() where path.contains(".") && path != list && !known.contains(path[...]) {
                lines.append("\(try digest(path))  \(path)")
            }
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: StoredFiles.folder.appending(path: list))
        }
        #expect(lines.count >= 60)
        for line in lines {
            let path = String(line.dropFirst(66))
            #expect(try "\(digest(path))  \(path)" == line)
        }
    }
}
