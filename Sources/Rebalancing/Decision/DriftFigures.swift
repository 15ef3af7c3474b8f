import BigIntegers

/// Weight, target and band of every asset of a state, in the mandate's order; worked out when they are looked at. **Secret.**
public struct DriftFigures: RandomAccessCollection, Sendable {
    private let prepared: PreparedMandate
    private let values: StateValues

    init(_ prepared: PreparedMandate, _ values: StateValues) {
        (self.prepared, self.values) = (prepared, values)
    }

    /// 0.
    public var startIndex: Int { 0 }

    /// The number of assets.
    public var endIndex: Int { prepared.mandate.assets.count }

    /// The figure of an asset.
    ///
    /// - Complexity: O(n) integer operations: the weight is of the whole portfolio.
    public subscript(index: Int) -> DriftFigure {
        let mandate = prepared.mandate
        let exact = values.exact
        let total = exact.reduce(0, +)
        return DriftFigure(
            asset: mandate.assets[index],
            weight: total == 0 ? ExactFraction(0) : ExactFraction(1_000_000 * exact[index], over: total),
            target: mandate.targets.weights[index],
            trigger: mandate.triggersOnDrift ? mandate.bands[index].trigger : nil
        )
    }
}

extension DriftFigures: Hashable {
    /// Whether all figures are the same.
    public static func == (left: DriftFigures, right: DriftFigures) -> Bool { left.elementsEqual(right) }

    /// Feeds every figure to the hasher.
    public func hash(into hasher: inout Hasher) {
        for figure in self { hasher.combine(figure) }
    }
}

extension DriftFigures: CustomStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
