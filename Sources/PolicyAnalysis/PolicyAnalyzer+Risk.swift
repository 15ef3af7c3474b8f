import Rebalancing

extension PolicyAnalyzer {
    /// What can be said of a mandate with rules over risk, of which nobody knows what the market will make of them.
    ///
    /// The mandate is read without those rules. It then requires less, triggers less and permits more, so that what is wrong with
    /// it there is wrong with the whole: rules that no portfolio keeps, a rule that others imply, a trigger that never fires, a
    /// state in which something is due and nothing admissible. What is found sound there stays open.
    func answersAboutTheRest(to question: Finding.Question, of mandate: Mandate) -> [Finding.Answer] {
        let names = (mandate.requirements + mandate.furtherTriggers).filter(\.readsRisk).map { "`\($0.name)`" }
        let open =
            "\(names.joined(separator: ", ")) depend\(names.count == 1 ? "s" : "") on the covariance of the market"
        guard let rest = try? mandate.withoutRisk else { return [.undecided(open)] }
        return findings(of: [rest], asking: [question]).map { finding in
            if case .sound = finding.answer {
                .undecided("\(open); without \(names.count == 1 ? "it" : "them") nothing is wrong")
            } else {
                finding.answer
            }
        }
    }
}

extension Requirement {
    /// Whether it is over volatility or tracking error.
    fileprivate var readsRisk: Bool {
        if case .risk = predicate { true } else { false }
    }
}

extension Mandate {
    /// The mandate without its rules over risk.
    fileprivate var withoutRisk: Mandate {
        get throws(MandateError) {
            try Mandate(
                regime: regime,
                assets: assets,
                units: units,
                quote: quote,
                targets: targets,
                bands: bands,
                triggersOnDrift: triggersOnDrift,
                schedules: schedules,
                cooldown: cooldown,
                limits: limits,
                requirements: requirements.filter { !$0.readsRisk },
                furtherTriggers: furtherTriggers.filter { !$0.readsRisk },
                roundingTolerance: roundingTolerance,
                noTrade: noTrade
            )
        }
    }
}
