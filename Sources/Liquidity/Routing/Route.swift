public import MarketData

/// How an order is split over venues, and what it is worth.
///
/// Figures are floating point: a plan. What is paid is settled by the venues' integer quotes.
public struct Route: Sendable {
    /// What is traded at one venue.
    public struct Leg: Sendable {
        /// The venue's name.
        public let venue: String
        /// What is paid in, by asset.
        public let tendered: [Asset: Double]
        /// What is paid out, by asset.
        public let received: [Asset: Double]

        /// Takes the figures of a leg.
        public init(venue: String, tendered: [Asset: Double], received: [Asset: Double]) {
            (self.venue, self.tendered, self.received) = (venue, tendered, received)
        }
    }

    /// The venues that are used, in the order in which they were given to the router.
    public let legs: [Leg]

    /// What the order is worth, in units of its objective: for an exchange, units of the asset wanted. Gas deducted.
    public let value: Double

    /// The gas of the venues used, in units of the objective.
    public let gas: Double

    /// No plan over these venues is worth more: a proof of optimality where it meets ``value``.
    ///
    /// The dual's value at the prices found, over every subset of venues that the search did not try.
    public let upperBound: Double

    /// Takes the figures of a route.
    public init(legs: [Leg], value: Double, gas: Double, upperBound: Double) {
        (self.legs, self.value, self.gas, self.upperBound) = (legs, value, gas, upperBound)
    }
}
