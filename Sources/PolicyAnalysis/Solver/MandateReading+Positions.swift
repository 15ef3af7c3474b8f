#if Z3
    import BigIntegers
    import Rebalancing

    extension MandateReading {
        /// A rule over the number of positions, in every reach: linear as it is, a value above 0 being an asset held.
        func holds(_ form: PositionsForm) -> Term {
            let isMore = isAbove(form.limit, (form.moment == .before ? before : after).map { !($0 <= 0) })
            return form.sense == .above ? isMore : !isMore
        }

        /// Whether more than a number of these hold.
        ///
        /// By "more than k of the first i" for every i and k, which is so of the first i − 1 already, or more than k − 1 of them
        /// and the i-th hold: terms that share their parts, n·k of them, without a number or a name of their own.
        private func isAbove(_ limit: Int, _ facts: [Term]) -> Term {
            guard limit >= 0 else { return context.all([]) }
            guard limit < facts.count else { return context.any([]) }
            var more = Array(repeating: context.any([]), count: limit + 1)
            for fact in facts {
                more = more.indices.map { count in
                    context.any([more[count], count == 0 ? fact : context.all([more[count - 1], fact])])
                }
            }
            return more[limit]
        }
    }
#endif
