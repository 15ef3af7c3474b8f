import BigIntegers

extension RiskForm {
    /// What tracking error is measured of where targets may be secret: δᵢ = ⌊(10⁶·valueᵢ − tᵢ·V) ÷ 2^shift⌋ beside
    /// W = ⌊10⁶·V ÷ 2^shift⌋, floored towards −∞.
    ///
    /// The rule says ‖Lᵀδ‖² ≤ (limit·W)² with L the market's factor in whole parts per million. Since Mᵀv = Lᵀ(v − t·V), it is the rule
    /// over M in other roundings: where M is rounded once it is known, L is, and deviations are floored in the place of values. M
    /// cannot be filled into a circuit where t is secret; 10⁶·valueᵢ − tᵢ·V is a linear form over products that the circuit has
    /// anyway. As elsewhere the floor **is** the meaning, for every reader and in both directions.
    ///
    /// Both sides have the room that they have over M, because ``shift`` is 20 more: 10⁶ < 2²⁰, so that W < n·2^(128 − s). From
    /// Σ |10⁶·valueᵢ − tᵢ·V| ≤ 2·10⁶·V follows Σ |δᵢ| ≤ 2·(W + 1) + n, and no row of L is longer than 2²⁶, so that
    /// ‖Lᵀδ‖ ≤ 2²⁷·(W + 1 + n/2).
    ///
    /// One step is 2^(s + 20)/10⁶ value units, about 2^s. A floor moves the figure that the rule compares by less than the asset's
    /// volatility times one step, and the rounding of L by at most √n/2 parts per million of Σ |δᵢ|.
    public struct Deviations: Sendable, Hashable {
        /// 10⁶·valueᵢ − tᵢ·V, one an asset.
        public let ofAssets: [LinearForm]
        /// 10⁶·V.
        public let total: LinearForm
        /// How many bits deviations and total are shifted by.
        public let shift: Int

        /// Creates the forms.
        public init(ofAssets: [LinearForm], total: LinearForm, shift: Int) {
            self.ofAssets = ofAssets
            self.total = total
            self.shift = shift
        }
    }
}

extension Mandate {
    /// What tracking error is measured of at a moment, where it is measured of deviations.
    func deviations(_ moment: ConcentrationForm.Moment) -> RiskForm.Deviations {
        RiskForm.Deviations(
            ofAssets: assets.indices.map { deviation($0, moment) },
            total: 1_000_000 * total(moment),
            shift: squareShift + 20
        )
    }
}
