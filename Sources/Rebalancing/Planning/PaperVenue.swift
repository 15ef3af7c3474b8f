public import BigIntegers
public import MarketData

/// A venue that fills every trade at the decision's price, less costs: all legs or none.
public struct PaperVenue: Sendable {
    /// What it charges.
    public let costs: TransactionCosts

    /// Creates a venue.
    public init(costs: TransactionCosts) {
        self.costs = costs
    }

    /// Executes a plan.
    ///
    /// Holdings are a value: a leg that fails throws, and what was held before is still held.
    ///
    /// - Returns: The fills in the order of the legs, and what is held after them.
    /// - Throws: ``VenueError`` naming the leg that cannot be filled.
    public func execute(
        _ plan: TradePlan,
        from holdings: Holdings,
        at prices: [Price],
        under mandate: Mandate
    ) throws(VenueError) -> (fills: [Fill], after: Holdings) {
        let count = mandate.assets.count
        guard holdings.quantities.count == count, prices.count == count else { throw .foreignState }
        let moneyUnit = mandate.moneyUnit(at: prices)
        let cash = mandate.assets.firstIndex(of: mandate.quote)
        var quantities = holdings.quantities.map(\.units)
        var money = cash.map { BigInteger(quantities[$0]) } ?? 0
        var fills: [Fill] = []
        for leg in plan.legs {
            guard mandate.assets.indices.contains(leg.index), mandate.assets[leg.index] == leg.asset, leg.index != cash
            else { throw .foreignState }
            let value = BigInteger(leg.quantity.units) * mandate.unitValue(leg.index, at: prices)
            let (units, overflow): (UInt64, Bool)
            let fee: BigInteger
            switch leg.side {
            case .sell:
                (units, overflow) = quantities[leg.index].subtractingReportingOverflow(leg.quantity.units)
                let proceeds = costs.proceeds(ofSelling: value, in: moneyUnit)
                money += proceeds
                fee = value - proceeds * moneyUnit
            case .buy:
                (units, overflow) = quantities[leg.index].addingReportingOverflow(leg.quantity.units)
                let payment = costs.payment(forBuying: value, in: moneyUnit)
                money -= payment
                fee = payment * moneyUnit - value
            }
            guard !overflow, money >= 0 else {
                throw .insufficientBalance(leg.side == .sell ? leg.asset : mandate.quote)
            }
            quantities[leg.index] = units
            fills.append(
                Fill(
                    asset: leg.asset,
                    side: leg.side,
                    quantity: leg.quantity,
                    price: prices[leg.index],
                    value: value,
                    fee: fee
                )
            )
        }
        if let cash {
            guard let left = UInt64(exactly: money) else { throw .insufficientBalance(mandate.quote) }
            quantities[cash] = left
        }
        return (fills, Holdings(unchecked: quantities.map(Quantity.init(units:))))
    }
}

/// One trade as it was filled. **Secret.**
public struct Fill: Sendable, Hashable {
    /// What was traded.
    public let asset: Asset
    /// Bought or sold.
    public let side: TradeLeg.Side
    /// How much of it.
    public let quantity: Quantity
    /// At which price.
    public let price: Price
    /// Its value, in value units.
    public let value: BigInteger
    /// What it cost, in value units: the fee and the rounding of the settlement currency.
    public let fee: BigInteger
}

extension Fill: CustomStringConvertible, CustomReflectable {
    /// Direction, asset and price, without amounts.
    public var description: String { "\(side == .buy ? "bought" : "sold") \(asset.symbol) at \(price)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a plan was not executed. Names assets, never amounts.
public enum VenueError: Error, Sendable, Hashable, CustomStringConvertible {
    /// More is sold or spent than is held, or more is bought than fits.
    case insufficientBalance(Asset)
    /// The plan, the holdings or the prices are of another mandate.
    case foreignState

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .insufficientBalance(let asset):
            "balance of `\(asset.symbol)` does not allow the trade: nothing was traded"
        case .foreignState: "the plan is of another mandate: nothing was traded"
        }
    }
}
