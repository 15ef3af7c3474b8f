/// What holds the slopes of an autoregression near those of least squares: the prior of ``RegimePrior/slopeStrength``.
///
/// Its logarithm is −½ λ (β − b)·(XᵀX / s²)(β − b), with b the slopes of least squares, s² the variance of what they leave and
/// X the centered lagged means: λ times as much as least squares itself knows of the slopes.
///
/// - Note: Source: Zellner (1986), *On assessing prior distributions and Bayesian regression analysis with g-prior
///   distributions*, with g = 1/λ.
struct SlopeAnchor: Sendable {
    /// b.
    let slopes: [Double]
    /// λ XᵀX / s², `[3][3]`.
    let precision: [[Double]]

    init(_ design: AutoregressionDesign, slopes: [Double], residualVariance: Double, strength: Double) {
        let width = AutoregressionDesign.width
        self.slopes = slopes
        var precision = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
        if strength > 0 {
            for row in design.bars.indices {
                for first in 0..<width {
                    for second in 0..<width {
                        precision[first][second] +=
                            design.features[row * width + first] * design.features[row * width + second]
                    }
                }
            }
            precision = precision.map { $0.map { $0 * strength / residualVariance } }
        }
        self.precision = precision
    }

    /// The derivative of the logarithm by the slopes: precision · (b − β).
    func pull(_ current: [Double]) -> [Double] {
        precision.map { row in
            row.indices.reduce(0) { $0 + row[$1] * (slopes[$1] - current[$1]) }
        }
    }

    /// The logarithm of the prior density, up to a constant.
    func logPrior(_ current: [Double]) -> Double {
        let pull = pull(current)
        return -0.5 * pull.indices.reduce(0) { $0 + pull[$1] * (slopes[$1] - current[$1]) }
    }
}
