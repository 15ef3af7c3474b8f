#if Z3
    import MarketData
    import Rebalancing

    extension MandateReading {
        /// A rule about risk, of a market that nobody knows: a statement of its own, true or false as the market will have it.
        ///
        /// A rule and its opposite are one statement and its negation; the same rule of two mandates is one. What no choice of such
        /// statements satisfies no market does, so that "none" is an answer for every market. What some choice satisfies need be
        /// no market's: the evaluator, to which nothing is known of risk, confirms no state that rests on one.
        func holds(_ form: RiskForm) -> Term {
            switch reach {
            case .exact: break
            case .relaxed: return context.all([])
            case .linear: return form.sense == .above ? context.all([]) : context.any([])
            }
            var name = "\(form.moment) \(form.measure) at most \(form.limit.value) scaled by \(form.shift)"
            if form.measure.kind != .volatility {
                name += " from \(mandate.secrets?.targets.map { "\($0)" } ?? "\(mandate.targets.weights.map(\.value))")"
            }
            let isKept = context.proposition(name)
            return form.sense == .atMost ? isKept : !isKept
        }

        /// That no trade pays and the requirements hold: of the former nobody knows, as of a rule about risk.
        func isExcused(by excuse: NoTradeExcuse) -> Term {
            let name = "no trade pays by \(excuse.form.rule) from \(mandate.targets.weights.map(\.value))"
            return context.all([context.proposition(name)] + excuse.duties.map { holds($0) })
        }
    }
#endif
