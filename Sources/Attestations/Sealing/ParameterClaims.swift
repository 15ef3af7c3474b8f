import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

/// What the one proof beside a sealed policy says of its committed parameters.
///
/// - Every parameter s with the range a…b: s − a ≥ 0 and b − s ≥ 0.
/// - The targets sum to 10⁶: one linear constraint.
/// - In every regime no asset's destination is wider than its trigger, where public factors do not say so already.
///
/// Cost: two range checks a parameter, about 20 bits each, and one for each destination with a width of its own.
///
/// Soundness: a range check of w bits takes exactly the residues 0…2^u − 1, u < 251 the width rounded up to whole digits.
/// From s − a = x and b − s = y with such x and y follows x + y = b − a modulo ℓ, and since both sides are below ℓ, over the
/// integers; so s is a + x with 0 ≤ x ≤ b − a. Sums of at most 64 targets in their ranges stay below ℓ, so that the sum is one
/// over the integers too, and an order of destination and trigger likewise.
struct ParameterClaims: Sendable {
    private let parameters: [SecretParameters.Parameter]
    private let targets: [Int]?
    private let orders: [Order]

    /// triggerFactor·trigger ≥ destinationFactor·destination.
    private struct Order: Hashable {
        let trigger: Int
        let triggerFactor: BigInteger
        /// The destination's own parameter, or none for a public width.
        let destination: Int?
        /// The destination's factor, or the whole public width.
        let destinationFactor: BigInteger

        /// The order in lowest terms, so that a regime's multiplier, which widens both sides, says nothing new.
        init(trigger: Int, times triggerFactor: BigInteger, destination: Int?, times destinationFactor: BigInteger) {
            let ratio = ExactFraction(triggerFactor, over: destinationFactor)
            self.trigger = trigger
            self.triggerFactor = ratio.numerator
            self.destination = destination
            self.destinationFactor = ratio.denominator
        }
    }

    /// The claims about the parameters of these mandates, one a regime.
    ///
    /// - Throws: ``AttestationError/sealBroken(reason:)`` if the mandates do not share their parameters, or if a destination is
    ///   wider than its trigger whatever the parameters are.
    init(_ mandates: [Mandate]) throws(AttestationError) {
        guard let first = mandates.first?.secrets else { throw .sealBroken(reason: "no secret parameters") }
        var orders: [Order] = []
        for mandate in mandates {
            guard let secrets = mandate.secrets, secrets.parameters == first.parameters,
                secrets.targets == first.targets, (secrets.bands == nil) == (first.bands == nil)
            else {
                throw .sealBroken(reason: "the regimes differ in their parameters or targets")
            }
            for band in secrets.bands ?? [] {
                guard let order = try Self.order(band, of: first.parameters), !orders.contains(order) else { continue }
                orders.append(order)
            }
        }
        parameters = first.parameters
        targets = first.targets
        self.orders = orders
    }

    /// What is to be proved of a band; `nil` if public factors say it already.
    private static func order(
        _ band: SecretParameters.Band,
        of parameters: [SecretParameters.Parameter]
    ) throws(AttestationError) -> Order? {
        let (trigger, factor) = (band.trigger.parameter, band.trigger.factor)
        switch band.destination {
        case .secret(let width) where width.parameter == trigger:
            guard !(factor < width.factor) else {
                throw .sealBroken(reason: "a destination is wider than its trigger `\(parameters[trigger].name)`")
            }
            return nil
        case .secret(let width):
            return Order(
                trigger: trigger,
                times: factor.numerator * width.factor.denominator,
                destination: width.parameter,
                times: width.factor.numerator * factor.denominator
            )
        case .fixed(let width):
            let least = ExactFraction(BigInteger(Int(parameters[trigger].range.lowerBound))) * factor
            guard least < width else { return nil }
            return Order(
                trigger: trigger,
                times: factor.numerator * width.denominator,
                destination: nil,
                times: width.numerator * factor.denominator
            )
        }
    }

    /// The claims in mathematics, one a line: what the proof's transcript covers.
    var text: String {
        var lines = parameters.enumerated().map { index, parameter in
            "\(parameter.range.lowerBound) <= secret[\(index)] <= \(parameter.range.upperBound)"
        }
        if let targets { lines.append(targets.map { "secret[\($0)]" }.joined(separator: " + ") + " = 1000000") }
        lines += orders.map { order in
            "\(order.destinationFactor)" + (order.destination.map { "*secret[\($0)]" } ?? "")
                + " <= \(order.triggerFactor)*secret[\(order.trigger)]"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The circuit of the claims, with its assignment if `committed` values are given.
    func build(committed: [Scalar]?) throws(AttestationError) -> (circuit: Circuit, assignment: Assignment?) {
        let system = system(committed: committed)
        guard
            let digitBits = DigitSize.cheapest(
                forChecks: system.rangeChecks,
                otherMultipliers: system.multiplierCount
            )
        else { throw .sealBroken(reason: "a factor of a width is finer than the group's order allows") }
        do {
            return try system.finish(digitBits: digitBits)
        } catch .valueOutOfRange {
            throw .sealBroken(reason: "a parameter lies outside its range")
        } catch {
            throw .sealBroken(reason: "\(error)")
        }
    }

    /// The claims, their checks not yet laid out in digits.
    func system(committed: [Scalar]?) -> ConstraintSystem {
        var system =
            committed.map { ConstraintSystem(committedValues: $0) }
            ?? ConstraintSystem(committedCount: parameters.count)
        for (index, parameter) in parameters.enumerated() {
            let secret = LinearCombination(.committed(index))
            let (low, high) = (parameter.range.lowerBound, parameter.range.upperBound)
            let bits = max(1, BigInteger(Int(high - low)).bitWidth)
            system.checkRange(secret - constant(low), bits: bits, upperBound: .atLeast)
            system.checkRange(constant(high) - secret, bits: bits, upperBound: .atLeast)
        }
        if let targets {
            let sum = targets.reduce(LinearCombination()) { $0 + LinearCombination(.committed($1)) }
            system.constrain(sum - constant(PartsPerMillion.whole.value))
        }
        for order in orders {
            let width = order.destination.map { LinearCombination(.committed($0)) } ?? LinearCombination(.one)
            let room =
                LinearCombination(.committed(order.trigger)) * Scalar(order.triggerFactor)
                - width * Scalar(order.destinationFactor)
            system.checkRange(room, bits: bits(of: order), upperBound: .atLeast)
        }
        return system
    }

    /// Bits that hold both sides of an order.
    private func bits(of order: Order) -> Int {
        let trigger = order.triggerFactor * BigInteger(Int(parameters[order.trigger].range.upperBound))
        let most = order.destination.map { BigInteger(Int(parameters[$0].range.upperBound)) } ?? 1
        return max(1, trigger.bitWidth, (order.destinationFactor * most).bitWidth)
    }

    private func constant(_ value: Int64) -> LinearCombination {
        LinearCombination(constant: Scalar(BigInteger(Int(value))))
    }
}
