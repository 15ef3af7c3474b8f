import BigIntegers
import Rebalancing
import Ristretto

/// What a circuit's coefficients take from the moment beside prices: the matrices of a mandate's measures, and how long its
/// slippage bucket drained.
struct CircuitMatrices: Sendable {
    /// `[n][n]` a measure.
    let rows: [RiskMeasure: [[Scalar]]]
    /// Milliseconds that the bucket drained for; `nil` for a mandate without one.
    let elapsed: Scalar?

    /// No matrix: for templates that read none.
    static let none = CircuitMatrices(rows: [:])

    init(rows: [RiskMeasure: [[Scalar]]], elapsed: Scalar? = nil) {
        self.rows = rows
        self.elapsed = elapsed
    }

    /// What a mandate's measures are of in a market.
    ///
    /// - Parameter elapsed: Milliseconds that its bucket drained for, if it has one.
    init(_ mandate: Mandate, of risk: MarketRisk, elapsed: Int64 = 0) {
        self.elapsed = mandate.carriesBucket ? Scalar(BigInteger(Int(elapsed))) : nil
        rows = mandate.matrices(of: risk).mapValues { $0.rows.map { $0.map { Scalar($0) } } }
    }

    /// Ones throughout, from which nothing but a circuit's size is read.
    static func uniform(_ mandate: Mandate) -> CircuitMatrices {
        let ones = mandate.assets.map { _ in mandate.assets.map { _ in Scalar.one } }
        return CircuitMatrices(
            rows: Dictionary(uniqueKeysWithValues: mandate.riskMeasures.map { ($0, ones) }),
            elapsed: mandate.carriesBucket ? .one : nil
        )
    }

    /// Different entries throughout, counted on from `first`.
    static func counted(_ mandate: Mandate, from first: UInt64) -> CircuitMatrices {
        var next = first
        var rows: [RiskMeasure: [[Scalar]]] = [:]
        let elapsed = mandate.carriesBucket ? Scalar(next) : nil
        if elapsed != nil { next += 1 }
        for measure in mandate.riskMeasures {
            rows[measure] = mandate.assets.map { _ in
                mandate.assets.map { _ in
                    defer { next += 1 }
                    return Scalar(next)
                }
            }
        }
        return CircuitMatrices(rows: rows, elapsed: elapsed)
    }

    /// The time first, then the entries of every measure in order, row by row.
    var entries: [Scalar] {
        [elapsed].compactMap { $0 } + rows.sorted { $0.key < $1.key }.flatMap { $0.value.flatMap { $0 } }
    }
}
