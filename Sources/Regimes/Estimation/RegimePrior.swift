/// What is believed of a chain and its variances before any observation: conjugate, so that the M-step stays explicit.
///
/// The logarithm of its density, up to a constant and with 0 ln 0 = 0:
///
///     Σᵢⱼ (α − 1 + κ δᵢⱼ) ln aᵢⱼ + (α − 1) Σᵢ ln πᵢ − ½ n₀ Σᵢ (ln vᵢ + s₀² / vᵢ) − ½ λ (β − b)·(XᵀX / s²)(β − b)
///
/// the last term beside an autoregression alone, where λ is ``slopeStrength`` and b are the slopes of least squares;
/// with α ``concentration``, κ ``stickiness``, n₀ ``variancePseudoCount`` and s₀² ``varianceShare`` times the variance of the
/// series. Its terms enter the M-step as counts: each move was seen α − 1 times before, each stay κ times more, and n₀
/// observations of variance s₀² were made in each regime. The value at which all strengths vanish is ``flat``.
///
/// - Note: Source: Fox, Sudderth, Jordan, Willsky (2011), *Ann. Appl. Stat.* 5(2A), section 2 for κ; Gauvain and Lee (1994),
///   *IEEE Trans. Speech Audio Process.* 2(2), section III for the conjugate M-step.
public struct RegimePrior: Sendable, Hashable {
    /// α ≥ 1 of every entry of π and of each row of *a*; 1 says nothing.
    public var concentration = 1.0
    /// κ ≥ 0: how many stays more than moves are presumed seen in each regime; 0 says nothing.
    public var stickiness = 0.0
    /// n₀ ≥ 0: how many observations the prior of each regime's variance is worth; 0 says nothing.
    ///
    /// An inverse gamma distribution of shape n₀/2 − 1 and scale n₀ s₀²/2 for a variance or a Student t's squared scale; for
    /// vectors the inverse Wishart with the same mode, its matrix diagonal.
    public var variancePseudoCount = 0.0
    /// s₀² as a share of the variance of all observations; above 0.
    public var varianceShare = 0.25

    /// λ ≥ 0: how much the slopes of an autoregression are held to those of least squares, as a multiple of what least squares
    /// knows of them; 0 lets regimes take over as much of the level as the likelihood likes.
    public var slopeStrength = 0.0

    /// No belief: the fit is by maximum likelihood.
    public static let flat = RegimePrior()

    /// The belief that suits regimes beside an autoregression: the level is the autoregression's, regimes are of what it leaves.
    ///
    /// Without it the likelihood of short series has its peak where an early stretch of the data is a regime of its own, never
    /// to return, and slopes serve the rest: better in sample and worse out of sample. See <doc:WalkingForward>.
    public static let besideAutoregression: RegimePrior = {
        var prior = RegimePrior()
        prior.stickiness = 5
        prior.variancePseudoCount = 10
        prior.varianceShare = 0.8
        prior.slopeStrength = 20
        return prior
    }()

    /// A prior that says nothing until a strength is set.
    public init() {}

    /// A prior of persistence alone: each regime is presumed to have been kept `stays` times more than left.
    public static func sticky(_ stays: Double) -> RegimePrior {
        var prior = RegimePrior()
        prior.stickiness = stays
        return prior
    }

    /// Whether the prior says nothing.
    public var isFlat: Bool {
        concentration == 1 && stickiness == 0 && variancePseudoCount == 0 && slopeStrength == 0
    }

    func check() throws(FitError) {
        for (name, value, least) in [
            ("concentration", concentration, 1.0), ("stickiness", stickiness, 0),
            ("variance pseudo-count", variancePseudoCount, 0), ("slope strength", slopeStrength, 0),
            ("variance share", varianceShare, .leastNormalMagnitude),
        ] where !(value >= least && value <= 1e12) {
            throw .setting("\(name) of the prior", got: value, expected: "\(least) to 1e+12")
        }
    }
}

/// Where the chain is at the first bar.
public enum StartDistribution: String, Sendable, Hashable, CaseIterable {
    /// π is fitted: one draw determines it, so it ends at a single regime.
    case free
    /// π is the long-run distribution of *a*, as for a series that begins in the middle of its market's life.
    case stationary
}
