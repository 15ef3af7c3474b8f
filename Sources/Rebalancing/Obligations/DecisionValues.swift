public import BigIntegers
public import MarketData

/// The exact values of one decision that linear forms are read over: the witness, in the evaluator's shape. **Secret.**
public struct DecisionValues: Sendable {
    /// Value of each asset before, in value units.
    public let before: [BigInteger]
    /// Value of each asset after.
    public let after: [BigInteger]
    /// Twice the day's turnover carried in.
    public let carriedBefore: BigInteger
    /// Twice the day's turnover carried out.
    public let carriedAfter: BigInteger
    /// The mandate's secret parameters in parts per million; empty where it has none.
    public let parameters: [Int64]
    /// The slippage bucket; empty where the mandate has none.
    public let bucket: BucketValues
    /// What the rules over risk are measured with, by measure. Public, unlike the rest.
    public let matrices: [RiskMeasure: RiskMatrix]
    /// What `unless cost > benefit` reckons with; `nil` where nothing is known of it. Public.
    public let slopes: BenefitSlopes?

    /// Prices a decision's holdings.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` unless there is one figure per asset everywhere.
    public init(
        before: Holdings,
        after: Holdings,
        prices: [Price],
        carriedBefore: BigInteger = 0,
        carriedAfter: BigInteger = 0,
        parameters: [Int64] = [],
        risk: MarketRisk = .none,
        bucket: BucketValues = .empty,
        under mandate: Mandate
    ) throws(HoldingsError) {
        let count = mandate.assets.count
        for got in [before.quantities.count, after.quantities.count, prices.count] where got != count {
            throw .countMismatch(got: got, expected: count)
        }
        self.init(
            before: mandate.values(of: before, at: prices),
            after: mandate.values(of: after, at: prices),
            carriedBefore: carriedBefore,
            carriedAfter: carriedAfter,
            parameters: parameters,
            matrices: mandate.matrices(of: risk),
            bucket: bucket,
            slopes: mandate.slopes(of: risk)
        )
    }

    /// Takes values as they are, one an asset and in the mandate's order.
    package init(
        before: [BigInteger],
        after: [BigInteger],
        carriedBefore: BigInteger,
        carriedAfter: BigInteger,
        parameters: [Int64] = [],
        matrices: [RiskMeasure: RiskMatrix] = [:],
        bucket: BucketValues = .empty,
        slopes: BenefitSlopes? = nil
    ) {
        self.slopes = slopes
        self.bucket = bucket
        self.before = before
        self.after = after
        self.carriedBefore = carriedBefore
        self.carriedAfter = carriedAfter
        self.parameters = parameters
        self.matrices = matrices
    }

    /// The value of a form's variable. Purchases and sales follow from the values before and after.
    public subscript(variable: FormVariable) -> BigInteger {
        switch variable {
        case .valueBefore(let asset): before[asset]
        case .valueAfter(let asset): after[asset]
        case .bought(let asset): max(after[asset] - before[asset], 0)
        case .sold(let asset): max(before[asset] - after[asset], 0)
        case .carriedBefore: carriedBefore
        case .carriedAfter: carriedAfter
        case .secretShareBefore(let parameter): BigInteger(Int(parameters[parameter])) * totalBefore
        case .secretShareAfter(let parameter): BigInteger(Int(parameters[parameter])) * totalAfter
        case .bucketBefore: bucket.before
        case .bucketAfter: bucket.after
        case .elapsedShare: BigInteger(Int(bucket.elapsed)) * totalBefore
        }
    }

    /// The value of a form.
    public func value(of form: LinearForm) -> BigInteger {
        form.evaluated { self[$0] }
    }

    /// V before the decision.
    public var totalBefore: BigInteger { before.reduce(0, +) }
    /// V after the decision.
    public var totalAfter: BigInteger { after.reduce(0, +) }
}

extension DecisionValues: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// `<hidden>`, always.
    public var debugDescription: String { "<hidden>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Mandate {
    /// value = price·quantity·10^(m − u − e) of every asset, in value units.
    ///
    /// - Precondition: One quantity and one price per asset, as the checked initialisers of the callers' types promise.
    public func values(of holdings: Holdings, at prices: [Price]) -> [BigInteger] {
        precondition(holdings.quantities.count == assets.count && prices.count == assets.count, "one figure per asset")
        return assets.indices.map { index in
            BigInteger(holdings.quantities[index].units) * unitValue(index, at: prices)
        }
    }

    /// The value of one quantity unit of an asset.
    func unitValue(_ index: Int, at prices: [Price]) -> BigInteger {
        BigInteger(prices[index].units) * valueScale(index)
    }
}
