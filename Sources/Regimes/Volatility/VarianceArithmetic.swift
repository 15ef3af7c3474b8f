import MarketData

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The arithmetic that estimators of variance need: each estimator is written once, for Doubles and for ``FixedPoint``.
///
/// Models are trained on Doubles; the label that is attested rests on whole numbers.
protocol VarianceArithmetic: Comparable, Sendable {
    static var zero: Self { get }
    static func + (left: Self, right: Self) -> Self
    static func - (left: Self, right: Self) -> Self
    static func * (left: Self, right: Self) -> Self
    var magnitude: Self { get }
    var isFinite: Bool { get }
    func divided(by divisor: Int) -> Self
    /// The quotient of two whole numbers, the second positive.
    static func ratio(_ numerator: Int, _ denominator: Int) -> Self
    /// ln of a price.
    static func logarithm(of price: ExactDecimal) -> Self
    /// What the estimators multiply by.
    static var scales: EstimatorScales<Self> { get }
}

/// The irrational factors of the estimators, each the reciprocal of an expectation for a driftless diffusion.
struct EstimatorScales<Number: Sendable>: Sendable {
    /// π/2.
    let bipower: Number
    /// π ÷ (π − 2).
    let minimum: Number
    /// π ÷ (6 − 4√3 + π).
    let median: Number
    /// 1 ÷ (4 ln 2).
    let parkinson: Number
    /// 2 ln 2 − 1.
    let garmanKlass: Number
}

extension Double: VarianceArithmetic {
    func divided(by divisor: Int) -> Double { self / Double(divisor) }

    static func ratio(_ numerator: Int, _ denominator: Int) -> Double { Double(numerator) / Double(denominator) }

    static func logarithm(of price: ExactDecimal) -> Double { log(Double(price)) }

    static let scales = EstimatorScales(
        bipower: Double.pi / 2,
        minimum: Double.pi / (Double.pi - 2),
        median: Double.pi / (6 - 4 * 3.0.squareRoot() + Double.pi),
        parkinson: 1 / (4 * log(2)),
        garmanKlass: 2 * log(2) - 1
    )
}

extension FixedPoint: VarianceArithmetic {
    var isFinite: Bool { true }

    static func ratio(_ numerator: Int, _ denominator: Int) -> FixedPoint {
        FixedPoint(numerator).divided(by: denominator)
    }

    static func logarithm(of price: ExactDecimal) -> FixedPoint { naturalLogarithm(of: price) }

    static let scales = EstimatorScales(
        bipower: FixedPoint(units: 28_976_077_832_308_491_370),
        minimum: FixedPoint(units: 50_764_303_258_595_463_229),
        median: FixedPoint(units: 26_182_539_346_302_924_778),
        parkinson: FixedPoint(units: 6_653_256_548_922_161_246),
        garmanKlass: FixedPoint(units: 7_125_873_216_695_759_704)
    )
}

/// The logarithms of a bar's four prices.
struct LogPrices<Number: VarianceArithmetic> {
    let open: Number
    let high: Number
    let low: Number
    let close: Number
}

extension LogPrices {
    init(_ candle: Candle) {
        open = .logarithm(of: candle.open)
        high = .logarithm(of: candle.high)
        low = .logarithm(of: candle.low)
        close = .logarithm(of: candle.close)
    }
}
