import BigIntegers
import MarketData
import Rebalancing

/// Exact figures as the policy's own language writes them.
enum PolicyText {
    /// Parts per million of value in points: `4pp`, or a fraction such as `10/3pp` where decimals would not be exact.
    static func points(_ parts: ExactFraction) -> String {
        let points = parts * ExactFraction(1, over: 10_000)
        return decimal(points) + "pp"
    }

    /// A fraction as an exact decimal where it has one within 18 places.
    static func decimal(_ fraction: ExactFraction) -> String {
        var scale: BigInteger = 1
        for places in 0...18 {
            let (quotient, remainder) = (fraction.numerator * scale).quotientAndRemainder(
                dividingBy: fraction.denominator
            )
            if remainder == 0 {
                let digits = quotient.magnitude.description
                let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
                let sign = quotient < 0 ? "-" : ""
                return sign + padded.dropLast(places) + (places == 0 ? "" : "." + padded.suffix(places))
            }
            scale *= 10
        }
        return fraction.description
    }
}
