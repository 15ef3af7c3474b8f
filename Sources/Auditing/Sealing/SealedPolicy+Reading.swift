import BigIntegers
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import Ristretto

/// Reading of the file: bounded, total, and strict. What a policy's check would refuse is refused here too, and a text that
/// writes the same in another way is refused as well, so that a sealed policy has one form and one digest.
extension SealedPolicy {
    /// No sealed policy of 64 assets and a dozen regimes comes near this; a larger file is refused unread.
    public static let largestFile = 1 << 20

    /// Whether the file looks like a sealed policy rather than a policy's text: it begins with a brace.
    public static func isSealed(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    }

    /// Reads a file; the proof in it is verified where the policy is compiled.
    ///
    /// - Throws: ``SealedPolicyError/malformed(reason:)``.
    public init(fileBytes: [UInt8]) throws(SealedPolicyError) {
        guard fileBytes.count <= Self.largestFile else {
            throw .malformed(reason: "\(fileBytes.count) bytes: at most \(Self.largestFile) are read")
        }
        do {
            let json = try JSONValue.read(fileBytes)
            var reader = try SealedPolicyReader(json)
            self = try reader.policy()
            guard self.json(withProof: true).canonicalBytes == json.canonicalBytes else {
                throw SealedPolicyError.malformed(reason: "its members are not in their one order and form")
            }
        } catch let error as SealedPolicyError {
            throw error
        } catch {
            throw .malformed(reason: "\(error)")
        }
    }
}

/// Reads the parts of a sealed policy.
struct SealedPolicyReader {
    private var object: JSONObjectReader
    private(set) var assets: [Asset] = []
    private(set) var quote: Asset?

    init(_ json: JSONValue) throws {
        object = try JSONObjectReader(json)
    }

    mutating func policy() throws -> SealedPolicy {
        try require(try object.string("format") == SealedPolicy.format, "format", "`\(SealedPolicy.format)`")
        try require(
            try object.integer("version") == SealedPolicy.formatVersion,
            "version",
            "\(SealedPolicy.formatVersion), the only one this build reads"
        )
        let name = try text(object.string("name"), "name")
        let version = try bounded(object.integer("policyVersion"), 1...1_000_000_000, "policyVersion")
        let quote = try Asset(object.string("quote"))
        self.quote = quote
        let symbols = try object.strings("assets")
        try require((1...Mandate.mostAssets).contains(symbols.count), "assets", "1 to \(Mandate.mostAssets)")
        assets = try symbols.map { try Asset($0) }
        let regimes = try object.strings("regimes").map { try text($0, "regimes") }
        try require(
            regimes.count <= 255 && Set(regimes).count == regimes.count,
            "regimes",
            "at most 255, all different"
        )
        var model = try object.object("model")
        let path = try model.optionalString("path").map { try text($0, "model.path", atMost: 4_096) }
        let digest = ContentDigest(bytes: try model.hexBytes("digest", count: 32)) ?? .zero
        try model.finish()
        let regimeRules = try object.objects("regimeRules").map { try rule($0, regimes: regimes.count) }
        let attestEvery = try object.optionalInteger("attestEvery").map {
            try Int64(bounded($0, 60_000...31_622_400_000, "attestEvery"))
        }
        let base = try shared()
        let oracle = try object.optionalObject("oracle")
        let breakers = try object.optionalArray("breakers") == nil ? [] : object.objects("breakers")
        let safeguards = try safeguards(oracle: oracle, breakers: breakers, slows: base.cooldown > 0)
        let (parameters, commitments) = try parameters()
        let targets = try targets()
        let rules = try object.objects("rules")
        try require(rules.count == max(1, regimes.count), "rules", "one entry a regime")
        let mandates = try rules.enumerated().map { index, rules in
            let regime = regimes.isEmpty ? Policy.onlyRegime : regimes[index]
            return try mandate(regime, quote, base, parameters, targets, rules)
        }
        let proof = try object.hexBytes("proof")
        try object.finish()
        return SealedPolicy(
            name: name,
            version: version,
            modelPath: path,
            modelDigest: digest,
            regimes: regimes,
            regimeRules: regimeRules,
            attestEvery: attestEvery,
            mandates: mandates,
            safeguards: safeguards,
            commitments: commitments,
            proof: proof
        )
    }

    // MARK: Parts

    /// What all regimes have in common.
    private struct Shared {
        let drift: Bool
        let schedules: [Schedule]
        let triggers: [Requirement]
        let noTrade: NoTradeRule?
        let cooldown: Int64
        let limits: TradingLimits
    }

    private enum Targets {
        case open(TargetWeights)
        case secret([Int])
    }

    private mutating func shared() throws -> Shared {
        var rebalance = try object.object("rebalance")
        let drift = try rebalance.bool("drift")
        let entries = try rebalance.objects("schedules")
        try require(entries.count <= 64, "rebalance.schedules", "at most 64")
        let schedules = try entries.map { try schedule($0) }
        let triggers = try triggers(&rebalance)
        let unless = try rebalance.optionalObject("unless")
        let cooldown = try bounded(rebalance.integer("cooldown"), 0...315_360_000_000, "rebalance.cooldown")
        try rebalance.finish()
        var limits = try object.object("limits")
        let cost = try share(limits.integer("cost"), "limits.cost")
        let noTrade = try unless.map { try noTradeRule($0, atMost: cost) }
        let single = try limits.optionalInteger("turnoverPerRebalance").map { try share($0, "turnoverPerRebalance") }
        let day = try limits.optionalInteger("turnoverPerDay").map { try share($0, "turnoverPerDay") }
        let bucket = try limits.optionalObject("slippageBucket").map { try slippageBucket($0) }
        let smallest = try limits.optionalString("smallestTrade").map { try money($0) }
        var largest: [Asset: Money] = [:]
        if var trades = try limits.optionalObject("largestTrades") {
            for asset in assets {
                if let amount = try trades.optionalString(asset.symbol) { largest[asset] = try money(amount) }
            }
            try trades.finish()
        }
        try limits.finish()
        return Shared(
            drift: drift,
            schedules: schedules,
            triggers: triggers,
            noTrade: noTrade,
            cooldown: Int64(cooldown),
            limits: TradingLimits(
                turnoverPerRebalance: single,
                turnoverPerDay: day,
                largestTrades: largest,
                smallestTrade: smallest,
                slippageBucket: bucket,
                costCeiling: cost
            )
        )
    }

    private func schedule(_ entry: JSONObjectReader) throws -> Schedule {
        var entry = entry
        let schedule: Schedule
        if let interval = try entry.optionalInteger("every") {
            schedule = .every(milliseconds: Int64(try bounded(interval, 60_000...315_360_000_000, "every")))
        } else {
            let weekday = try entry.optionalInteger("weekday").map { try bounded($0, 1...7, "weekday") }
            let day = weekday == nil ? try entry.optionalInteger("day").map { try bounded($0, 1...28, "day") } : nil
            let minute = try bounded(entry.integer("minute"), 0...1_439, "minute")
            schedule =
                weekday.map { .weekly(weekday: $0, minuteOfDay: minute) }
                ?? day.map { .monthly(day: $0, minuteOfDay: minute) } ?? .daily(minuteOfDay: minute)
        }
        try entry.finish()
        return schedule
    }

    private func rule(_ entry: JSONObjectReader, regimes: Int) throws -> RegimeRule {
        var entry = entry
        let rule = RegimeRule(
            label: try bounded(entry.integer("regime"), 0...max(0, regimes - 1), "regime"),
            enterAt: try share(entry.integer("enterAt"), "enterAt"),
            enterBars: try bounded(entry.integer("enterBars"), 1...1_000_000, "enterBars"),
            leaveBelow: try share(entry.integer("leaveBelow"), "leaveBelow"),
            leaveBars: try bounded(entry.integer("leaveBars"), 1...1_000_000, "leaveBars")
        )
        try entry.finish()
        return rule
    }

    private mutating func parameters() throws -> ([SecretParameters.Parameter], [CompressedRistretto]) {
        let entries = try object.objects("parameters")
        try require(
            (1...SecretParameters.mostParameters).contains(entries.count),
            "parameters",
            "1 to \(SecretParameters.mostParameters)"
        )
        var parameters: [SecretParameters.Parameter] = []
        var commitments: [CompressedRistretto] = []
        for var entry in entries {
            let name = try text(entry.string("name"), "name")
            let low = try share(entry.integer("low"), "low").value
            let high = try share(entry.integer("high"), "high").value
            try require(low < high, "high", "more than low")
            guard let point = CompressedRistretto(try entry.hexBytes("commitment", count: 32)) else {
                throw malformed("commitment", "32 bytes")
            }
            try entry.finish()
            parameters.append(.init(name: name, range: low...high))
            commitments.append(point)
        }
        return (parameters, commitments)
    }

    private mutating func targets() throws -> Targets {
        var entry = try object.object("targets")
        if try entry.optionalArray("parameters") != nil {
            let indices = try entry.integers("parameters")
            try entry.finish()
            return .secret(indices)
        }
        let weights = try entry.integers("weights").map { try share($0, "weights") }
        try entry.finish()
        return .open(try TargetWeights(weights))
    }

    private func mandate(
        _ regime: String,
        _ quote: Asset,
        _ shared: Shared,
        _ parameters: [SecretParameters.Parameter],
        _ targets: Targets,
        _ entry: JSONObjectReader
    ) throws -> Mandate {
        var entry = entry
        let bands = try entry.objects("bands").map { try band($0) }
        let requirements = try entry.objects("require").map { try requirement($0) }
        try entry.finish()
        try require(requirements.count <= 10_000, "require", "at most 10000")
        for case .risk(let measure, _) in (requirements + shared.triggers).map(\.predicate) {
            guard case .open = targets, measure.kind == .deviationTrackingError else { continue }
            throw malformed("measure", "tracking error, where targets are public")
        }
        let secretBands = bands.compactMap(\.secret)
        let openBands = bands.compactMap(\.open)
        try require(secretBands.isEmpty || openBands.isEmpty, "bands", "all of them secret, or none")
        var weights = try TargetWeights(assets.indices.map { $0 == 0 ? .whole : .zero })
        var indices: [Int]?
        switch targets {
        case .open(let open): weights = open
        case .secret(let secret): indices = secret
        }
        let secrets = try SecretParameters(
            parameters: parameters,
            targets: indices,
            bands: secretBands.isEmpty ? nil : secretBands
        )
        return try Mandate(
            regime: regime,
            assets: assets,
            quote: quote,
            targets: weights,
            bands: secretBands.isEmpty
                ? openBands : assets.map { _ in ToleranceBand(trigger: nil, destination: ExactFraction(0)) },
            triggersOnDrift: shared.drift,
            schedules: shared.schedules,
            cooldown: shared.cooldown,
            limits: shared.limits,
            requirements: requirements,
            furtherTriggers: shared.triggers,
            noTrade: shared.noTrade,
            secrets: secrets
        )
    }

    /// A band, secret or in the open.
    private typealias Band = (secret: SecretParameters.Band?, open: ToleranceBand?)
    private typealias Width = (secret: SecretParameters.Width?, open: ExactFraction?)

    private func band(_ entry: JSONObjectReader) throws -> Band {
        var entry = entry
        let trigger = try entry.optionalObject("trigger").map { try width($0) }
        let destination = try width(entry.object("destination"))
        try entry.finish()
        if let secret = trigger?.secret {
            let end =
                destination.secret.map { SecretParameters.Destination.secret($0) }
                ?? .fixed(destination.open ?? ExactFraction(0))
            return (.init(trigger: secret, destination: end), nil)
        }
        guard let open = destination.open else { throw malformed("destination", "a width, as the trigger's") }
        return (nil, ToleranceBand(trigger: trigger?.open, destination: open))
    }

    private func width(_ entry: JSONObjectReader) throws -> Width {
        var entry = entry
        let width: Width
        if let parameter = try entry.optionalInteger("parameter") {
            let factor = try fraction(entry.string("factor"), "factor")
            try require(factor.numerator > 0, "factor", "more than 0")
            width = (.init(parameter, times: factor), nil)
        } else {
            width = (nil, try fraction(entry.string("width"), "width"))
        }
        try entry.finish()
        return width
    }

    func requirement(_ entry: JSONObjectReader) throws -> Requirement {
        var entry = entry
        let name = try text(entry.string("name"), "name")
        let predicate: Requirement.Predicate
        if let limit = try entry.optionalInteger("concentration") {
            predicate = .concentration(atMost: try share(limit, "concentration"))
        } else if let limited = try limited(&entry) {
            predicate = limited
        } else {
            predicate = .nonNegative(
                coefficients: try entry.strings("coefficients").map { try integer($0, "coefficients") },
                constant: try integer(entry.string("constant"), "constant")
            )
        }
        try entry.finish()
        return Requirement(name: name, predicate: predicate)
    }

    // MARK: Values

    func malformed(_ field: String, _ expected: String) -> SealedPolicyError {
        .malformed(reason: "\(field): expected \(expected)")
    }

    func require(_ condition: Bool, _ field: String, _ expected: String) throws {
        if !condition { throw malformed(field, expected) }
    }

    func bounded(_ value: Int, _ range: ClosedRange<Int>, _ field: String) throws -> Int {
        try require(range.contains(value), field, "\(range.lowerBound) to \(range.upperBound)")
        return value
    }

    func share(_ value: Int, _ field: String) throws -> PartsPerMillion {
        PartsPerMillion(Int64(try bounded(value, 0...1_000_000, field)))
    }

    /// Names are printed in reports: no control character may reach a terminal.
    func text(_ text: String, _ field: String, atMost most: Int = 200) throws -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        try require(
            isPlain && (1...most).contains(text.utf8.count),
            field,
            "1 to \(most) bytes without control characters"
        )
        return text
    }

    func money(_ text: String) throws -> Money {
        try require(text.utf8.count <= 30, "limits", "amounts of at most 30 characters")
        let money = try Money(text)
        try require(money > .zero, "limits", "amounts above 0")
        return money
    }

    func integer(_ text: String, _ field: String) throws -> BigInteger {
        guard text.utf8.count <= 40, let integer = BigInteger(text) else {
            throw malformed(field, "whole numbers of at most 40 digits as strings")
        }
        return integer
    }

    /// `n` or `n/d`, not negative, as an exact fraction writes itself.
    func fraction(_ text: String, _ field: String) throws -> ExactFraction {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        try require(parts.count <= 2, field, "n or n/d")
        let numerator = try integer(String(parts[0]), field)
        let denominator = parts.count == 2 ? try integer(String(parts[1]), field) : 1
        try require(denominator > 0 && numerator >= 0, field, "no negative number and no division by 0")
        return ExactFraction(numerator, over: denominator)
    }
}
