import BigIntegers
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import Ristretto

extension SealedPolicy {
    static let format = "ballast sealed policy"
    static let formatVersion = 1

    /// The file's text.
    public var fileText: String { json(withProof: true).prettyText }

    /// The file as a JSON value, or what its digest covers.
    func json(withProof: Bool) -> JSONValue {
        var members = [
            JSONMember("format", .string(Self.format)), JSONMember("version", .integer(Self.formatVersion)),
            JSONMember("name", .string(name)), JSONMember("policyVersion", .integer(version)),
        ]
        let shared = mandates[0]
        var model: [JSONMember] = []
        if let modelPath { model.append(JSONMember("path", .string(modelPath))) }
        model.append(JSONMember("digest", .hex(modelDigest.bytes)))
        members += [
            JSONMember("quote", .string(shared.quote.symbol)),
            JSONMember("assets", .array(shared.assets.map { .string($0.symbol) })),
            JSONMember("regimes", .array(regimes.map { .string($0) })), JSONMember("model", .object(model)),
            JSONMember("regimeRules", .array(regimeRules.map(Self.json))),
        ]
        if let attestEvery { members.append(JSONMember("attestEvery", .integer(attestEvery))) }
        members += [
            JSONMember("rebalance", Self.rebalance(shared)), JSONMember("limits", Self.limits(shared.limits)),
        ]
        // Only where the policy has them: a seal from before there was a place for these says the same as ever.
        if let oracle = safeguards.oracle { members.append(JSONMember("oracle", Self.json(oracle))) }
        if !safeguards.breakers.isEmpty {
            members.append(JSONMember("breakers", .array(safeguards.breakers.map(Self.json))))
        }
        members += [
            JSONMember(
                "parameters",
                .array(
                    zip(parameters, commitments).map { parameter, commitment in
                        .object([
                            JSONMember("name", .string(parameter.name)),
                            JSONMember("low", .integer(parameter.range.lowerBound)),
                            JSONMember("high", .integer(parameter.range.upperBound)),
                            JSONMember("commitment", .hex(commitment.bytes)),
                        ])
                    }
                )
            ),
            JSONMember("targets", Self.targets(shared)), JSONMember("rules", .array(mandates.map(Self.rules))),
        ]
        if withProof { members.append(JSONMember("proof", .hex(proof))) }
        return .object(members)
    }

    private static func json(_ rule: RegimeRule) -> JSONValue {
        .object([
            JSONMember("regime", .integer(rule.label)), JSONMember("enterAt", .integer(rule.enterAt.value)),
            JSONMember("enterBars", .integer(rule.enterBars)),
            JSONMember("leaveBelow", .integer(rule.leaveBelow.value)),
            JSONMember("leaveBars", .integer(rule.leaveBars)),
        ])
    }

    private static func rebalance(_ mandate: Mandate) -> JSONValue {
        let triggers = mandate.furtherTriggers.map(requirement)
        return .object(
            [
                JSONMember("drift", .bool(mandate.triggersOnDrift)),
                JSONMember("schedules", .array(mandate.schedules.map(schedule))),
            ] + (triggers.isEmpty ? [] : [JSONMember("triggers", .array(triggers))])
                + (mandate.noTrade.map { [JSONMember("unless", json($0))] } ?? [])
                + [JSONMember("cooldown", .integer(mandate.cooldown))]
        )
    }

    private static func schedule(_ schedule: Schedule) -> JSONValue {
        switch schedule {
        case .every(let milliseconds): .object([JSONMember("every", .integer(milliseconds))])
        case .daily(let minute): .object([JSONMember("minute", .integer(minute))])
        case .weekly(let weekday, let minute):
            .object([JSONMember("weekday", .integer(weekday)), JSONMember("minute", .integer(minute))])
        case .monthly(let day, let minute):
            .object([JSONMember("day", .integer(day)), JSONMember("minute", .integer(minute))])
        }
    }

    private static func limits(_ limits: TradingLimits) -> JSONValue {
        var members = [JSONMember("cost", .integer(limits.costCeiling.value))]
        if let turnover = limits.turnoverPerRebalance {
            members.append(JSONMember("turnoverPerRebalance", .integer(turnover.value)))
        }
        if let turnover = limits.turnoverPerDay {
            members.append(JSONMember("turnoverPerDay", .integer(turnover.value)))
        }
        if let bucket = limits.slippageBucket {
            members.append(
                JSONMember(
                    "slippageBucket",
                    .object([
                        JSONMember("capacity", .integer(bucket.capacity.value)),
                        JSONMember("refill", .integer(bucket.refill)),
                    ])
                )
            )
        }
        if let smallest = limits.smallestTrade { members.append(JSONMember("smallestTrade", .string("\(smallest)"))) }
        let largest = limits.largestTrades.sorted { $0.key < $1.key }
        if !largest.isEmpty {
            members.append(
                JSONMember(
                    "largestTrades",
                    .object(largest.map { JSONMember($0.key.symbol, .string("\($0.value)")) })
                )
            )
        }
        return .object(members)
    }

    private static func targets(_ mandate: Mandate) -> JSONValue {
        if let secret = mandate.secrets?.targets {
            return .object([JSONMember("parameters", .array(secret.map { .integer($0) }))])
        }
        return .object([JSONMember("weights", .array(mandate.targets.weights.map { .integer($0.value) }))])
    }

    private static func rules(_ mandate: Mandate) -> JSONValue {
        let bands = mandate.secrets?.bands.map { $0.map(band) } ?? mandate.bands.map(band)
        return .object([
            JSONMember("bands", .array(bands)), JSONMember("require", .array(mandate.requirements.map(requirement))),
        ])
    }

    private static func band(_ band: ToleranceBand) -> JSONValue {
        var members: [JSONMember] = []
        if let trigger = band.trigger { members.append(JSONMember("trigger", width(trigger))) }
        return .object(members + [JSONMember("destination", width(band.destination))])
    }

    private static func band(_ band: SecretParameters.Band) -> JSONValue {
        let destination =
            switch band.destination {
            case .secret(let secret): width(secret)
            case .fixed(let fixed): width(fixed)
            }
        return .object([JSONMember("trigger", width(band.trigger)), JSONMember("destination", destination)])
    }

    private static func width(_ width: ExactFraction) -> JSONValue {
        .object([JSONMember("width", .string("\(width)"))])
    }

    private static func width(_ width: SecretParameters.Width) -> JSONValue {
        .object([
            JSONMember("parameter", .integer(width.parameter)), JSONMember("factor", .string("\(width.factor)")),
        ])
    }

    private static func requirement(_ requirement: Requirement) -> JSONValue {
        let name = JSONMember("name", .string(requirement.name))
        switch requirement.predicate {
        case .nonNegative(let coefficients, let constant):
            return .object([
                name, JSONMember("coefficients", .array(coefficients.map { .string("\($0)") })),
                JSONMember("constant", .string("\(constant)")),
            ])
        case .concentration(let limit):
            return .object([name, JSONMember("concentration", .integer(limit.value))])
        case .risk(let measure, let limit):
            return .object([
                name, JSONMember("measure", .string(measure.kind.rawValue)), JSONMember("days", .integer(measure.days)),
                JSONMember("atMost", .integer(limit.value)),
            ])
        case .positions(let sense, let limit):
            return .object([name, JSONMember(sense == .atMost ? "positionsAtMost" : "positionsAbove", .integer(limit))])
        }
    }
}
