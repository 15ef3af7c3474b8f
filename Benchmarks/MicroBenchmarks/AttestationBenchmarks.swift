import Attestations
import BigIntegers
import Crypto
import MarketData
import Rebalancing

/// One rebalance of eight assets under fourteen rules: proved, verified alone, and verified 64 at a time.
func attestationBenchmarks(_ bench: Bench) {
    do {
        try rebalanceBenchmarks(bench)
    } catch {
        // What is measured must be right: a refusal ends the run, and CI's smoke form with it.
        fatalError("attestations: \(error)")
    }
}

private func rebalanceBenchmarks(_ bench: Bench) throws {
    let names = ["prove/rebalance-8-assets", "verify/rebalance-8-assets", "verify/rebalance-8-assets-each-of-64"]
    guard bench.words.isEmpty || names.contains(where: { name in bench.words.contains(where: name.contains) }) else {
        return
    }
    let vault = try BenchVault()
    let head = try vault.genesis()
    let attestation = try vault.rebalance(after: head).attestation
    print("  proof of \(attestation.proof.count) bytes")
    bench.measure(names[0], time: .wall) { consume(try? vault.rebalance(after: head)) }
    let verifier = AttestationVerifier(policy: vault.policy)
    let expectation = AttestationVerifier.Expectation(
        regime: 0,
        candles: attestation.statement.candles,
        prices: attestation.statement.prices
    )
    let now = attestation.statement.time
    let checks = verifier.checks(of: attestation, after: head.attestation, expecting: expectation, now: now)
    // Without the chain from its genesis on, halts are not checked.
    for check in checks {
        if case .failed(let reason) = check.outcome { throw Refusal(check: check.name, reason: reason) }
    }
    bench.measure(names[1], time: .wall) {
        consume(verifier.checks(of: attestation, after: head.attestation, expecting: expectation, now: now))
    }
    var batch = AttestationBatch(verifier: verifier)
    for _ in 0..<64 { batch.add(attestation, after: head.attestation, expecting: expectation, now: now) }
    bench.measure(names[2], time: .wall, repetitions: 64) {
        var generator = SystemRandomNumberGenerator()
        consume(batch.checks(using: &generator))
    }
}

private struct Refusal: Error {
    let check: String
    let reason: String
}

/// Eight assets of equal weight at prices of 1, the first one beyond its band.
private struct BenchVault {
    let policy: CompiledPolicy
    private let prover: AttestationProver
    private let count = 8

    init() throws {
        let assets = try ["BTC", "ETH", "SOL", "ADA", "DOT", "XRP", "LTC", "USD"].map { try Asset($0) }
        let band = ToleranceBand(trigger: ExactFraction(30_000), destination: ExactFraction(30_000))
        func atMost(_ share: Int, of chosen: Range<Int>) -> [BigInteger] {
            assets.indices.map { BigInteger(share - (chosen.contains($0) ? 1_000_000 : 0)) }
        }
        let mandate = try Mandate(
            regime: "calm",
            assets: assets,
            quote: assets[7],
            targets: TargetWeights(assets.map { _ in PartsPerMillion(125_000) }),
            bands: assets.map { _ in band },
            triggersOnDrift: true,
            limits: TradingLimits(
                turnoverPerRebalance: PartsPerMillion(250_000),
                turnoverPerDay: PartsPerMillion(300_000),
                largestTrades: [assets[0]: Money("60000")],
                smallestTrade: Money("250"),
                costCeiling: PartsPerMillion(3_500)
            ),
            requirements: (1...7).map {
                Requirement(
                    name: "cap \($0)",
                    predicate: .nonNegative(coefficients: atMost(150_000 * $0, of: 0..<$0), constant: 0)
                )
            } + [
                Requirement(
                    name: "coins",
                    predicate: .nonNegative(coefficients: atMost(950_000, of: 0..<7), constant: 0)
                ),
                Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(200_000))),
            ]
        )
        policy = try CompiledPolicy(
            name: "benchmark",
            version: 1,
            mandates: [mandate],
            regimeRules: [],
            attestEvery: nil,
            modelDigest: nil
        )
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 5, count: 32))
        let signer = Signer(publicKey: Array(key.publicKey.rawRepresentation)) { try Array(key.signature(for: $0)) }
        prover = AttestationProver(
            policy: policy,
            identity: try VaultIdentity(
                nonce: [UInt8](repeating: 7, count: 32),
                operatorKey: signer.publicKey,
                ownerKey: [UInt8](repeating: 0, count: 32)
            ),
            signer: signer,
            vaultSecret: [1, 2, 3],
            entropy: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }
        )
    }

    func genesis() throws -> AttestationProver.Head {
        try prover.genesis(at: moment(0), quantities: quantities([17_000] + Array(repeating: 11_857, count: 7)))
    }

    /// Sells the first asset down to inside its band, buys the others, and loses 1 to costs.
    func rebalance(after head: AttestationProver.Head) throws -> AttestationProver.Head {
        try prover.rebalance(
            after: head,
            at: moment(1),
            quantities: quantities([14_500] + Array(repeating: 12_214, count: 7))
        )
    }

    private func quantities(_ units: [UInt64]) -> [Quantity] { units.map { Quantity(units: $0 * 100_000_000) } }

    private func moment(_ day: Int64) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: Timestamp(milliseconds: 1_640_995_200_000 + day * 86_400_000),
            regime: 0,
            candles: ContentDigest(hashing: [UInt8(day)]),
            prices: (0..<count).map { _ in Price.one }
        )
    }
}
