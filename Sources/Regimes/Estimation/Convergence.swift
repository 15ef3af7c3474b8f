public import CanonicalJSON

/// How a search for the best parameters went, restart by restart: whether to believe that it found the best there is.
public struct Convergence: Sendable, Equatable {
    /// What was climbed, before each EM step of the best restart and after the last. Never decreases.
    ///
    /// The log-likelihood, plus the logarithm of the prior (up to a constant) where one is set.
    public let history: [Double]
    /// Whether the best restart's last step gained less than the tolerance.
    public let hasConverged: Bool
    /// The most that a step of any restart lost, as a share of |objective| + 1: rounding, or the algorithm is wrong.
    public let largestLoss: Double
    /// The seed that the restarts were drawn from.
    public let seed: UInt64
    /// How each restart ended, in the order of starting.
    public let restarts: [FitReport.Restart]

    /// What the best restart reached: the last of ``history``.
    public var objective: Double { history.last ?? -.infinity }
    /// EM steps of the best restart.
    public var iterations: Int { max(0, history.count - 1) }

    /// Share of the restarts that came within `distance` of the best objective: low where the surface has many peaks.
    public func agreement(within distance: Double) -> Double {
        let close = restarts.count { !$0.isCollapsed && abs($0.objective - objective) <= distance }
        return restarts.isEmpty ? 0 : Double(close) / Double(restarts.count)
    }

    /// A table with one line a restart, ending in a newline.
    public var text: String {
        func column(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        var lines = ["restart  start           log-likelihood     objective  steps  ended"]
        for (index, restart) in restarts.enumerated() {
            let ended = restart.isCollapsed ? "collapsed" : restart.hasConverged ? "converged" : "still climbing"
            let name = restart.start.rawValue
            lines.append(
                column(String(index + 1), 7) + "  " + name + String(repeating: " ", count: max(0, 14 - name.count))
                    + column(ModelCard.rounded(restart.logLikelihood, places: 4), 16)
                    + column(ModelCard.rounded(restart.objective, places: 4), 14)
                    + column(String(restart.iterations), 7) + "  " + ended
            )
        }
        let agreeing = Int((agreement(within: 1e-3) * Double(restarts.count)).rounded())
        lines.append(
            "best \(ModelCard.rounded(objective, places: 6)) after \(iterations) steps, "
                + (hasConverged ? "converged" : "still climbing")
                + "; \(agreeing) of \(restarts.count) restarts within 0.001 of it; no step lost more than "
                + "\(largestLoss <= 1e-9 ? "rounding" : ModelCard.rounded(largestLoss, places: 12))"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same figures for programs; numbers are decimal strings, as in model files.
    public var json: JSONValue {
        [
            "objective": .string(objective.description),
            "iterations": .integer(iterations),
            "converged": .bool(hasConverged),
            "largest_loss": .string(largestLoss.description),
            "agreement": .string(agreement(within: 1e-3).description),
            "seed": .string(seed.description),
            "history": .array(history.map { .string($0.description) }),
            "restarts": .array(
                restarts.map { restart in
                    [
                        "start": .string(restart.start.rawValue),
                        "log_likelihood": .string(restart.logLikelihood.description),
                        "objective": .string(restart.objective.description),
                        "iterations": .integer(restart.iterations),
                        "converged": .bool(restart.hasConverged),
                        "collapsed": .bool(restart.isCollapsed),
                    ]
                }
            ),
        ]
    }
}
