/// The parameters of a regime model in whole numbers: what ``FixedPointFilter`` runs on, and what a model file stores for it.
///
/// Probabilities are base-2 logarithms; a regime's density is *n* − z² in base 2, with z = (y − μ)·w. For a Gaussian
/// w = √(log₂e ÷ 2v) and n = −½ log₂(2πv); for a Student t of ν degrees z = (y − μ)·w, w = 1 ÷ (s√ν), and the density is
/// n − h·log₂(1 + z²), h = (ν + 1)/2. The numbers are rounded from the model's parameters once, when the model is made; from
/// then on they are the parameters of record, and nothing depends on a machine's floating point.
public struct FixedPointRegimes: Sendable, Hashable {
    /// How one regime scatters its observations.
    public struct Emission: Sendable, Hashable {
        /// μ.
        public let location: FixedPoint
        /// w, positive.
        public let inverseWidth: FixedPoint
        /// n.
        public let logNormalizer: FixedPoint
        /// h for a Student t; nil for a Gaussian.
        public let tailExponent: FixedPoint?

        /// log₂ of the density at `observation`.
        func logDensity(_ observation: FixedPoint) -> FixedPoint {
            let distance = (observation - location) * inverseWidth
            let square = distance * distance
            guard let tailExponent else { return logNormalizer - square }
            guard let tail = (FixedPoint.one + square).binaryLogarithm() else {
                preconditionFailure("one plus a square is positive")
            }
            return logNormalizer - tailExponent * tail
        }
    }

    /// log₂ πᵢ, `[K]`; nil for a regime that the chain cannot start in.
    public let initial: [FixedPoint?]
    /// log₂ aᵢⱼ, `[K][K]` in one flat array; nil for a move that cannot happen.
    public let transitions: [FixedPoint?]
    /// `[K]`.
    public let emissions: [Emission]

    /// *K*.
    public var stateCount: Int { emissions.count }

    /// Rounds a model's parameters.
    ///
    /// - Throws: ``RegimeModelError/notRepresentable(of:got:)`` for a number beyond the range of ``FixedPoint``, or a width
    ///   that rounds to zero.
    public init(_ model: HiddenMarkovModel) throws(RegimeModelError) {
        initial = try Self.logarithms(model.initialDistribution, named: "initial distribution")
        transitions = try Self.logarithms(model.transitionMatrix, named: "transition matrix")
        var emissions: [Emission] = []
        for emission in model.emissions { emissions.append(try Self.emission(emission)) }
        self.emissions = emissions
    }

    /// Creates parameters that a reader has found to be of one size.
    init(initial: [FixedPoint?], transitions: [FixedPoint?], emissions: [Emission]) {
        precondition(initial.count == emissions.count && transitions.count == emissions.count * emissions.count)
        self.initial = initial
        self.transitions = transitions
        self.emissions = emissions
    }

    /// Whether every number is within 2⁻³² of the other's, relative where they are large: the same model, rounded elsewhere.
    func isClose(to other: FixedPointRegimes) -> Bool {
        let pairs = zip(numbers, other.numbers)
        return numbers.count == other.numbers.count
            && pairs.allSatisfy { left, right in
                guard let left = left?.double, let right = right?.double else { return left == right }
                return abs(left - right) <= 0x1p-32 * (1 + abs(left))
            }
    }

    private var numbers: [FixedPoint?] {
        initial + transitions
            + emissions.flatMap { [$0.location, $0.inverseWidth, $0.logNormalizer, $0.tailExponent] }
    }

    private static func logarithms(
        _ probabilities: [Double],
        named name: String
    ) throws(RegimeModelError) -> [FixedPoint?] {
        var logarithms: [FixedPoint?] = []
        for probability in probabilities {
            guard probability > 0 else {
                logarithms.append(nil)
                continue
            }
            logarithms.append(try fixed(naturalLogarithm(probability) * log2e, of: name))
        }
        return logarithms
    }

    private static func emission(_ emission: EmissionDistribution) throws(RegimeModelError) -> Emission {
        let width: Double
        let normalizer: Double
        let tail: Double?
        switch emission {
        case .gaussian(let mean, let variance):
            width = (log2e / 2 / variance).squareRoot()
            normalizer = EmissionDistribution.gaussian(mean: mean, variance: variance).logDensity(mean)
            tail = nil
        case .studentT(let location, let scale, let degrees):
            width = 1 / (scale * degrees.squareRoot())
            normalizer = emission.logDensity(location)
            tail = (degrees + 1) / 2
        }
        let inverseWidth = try fixed(width, of: "scale")
        guard inverseWidth > .zero else { throw .notRepresentable(of: "scale", got: 1 / width) }
        var tailExponent: FixedPoint?
        if let tail { tailExponent = try fixed(tail, of: "degrees of freedom") }
        return Emission(
            location: try fixed(emission.mean, of: "mean"),
            inverseWidth: inverseWidth,
            logNormalizer: try fixed(normalizer * log2e, of: "density"),
            tailExponent: tailExponent
        )
    }

    private static func fixed(_ value: Double, of part: String) throws(RegimeModelError) -> FixedPoint {
        guard let fixed = FixedPoint(value) else { throw .notRepresentable(of: part, got: value) }
        return fixed
    }

    private static let log2e = 1 / naturalLogarithm(2)
}
