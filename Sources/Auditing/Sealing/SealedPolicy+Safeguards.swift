import BigIntegers
import CanonicalJSON
import MarketData
import Rebalancing

// Breakers and oracle in the file: what anyone may know of them, in members that stand only where the policy has them.

extension SealedPolicy {
    static func json(_ oracle: OracleRule) -> JSONValue {
        var members = [
            JSONMember("sources", .integer(oracle.sources)), JSONMember("quorum", .integer(oracle.quorum)),
            JSONMember("maximumAge", .integer(oracle.maximumAge)),
            JSONMember("maximumAhead", .integer(oracle.maximumAhead)),
        ]
        if let spread = oracle.maximumSpread { members.append(JSONMember("maximumSpread", .integer(spread))) }
        return .object(members + [JSONMember("outageHold", .integer(oracle.outageHold))])
    }

    static func json(_ breaker: CircuitBreaker) -> JSONValue {
        let action =
            switch breaker.action {
            case .halt(let milliseconds): JSONMember("halt", .integer(milliseconds))
            case .haltUntilReset(let guardians): JSONMember("haltUntilReset", .integer(guardians))
            case .slow(let factor): JSONMember("slow", .integer(factor))
            }
        return .object([JSONMember("name", .string(breaker.name)), action, JSONMember("when", json(breaker.condition))])
    }

    private static func json(_ condition: MarketCondition) -> JSONValue {
        switch condition {
        case .oracleBad: return .object([JSONMember("figure", .object([JSONMember("name", .string("oracle bad"))]))])
        // What is not acted on is never sealed; as it stands here, no reader takes it.
        case .regime(let label): return .object([JSONMember("regime", .string(label))])
        case .compared(let figure, let comparison, let bound):
            let members = [
                JSONMember("figure", json(figure)), JSONMember("comparison", .string(comparison.rawValue)),
            ]
            switch bound {
            case .value(let units): return .object(members + [JSONMember("value", .string("\(units)"))])
            case .figure(let other, let factor):
                return .object(members + [JSONMember("factor", .integer(factor)), JSONMember("other", json(other))])
            }
        }
    }

    private static func json(_ figure: MarketFigure) -> JSONValue {
        var members = [JSONMember("name", .string(BreakerFigure(figure)?.rawValue ?? "\(figure)"))]
        if !figure.assets.isEmpty {
            members.append(JSONMember("assets", .array(figure.assets.map { .string($0.symbol) })))
        }
        if figure.window > 0 { members.append(JSONMember("window", .integer(figure.window))) }
        return .object(members)
    }
}

/// The figures that a sealed policy's breakers can read: public ones that this version measures.
private enum BreakerFigure: String, CaseIterable {
    case price, fall, rise, correlation
    case realizedVolatility = "realized volatility"
    case oracleAge = "oracle age"
    case oracleAhead = "oracle ahead"
    case oracleSpread = "oracle spread"
    case oracleSources = "oracle sources"

    init?(_ figure: MarketFigure) {
        switch figure {
        case .price: self = .price
        case .fall: self = .fall
        case .rise: self = .rise
        case .realizedVolatility: self = .realizedVolatility
        case .correlation: self = .correlation
        case .oracleAge: self = .oracleAge
        case .oracleAhead: self = .oracleAhead
        case .oracleSpread: self = .oracleSpread
        case .oracleSources: self = .oracleSources
        case .depth, .gas, .elapsed, .probability: return nil
        }
    }

    /// How many assets it names.
    var assetCount: Int {
        switch self {
        case .price, .fall, .rise, .realizedVolatility: 1
        case .correlation: 2
        case .oracleAge, .oracleAhead, .oracleSpread, .oracleSources: 0
        }
    }

    /// Whether it looks back over a window.
    var hasWindow: Bool { self != .price && assetCount > 0 }

    /// What is compared with one another, as the language has it.
    var unit: String {
        switch self {
        case .price: "money"
        case .fall, .rise, .oracleSpread: "fraction"
        case .correlation, .oracleSources: "number"
        case .realizedVolatility: "rate"
        case .oracleAge, .oracleAhead: "duration"
        }
    }

    /// The largest value that the language compares it with, in its unit.
    var largest: BigInteger? {
        switch self {
        case .price: nil
        case .fall, .correlation, .oracleSpread: 1_000_000
        case .oracleSources: 64_000_000
        case .rise, .realizedVolatility: 100_000_000
        case .oracleAge, .oracleAhead: 315_360_000_000
        }
    }
}

extension SealedPolicyReader {
    /// - Parameter slows: Whether the policy has a cooldown for `slow` to multiply.
    func safeguards(
        oracle: JSONObjectReader?,
        breakers entries: [JSONObjectReader],
        slows: Bool
    ) throws -> Safeguards {
        let rule = try oracle.map { try oracleRule($0) }
        try require(entries.count <= 1_000, "breakers", "at most 1000")
        var names: Set<String> = []
        let breakers = try entries.map { entry in
            let breaker = try breaker(entry, slows: slows)
            try require(names.insert(breaker.name).inserted, "breakers", "names that differ")
            return breaker
        }
        // The figures of breakers come from signed prices, in the language as well.
        try require(rule != nil || breakers.isEmpty, "breakers", "an oracle beside them")
        return Safeguards(breakers: breakers, oracle: rule)
    }

    private func oracleRule(_ entry: JSONObjectReader) throws -> OracleRule {
        var entry = entry
        let sources = try bounded(entry.integer("sources"), 1...OracleRule.mostSources, "oracle.sources")
        let quorum = try bounded(entry.integer("quorum"), 1...sources, "oracle.quorum")
        let age = try bounded(entry.integer("maximumAge"), 1_000...604_800_000, "oracle.maximumAge")
        let ahead = try bounded(entry.integer("maximumAhead"), 0...3_600_000, "oracle.maximumAhead")
        let spread = try entry.optionalInteger("maximumSpread").map {
            Int64(try bounded($0, 1...500_000, "oracle.maximumSpread"))
        }
        let hold = try bounded(entry.integer("outageHold"), 0...2_678_400_000, "oracle.outageHold")
        try require(hold == 0 || hold >= 1_000, "oracle.outageHold", "0, or 1000 at least")
        try entry.finish()
        return OracleRule(
            sources: sources,
            quorum: quorum,
            maximumAge: Int64(age),
            maximumAhead: Int64(ahead),
            maximumSpread: spread,
            outageHold: Int64(hold)
        )
    }

    private func breaker(_ entry: JSONObjectReader, slows: Bool) throws -> CircuitBreaker {
        var entry = entry
        let name = try text(entry.string("name"), "breakers.name")
        try require(!name.allSatisfy(\.isWhitespace), "breakers.name", "a name")
        let action: CircuitBreaker.Action
        if let time = try entry.optionalInteger("halt") {
            action = .halt(milliseconds: Int64(try bounded(time, 60_000...31_622_400_000, "halt")))
        } else if let guardians = try entry.optionalInteger("haltUntilReset") {
            action = .haltUntilReset(guardians: try bounded(guardians, 1...16, "haltUntilReset"))
        } else {
            action = .slow(factor: Int64(try bounded(entry.integer("slow"), 2...1_000, "slow")))
            try require(slows, "slow", "a cooldown to multiply")
        }
        let condition = try condition(entry.object("when"))
        try entry.finish()
        return CircuitBreaker(name: name, action: action, condition: condition)
    }

    private func condition(_ entry: JSONObjectReader) throws -> MarketCondition {
        var entry = entry
        var whole = try entry.object("figure")
        if try whole.string("name") == "\(MarketCondition.oracleBad)" {
            try whole.finish()
            try entry.finish()
            return .oracleBad
        }
        let (kind, figure) = try self.figure(whole)
        guard let comparison = MarketCondition.Comparison(rawValue: try entry.string("comparison")) else {
            throw malformed("comparison", MarketCondition.Comparison.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let bound: MarketCondition.Bound
        if let value = try entry.optionalString("value") {
            let units = try integer(value, "value")
            try require(units >= 0 && units <= kind.largest ?? units, "value", "what the figure can be compared with")
            bound = .value(units)
        } else {
            let factor = try bounded(entry.integer("factor"), 1...1_000_000_000, "factor")
            let (other, figure) = try self.figure(entry.object("other"))
            try require(other.unit == kind.unit, "other", "a figure of the same kind")
            bound = .figure(figure, factor: Int64(factor))
        }
        try entry.finish()
        return .compared(figure, comparison, bound)
    }

    private func figure(_ entry: JSONObjectReader) throws -> (BreakerFigure, MarketFigure) {
        var entry = entry
        guard let kind = BreakerFigure(rawValue: try entry.string("name")) else {
            throw malformed("figure", BreakerFigure.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let named = try kind.assetCount == 0 ? [] : entry.strings("assets").map { try Asset($0) }
        try require(
            named.count == kind.assetCount && named.allSatisfy { assets.contains($0) && $0 != quote },
            "assets",
            "\(kind.assetCount) of the policy's, and not the quote currency"
        )
        let window = Int64(
            try kind.hasWindow ? bounded(entry.integer("window"), 60_000...315_360_000_000, "window") : 0
        )
        try entry.finish()
        let figure: MarketFigure =
            switch kind {
            case .price: .price(named[0])
            case .fall: .fall(named[0], window: window)
            case .rise: .rise(named[0], window: window)
            case .realizedVolatility: .realizedVolatility(named[0], window: window)
            case .correlation: .correlation(named[0], named[1], window: window)
            case .oracleAge: .oracleAge
            case .oracleAhead: .oracleAhead
            case .oracleSpread: .oracleSpread
            case .oracleSources: .oracleSources
            }
        return (kind, figure)
    }

    // MARK: Rules over risk, positions and slippage

    /// Rules that make a rebalance due beside drift and schedules, where there are any.
    func triggers(_ rebalance: inout JSONObjectReader) throws -> [Requirement] {
        guard let entries = try rebalance.optionalArray("triggers") else { return [] }
        try require((1...1_000).contains(entries.count), "rebalance.triggers", "1 to 1000, or no such member")
        return try entries.map { entry in
            let trigger = try requirement(try JSONObjectReader(entry))
            guard case .risk = trigger.predicate else { throw malformed("rebalance.triggers", "rules over risk") }
            return trigger
        }
    }

    func slippageBucket(_ entry: JSONObjectReader) throws -> SlippageBucket {
        var entry = entry
        let capacity = try bounded(entry.integer("capacity"), 1...1_000_000, "slippageBucket.capacity")
        let refill = try bounded(entry.integer("refill"), 3_600_000...31_622_400_000, "slippageBucket.refill")
        try entry.finish()
        return SlippageBucket(capacity: PartsPerMillion(Int64(capacity)), refill: Int64(refill))
    }

    /// A requirement over risk or positions; `nil` if the entry is another.
    func limited(_ entry: inout JSONObjectReader) throws -> Requirement.Predicate? {
        if let name = try entry.optionalString("measure") {
            guard let kind = RiskMeasure.Kind(rawValue: name) else {
                throw malformed("measure", "a measure of risk")
            }
            let days = try bounded(entry.integer("days"), RiskMeasure.leastDays...RiskMeasure.mostDays, "days")
            let most = Int(RiskForm.largestLimit.value)
            let limit = try bounded(entry.integer("atMost"), 0...most, "atMost")
            return .risk(RiskMeasure(kind, days: days), atMost: PartsPerMillion(Int64(limit)))
        }
        if let limit = try entry.optionalInteger("positionsAtMost") {
            return .positions(.atMost, limit: try bounded(limit, 1...Mandate.mostAssets, "positionsAtMost"))
        }
        if let limit = try entry.optionalInteger("positionsAbove") {
            // "At least none", which always holds, is above -1.
            return .positions(.above, limit: try bounded(limit, -1...assets.count - 1, "positionsAbove"))
        }
        return nil
    }
}
