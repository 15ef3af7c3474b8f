package import BigIntegers
package import MarketData

/// The exact value of each asset of a state, in machine words where they fit. **Secret.**
///
/// A state that is only looked at, as most states of a backtest are, costs no memory of big integers. Where a value or a form
/// does not fit 128 bits, big integers are read instead: the answer is the same.
package struct StateValues: Sendable {
    /// One value an asset, in value units; `nil` where one of them or their sum does not fit 127 bits.
    package let words: [Int128]?
    /// Σ of ``words``; 0 where there are none.
    package let total: Int128
    private let quantities: [Quantity]
    private let prices: [Price]
    private let scales: [ValueScale]

    /// Prices what is held.
    ///
    /// - Precondition: One quantity, one price and one scale an asset.
    package init(_ holdings: Holdings, at prices: [Price], scales: [ValueScale]) {
        let quantities = holdings.quantities
        precondition(quantities.count == prices.count && scales.count == prices.count, "one figure per asset")
        var words = [Int128]()
        words.reserveCapacity(quantities.count)
        var total: Int128 = 0
        var fits = true
        for index in quantities.indices {
            let product = quantities[index].units.multipliedFullWidth(by: prices[index].units)
            guard product.high < 1 << 62, let scale = scales[index].word else {
                fits = false
                break
            }
            let value = Int128(product.high) << 64 | Int128(product.low)
            let scaled = scale == 1 ? (value, false) : value.multipliedReportingOverflow(by: scale)
            let sum = total.addingReportingOverflow(scaled.0)
            guard !scaled.1, !sum.overflow else {
                fits = false
                break
            }
            words.append(scaled.0)
            total = sum.partialValue
        }
        (self.words, self.total) = fits ? (words, total) : (nil, 0)
        (self.quantities, self.prices, self.scales) = (quantities, prices, scales)
    }

    /// The same values as integers of any size.
    package var exact: [BigInteger] {
        quantities.indices.map {
            BigInteger(quantities[$0].units) * BigInteger(prices[$0].units) * scales[$0].exact
        }
    }
}

/// 10^(m − u − e) of one asset: what price times quantity is multiplied by to count in the mandate's value unit.
package struct ValueScale: Sendable, Hashable {
    /// The factor.
    let exact: BigInteger
    /// The same in a machine word, if it fits.
    let word: Int128?

    init(_ exact: BigInteger) {
        (self.exact, word) = (exact, Int128(exactly: exact))
    }
}

extension Mandate {
    /// One scale an asset.
    package var valueScales: [ValueScale] { assets.indices.map { ValueScale(valueScale($0)) } }
}

extension StateValues: CustomStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    package var description: String { "<hidden>" }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
