public import CanonicalJSON

extension StateSelectionReport {
    /// A table and what follows from it, for the person at the prompt, ending in a newline.
    public var text: String {
        var lines = [
            Self.line(
                "",
                "ln L",
                "AIC",
                "BIC",
                "ICL",
                "nats a bar",
                "vs best",
                "t",
                "refits agree",
                "regimes last, in bars"
            )
        ]
        for candidate in candidates {
            guard candidate.failure == nil, let criteria = candidate.criteria else {
                lines.append("\(candidate.name): \(candidate.failure?.description ?? "not fitted")")
                continue
            }
            let isBest = candidate == recommended
            lines.append(
                Self.line(
                    "\(candidate.kind.rawValue) \(candidate.states)",
                    Self.number(criteria.logLikelihood, 1),
                    Self.number(criteria.aic, 1),
                    Self.number(criteria.bic, 1),
                    Self.number(criteria.icl, 1),
                    Self.number(candidate.meanLogScore, 4),
                    isBest ? "best" : Self.number(candidate.differenceFromBest, 4),
                    isBest ? "–" : Self.number(candidate.tStatistic, 1),
                    "\(Self.percent(candidate.meanRefitAgreement)) (\(Self.percent(candidate.leastRefitAgreement)))",
                    candidate.expectedDurations.map { $0 < 1e6 ? Self.number($0, 1) : "for ever" }
                        .joined(separator: ", ")
                )
            )
        }
        return (lines + [""] + findings).joined(separator: "\n") + "\n"
    }

    /// What follows from the table, one sentence a line.
    public var findings: [String] {
        var findings = [
            "recommended: \(recommended.name), the best of \(comparedBars) forecasts at "
                + "\(Self.number(recommended.meanLogScore, 4)) nats a bar"
        ]
        if simplest != recommended {
            findings.append(
                "\(simplest.name) is less than one standard error behind it, with "
                    + "\(simplest.criteria?.parameterCount ?? 0) parameters instead of "
                    + "\(recommended.criteria?.parameterCount ?? 0)"
            )
        }
        if recommended.meanRefitAgreement < 0.95 {
            findings.append(
                "its refits agree on \(Self.percent(recommended.meanRefitAgreement)) of bars only: "
                    + "labels would change under it"
            )
        }
        for kind in StateSelection.Kind.allCases {
            let own = candidates.filter { $0.kind == kind && $0.failure == nil }
            guard let chosen = own.max(by: { $0.meanLogScore < $1.meanLogScore }) else { continue }
            for (name, criterion) in [("BIC", \InformationCriteria.bic), ("ICL", \InformationCriteria.icl)]
                as [(String, KeyPath<InformationCriteria, Double> & Sendable)]
            {
                guard let other = preferred(kind, by: criterion), other.states != chosen.states else { continue }
                findings.append(
                    "\(name) disagrees for \(kind.rawValue): it prefers \(other.states), forecasts prefer \(chosen.states)"
                )
            }
        }
        return findings
    }

    /// The same figures for programs; numbers are decimal strings, as in model files.
    public var json: JSONValue {
        let rows = candidates.map { candidate -> JSONValue in
            var members: [JSONMember] = [
                JSONMember("kind", .string(candidate.kind.rawValue)), JSONMember("states", .integer(candidate.states)),
            ]
            if let failure = candidate.failure {
                members.append(JSONMember("failure", .string(failure.description)))
                return .object(members)
            }
            func add(_ name: String, _ value: Double) {
                members.append(JSONMember(name, .string(value.description)))
            }
            if let criteria = candidate.criteria {
                add("log_likelihood", criteria.logLikelihood)
                members.append(JSONMember("parameters", .integer(criteria.parameterCount)))
                add("aic", criteria.aic)
                add("bic", criteria.bic)
                add("icl", criteria.icl)
            }
            add("mean_log_score", candidate.meanLogScore)
            add("difference_from_best", candidate.differenceFromBest)
            add("t_statistic", candidate.tStatistic)
            add("mean_refit_agreement", candidate.meanRefitAgreement)
            add("least_refit_agreement", candidate.leastRefitAgreement)
            let durations = candidate.expectedDurations.map { JSONValue.string($0.description) }
            members.append(JSONMember("expected_durations", .array(durations)))
            if let convergence = candidate.convergence {
                add("restart_agreement", convergence.agreement(within: 1e-3))
                members.append(JSONMember("converged", .bool(convergence.hasConverged)))
            }
            return .object(members)
        }
        return [
            "compared_bars": .integer(comparedBars),
            "recommended": ["kind": .string(recommended.kind.rawValue), "states": .integer(recommended.states)],
            "simplest": ["kind": .string(simplest.kind.rawValue), "states": .integer(simplest.states)],
            "findings": .array(findings.map { .string($0) }),
            "candidates": .array(rows),
        ]
    }

    private static let widths = [10, 10, 10, 10, 10, 12, 10, 7, 18]

    private static func line(_ cells: String...) -> String {
        zip(cells, widths).reduce("") { line, cell in
            let padding = String(repeating: " ", count: max(1, cell.1 - cell.0.count))
            return line + (line.isEmpty ? cell.0 + padding : padding + cell.0)
        } + "   " + (cells.last ?? "")
    }

    private static func number(_ value: Double, _ places: Int) -> String {
        value.isFinite ? ModelCard.rounded(value, places: places) : "–"
    }

    private static func percent(_ share: Double) -> String { "\(ModelCard.rounded(100 * share, places: 1))%" }
}
