import BigIntegers
import MarketData

/// Which numbers of a mandate are committed to and not shown, and what is public about them.
///
/// A parameter is a whole number of parts per million: a target, or the width of a band. Obligations read it through the
/// variables ``FormVariable/secretShareBefore(_:)`` and ``FormVariable/secretShareAfter(_:)``, so that a form over secret
/// parameters is as linear as any other. The targets and bands that a mandate carries beside secret ones stand for
/// nothing: whoever knows the parameters puts them in with ``Mandate/opened(with:)``.
public struct SecretParameters: Sendable, Hashable {
    /// All parameters of the policy, the same in every regime.
    public let parameters: [Parameter]
    /// The parameter of each asset's target; `nil` where targets are public.
    public let targets: [Int]?
    /// The band of each asset; `nil` where bands are public.
    public let bands: [Band]?

    /// The most parameters of one policy.
    public static let mostParameters = 512

    /// A committed number.
    public struct Parameter: Sendable, Hashable {
        /// What it is, in words that name no number: `target(BTC)`, `trigger(BTC)`, `destination(BTC in storm)`.
        public let name: String
        /// The range that is proved of it, in parts per million.
        public let range: ClosedRange<Int64>

        /// Names a parameter.
        public init(name: String, range: ClosedRange<Int64>) {
            self.name = name
            self.range = range
        }
    }

    /// A width: a parameter times a public factor, which is a regime's multiplier or the ½ of `to halfway`.
    public struct Width: Sendable, Hashable {
        /// The parameter's index.
        public let parameter: Int
        /// What multiplies it; above 0.
        public let factor: ExactFraction

        /// A multiple of a parameter.
        public init(_ parameter: Int, times factor: ExactFraction) {
            self.parameter = parameter
            self.factor = factor
        }
    }

    /// A band whose widths are secret.
    public struct Band: Sendable, Hashable {
        /// A drift strictly wider than this triggers.
        public let trigger: Width
        /// After a rebalance the drift is at most this.
        public let destination: Destination

        /// Creates a band.
        public init(trigger: Width, destination: Destination) {
            self.trigger = trigger
            self.destination = destination
        }
    }

    /// Where a rebalance brings an asset back to.
    public enum Destination: Sendable, Hashable {
        /// A secret width: the trigger's own (`to edge`), half of it, or one of its own.
        case secret(Width)
        /// A public width that follows from no secret: the rounding tolerance of `to target`.
        case fixed(ExactFraction)
    }

    /// Checks that every index is one and every range lies in 0…10⁶ parts per million.
    ///
    /// - Throws: ``MandateError/badSecret(_:)`` naming what does not fit.
    public init(parameters: [Parameter], targets: [Int]?, bands: [Band]?) throws(MandateError) {
        guard !parameters.isEmpty, parameters.count <= Self.mostParameters else {
            throw .badSecret("\(parameters.count) parameters: expected 1 to \(Self.mostParameters)")
        }
        for parameter in parameters
        where parameter.range.lowerBound < 0 || parameter.range.upperBound > PartsPerMillion.whole.value {
            throw .badSecret("the range of `\(parameter.name)` is not within 0 to 1000000 parts per million")
        }
        var used = targets ?? []
        for band in bands ?? [] {
            var widths = [band.trigger]
            switch band.destination {
            case .secret(let width): widths.append(width)
            case .fixed(let width):
                guard width.numerator >= 0 else { throw .badSecret("a destination below 0") }
            }
            for width in widths where width.factor.numerator <= 0 {
                throw .badSecret("the factor \(width.factor) of a width: expected more than 0")
            }
            used += widths.map(\.parameter)
        }
        guard used.allSatisfy(parameters.indices.contains) else {
            throw .badSecret("a parameter that is not there: expected 0 to \(parameters.count - 1)")
        }
        guard Set(targets ?? []).count == targets?.count ?? 0 else {
            throw .badSecret("two targets are one parameter")
        }
        self.parameters = parameters
        self.targets = targets
        self.bands = bands
    }
}

extension SecretParameters.Width {
    /// The width where the parameters are known.
    func opened(_ values: [Int64]) -> ExactFraction {
        ExactFraction(BigInteger(Int(values[parameter]))) * factor
    }
}

extension Mandate {
    /// The mandate as strangers see it: with commitments' places instead of what `secrets` covers.
    ///
    /// - Throws: ``MandateError`` if the secrets do not fit the mandate's assets.
    public func sealed(by secrets: SecretParameters) throws(MandateError) -> Mandate {
        let nowhere = assets.indices.map { $0 == 0 ? PartsPerMillion.whole : .zero }
        return try replacing(
            targets: secrets.targets == nil ? nil : TargetWeights(nowhere),
            bands: secrets.bands == nil
                ? nil : assets.map { _ in ToleranceBand(trigger: nil, destination: ExactFraction(0)) },
            secrets: secrets
        )
    }

    /// The mandate with its secret parameters put in, for whoever knows them: what the engine decides by.
    ///
    /// - Parameter values: One a parameter, in parts per million.
    /// - Throws: ``MandateError`` if a value is outside its range, or the targets do not sum to one.
    public func opened(with values: [Int64]) throws(MandateError) -> Mandate {
        guard let secrets else { return self }
        guard values.count == secrets.parameters.count else {
            throw .countMismatch(what: "secret parameters", got: values.count, expected: secrets.parameters.count)
        }
        // The value itself is left out: errors are printed.
        for (parameter, value) in zip(secrets.parameters, values) where !parameter.range.contains(value) {
            throw .badSecret("`\(parameter.name)` lies outside its range")
        }
        return try replacing(
            targets: try secrets.targets.map { (indices) throws(MandateError) in
                try TargetWeights(indices.map { PartsPerMillion(values[$0]) })
            },
            bands: secrets.bands?.map { band in
                let destination =
                    switch band.destination {
                    case .secret(let width): width.opened(values)
                    case .fixed(let width): width
                    }
                return ToleranceBand(trigger: band.trigger.opened(values), destination: destination)
            },
            secrets: .some(nil)
        )
    }
}
