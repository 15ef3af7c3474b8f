public import BigIntegers
public import MarketData

/// The covariance of daily returns in exact integers: a pure function of the closes, the same on every machine.
///
/// With p₀ … p_w the closes of w + 1 days in a row, the returns are r_t = ⌊p_t·2⁴⁰ ÷ p_(t−1)⌋ − 2⁴⁰, their mean
/// m = ⌊Σ r_t ÷ w⌋, and the covariance of two assets is
///
///     Σ_ij = ⌊365·Σ_t (r_it − m_i)·(r_jt − m_j) ÷ (w − 1)⌋
///
/// in units of 2⁻⁸⁰ a year: the sample covariance, so that √Σ_ii is what a spreadsheet's STDEV gives times √365.
///
/// The factor L with Σ ≈ L·Lᵀ is Cholesky's, column by column in units of 2⁻⁸⁰:
///
///     pivot = 2⁸⁰·Σ_jj − Σ_(k<j) L_jk²
///     L_jj = ⌊√pivot⌋,  L_ij = ⌊(2⁸⁰·Σ_ij − Σ_(k<j) L_ik·L_jk) ÷ L_jj⌋ for i > j
///
/// and the column is 0 where the pivot is below 2¹²⁰, a volatility of one part per million that the assets before do not
/// explain. Without that threshold a pivot of a few units, which is all that rounding leaves of an asset that others
/// explain, would divide the rounding of others by next to nothing (decision record 0043).
///
/// A row of L is no longer than its asset's volatility, unless its pivot is negative: that much of the row is rounding, divided by
/// a root just above the threshold. A row longer than ``mostVolatility`` is refused, so that circuits may rely on that length.
public struct ExactCovariance: Sendable, Hashable {
    /// How many returns it is of, w.
    public let days: Int
    /// Σ, `[n][n]`, in units of 2⁻⁸⁰ a year.
    public let entries: [[BigInteger]]
    /// L, `[n][n]`, lower triangular, in units of 2⁻⁸⁰ a year's square root.
    public let factor: [[BigInteger]]

    /// Bits behind the point of a return.
    static let returnBits = 40
    /// An asset's volatility may be at most this, in whole numbers a year: 5 000%.
    public static let mostVolatility = 50

    /// Measures closes.
    ///
    /// - Parameter closes: `[n][w + 1]`: one row an asset, a close a day, the oldest first.
    /// - Throws: ``RiskError`` if there are fewer than three closes, rows of different length, an asset swings beyond
    ///   ``mostVolatility``, or assets explain each other too nearly for a factor of that length.
    /// - Complexity: O(n²·(n + w)) integer operations.
    public init(closes: [[Price]]) throws(RiskError) {
        let count = closes.first?.count ?? 0
        for row in closes where row.count != count || count < RiskMeasure.leastDays + 1 {
            throw .tooFewCloses(got: row.count, expected: max(count, RiskMeasure.leastDays + 1))
        }
        let days = count - 1
        let deviations = closes.map { Self.deviations($0) }
        let entries = closes.indices.map { row in
            closes.indices.map { column in
                let sum = zip(deviations[row], deviations[column]).reduce(BigInteger(0)) { $0 + $1.0 * $1.1 }
                return (365 * sum).floorDivided(by: BigInteger(days - 1))
            }
        }
        try self.init(days: days, entries: entries)
    }

    /// The covariance that volatilities and correlations make, for tests of policies.
    ///
    /// - Parameters:
    ///   - days: The window it stands for.
    ///   - volatilities: One an asset, a year.
    ///   - correlations: `[n][n]`, symmetric, ones on the diagonal.
    /// - Throws: ``RiskError/impossible`` if no returns have such correlations.
    public init(
        days: Int,
        volatilities: [PartsPerMillion],
        correlations: [[PartsPerMillion]]
    ) throws(RiskError) {
        let million = BigInteger(1_000_000)
        let entries = volatilities.indices.map { row in
            volatilities.indices.map { column in
                let product =
                    BigInteger(correlations[row][column].value) * BigInteger(volatilities[row].value)
                    * BigInteger(volatilities[column].value)
                return (product << (2 * Self.returnBits)).floorDivided(by: million * million * million)
            }
        }
        try self.init(days: days, entries: entries)
        // Rounding alone leaves pivots of a few units below 0; a real contradiction is beyond that by far.
        guard entries.indices.allSatisfy({ leftover(of: $0) >= -(BigInteger(1) << 120) }) else { throw .impossible }
        for row in entries.indices {
            for column in 0..<row {
                let explained = factor[row].indices.reduce(BigInteger(0)) { $0 + factor[row][$1] * factor[column][$1] }
                let missing = (entries[row][column] << 80) - explained
                // A dropped column leaves out at most what a positive semidefinite matrix allows beside so small a pivot.
                let most = (BigInteger(1) << 121) * ((entries[row][row] << 80) + (BigInteger(1) << 120))
                guard missing * missing <= most else { throw .impossible }
            }
        }
    }

    private init(days: Int, entries: [[BigInteger]]) throws(RiskError) {
        let most = BigInteger(Self.mostVolatility * Self.mostVolatility) << (2 * Self.returnBits)
        for index in entries.indices where entries[index][index] > most {
            throw .tooVolatile(asset: index, mostPercent: 100 * Self.mostVolatility)
        }
        self.days = days
        self.entries = entries
        factor = Self.factor(of: entries)
        // A row is as long as its asset's volatility, unless its pivot is negative: then rounding in the columns before was
        // divided by roots just above the threshold, and the row is longer than any asset may swing.
        for index in factor.indices
        where factor[index].reduce(BigInteger(0), { $0 + $1 * $1 }) > most << (2 * Self.returnBits) {
            throw .entangled(asset: index)
        }
    }

    /// The returns less their mean, `[w]`, in units of 2⁻⁴⁰.
    private static func deviations(_ closes: [Price]) -> [BigInteger] {
        let one = BigInteger(1) << returnBits
        let returns = closes.indices.dropFirst().map { day in
            (BigInteger(closes[day].units) << returnBits).floorDivided(by: BigInteger(closes[day - 1].units)) - one
        }
        let mean = returns.reduce(0, +).floorDivided(by: BigInteger(returns.count))
        return returns.map { $0 - mean }
    }

    private static func factor(of entries: [[BigInteger]]) -> [[BigInteger]] {
        let count = entries.count
        let threshold = BigInteger(1) << 120
        var factor = Array(repeating: Array(repeating: BigInteger(0), count: count), count: count)
        for column in 0..<count {
            let pivot = (0..<column).reduce(entries[column][column] << 80) {
                $0 - factor[column][$1] * factor[column][$1]
            }
            guard pivot >= threshold else { continue }
            let root = pivot.isqrt()
            factor[column][column] = root
            for row in (column + 1)..<max(count, column + 1) {
                let rest = (0..<column).reduce(entries[row][column] << 80) {
                    $0 - factor[row][$1] * factor[column][$1]
                }
                factor[row][column] = rest.floorDivided(by: root)
            }
        }
        return factor
    }

    /// What the factor leaves of an asset's variance, in units of 2⁻¹⁶⁰.
    private func leftover(of asset: Int) -> BigInteger {
        factor[asset].reduce(entries[asset][asset] << 80) { $0 - $1 * $1 }
    }
}
