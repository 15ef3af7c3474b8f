import BigIntegers
import Rebalancing

/// What a portfolio's value did from before a period's first decision to after its last, each at its own prices.
public struct PeriodReturn: Sendable, Hashable, CustomStringConvertible {
    /// The return in hundredths of a percent, rounded down: −10 000 is everything lost.
    public let basisPoints: Int32

    /// What a report can claim.
    public static let range: ClosedRange<Int32> = -10_000...100_000_000

    /// Creates a claim.
    ///
    /// - Returns: `nil` outside ``range``.
    public init?(basisPoints: Int32) {
        guard Self.range.contains(basisPoints) else { return nil }
        self.basisPoints = basisPoints
    }

    /// As in `+3.21%`.
    public var description: String {
        let size = basisPoints.magnitude
        return "\(basisPoints < 0 ? "-" : "+")\(size / 100).\(size % 100 / 10)\(size % 10)%"
    }
}

extension PeriodReport {
    /// Why no return can be claimed of these steps; `nil` if one can.
    ///
    /// Halts, resumptions and amends move nothing. A flow does, and what a return over it means needs the value at that moment,
    /// which nobody has shown; and at both ends there must be prices.
    ///
    /// - Parameter policies: What each step is under.
    static func returnObstacle(_ steps: [Statement], _ policies: [CompiledPolicy], _ version: Version) -> String? {
        if let flow = steps.first(where: { $0.kind == .flow }) {
            return
                "number \(flow.sequence) is a flow: the return of a period with flows is not proved; end the period before it"
        }
        let unpriced = version == .sharesPolicy ? steps.first { !$0.readsPrices } : nil
        if let step = unpriced ?? [steps[0], steps[steps.count - 1]].first(where: { !$0.readsPrices }) {
            return
                "number \(step.sequence) is a \(step.kind) without prices: a return is measured from a decision to a decision"
        }
        for index in steps.indices.dropFirst() where steps[index].kind == .amend {
            guard let change = policies[index - 1].obstacle(toValueUnder: policies[index]) else { continue }
            return "number \(steps[index].sequence) is an amend, and \(change): end the period before it"
        }
        return nil
    }
}

extension CompiledPolicy {
    /// What an amend to another policy changes in the value of the same portfolio; `nil` if nothing.
    func obstacle(toValueUnder next: CompiledPolicy) -> String? {
        guard next.quote == quote else { return "values are in \(quote) before it and in \(next.quote) after it" }
        for (asset, units) in zip(assets, units) {
            guard let place = next.assets.firstIndex(of: asset) else { return "it leaves out \(asset)" }
            guard next.units[place] == units else { return "it counts \(asset) in other units" }
        }
        return nil
    }

    /// What one quantity unit of an asset at a price is worth, in whole units of 10⁻ᵐ of the quote currency with m = `exponent`,
    /// which is at least the policy's own.
    func unitValue(_ index: Int, at price: BigInteger, exponent: Int) -> BigInteger {
        // The mandates agree in assets and units.
        let mandate = mandates[0]
        let finer = (0..<max(0, exponent - mandate.valueExponent)).reduce(BigInteger(1)) { power, _ in power * 10 }
        return price * mandate.valueScale(index) * finer
    }
}
