/// The convex cost φ of trading one asset in one direction, as a function of the size.
///
/// φ(x) = F + c·x + k·x^(3/2) above the knee, and the straight line from the origin to the knee below: with F > 0 and the knee
/// where that line is a tangent, or at the most that may be traded, this is the convex envelope of a fixed cost, exact at 0 and
/// above the knee. Without a fixed cost the knee is at 0.
struct SideCost: Sendable, Hashable {
    /// c.
    private(set) var proportional: Double
    /// k.
    private(set) var impact: Double
    /// F.
    private var fixed = 0.0
    private var knee = 0.0
    /// The slope below the knee.
    private var chord: Double

    /// A cost without a fixed part.
    init(proportional: Double, impact: Double) {
        (self.proportional, self.impact, chord) = (proportional, impact, proportional)
    }

    /// The envelope of a cost with a fixed part over sizes from 0 to `room`.
    ///
    /// The tangent from the origin touches F + c·x + k·x^(3/2) where k·x^(3/2) = 2F.
    init(_ cost: TradeCost, envelopeTo room: Double) {
        self.init(proportional: cost.proportional, impact: cost.impact)
        guard cost.fixed > 0, room > 0 else { return }
        fixed = cost.fixed
        knee = room
        if impact > 0 {
            let cube = 2 * fixed / impact
            knee = min(room, (cube * cube).cubeRoot)
        }
        chord = proportional + fixed / knee + impact * knee.squareRoot()
    }

    /// Where the straight line ends, and its slope.
    var line: (knee: Double, chord: Double) { (knee, chord) }

    /// Whether trading costs anything.
    var isCostly: Bool { chord + impact > 0 }

    /// φ(x).
    func value(_ size: Double) -> Double {
        size <= knee ? chord * size : fixed + proportional * size + impact * size * size.squareRoot()
    }

    /// φ′(x).
    func slope(_ size: Double) -> Double {
        size <= knee ? chord : proportional + 1.5 * impact * size.squareRoot()
    }

    /// φ″(x).
    func bend(_ size: Double) -> Double {
        size <= knee || impact == 0 ? 0 : 0.75 * impact / max(size, 1e-300).squareRoot()
    }

    /// min φ(x) + p·x over `least` ≤ x ≤ `most`.
    func minimum(against p: Double, from least: Double, to most: Double) -> Double {
        var size = least
        if slope(most) + p <= 0 {
            size = most
        } else if slope(least) + p < 0, impact > 0 {
            let root = (-p - proportional) / (1.5 * impact)
            size = min(max(root * root, least, min(knee, most)), most)
        }
        return value(size) + p * size
    }

    /// The same cost in another unit.
    func divided(by scale: Double) -> SideCost {
        var scaled = self
        scaled.proportional /= scale
        scaled.impact /= scale
        scaled.fixed /= scale
        scaled.chord /= scale
        return scaled
    }
}

extension Double {
    /// The cube root of a number of at least 0, by Newton's method from above.
    var cubeRoot: Double {
        guard self > 0, isFinite else { return self }
        // 2^⌈e/3⌉ is at least the root, and the iteration falls from there until rounding stops it.
        var root = Double(sign: .plus, exponent: Int((Double(exponent + 1) / 3).rounded(.up)), significand: 1)
        while true {
            let next = (2 * root + self / (root * root)) / 3
            guard next < root else { return root }
            root = next
        }
    }
}
