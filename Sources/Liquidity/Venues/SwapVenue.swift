public import BigIntegers

/// A venue that quotes one of its tokens against another, to the last unit.
///
/// Tokens are positions, 0 ..< ``tokenCount``; amounts are whole numbers of a token's smallest unit. A quote is what the venue's
/// own contract would answer in the same state, and states are values: a quote changes nothing.
public protocol SwapVenue: Sendable {
    /// How many tokens the venue holds.
    var tokenCount: Int { get }

    /// The units of token `output` that are paid out for `amount` units of token `input`, fee deducted.
    func amountOut(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger

    /// The units of token `input` that the venue's own arithmetic asks for `amount` units of token `output`, fee included.
    func amountIn(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger
}

extension SwapVenue {
    /// Refuses positions outside the venue and a token against itself.
    func checkPair(_ input: Int, _ output: Int) throws(LiquidityError) {
        for token in [input, output] where token < 0 || token >= tokenCount {
            throw .tokenOutOfRange(got: token, count: tokenCount)
        }
        if input == output { throw .sameToken(input) }
    }

    /// Refuses amounts that are not positive words of 256 bits.
    func checkAmount(_ amount: BigInteger) throws(LiquidityError) {
        if amount.signum() <= 0 || amount.bitWidth > 256 { throw .unusableAmount(got: amount) }
    }

    /// The least amount of `input` that is paid at least `amount` of `output`, by bisection.
    ///
    /// For venues whose contracts offer no inverse. Output must not fall as input rises. Costs some 2·log₂(answer) quotes.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if no input of `limit` or less is enough.
    func leastAmountIn(
        for amount: BigInteger,
        from input: Int,
        to output: Int,
        notAbove limit: BigInteger
    ) throws(LiquidityError) -> BigInteger {
        var enough = BigInteger(1)
        var best = BigInteger()
        while true {
            best = try amountOut(for: enough, from: input, to: output)
            if best >= amount { break }
            if enough >= limit { throw .insufficientLiquidity(got: amount, available: best) }
            enough = min(enough << 1, limit)
        }
        // At most what the search tried before, which was not enough.
        var tooLittle = enough >> 1
        while enough - tooLittle > 1 {
            let middle = (enough + tooLittle) >> 1
            if try amountOut(for: middle, from: input, to: output) >= amount {
                enough = middle
            } else {
                tooLittle = middle
            }
        }
        return enough
    }
}
