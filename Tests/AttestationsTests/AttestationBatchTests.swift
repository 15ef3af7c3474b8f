import MarketData
import Rebalancing
import TestSupport
import Testing

@testable import Attestations

@Suite("A batch of attestations")
struct AttestationBatchTests {
    @Test("has for each the checks that it has alone, however it was altered")
    func agreesWithSingleChecks() throws {
        let chain = try ProvedChain.shared.get()
        let verifier = chain.vault.verifier
        let now = TestVault.start.adding(milliseconds: 100 * TestVault.day)
        let original = chain.rebalance.attestation
        var links: [(attestation: Attestation, previous: Attestation?)] = [
            (chain.genesis.attestation, nil), (chain.hold.attestation, chain.genesis.attestation),
            (original, chain.hold.attestation), (original, nil),
        ]
        links += try StatementBindingTests.changes.map { (try original.altered($0.apply), chain.hold.attestation) }
        links.append((try original.with(proof: [], signer: TestSigner()), chain.hold.attestation))
        var batch = AttestationBatch(verifier: verifier)
        var alone: [[AttestationCheck]] = []
        for (attestation, previous) in links {
            let expectation = AttestationVerifier.Expectation(
                regime: 0,
                candles: original.statement.candles,
                prices: original.statement.prices
            )
            batch.add(attestation, after: previous, expecting: expectation, now: now)
            alone.append(verifier.checks(of: attestation, after: previous, expecting: expectation, now: now))
        }
        #expect(batch.count == links.count)
        var generator = SplitMix64(seed: 1)
        #expect(batch.checks(using: &generator) == alone)
    }
}

@Suite("A circuit laid out once")
struct CircuitPatternTests {
    @Test("is at any prices the circuit laid out at those prices", arguments: UInt64(0)..<8)
    func agreesWithSynthesis(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let mandate = try MaliciousScenario.mandate(schedules: [.daily(minuteOfDay: 0)])
        for kind in AttestationKind.allCases.filter(\.hasCircuit) {
            for isDue in [false, true] {
                let variant = CircuitTemplate.Variant(sameDay: Bool.random(using: &random), scheduleDue: isDue)
                let template = try CircuitTemplate(kind: kind, mandate: mandate, variant: variant)
                let pattern = try CircuitPattern(template)
                let count = kind.isDecision ? mandate.assets.count : 0
                let prices = (0..<count).compactMap { _ in Price(units: UInt64.random(in: 1 ... .max, using: &random)) }
                #expect(try pattern.circuit(prices: prices) == template.circuit(prices: prices))
            }
        }
    }
}
