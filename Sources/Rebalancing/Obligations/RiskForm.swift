public import BigIntegers
public import MarketData

/// The rule of volatility or tracking error over scaled values: ‖Mᵀv‖² compares with (limit·V)², vᵢ = ⌊valueᵢ ÷ 2^shift⌋ and
/// V = Σ vᵢ.
///
/// M is ``RiskMatrix`` of the moment: a named public input, which a compiled policy leaves open as it does prices. As with
/// ``ConcentrationForm`` the floor **is** the meaning, for every reader and in both directions.
public struct RiskForm: Sendable, Hashable {
    /// What is measured.
    public let measure: RiskMeasure
    /// Which state it speaks of.
    public let moment: ConcentrationForm.Moment
    /// Upper limit a year.
    public let limit: PartsPerMillion
    /// Whether the figure must be at most the limit, or strictly above it.
    public let sense: ConcentrationForm.Sense
    /// s of the scaling, a constant of the compiled policy and never of the portfolio.
    public let shift: Int
    /// What stands in the place of the scaled values where the measure is of deviations; `nil` elsewhere.
    public let deviations: Deviations?

    /// Creates the rule; deviations are given exactly where the measure is of them.
    public init(
        measure: RiskMeasure,
        moment: ConcentrationForm.Moment,
        limit: PartsPerMillion,
        sense: ConcentrationForm.Sense,
        shift: Int,
        deviations: Deviations? = nil
    ) {
        precondition(
            (deviations != nil) == (measure.kind == .deviationTrackingError),
            "deviations where they are measured"
        )
        self.deviations = deviations
        self.measure = measure
        self.moment = moment
        self.limit = limit
        self.sense = sense
        self.shift = shift
    }

    /// The largest limit that circuits have room for: 10 000% a year.
    public static let largestLimit = PartsPerMillion(100_000_000)

    /// Both sides of the rule stay below 2²³⁸ where each value is below 2¹²⁸.
    ///
    /// Limit and ‖M‖ are below 2²⁷, so that both are below (2²⁷·n·2^(128 − s))² = 2^(310 + 2·log₂ n − 2s): 2²³⁸ with
    /// s = 36 + ⌈log₂ n⌉. Rounded up to 40, a multiple of most digit sizes, for up to 16 assets. One step is then 2⁴⁰ value units,
    /// about a hundredth of a cent where prices and quantities both count 10⁻⁸.
    package static func shift(assetCount: Int) -> Int {
        let logarithm = assetCount <= 1 ? 0 : Int.bitWidth - (assetCount - 1).leadingZeroBitCount
        return max(40, 36 + logarithm)
    }

    /// (limit·V)² − ‖Mᵀv‖² for `atMost`, its negative minus 1 for `above`: at least 0 iff the rule holds.
    ///
    /// - Precondition: one row of the matrix a value, and no measure of deviations.
    public func margin(values: [BigInteger], matrix: RiskMatrix) -> BigInteger {
        precondition(deviations == nil, "deviations are of a decision, with its targets")
        let scaled = values.map { $0 >> shift }
        return margin(scaled: scaled, total: scaled.reduce(0, +), matrix)
    }

    /// The same of a decision.
    func margin(_ values: DecisionValues, matrix: RiskMatrix) -> BigInteger {
        if let deviations {
            return margin(
                scaled: deviations.ofAssets.map { values.value(of: $0) >> deviations.shift },
                total: values.value(of: deviations.total) >> deviations.shift,
                matrix
            )
        }
        return margin(values: moment == .before ? values.before : values.after, matrix: matrix)
    }

    private func margin(scaled: [BigInteger], total: BigInteger, _ matrix: RiskMatrix) -> BigInteger {
        precondition(matrix.rows.count == scaled.count, "one row an asset")
        let most = BigInteger(limit.value) * total
        let squares = scaled.indices.reduce(BigInteger(0)) { sum, column in
            let part = zip(matrix.rows, scaled).reduce(BigInteger(0)) { $0 + $1.0[column] * $1.1 }
            return sum + part * part
        }
        let margin = most * most - squares
        return sense == .atMost ? margin : -margin - 1
    }

    /// What ``margin(values:matrix:)`` would be without a matrix: no claim about risk holds where nothing is known of it.
    static let unknownMargin: BigInteger = -1
}
