import BigIntegers
import Rebalancing
import Ristretto

/// The matrices of a mandate's measures as a circuit's coefficients.
struct CircuitMatrices: Sendable {
    /// `[n][n]` a measure.
    let rows: [RiskMeasure: [[Scalar]]]

    /// No matrix: for templates that read none.
    static let none = CircuitMatrices(rows: [:])

    init(rows: [RiskMeasure: [[Scalar]]]) {
        self.rows = rows
    }

    /// What a mandate's measures are of in a market.
    init(_ mandate: Mandate, of risk: MarketRisk) {
        rows = mandate.matrices(of: risk).mapValues { $0.rows.map { $0.map { Scalar($0) } } }
    }

    /// Ones throughout, from which nothing but a circuit's size is read.
    static func uniform(_ mandate: Mandate) -> CircuitMatrices {
        let ones = mandate.assets.map { _ in mandate.assets.map { _ in Scalar.one } }
        return CircuitMatrices(rows: Dictionary(uniqueKeysWithValues: mandate.riskMeasures.map { ($0, ones) }))
    }

    /// Different entries throughout, counted on from `first`.
    static func counted(_ mandate: Mandate, from first: UInt64) -> CircuitMatrices {
        var next = first
        var rows: [RiskMeasure: [[Scalar]]] = [:]
        for measure in mandate.riskMeasures {
            rows[measure] = mandate.assets.map { _ in
                mandate.assets.map { _ in
                    defer { next += 1 }
                    return Scalar(next)
                }
            }
        }
        return CircuitMatrices(rows: rows)
    }

    /// The entries of every measure in order, row by row.
    var entries: [Scalar] { rows.sorted { $0.key < $1.key }.flatMap { $0.value.flatMap { $0 } } }
}
