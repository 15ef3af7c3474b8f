import BigIntegers

/// Checks of what every pool of several tokens is built from.
enum TokenFigures {
    /// Positive words of 256 bits, as many as there are decimals.
    static func check(
        balances: [BigInteger],
        decimals: [Int],
        counts: ClosedRange<Int>
    ) throws(LiquidityError) {
        guard counts.contains(balances.count) else {
            throw .unusableParameter(
                name: "number of tokens",
                got: "\(balances.count)",
                expected: "\(counts.lowerBound) to \(counts.upperBound)"
            )
        }
        for (token, balance) in balances.enumerated() where balance.signum() <= 0 || balance.bitWidth > 256 {
            throw .unusableParameter(name: "balance \(token)", got: "\(balance)", expected: "1 to 2^256 - 1 units")
        }
        guard decimals.count == balances.count, decimals.allSatisfy({ (0...18).contains($0) }) else {
            throw .unusableParameter(
                name: "decimals",
                got: decimals.map(\.description).joined(separator: ", "),
                expected: "\(balances.count) numbers from 0 to 18"
            )
        }
    }

    /// A share of at least 0 and less than 1.
    static func check(fee: BigInteger, one: BigInteger) throws(LiquidityError) {
        guard !fee.isNegative, fee < one else {
            throw .unusableParameter(name: "fee", got: "\(fee)", expected: "0 to less than \(one)")
        }
    }
}
