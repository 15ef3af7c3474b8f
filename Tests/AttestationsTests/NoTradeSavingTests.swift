import BigIntegers
import MarketData
import Rebalancing
import TestSupport
import Testing

@testable import Attestations

/// The two sums an asset that say what no exchange saves, over the integers.
@Suite("The sums of a hold not worth its cost")
struct NoTradeSavingTests {
    /// One of the gadget's checks.
    private struct Sum: Hashable {
        let asset: Int
        /// least + 10⁹·c·V − Gᵢ where set, Gᵢ − least where not.
        let isUpper: Bool
    }

    /// Whether some *least* passes every check but one.
    private func passes(_ savings: [BigInteger], _ allowance: BigInteger, without dropped: Sum?) -> Bool {
        let lower = savings.indices.filter { dropped != Sum(asset: $0, isUpper: false) }.map { savings[$0] }
        let upper = savings.indices.filter { dropped != Sum(asset: $0, isUpper: true) }.map { savings[$0] - allowance }
        guard let most = lower.min(), let least = upper.max() else { return true }
        return least <= most
    }

    @Test("are each needed: without any one of them there is a state in which an exchange pays and the rest hold")
    func everySumIsNeeded() throws {
        let mandate = try NoTradeScenario.mandate(requirements: [])
        let form = try #require(mandate.noTradeForm)
        var needed: Set<Sum> = []
        var random = SplitMix64(seed: 9)
        for _ in 0..<400 {
            let closes = (0..<3).map { _ in
                (0...5).compactMap { _ in Price(units: UInt64.random(in: 90_000_000...110_000_000, using: &random)) }
            }
            let risk = MarketRisk([try ExactCovariance(closes: closes)])
            let first = UInt64.random(in: 4_000...6_000, using: &random)
            let second = UInt64.random(in: 2_000...4_000, using: &random)
            let move = NoTradeScenario.stay([first, second, 10_000 - first - second])
            let holdings = try Holdings(move.before.map(Quantity.init(units:)), under: mandate)
            let values = try DecisionValues(
                before: holdings,
                after: holdings,
                prices: NoTradeScenario.prices,
                risk: risk,
                under: mandate
            )
            let savings = form.savings(values, by: try #require(values.slopes))
            let allowance = values.value(of: form.allowance)
            // All together say exactly what the evaluator says.
            #expect(passes(savings, allowance, without: nil) == (form.margin(values) >= 0))
            guard form.margin(values) < 0 else { continue }
            for asset in savings.indices {
                for isUpper in [false, true] {
                    let sum = Sum(asset: asset, isUpper: isUpper)
                    if passes(savings, allowance, without: sum) { needed.insert(sum) }
                }
            }
        }
        #expect(needed.count == 6)
    }
}
