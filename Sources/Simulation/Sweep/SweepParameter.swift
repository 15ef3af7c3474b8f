import MarketData

/// What a sweep varies, and over which values: `band=1pp..10pp:1pp`, `storm=1,1.5,2`.
///
/// Values are exact: millionths for widths and costs, thousandths for factors, milliseconds for times.
public struct SweepParameter: Sendable, Hashable {
    /// What is varied.
    public let kind: Kind
    /// The values in the order given, all different.
    public let values: [Value]

    /// What a parameter alters.
    public enum Kind: Sendable, Hashable, CustomStringConvertible {
        /// Every asset's trigger in the first regime, in points; destinations and the other regimes keep their ratio to it.
        case band
        /// All bands, by this factor.
        case scale
        /// What one side of a trade costs on average.
        case cost
        /// The time between rebalances.
        case cooldown
        /// The bands of the regime of this label, as a multiple of the first regime's.
        case regime(String)

        /// The name on the command line.
        public var description: String {
            switch self {
            case .band: "band"
            case .scale: "scale"
            case .cost: "cost"
            case .cooldown: "cooldown"
            case .regime(let label): label
            }
        }
    }

    /// One value.
    public struct Value: Sendable, Hashable {
        /// As it is written: `3pp`, `1.5`.
        public let text: String
        /// In the parameter's exact unit.
        public let units: Int64
    }

    /// The most values that one range may hold.
    public static let mostValues = 10_000

    /// Reads `NAME=FIRST..LAST:STEP` or `NAME=VALUE,VALUE,…`.
    ///
    /// - Parameters:
    ///   - text: The parameter as written.
    ///   - labels: The regimes' labels, which are names too; the first regime's bands are the unit of the others.
    /// - Throws: ``BacktestError/rule(text:reason:)`` for a name that is none or values out of form.
    public init(_ text: String, labels: [String]) throws(BacktestError) {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = ["band", "scale", "cost", "cooldown"] + labels.dropFirst()
        guard halves.count == 2, names.contains(halves[0]) else {
            throw .rule(text: text, reason: "expected one of \(names.joined(separator: ", ")), then `=` and values")
        }
        switch halves[0] {
        case "band": kind = .band
        case "scale": kind = .scale
        case "cost": kind = .cost
        case "cooldown": kind = .cooldown
        default: kind = .regime(halves[0])
        }
        let units: [Int64]
        if halves[1].contains("..") {
            units = try Self.range(halves[1], kind, in: text)
        } else {
            var listed: [Int64] = []
            for word in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
                listed.append(try Self.units(String(word), kind, in: text))
            }
            units = listed
        }
        guard Set(units).count == units.count else { throw .rule(text: text, reason: "a value stands twice") }
        let written = kind
        values = units.map { Value(text: Self.text($0, written), units: $0) }
    }

    private static func range(_ text: String, _ kind: Kind, in whole: String) throws(BacktestError) -> [Int64] {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let ends = (parts.first ?? "").replacing("..", with: "\n").split(separator: "\n").map(String.init)
        guard parts.count == 2, ends.count == 2 else {
            throw .rule(text: whole, reason: "a range is FIRST..LAST:STEP, such as `1pp..10pp:1pp`")
        }
        let first = try units(ends[0], kind, in: whole)
        let last = try units(ends[1], kind, in: whole)
        let step = try units(parts[1], kind, in: whole)
        guard step > 0, last >= first, (last - first) / step < mostValues else {
            throw .rule(
                text: whole,
                reason: "expected FIRST ≤ LAST, a step above zero and at most \(mostValues) values"
            )
        }
        return stride(from: first, through: last, by: Int64.Stride(step)).map { $0 }
    }

    /// The suffixes a kind is written with, and the power of ten to its exact unit.
    private static func forms(_ kind: Kind) -> [(suffix: String, places: Int)] {
        switch kind {
        case .band: [("pp", 4)]
        case .cost: [("bps", 2), ("%", 4)]
        case .scale, .regime: [("", 3)]
        case .cooldown: []
        }
    }

    private static func units(_ text: String, _ kind: Kind, in whole: String) throws(BacktestError) -> Int64 {
        if kind == .cooldown {
            let lengths: [Character: Int64] = ["d": 86_400_000, "h": 3_600_000, "m": 60_000]
            guard let unit = text.last.flatMap({ lengths[$0] }), let count = Int64(text.dropLast()),
                (0...100_000).contains(count)
            else { throw .rule(text: whole, reason: "`\(text)` is no length of time such as `7d` or `12h`") }
            return count * unit
        }
        for form in forms(kind) where text.hasSuffix(form.suffix) {
            let number = String(text.dropLast(form.suffix.count))
            guard let decimal = try? ExactDecimal(number),
                let scaled = decimal.scaled(byPowerOfTen: form.places, rounding: .down),
                ExactDecimal(significand: scaled, exponent: -form.places) == decimal, (0...1_000_000).contains(scaled)
            else { break }
            guard scaled > 0 || kind == .cost else { break }
            return Int64(scaled)
        }
        let example =
            switch kind {
            case .band: "3pp"
            case .cost: "10bps"
            case .scale, .regime, .cooldown: "1.5"
            }
        throw .rule(text: whole, reason: "`\(text)` is no value of \(kind): write it as `\(example)`")
    }

    private static func text(_ units: Int64, _ kind: Kind) -> String {
        func decimal(_ places: Int) -> String {
            ExactDecimal(significand: Int128(units), exponent: -places)?.description ?? ""
        }
        switch kind {
        case .band: return decimal(4) + "pp"
        case .cost: return decimal(2) + "bps"
        case .scale, .regime: return decimal(3)
        case .cooldown: return units % 86_400_000 == 0 ? "\(units / 86_400_000)d" : "\(units / 60_000)m"
        }
    }
}
