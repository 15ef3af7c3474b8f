import BigIntegers
import Foundation
import MarketData
import Rebalancing
import Testing
import ZeroKnowledge

@testable import Attestations

@Suite("A compiled policy")
struct CompiledPolicyTests {
    private func compiled(
        name: String = "p",
        _ mandates: [Mandate],
        rules: [String] = [],
        attestEvery: Int64? = nil
    ) throws -> CompiledPolicy {
        try CompiledPolicy(
            name: name,
            version: 1,
            mandates: mandates,
            regimeRules: rules,
            attestEvery: attestEvery,
            modelDigest: nil
        )
    }

    private func mandate(
        _ regime: String = "calm",
        symbols: [String] = ["BTC", "USD"],
        units: [AssetUnits]? = nil,
        trigger: Int = 50_000,
        schedules: [Schedule] = [],
        cooldown: Int64 = 0,
        perDay: Int64? = nil,
        requirement: String = "cap",
        tolerance: Int64 = 1_000
    ) throws -> Mandate {
        let assets = try symbols.map { try Asset($0) }
        return try Mandate(
            regime: regime,
            assets: assets,
            units: units,
            quote: assets[assets.count - 1],
            targets: TargetWeights([600_000, 400_000].map { PartsPerMillion($0) }),
            bands: assets.map { _ in
                ToleranceBand(trigger: ExactFraction(BigInteger(trigger)), destination: ExactFraction(10_000))
            },
            triggersOnDrift: true,
            schedules: schedules,
            cooldown: cooldown,
            limits: TradingLimits(
                turnoverPerDay: perDay.map { PartsPerMillion($0) },
                costCeiling: PartsPerMillion(5_000)
            ),
            requirements: [
                Requirement(name: requirement, predicate: .nonNegative(coefficients: [-300_000, 700_000], constant: 0))
            ],
            roundingTolerance: PartsPerMillion(tolerance)
        )
    }

    @Test("is refused if its regimes differ in assets, units, quote currency or what they carry")
    func mixedRegimes() throws {
        let calm = try mandate()
        let finer = [try #require(AssetUnits(quantityExponent: 12, priceExponent: 8)), .standard]
        for storm in [
            try mandate("storm", symbols: ["ETH", "USD"]), try mandate("storm", symbols: ["USD", "BTC"]),
            try mandate("storm", units: finer), try mandate("storm", perDay: 100_000),
        ] {
            #expect(throws: AttestationError.self) { try compiled([calm, storm]) }
            #expect(throws: AttestationError.self) { try compiled([storm, calm]) }
            #expect(throws: Never.self) { try compiled([storm]) }
        }
        #expect(throws: AttestationError.self) { try compiled([]) }
        #expect(throws: AttestationError.self) { try compiled([calm], attestEvery: 0) }
        #expect(throws: AttestationError.self) { try compiled([calm], attestEvery: -1) }
    }

    @Test("has at most 255 regimes, each with its own number")
    func mostRegimes() throws {
        let mandates = try (0..<256).map { try mandate("r\($0)", trigger: 50_000 + $0) }
        #expect(throws: AttestationError.self) { try compiled(mandates) }
        let policy = try compiled(Array(mandates.dropLast()))
        let now = TestVault.start
        #expect(policy.template(.hold, regime: 254, lastRebalance: now, time: now)?.mandate.regime == "r254")
        #expect(policy.template(.hold, regime: 255, lastRebalance: now, time: now) == nil)
    }

    @Test("writes no name that could pass for a line of its document")
    func forgedLines() throws {
        let evil = "x\"\nregime 1 \"free\"\n  due every 1 ms\r\u{2028}\u{0}\\"
        for policy in [
            try compiled(name: evil, [mandate()]), try compiled([mandate(evil)]),
            try compiled([mandate(requirement: evil)]),
            try compiled([mandate()], rules: [evil]),
        ] {
            let lines = policy.document.split(whereSeparator: \.isNewline)
            #expect(!lines.contains { $0.hasPrefix("regime 1") || $0.hasPrefix("  due") })
        }
    }

    @Test("has a digest that covers whatever a decision depends on")
    func digestCoverage() throws {
        let digests = try [
            compiled([mandate()]), compiled(name: "q", [mandate()]), compiled([mandate("storm")]),
            compiled([mandate()], rules: ["enter"]), compiled([mandate()], rules: ["enter", "leave"]),
            compiled([mandate()], rules: ["enter\nleave"]), compiled([mandate()], attestEvery: 1),
            compiled([mandate(trigger: 50_001)]), compiled([mandate(cooldown: 1)]),
            compiled([mandate(schedules: [.every(milliseconds: 1)])]),
            compiled([mandate(schedules: [.daily(minuteOfDay: 1)])]),
            compiled([mandate(schedules: [.weekly(weekday: 1, minuteOfDay: 1)])]),
            compiled([mandate(schedules: [.monthly(day: 1, minuteOfDay: 1)])]), compiled([mandate(perDay: 1)]),
            compiled([mandate(symbols: ["ETH", "USD"])]), compiled([mandate(tolerance: 1_001)]),
            compiled([mandate(requirement: "other")]), compiled([mandate(), mandate("storm")]),
            compiled([mandate("storm"), mandate()]),
        ].map(\.digest)
        #expect(Set(digests).count == digests.count)
        #expect(try compiled([mandate()]).digest == digests[0])
    }

    @Test("proves a hold for which there is nothing to prove")
    func emptyCircuit() throws {
        let asset = try Asset("BTC")
        let bare = try Mandate(
            regime: "calm",
            assets: [asset],
            quote: Asset("USD"),
            targets: TargetWeights([PartsPerMillion(1_000_000)]),
            bands: [ToleranceBand(trigger: nil, destination: ExactFraction(0))],
            triggersOnDrift: false,
            schedules: [.weekly(weekday: 1, minuteOfDay: 0)],
            limits: TradingLimits(costCeiling: PartsPerMillion(0))
        )
        let vault = try TestVault(mandates: [bare])
        let moment = { (day: Int64) in vault.moment(day, prices: [Price.one]) }
        let genesis = try vault.prover.genesis(at: moment(0), quantities: TestVault.quantities(5))
        let hold = try vault.prover.hold(after: genesis, at: moment(1), ground: .proved)
        #expect(vault.failures(hold.attestation, after: genesis.attestation) == [])
        // 1 January 2022 was a Saturday: on Monday the schedule is due, and no limit could excuse a hold.
        #expect(throws: AttestationError.self) { try vault.prover.hold(after: hold, at: moment(2), ground: .proved) }
    }

    @Test("refuses decisions that do not fit it, and never traps")
    func misfits() throws {
        let vault = try TestVault()
        let genesis = try vault.prover.genesis(at: vault.moment(0), quantities: AttestationChainTests.onTarget)
        for quantities in [TestVault.quantities(), TestVault.quantities(1, 2), TestVault.quantities(1, 2, 3, 4)] {
            #expect(throws: AttestationError.self) {
                try vault.prover.genesis(at: vault.moment(0), quantities: quantities)
            }
            #expect(throws: AttestationError.self) {
                try vault.prover.rebalance(after: genesis, at: vault.moment(1), quantities: quantities)
            }
        }
        for moment in [vault.moment(1, prices: []), vault.moment(1, regime: 2), vault.moment(1, regime: -1)] {
            #expect(throws: AttestationError.self) {
                try vault.prover.hold(after: genesis, at: moment, ground: .proved)
            }
            #expect(throws: AttestationError.self) {
                try vault.prover.rebalance(after: genesis, at: moment, quantities: AttestationChainTests.onTarget)
            }
        }
    }

    @Test("compiles to the stored document, byte for byte")
    func golden() throws {
        let url = Forever.folder.appending(path: "policy.txt")
        let document = try Forever.vault().policy.document
        if Forever.regenerates { try Data(document.utf8).write(to: url) }
        #expect(try String(decoding: Data(contentsOf: url), as: UTF8.self) == document)
    }

    @Test("counts the multipliers that its circuits have when they are laid out")
    func countsMultipliers() throws {
        for kind in [AttestationKind.genesis, .rebalance, .hold, .flow] {
            let mandate = try BucketScenario.mandate()
            let template = try CircuitTemplate(
                kind: kind,
                mandate: mandate,
                variant: .init(sameDay: kind == .rebalance, scheduleDue: false)
            )
            let circuit = try template.circuit(prices: kind == .flow ? [] : MaliciousScenario.prices)
            #expect(circuit.multiplierCount == template.multiplierCount)
        }
    }

    @Test("is refused where a circuit is larger than any proof can be about")
    func tooLarge() throws {
        let requirement = Requirement(name: "r", predicate: .nonNegative(coefficients: [1, 1, 1], constant: 0))
        let mandate = try TestVault.mandate(
            "calm",
            trigger: 40_000,
            requirements: Array(repeating: requirement, count: 20_000)
        )
        #expect(throws: AttestationError.self) { try TestVault(mandates: [mandate]) }
    }
}
