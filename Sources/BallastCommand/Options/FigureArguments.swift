import ArgumentParser

/// A share on the command line, with its unit: `45%`, `30bps`, `5pp`; of a year where it says `/yr`.
struct ShareArgument: ExpressibleByArgument {
    /// The share as a fraction.
    let fraction: Double

    init(fraction: Double) { self.fraction = fraction }

    init?(argument: String) {
        let text = argument.hasSuffix("/yr") ? String(argument.dropLast(3)) : argument
        for (unit, size) in [("%", 0.01), ("bps", 0.0001), ("bp", 0.0001), ("pp", 0.01)] where text.hasSuffix(unit) {
            guard let number = Figure.number(text.dropLast(unit.count)) else { return nil }
            fraction = number * size
            return
        }
        return nil
    }

    var defaultValueDescription: String { Figure.percent(fraction) }
}

/// An amount of money or of an asset on the command line: `12USD`, `10 ETH`, `1_000_000`.
struct AmountArgument: ExpressibleByArgument {
    /// How much.
    let amount: Double
    /// Of what, if it says.
    let symbol: String?

    init?(argument: String) {
        let text = argument.filter { $0 != " " }
        let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "_" }
        guard let amount = Figure.number(digits) else { return nil }
        self.amount = amount
        let rest = String(text.dropFirst(digits.count))
        symbol = rest.isEmpty ? nil : rest
    }
}

/// Figures as people write them.
enum Figure {
    /// A decimal number of at least 0, underscores ignored.
    static func number(_ text: Substring) -> Double? {
        let digits = text.filter { $0 != "_" }
        guard digits.first?.isNumber == true, digits.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
        return Double(digits).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Rounded to some decimals, zeros at the end left out.
    static func decimal(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return value.isInfinite ? "without limit" : "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let units = (abs(value) * scale).rounded()
        guard units < 9e18 else { return "\(value)" }
        let whole = Int64(units) / Int64(scale)
        var decimals = places == 0 ? "" : String(Int64(units) % Int64(scale))
        decimals = String(repeating: "0", count: max(0, places - decimals.count)) + decimals
        while decimals.last == "0" { decimals.removeLast() }
        return (value < 0 && units > 0 ? "-" : "") + "\(whole)" + (decimals.isEmpty ? "" : "." + decimals)
    }

    /// `45%`.
    static func percent(_ fraction: Double) -> String { decimal(fraction * 100, 4) + "%" }

    /// `9.42pp`.
    static func points(_ fraction: Double) -> String { decimal(fraction * 100, 2) + "pp" }
}
