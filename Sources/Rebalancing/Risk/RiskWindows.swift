public import MarketData

/// Measures the market's risk day by day over the windows that a policy looks back over.
///
/// A covariance is of closes at midnights, so that it is measured once a day however often decisions are made.
public struct RiskWindows: Sendable {
    /// The windows in days, ascending.
    public let windows: [Int]
    private var known: (day: Int64, risk: MarketRisk)?

    /// Looks back over these windows; with none, nothing is ever measured.
    public init(_ windows: [Int]) {
        self.windows = windows
    }

    /// The risk at a time.
    ///
    /// - Parameters:
    ///   - time: When.
    ///   - closes: The closes of a window through the time, `[n][days + 1]`.
    ///   - refusal: What is thrown where closes give no covariance.
    public mutating func risk<Failure: Error>(
        at time: Timestamp,
        closes: (Int) throws(Failure) -> [[Price]],
        refusing refusal: (RiskError) -> Failure
    ) throws(Failure) -> MarketRisk {
        if windows.isEmpty { return .none }
        if let known, known.day == time.dayNumber { return known.risk }
        var covariances: [ExactCovariance] = []
        for days in windows {
            let rows = try closes(days)
            do throws(RiskError) {
                covariances.append(try ExactCovariance(closes: rows))
            } catch {
                throw refusal(error)
            }
        }
        let risk = MarketRisk(covariances)
        known = (time.dayNumber, risk)
        return risk
    }
}
