public import BigIntegers

/// What a venue pays for larger and larger inputs.
public struct DepthCurve: Sendable, Hashable {
    /// One size.
    public struct Point: Sendable, Hashable {
        /// Units of the token tendered.
        public let amountIn: BigInteger
        /// Units of the token received, fee deducted.
        public let amountOut: BigInteger
    }

    /// The sizes that the venue takes, in rising order.
    public let points: [Point]

    /// Quotes `count` inputs, each the double of the one before, from `smallest`; stops where the venue takes no more.
    ///
    /// - Parameters:
    ///   - venue: Any venue.
    ///   - input: The token tendered.
    ///   - output: The token received.
    ///   - smallest: Units of the smallest input: positive.
    ///   - count: How many inputs, at most 256.
    /// - Throws: What the venue throws for the smallest input; a refusal of a larger one ends the curve.
    public init(
        of venue: some SwapVenue,
        from input: Int,
        to output: Int,
        smallest: BigInteger,
        count: Int
    ) throws(LiquidityError) {
        var points = [
            Point(amountIn: smallest, amountOut: try venue.amountOut(for: smallest, from: input, to: output))
        ]
        var amount = smallest
        for _ in 0..<max(0, min(count, 256) - 1) {
            amount = amount << 1
            guard let paid = try? venue.amountOut(for: amount, from: input, to: output) else { break }
            points.append(Point(amountIn: amount, amountOut: paid))
        }
        self.points = points
    }
}
