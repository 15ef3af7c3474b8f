import BigIntegers
import Rebalancing
import Ristretto

/// What a circuit's coefficients take from the moment beside prices: the matrices of a mandate's measures, how long its
/// slippage bucket drained, and the slopes that `unless cost > benefit` reckons with.
struct CircuitMatrices: Sendable {
    /// `[n][n]` a measure.
    let rows: [RiskMeasure: [[Scalar]]]
    /// Milliseconds that the bucket drained for; `nil` for a mandate without one.
    let elapsed: Scalar?

    /// `[n][n]`; `nil` for a mandate without the rule, or without its window.
    let slopes: [[Scalar]]?

    /// No matrix: for templates that read none.
    static let none = CircuitMatrices(rows: [:])

    init(rows: [RiskMeasure: [[Scalar]]], elapsed: Scalar? = nil, slopes: [[Scalar]]? = nil) {
        self.rows = rows
        self.slopes = slopes
        self.elapsed = elapsed
    }

    /// What a mandate's measures are of in a market.
    ///
    /// - Parameter elapsed: Milliseconds that its bucket drained for, if it has one.
    init(_ mandate: Mandate, of risk: MarketRisk, elapsed: Int64 = 0) {
        self.elapsed = mandate.carriesBucket ? Scalar(BigInteger(Int(elapsed))) : nil
        slopes = mandate.slopes(of: risk)?.rows.map { $0.map { Scalar($0) } }
        rows = mandate.matrices(of: risk).mapValues { $0.rows.map { $0.map { Scalar($0) } } }
    }

    /// Ones throughout, from which nothing but a circuit's size is read.
    static func uniform(_ mandate: Mandate) -> CircuitMatrices {
        let ones = mandate.assets.map { _ in mandate.assets.map { _ in Scalar.one } }
        return CircuitMatrices(
            rows: Dictionary(uniqueKeysWithValues: mandate.riskMeasures.map { ($0, ones) }),
            elapsed: mandate.carriesBucket ? .one : nil,
            slopes: mandate.noTrade.map { _ in ones }
        )
    }

    /// Different entries throughout, counted on from `first`.
    static func counted(_ mandate: Mandate, from first: UInt64) -> CircuitMatrices {
        var next = first
        var rows: [RiskMeasure: [[Scalar]]] = [:]
        let elapsed = mandate.carriesBucket ? Scalar(next) : nil
        if elapsed != nil { next += 1 }
        func matrix() -> [[Scalar]] {
            mandate.assets.map { _ in
                mandate.assets.map { _ in
                    defer { next += 1 }
                    return Scalar(next)
                }
            }
        }
        for measure in mandate.riskMeasures { rows[measure] = matrix() }
        return CircuitMatrices(rows: rows, elapsed: elapsed, slopes: mandate.noTrade.map { _ in matrix() })
    }

    /// The time first, then the entries of every measure in order, row by row, and the slopes' last.
    var entries: [Scalar] {
        [elapsed].compactMap { $0 } + rows.sorted { $0.key < $1.key }.flatMap { $0.value.flatMap { $0 } }
            + (slopes ?? []).flatMap { $0 }
    }

    /// Whether every measure and the rule that a mandate has are there.
    func isComplete(for mandate: Mandate) -> Bool {
        rows.count == mandate.riskMeasures.count && (slopes != nil) == (mandate.noTrade != nil)
    }
}
