import CanonicalJSON
import Liquidity
import TestSupport
import Testing

@Suite("The theory of execution")
struct TheoryTests {
    private func agree(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
        abs(a - b) <= tolerance * max(1, abs(b))
    }

    @Test("agrees with the reference on sandwiches: sizes, profits and what victims lose")
    func sandwiches() throws {
        let vectors = try Fixtures.engine("theory_vectors").elements("sandwich_cp")
        #expect(vectors.count == 48)
        for vector in vectors {
            let setting = try Sandwich(
                reserveIn: vector.double("x"),
                reserveOut: vector.double("y"),
                fee: vector.double("fee")
            )
            let amount = try vector.double("victim_in")
            let fair = setting.fairOutput(of: amount)
            #expect(agree(fair, try vector.double("fair_out"), within: 1e-13))
            let minimum = fair * (1 - (try vector.double("slippage")))
            let frontRun = setting.largestFrontRun(against: amount, minimum: minimum)
            // The reference takes the root as a difference of numbers a thousand times as large.
            #expect(agree(frontRun, try vector.double("frontrun_max"), within: 1e-9))
            let profit = setting.profit(ofFrontRun: frontRun, against: amount)
            #expect(agree(profit, try vector.double("profit_at_max"), within: 1e-9))
            let loss = fair - setting.victimOutput(of: amount, afterFrontRun: frontRun)
            #expect(agree(loss, try vector.double("victim_loss_at_max"), within: 1e-9))
            // Whoever trades less than the safe size is not attacked at a profit, and the reference says so too.
            #expect((amount <= setting.safeAmount) == (try vector.double("best_profit") == 0))
        }
    }

    @Test("finds the size at which the best sandwich just breaks even", arguments: UInt64(0)..<50)
    func safeAmounts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let fee = Double.random(in: 1e-4...0.05, using: &random)
        let setting = try Sandwich(reserveIn: 1_000, reserveOut: Double.random(in: 1...1e6, using: &random), fee: fee)
        let ratio = setting.safeAmount / setting.reserveIn
        let retained = 1 - fee
        #expect(agree((1 + ratio) * (1 + retained * ratio) * retained * retained, 1, within: 1e-12))
        // A small purchase before the victim's gains above the size and loses below it.
        #expect(setting.profit(ofFrontRun: 1e-3, against: setting.safeAmount * 0.99) < 0)
        #expect(setting.profit(ofFrontRun: 1e-3, against: setting.safeAmount * 1.01) > 0)
    }

    @Test("agrees with the reference on batch prices and loss-versus-rebalancing")
    func prices() throws {
        let vectors = try Fixtures.engine("theory_vectors")
        for vector in try vectors.elements("fm_amm") {
            let price = try BatchPrice.functionMaximising(
                reserve0: vector.double("x"),
                reserve1: vector.double("y"),
                netSold: vector.double("d")
            )
            #expect(agree(price, try vector.double("price"), within: 1e-15))
        }
        for vector in try vectors.elements("lvr") {
            let volatility = try vector.double("sigma")
            if vector["theta"] != nil {
                let rate = try LossVersusRebalancing.rate(volatility: volatility, weight: vector.double("theta"))
                #expect(agree(rate, try vector.double("lvr_rate"), within: 1e-15))
            } else {
                let share = try LossVersusRebalancing.shareOfBlocksTraded(
                    volatility: volatility,
                    fee: vector.double("fee"),
                    blockSeconds: vector.double("block_s")
                )
                #expect(agree(share, try vector.double("p_trade"), within: 1e-14))
            }
        }
    }

    @Test("refuses senseless figures")
    func refuses() {
        #expect(throws: LiquidityError.self) { try Sandwich(reserveIn: 0, reserveOut: 1, fee: 0) }
        #expect(throws: LiquidityError.self) { try Sandwich(reserveIn: 1, reserveOut: 1, fee: 1) }
        #expect(throws: LiquidityError.self) {
            try BatchPrice.functionMaximising(reserve0: 10, reserve1: 10, netSold: -5)
        }
        #expect(throws: LiquidityError.self) { try LossVersusRebalancing.rate(volatility: -1, weight: 0.5) }
        #expect(throws: LiquidityError.self) { try LossVersusRebalancing.rate(volatility: 1, weight: 1.5) }
    }
}
