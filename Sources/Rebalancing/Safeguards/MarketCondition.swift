public import BigIntegers

/// A condition over public figures, as a circuit breaker states it.
public enum MarketCondition: Sendable, Hashable {
    /// A figure against a bound.
    case compared(MarketFigure, Comparison, Bound)
    /// The oracle breaks a rule of its own.
    case oracleBad
    /// The model finds this regime: understood, and not acted on in a breaker.
    case regime(String)

    /// Which side of the bound is meant; `<` and `>` are strict.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// At most.
        case atMost = "<="
        /// At least.
        case atLeast = ">="
        /// Less.
        case below = "<"
        /// More.
        case above = ">"

        /// Whether a difference of this sign satisfies it.
        func admits(_ sign: Int) -> Bool {
            switch self {
            case .atMost: sign <= 0
            case .atLeast: sign >= 0
            case .below: sign < 0
            case .above: sign > 0
            }
        }
    }

    /// What a figure is compared with.
    public enum Bound: Sendable, Hashable {
        /// A value in the figure's unit, at least 0.
        case value(BigInteger)
        /// Another figure of the same kind, times parts per million.
        case figure(MarketFigure, factor: Int64)
    }

    /// The figures that it reads.
    public var figures: [MarketFigure] {
        switch self {
        case .compared(let figure, _, .value): [figure]
        case .compared(let figure, _, .figure(let other, _)): [figure, other]
        case .oracleBad, .regime: []
        }
    }

    /// Whether it reads signed reports.
    public var readsOracle: Bool { self == .oracleBad || figures.contains(where: \.isOfOracle) }

    /// Whether this version can tell it at any instant of the past.
    public var isMeasured: Bool {
        switch self {
        case .compared: figures.allSatisfy(\.isMeasured)
        case .oracleBad: true
        case .regime: false
        }
    }

    /// Whether it holds, with the values of its figures as arguments.
    ///
    /// - Parameters:
    ///   - value: The value of a figure; `nil` where it is not known.
    ///   - isOracleBad: Whether the oracle breaks a rule of its own; `nil` where that is not known.
    ///   - regime: The label in force, where it is known.
    /// - Returns: `nil` where it cannot be told.
    public func holds(
        _ value: (MarketFigure) -> FigureValue?,
        isOracleBad: Bool?,
        regime: String? = nil
    ) -> Bool? {
        switch self {
        case .oracleBad: return isOracleBad
        case .regime(let label): return regime.map { $0 == label }
        case .compared(let figure, let comparison, let bound):
            guard let left = value(figure) else { return nil }
            switch bound {
            case .value(let units):
                return comparison.admits(left.sign(against: FigureValue(given: units, for: figure), times: 1_000_000))
            case .figure(let other, let factor):
                guard let right = value(other) else { return nil }
                return comparison.admits(left.sign(against: right, times: factor))
            }
        }
    }
}

extension MarketCondition: CustomStringConvertible {
    /// The canonical text.
    public var description: String {
        switch self {
        case .oracleBad: "oracle bad"
        case .regime(let label): "regime = \(label)"
        case .compared(let figure, let comparison, .value(let units)): "\(figure) \(comparison.rawValue) \(units)"
        case .compared(let figure, let comparison, .figure(let other, let factor)):
            "\(figure) \(comparison.rawValue) \(factor) x \(other)"
        }
    }
}
