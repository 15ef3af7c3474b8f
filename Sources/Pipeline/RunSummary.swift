import Attestations
package import BigIntegers
public import CanonicalJSON
public import LedgerStorage
public import MarketData
public import Rebalancing

/// A vault's history in one table, read from its ledger. **Secret**: it shows value and turnover.
public struct RunSummary: Sendable, Equatable {
    /// Entries after genesis.
    public private(set) var decisions = 0
    /// Rebalances.
    public private(set) var rebalances = 0
    /// Rebalances that a limit stopped short of a destination.
    public private(set) var limited = 0
    /// Holds by their reason, most frequent first.
    public private(set) var holds: [(reason: String, count: Int)] = []
    /// Deposits and withdrawals.
    public private(set) var flows = 0
    /// What the owner paid in less what was taken out, at the prices of the decision before each.
    public private(set) var paidIn = Money.zero
    /// Changes of the policy or of guardians.
    public private(set) var amends = 0
    /// Halts.
    public private(set) var halts = 0
    /// How often the regime's label changed.
    public private(set) var labelChanges = 0
    /// ½·Σ|Δvalue| over all rebalances.
    public private(set) var turnover = Money.zero
    /// V⁻ − V⁺ over all rebalances.
    public private(set) var cost = Money.zero
    /// The value at genesis.
    public private(set) var firstValue = Money.zero
    /// The value after the last decision.
    public private(set) var lastValue = Money.zero
    /// The first and last times.
    public private(set) var span: (from: Timestamp, to: Timestamp)?

    /// Reads the whole ledger.
    ///
    /// - Throws: `LedgerError` if an entry cannot be read or opened.
    public init(ledger: Ledger, mandate: Mandate) async throws {
        var counts: [String: Int] = [:]
        var turnover: BigInteger = 0
        var cost: BigInteger = 0
        var paidIn: BigInteger = 0
        var lastRegime: String?
        var next: UInt64 = 0
        while true {
            let entries = try await ledger.entries(from: next, limit: 64)
            guard let last = entries.last else { break }
            next = last.sequence + 1
            for entry in entries {
                let record = try await SealedRecord(bytes: ledger.openings(of: entry).copiedBytes())
                let decision = try DecisionWords(bytes: entry.decision)
                if entry.sequence == 0 {
                    firstValue = mandate.money(record.value)
                } else if let amount = record.paidIn {
                    flows += 1
                    paidIn += amount
                } else if decision.kind == AttestationKind.amend.name {
                    amends += 1
                } else if decision.kind == AttestationKind.halt.name {
                    halts += 1
                } else if decision.kind != AttestationKind.resume.name {
                    decisions += 1
                }
                if decision.kind == AttestationKind.rebalance.name { rebalances += 1 }
                if decision.kind == AttestationKind.hold.name { counts[decision.shortReason, default: 0] += 1 }
                if decision.isLimited { limited += 1 }
                if decision.regime != DecisionWords.noRegime {
                    if let lastRegime, lastRegime != decision.regime { labelChanges += 1 }
                    lastRegime = decision.regime
                }
                turnover += record.twiceTurnover
                cost += record.cost
                lastValue = mandate.money(record.value)
                span = (span?.from ?? entry.time, entry.time)
            }
        }
        holds = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (reason: $0.key, count: $0.value) }
        self.turnover = mandate.money(turnover.floorDivided(by: 2))
        self.cost = mandate.money(cost)
        self.paidIn = mandate.money(paidIn)
    }

    /// Compares all figures.
    public static func == (left: RunSummary, right: RunSummary) -> Bool {
        left.rows.elementsEqual(right.rows) { $0 == $1 }
    }

    /// The table's rows: name and figure.
    public var rows: [(name: String, figure: String)] {
        [("decisions", "\(decisions)"), ("rebalances", "\(rebalances)"), ("stopped by a limit", "\(limited)")]
            + holds.map { ("held: \($0.reason)", "\($0.count)") }
            + (flows == 0 ? [] : [("flows", "\(flows)"), ("paid in, less taken out", "\(paidIn)")])
            + (amends == 0 ? [] : [("amends", "\(amends)")]) + (halts == 0 ? [] : [("halts", "\(halts)")]) + [
                ("label changes", "\(labelChanges)"), ("turnover", "\(turnover)"), ("cost", "\(cost)"),
                ("value at genesis", "\(firstValue)"), ("value at the end", "\(lastValue)"),
            ]
    }
}

extension RunSummary {
    /// The figures under names of their own: counts as numbers, money as decimal strings.
    public var jsonMembers: [JSONMember] {
        [
            JSONMember("from", span.map { .string($0.from.description) } ?? .null),
            JSONMember("last", span.map { .string($0.to.description) } ?? .null),
            JSONMember("decisions", .integer(decisions)), JSONMember("rebalances", .integer(rebalances)),
            JSONMember("stoppedByLimit", .integer(limited)),
            JSONMember("holds", .object(holds.map { JSONMember($0.reason, .integer($0.count)) })),
            JSONMember("flows", .integer(flows)), JSONMember("paidIn", .string("\(paidIn)")),
            JSONMember("amends", .integer(amends)), JSONMember("halts", .integer(halts)),
            JSONMember("labelChanges", .integer(labelChanges)), JSONMember("turnover", .string("\(turnover)")),
            JSONMember("cost", .string("\(cost)")), JSONMember("valueAtGenesis", .string("\(firstValue)")),
            JSONMember("valueAtEnd", .string("\(lastValue)")),
        ]
    }
}

/// The clear part of a ledger entry.
struct DecisionWords: Sendable {
    let kind: String
    let regime: String
    let reason: String
    let isLimited: Bool
    /// What stands for the regime of an event that is made in none.
    static let noRegime = "-"

    init(bytes: [UInt8]) throws(JSONError) {
        var object = try JSONObjectReader(JSONValue.read(bytes))
        kind = try object.string("decision")
        regime = try object.string("regime")
        reason = try object.string("reason")
        isLimited = try object.bool("limited")
        try object.finish()
    }

    /// The reason without what differs from time to time, so that a table can count it.
    var shortReason: String {
        for word in ["cooldown", "breaker", "oracle"] where reason.hasPrefix(word) { return word }
        return String(reason.prefix { $0 != "," })
    }
}

extension Mandate {
    /// The value of these quantities, in value units.
    package func value(of quantities: [Quantity], at prices: [Price]) -> BigInteger {
        assets.indices.reduce(0) {
            $0 + BigInteger(quantities[$1].units) * BigInteger(prices[$1].units) * valueScale($1)
        }
    }

    /// Value units as money, floored to 10⁻⁸.
    package func money(_ value: BigInteger) -> Money {
        let finer = valueExponent - 8
        let scaled =
            finer >= 0
            ? value.floorDivided(by: BigInteger(10).raised(to: finer)) : value * BigInteger(10).raised(to: -finer)
        return Money(units: Int128(exactly: scaled) ?? (value.isNegative ? .min : .max))
    }
}
