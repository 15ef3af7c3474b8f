import BigIntegers
public import CanonicalJSON
public import MarketData
import Rebalancing

/// A policy replayed once for every combination of some parameters' values.
public struct PolicySweep: Sendable {
    /// What is replayed, and with which opening and cost model; its comparisons and shuffles are not run.
    public let study: BacktestStudy
    /// What is varied; the last one fastest.
    public let parameters: [SweepParameter]

    /// The most combinations of one sweep.
    public static let mostPoints = 1_000_000

    /// Creates a sweep.
    ///
    /// - Throws: ``BacktestError`` if a parameter stands twice, none is given, or there are more than ``mostPoints`` combinations.
    public init(study: BacktestStudy, parameters: [SweepParameter]) throws(BacktestError) {
        guard !parameters.isEmpty else { throw .rule(text: "", reason: "nothing is varied") }
        guard Set(parameters.map(\.kind)).count == parameters.count else {
            throw .rule(
                text: parameters.map(\.kind.description).joined(separator: ", "),
                reason: "a parameter stands twice"
            )
        }
        var count = 1
        for parameter in parameters {
            let (product, overflow) = count.multipliedReportingOverflow(by: parameter.values.count)
            guard !overflow, (1...Self.mostPoints).contains(product) else {
                throw .rule(text: "\(parameter.kind)", reason: "more than \(Self.mostPoints) combinations")
            }
            count = product
        }
        self.study = study
        self.parameters = parameters
    }

    /// How many combinations there are.
    public var count: Int { parameters.reduce(1) { $0 * $1.values.count } }

    /// The values of one combination, in the parameters' order.
    public func point(_ index: Int) -> [SweepParameter.Value] {
        var rest = index
        var values: [SweepParameter.Value] = []
        for parameter in parameters.reversed() {
            values.append(parameter.values[rest % parameter.values.count])
            rest /= parameter.values.count
        }
        return values.reversed()
    }

    /// A combination's name: `band=3pp storm=1.5`.
    public func name(_ index: Int) -> String {
        zip(parameters, point(index)).map { "\($0.kind)=\($1.text)" }.joined(separator: " ")
    }

    /// Replays one combination.
    ///
    /// - Throws: ``BacktestError`` or `CycleError` if it does not fit the market.
    public func result(_ index: Int) throws -> SweepResult {
        var mandates = study.mandates
        var share = study.share
        let values = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.kind), point(index)))
        if let width = values[.band] { mandates = try Self.banded(mandates, millionths: width.units) }
        if let factor = values[.scale] {
            mandates = try mandates.map { try $0.scalingBands(by: Self.thousandths(factor)) }
        }
        for (regime, mandate) in mandates.enumerated().dropFirst() {
            guard let multiple = values[.regime(mandate.regime)] else { continue }
            let bands = try mandates[0].scalingBands(by: Self.thousandths(multiple)).bands
            mandates[regime] = try mandate.replacing(bands: bands)
        }
        if let pause = values[.cooldown] {
            mandates = try mandates.map { try $0.replacing(bands: $0.bands, cooldown: pause.units) }
        }
        if let cost = values[.cost] { share = PartsPerMillion(cost.units) }
        let market = study.market
        let run = try PolicyBacktest(
            mandates: mandates,
            market: market,
            opening: study.opening,
            costs: study.costModel.shares(of: share, in: market)
        ).run()
        let barsPerYear = BacktestMarket.barsPerYear(market.times)
        let years = Performance.years(market.times)
        let book = TargetBook(mandates: mandates, market: market, barsPerYear: barsPerYear)
        let figures = Performance(times: market.times, equity: run.equity, book: book.equity, barsPerYear: barsPerYear)
        return SweepResult(
            point: name(index),
            totalReturn: figures.totalReturn,
            annualizedVolatility: figures.annualizedVolatility,
            sharpe: figures.sharpe,
            maximumDrawdown: figures.maximumDrawdown,
            trackingError: figures.trackingError,
            turnoverPerYear: run.turnover / years,
            rebalances: run.rebalances,
            blocked: run.blocked,
            cost: run.cumulatedCost.last ?? 0,
            costPerYear: Performance.costPerYear(run.cumulatedCost, equity: run.equity, years: years)
        )
    }

    private static func thousandths(_ value: SweepParameter.Value) -> ExactFraction {
        ExactFraction(BigInteger(value.units), over: 1_000)
    }

    /// Every trigger of the first regime at one width; the other widths of an asset keep their ratio to it.
    private static func banded(_ mandates: [Mandate], millionths: Int64) throws(MandateError) -> [Mandate] {
        let first = mandates[0].bands
        var banded: [Mandate] = []
        for mandate in mandates {
            let bands = zip(mandate.bands, first).map { band, unit -> ToleranceBand in
                guard let whole = unit.trigger, whole.numerator > 0 else { return band }
                func scaled(_ width: ExactFraction) -> ExactFraction {
                    ExactFraction(
                        width.numerator * BigInteger(millionths) * whole.denominator,
                        over: width.denominator * whole.numerator
                    )
                }
                return ToleranceBand(trigger: band.trigger.map(scaled), destination: scaled(band.destination))
            }
            banded.append(try mandate.replacing(bands: bands))
        }
        return banded
    }
}

/// What one combination of a sweep came to.
public struct SweepResult: Sendable, Hashable {
    /// The combination's name.
    public let point: String
    /// Last value ÷ first − 1.
    public let totalReturn: Double
    /// See ``Performance/annualizedVolatility``.
    public let annualizedVolatility: Double
    /// See ``Performance/sharpe``.
    public let sharpe: Double
    /// See ``Performance/maximumDrawdown``.
    public let maximumDrawdown: Double
    /// See ``Performance/trackingError``.
    public let trackingError: Double
    /// Turnover a year.
    public let turnoverPerYear: Double
    /// Rebalances.
    public let rebalances: Int
    /// Closes at which one was due and none admissible.
    public let blocked: Int
    /// Fees and rounding, in the quote currency.
    public let cost: Double
    /// The same as a share of the value at the time, a year.
    public let costPerYear: Double

    /// The figures' names, in the order of ``figures``.
    public static let names = [
        "totalReturn", "annualizedVolatility", "sharpe", "maximumDrawdown", "trackingError", "turnoverPerYear",
        "rebalances",
        "blocked", "cost", "costPerYear",
    ]

    /// The figures, in the order of ``names``.
    public var figures: [Double] {
        [
            totalReturn, annualizedVolatility, sharpe, maximumDrawdown, trackingError, turnoverPerYear,
            Double(rebalances),
            Double(blocked), cost, costPerYear,
        ]
    }

    init(
        point: String,
        totalReturn: Double,
        annualizedVolatility: Double,
        sharpe: Double,
        maximumDrawdown: Double,
        trackingError: Double,
        turnoverPerYear: Double,
        rebalances: Int,
        blocked: Int,
        cost: Double,
        costPerYear: Double
    ) {
        self.point = point
        self.totalReturn = totalReturn
        self.annualizedVolatility = annualizedVolatility
        self.sharpe = sharpe
        self.maximumDrawdown = maximumDrawdown
        self.trackingError = trackingError
        self.turnoverPerYear = turnoverPerYear
        self.rebalances = rebalances
        self.blocked = blocked
        self.cost = cost
        self.costPerYear = costPerYear
    }

    /// One line of a results file, with the sweep that it belongs to.
    public func json(of sweep: ContentDigest) -> JSONValue {
        .object(
            [
                JSONMember("version", .integer(1)), JSONMember("sweep", .string(sweep.description)),
                JSONMember("point", .string(point)),
            ]
                + zip(Self.names, figures).map { name, figure in
                    let isCount = name == "rebalances" || name == "blocked"
                    return JSONMember(name, isCount ? .integer(Int(figure)) : .number("\(figure)"))
                }
        )
    }

    /// Reads one line.
    ///
    /// - Throws: `JSONError` if it is not of that form.
    public init(json value: JSONValue) throws(JSONError) {
        var object = try JSONObjectReader(value)
        _ = try object.integer("version")
        _ = try object.string("sweep")
        point = try object.string("point")
        totalReturn = try object.double("totalReturn")
        annualizedVolatility = try object.double("annualizedVolatility")
        sharpe = try object.double("sharpe")
        maximumDrawdown = try object.double("maximumDrawdown")
        trackingError = try object.double("trackingError")
        turnoverPerYear = try object.double("turnoverPerYear")
        rebalances = try object.integer("rebalances")
        blocked = try object.integer("blocked")
        cost = try object.double("cost")
        costPerYear = try object.double("costPerYear")
        try object.finish()
    }
}
