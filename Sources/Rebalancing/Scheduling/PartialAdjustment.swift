/// Trading towards a moving aim under quadratic costs: a fixed share of the way each period, towards where the target is going.
///
/// With transaction costs ½Δᵀ(λΣ)Δ, risk γ/2·xᵀΣx and discount 1 − ρ, the optimal holdings are
/// x_t = (1 − a/λ)·x_{t−1} + (a/λ)·aim_t, a = (−c + √(c² + 4γλ(1 − ρ)²))/(2(1 − ρ)), c = γ(1 − ρ) + λρ.
///
/// - Note: Source: Gârleanu and Pedersen (2013), *Dynamic Trading with Predictable Returns and Transaction Costs*, J. of
///   Finance 68(6), propositions 2 and 3.
public struct PartialAdjustment: Sendable, Hashable {
    /// a/λ: the share of the way to the aim that one period trades, 0…1.
    public let pace: Double
    /// z = γ/(γ + a): the weight of the present target in the aim; 1 − z of what follows.
    public let presentWeight: Double

    /// Finds the pace.
    ///
    /// - Parameters:
    ///   - riskAversion: γ, positive.
    ///   - costMultiple: λ: transaction costs are λ times risk; positive.
    ///   - discount: ρ, 0 to less than 1, per period.
    /// - Throws: ``OptimisationError/unusableParameter(name:got:expected:)``.
    public init(riskAversion: Double, costMultiple: Double, discount: Double = 0) throws(OptimisationError) {
        for (name, value) in [("risk aversion", riskAversion), ("cost multiple", costMultiple)]
        where !(value > 0 && value.isFinite) {
            throw .unusableParameter(name: name, got: "\(value)", expected: "a positive number")
        }
        guard discount >= 0, discount < 1 else {
            throw .unusableParameter(name: "discount", got: "\(discount)", expected: "0 to less than 1")
        }
        let kept = 1 - discount
        let linear = riskAversion * kept + costMultiple * discount
        let constant = 4 * riskAversion * costMultiple * kept * kept
        // The positive root in the form without cancellation.
        let a = constant / (2 * kept * (linear + (linear * linear + constant).squareRoot()))
        pace = a / costMultiple
        presentWeight = riskAversion / (riskAversion + a)
    }

    /// The aim: the expected targets of all periods to come, weighted z(1 − z)^s, the last one standing for all after it.
    ///
    /// - Parameter targets: `[S][n]`: the present target and those expected after it.
    /// - Throws: ``OptimisationError/countMismatch(name:got:expected:)``.
    public func aim(at targets: [[Double]]) throws(OptimisationError) -> [Double] {
        guard let first = targets.first else { throw .countMismatch(name: "targets", got: 0, expected: 1) }
        var aim = [Double](repeating: 0, count: first.count)
        var weight = 1.0
        for (index, target) in targets.enumerated() {
            guard target.count == first.count else {
                throw .countMismatch(name: "weights in a target", got: target.count, expected: first.count)
            }
            let share = index == targets.count - 1 ? weight : weight * presentWeight
            for asset in aim.indices { aim[asset] += share * target[asset] }
            weight -= share
        }
        return aim
    }

    /// One period's trade: x_t from x_{t−1}.
    ///
    /// - Throws: ``OptimisationError/countMismatch(name:got:expected:)``.
    public func step(from held: [Double], towards aim: [Double]) throws(OptimisationError) -> [Double] {
        guard held.count == aim.count else {
            throw .countMismatch(name: "weights held", got: held.count, expected: aim.count)
        }
        return zip(held, aim).map { (1 - pace) * $0 + pace * $1 }
    }
}
