public import CanonicalJSON

extension WalkForwardReport {
    /// Tables for the person at the prompt, ending in a newline.
    public var text: String {
        let width = (records.map(\.forecaster.rawValue.count).max() ?? 0) + 2
        func column(_ text: String) -> String { String(repeating: " ", count: max(1, 12 - text.count)) + text }
        func column(_ value: Double, places: Int) -> String {
            column(value.isFinite ? ModelCard.rounded(value, places: places) : "–")
        }
        func name(_ text: String) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        var lines = [
            "\(comparedBars) bars forecast out of sample, each compared with \(baseline.rawValue)",
            "",
            name("forecaster") + ["nats a bar", "difference", "t", "R²", "strict R²"].map { column($0) }.joined(),
        ]
        for record in records {
            let comparison = record.forecaster == baseline ? nil : compare(record.forecaster, with: baseline)
            lines.append(
                name(record.forecaster.rawValue)
                    + column(record.meanLogScore, places: 4)
                    + column(comparison?.meanDifference ?? .nan, places: 4)
                    + column(comparison?.tStatistic ?? .nan, places: 2)
                    + column(record.rSquared, places: 3)
                    + column(record.strictRSquared, places: 3)
            )
        }
        lines += [
            "",
            name("labels by")
                + ["changes/year", "R²", "hindsight", "refits agree", "at worst"].map { column($0) }.joined(),
        ]
        for record in labels {
            lines.append(
                name(record.rule.rawValue)
                    + column(record.changesPerYear, places: 1)
                    + column(record.rSquared, places: 3)
                    + column(percent(record.hindsightAgreement))
                    + column(percent(record.medianRefitAgreement))
                    + column(percent(record.worstRefitAgreement))
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same figures for programs; numbers are decimal strings, as in model files.
    public var json: JSONValue {
        let rows = records.map { record -> JSONValue in
            let comparison = compare(record.forecaster, with: baseline)
            return [
                "forecaster": .string(record.forecaster.rawValue),
                "mean_log_score": .string(record.meanLogScore.description),
                "r_squared": .string(record.rSquared.description),
                "strict_r_squared": .string(record.strictRSquared.description),
                "difference": .string((comparison?.meanDifference ?? .nan).description),
                "t_statistic": .string((comparison?.tStatistic ?? .nan).description),
            ]
        }
        let labelRows = labels.map { record -> JSONValue in
            [
                "rule": .string(record.rule.rawValue),
                "changes_per_year": .string(record.changesPerYear.description),
                "r_squared": .string(record.rSquared.description),
                "hindsight_agreement": .string(record.hindsightAgreement.description),
                "median_refit_agreement": .string(record.medianRefitAgreement.description),
                "worst_refit_agreement": .string(record.worstRefitAgreement.description),
            ]
        }
        return [
            "compared_bars": .integer(comparedBars),
            "baseline": .string(baseline.rawValue),
            "forecasters": .array(rows),
            "labels": .array(labelRows),
        ]
    }

    private func percent(_ share: Double) -> String { "\(ModelCard.rounded(100 * share, places: 1))%" }
}
