public import MarketData

extension OrderBook {
    /// The book's two sides as venues: base for quote into the bids, and quote for base from the asks.
    ///
    /// - Parameters:
    ///   - name: What routes call the book; the sides are `name bids` and `name asks`.
    ///   - base: What sizes count.
    ///   - quote: What prices count.
    ///   - fee: The taker's fee as a share of what is received.
    ///   - gas: What using a side costs, in units of the objective.
    /// - Returns: A name and a venue for each side that has levels.
    /// - Throws: ``RoutingError/unusableVenue(name:reason:)``.
    public func venues(
        named name: String,
        base: Asset,
        quote: Asset,
        fee: Double? = nil,
        gas: Double = 0
    ) throws(RoutingError) -> [(name: String, venue: RoutingVenue)] {
        let fee = fee ?? Double(takerFee.value) / 1_000_000
        var sides: [(name: String, venue: RoutingVenue)] = []
        let levels = { (levels: [BookLevel]) in
            levels.map { (price: Double($0.price.units) / 1e8, size: Double($0.size) / 1e8) }
        }
        if !bids.isEmpty {
            let side = "\(name) bids"
            sides.append(
                (side, try .book(side, input: base, output: quote, levels: levels(bids), fee: fee, gas: gas))
            )
        }
        if !asks.isEmpty {
            let side = "\(name) asks"
            // What stands at a price takes price · size of the quote and gives 1/price of the base for each.
            let inverse = levels(asks).map { (price: 1 / $0.price, size: $0.price * $0.size) }
            sides.append((side, try .book(side, input: quote, output: base, levels: inverse, fee: fee, gas: gas)))
        }
        return sides
    }
}
