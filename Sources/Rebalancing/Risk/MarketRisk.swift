public import BigIntegers
public import MarketData

/// What the market says of risk at a moment: one covariance a window that a policy looks back over.
///
/// Public, and a function of the candles alone: its digest enters every statement that a rule over volatility is proved
/// in, and a verifier computes it anew.
public struct MarketRisk: Sendable, Hashable {
    /// The covariances, by window, each window once.
    public let covariances: [ExactCovariance]

    /// No window at all: under it no rule over volatility holds, and none is broken.
    public static let none = MarketRisk([])

    /// Takes one covariance a window.
    public init(_ covariances: [ExactCovariance]) {
        self.covariances = covariances.sorted { $0.days < $1.days }
    }

    /// The covariance over a window, or nothing if it was not measured.
    public func covariance(days: Int) -> ExactCovariance? { covariances.first { $0.days == days } }

    /// SHA-256 of the matrices as text: a heading, then for each window its days and one row a line, entries in decimal.
    public var digest: ContentDigest {
        var lines = ["ballast covariance v1"]
        for covariance in covariances {
            lines.append("window \(covariance.days)d, \(covariance.entries.count) assets")
            lines += covariance.entries.map { $0.map(\.description).joined(separator: " ") }
        }
        return ContentDigest(hashing: Array((lines.joined(separator: "\n") + "\n").utf8))
    }
}

/// What a rule multiplies scaled values with: M, in whole parts per million of value a year's square root.
///
/// The rule says ‖Mᵀv‖ ≤ limit·V for scaled values v with V = Σ vᵢ. For volatility M is the factor L. For tracking error
/// it is M_ik = L_ik − Σ_j t_j·L_jk for target weights t: since V = Σ vᵢ, Mᵀv = Lᵀ(v − t·V), so that both rules are one. Where
/// deviations are measured it is L again, and what it multiplies is ``RiskForm/Deviations``.
///
/// Entries are rounded to the nearest part per million, halves up, from L's units of 2⁻⁸⁰. A column of Mᵀv is then off by at
/// most half a part per million of V, and the figure that the rule compares by at most √n/2 of them.
public struct RiskMatrix: Sendable, Hashable {
    /// M, `[n][n]`: one row an asset, one column a factor.
    public let rows: [[BigInteger]]

    /// No row's length exceeds this, for any market and any targets.
    ///
    /// A row of L is at most 50·10⁶ long, or ``ExactCovariance`` refuses; a row less a weighted mean of rows is at
    /// most twice that; rounding adds at most √64/2. By convexity ‖Mᵀv‖ ≤ 2²⁷·V.
    package static let lengthBits = 27

    /// M·Mᵀ in floating point, `[n·n]`, in squared returns a year: for planners, which it steers and never binds.
    ///
    /// - Parameters:
    ///   - measure: What the matrix is of.
    ///   - weights: The target weights, which deviations are measured from.
    func variances(of measure: RiskMeasure, from weights: [Double]) -> [Double] {
        var rows = rows.map { $0.map { Double($0) / 1_000_000 } }
        if measure.kind == .deviationTrackingError {
            let mean = rows.indices.map { column in zip(weights, rows).reduce(0) { $0 + $1.0 * $1.1[column] } }
            rows = rows.map { row in zip(row, mean).map { $0 - $1 } }
        }
        return rows.flatMap { left in rows.map { right in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    /// The matrix of a measure; `nil` if the market's risk has no such window or is of other assets.
    public init?(_ measure: RiskMeasure, of risk: MarketRisk, targets: TargetWeights) {
        guard let covariance = risk.covariance(days: measure.days),
            covariance.factor.count == targets.weights.count
        else { return nil }
        let factor = covariance.factor
        let million = BigInteger(1_000_000)
        let benchmark =
            switch measure.kind {
            case .volatility, .deviationTrackingError: [BigInteger](repeating: 0, count: factor.count)
            case .trackingError:
                factor.indices.map { column in
                    zip(targets.weights, factor).reduce(BigInteger(0)) { $0 + BigInteger($1.0.value) * $1.1[column] }
                }
            }
        rows = factor.map { row in
            zip(row, benchmark).map { entry, mean in
                ((2 * (million * entry - mean)) + (BigInteger(1) << 80)) >> 81
            }
        }
    }
}
