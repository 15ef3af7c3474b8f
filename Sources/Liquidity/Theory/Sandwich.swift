/// What a sandwich can take from a trade on a constant-product pool.
///
/// An attacker buys before the victim and sells after, as far as the victim's slippage tolerance lets the price go.
///
/// - Note: Source: Heimbach, Wattenhofer (2022), *Eliminating Sandwich Attacks with the Help of Game Theory*; engine.md section 4.
public struct Sandwich: Sendable, Hashable {
    /// The pool's reserve of what the victim tenders.
    public let reserveIn: Double

    /// The pool's reserve of what the victim receives.
    public let reserveOut: Double

    /// The pool's fee, as a share of the input.
    public let fee: Double

    /// Creates the setting of a sandwich.
    ///
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)`` unless reserves are positive and finite and the fee is
    ///   at least 0 and less than 1.
    public init(reserveIn: Double, reserveOut: Double, fee: Double) throws(LiquidityError) {
        for (name, reserve) in [("reserve in", reserveIn), ("reserve out", reserveOut)]
        where !(reserve > 0 && reserve.isFinite) {
            throw .unusableParameter(name: name, got: "\(reserve)", expected: "a positive number")
        }
        guard fee >= 0, fee < 1 else {
            throw .unusableParameter(name: "fee", got: "\(fee)", expected: "at least 0 and less than 1")
        }
        (self.reserveIn, self.reserveOut, self.fee) = (reserveIn, reserveOut, fee)
    }

    /// What `amount` is paid without an attack.
    public func fairOutput(of amount: Double) -> Double { output(amount, reserveIn, reserveOut) }

    /// The largest trade that no sandwich profits from before gas, whatever its slippage tolerance.
    ///
    /// With g = 1 − fee, the larger root of (1 + δ)(1 + gδ) = g⁻² times the reserve; about fee · reserve.
    public var safeAmount: Double {
        let retained = 1 - fee
        let excess = 1 / (retained * retained) - 1
        let linear = 1 + retained
        // The root of gδ² + (1 + g)δ − excess, in the form that loses no digits for small fees.
        return reserveIn * 2 * excess / (linear + (linear * linear + 4 * retained * excess).squareRoot())
    }

    /// The largest purchase before the victim's after which the victim is still paid `minimum`: 0 if none is.
    ///
    /// The positive root a of g·a² + a·(x(1 + g) + g²d) + x² + xgd − xygd/m = 0, for reserves x and y, a victim's d and its minimum m.
    public func largestFrontRun(against amount: Double, minimum: Double) -> Double {
        guard amount > 0, minimum > 0 else { return 0 }
        let retained = 1 - fee
        let linear = reserveIn * (1 + retained) + retained * retained * amount
        let constant = reserveIn * (reserveIn + retained * amount - reserveOut * retained * amount / minimum)
        guard constant < 0 else { return 0 }
        return -2 * constant / (linear + (linear * linear - 4 * retained * constant).squareRoot())
    }

    /// What an attacker gains, in the asset that the victim tenders, by buying with `frontRun` before and selling it all after.
    public func profit(ofFrontRun frontRun: Double, against amount: Double) -> Double {
        let bought = output(frontRun, reserveIn, reserveOut)
        let (x, y) = (reserveIn + frontRun, reserveOut - bought)
        let victim = output(amount, x, y)
        return output(bought, y - victim, x + amount) - frontRun
    }

    /// What the victim is paid after a purchase of `frontRun`.
    public func victimOutput(of amount: Double, afterFrontRun frontRun: Double) -> Double {
        let bought = output(frontRun, reserveIn, reserveOut)
        return output(amount, reserveIn + frontRun, reserveOut - bought)
    }

    private func output(_ amount: Double, _ x: Double, _ y: Double) -> Double {
        let net = (1 - fee) * amount
        return y * net / (x + net)
    }
}
