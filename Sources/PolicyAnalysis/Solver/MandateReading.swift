#if Z3
    import BigIntegers
    import MarketData
    import Rebalancing

    /// A mandate's obligations as terms over a decision's values: the solver's reading of the one meaning.
    ///
    /// Values are whole numbers of value units, at least 0. Quantities are finer or coarser than that by price, so that what is
    /// found here is rounded to quantities inside the rounding tolerance.
    struct MandateReading {
        let context: SolverContext
        let mandate: Mandate
        /// The values before and after, one an asset.
        let before: [Term]
        let after: [Term]
        let carriedBefore: Term
        /// What the slippage bucket holds before, in value units.
        let bucketBefore: Term
        /// The secret parameters in parts per million, as unknowns; empty where the mandate has none.
        let parameters: [Term]
        private let bought: [Term]
        private let sold: [Term]
        private let scaledBefore: [Term]
        private let scaledAfter: [Term]
        let reach: Reach

        /// How rules about squares are read.
        enum Reach {
            /// As they are: queries with them may stay undecided.
            case exact
            /// Linear, for portfolios of some size: an outcome that keeps this reading keeps the rule, and a state that breaks the rule
            /// breaks this reading.
            case linear
            /// Linear: rules about squares read as true, so that what breaks this reading breaks the rules.
            case relaxed
        }

        /// How full a slippage bucket is before a decision.
        enum Bucket {
            /// Empty: what fills it then is what the rebalance itself loses.
            case empty
            /// Anything that can be carried. No time passes, because what has drained of a bucket leaves one that holds less: but for
            /// rounding to whole value units, this is every bucket at every time.
            case free
        }

        /// Names the values.
        ///
        /// - Parameters:
        ///   - reach: How rules are read.
        ///   - bucket: How full the slippage bucket is.
        init(_ context: SolverContext, _ mandate: Mandate, reach: Reach = .exact, bucket: Bucket = .empty) {
            bucketBefore = bucket == .free ? context.number("bucket before") : context.constant(0)
            self.context = context
            self.mandate = mandate
            self.reach = reach
            func numbers(_ name: String) -> [Term] {
                mandate.assets.map { context.number("\(name) \($0.symbol)") }
            }
            before = numbers("before")
            bought = numbers("bought")
            sold = numbers("sold")
            after = zip(before, zip(bought, sold)).map { $0 + $1.0 - $1.1 }
            scaledBefore = numbers("scaled before")
            scaledAfter = numbers("scaled after")
            carriedBefore = context.number("carried before")
            parameters = (mandate.secrets?.parameters ?? []).map { context.number("secret \($0.name)") }
        }

        /// What is public about the secret parameters: each lies in its range, and the targets sum to one.
        private var isKnownOfSecrets: [Term] {
            guard let secrets = mandate.secrets else { return [] }
            var terms = zip(parameters, secrets.parameters).flatMap { term, parameter in
                [
                    term >= BigInteger(Int(parameter.range.lowerBound)),
                    term <= BigInteger(Int(parameter.range.upperBound)),
                ]
            }
            if let targets = secrets.targets {
                terms.append(context.sum(targets.map { parameters[$0] }) == BigInteger(1_000_000))
            }
            return terms
        }

        /// What holds of any state before a decision: nothing is negative.
        var isState: Term {
            context.all(
                before.map { $0 >= 0 } + [carriedBefore >= 0, bucketBefore >= 0, bucketBefore <= Self.fullest]
                    + scaling(.before) + isKnownOfSecrets
            )
        }

        /// No commitment carries more, in value units.
        private static let fullest = (BigInteger(1) << 136) - 1

        /// What holds of any state after it, with the trades that led there.
        var isOutcome: Term {
            context.all(
                mandate.assets.indices.flatMap { index in
                    [
                        after[index] >= 0, bought[index] >= 0, sold[index] >= 0,
                        context.any([bought[index] == 0, sold[index] == 0]),
                    ]
                } + scaling(.after)
            )
        }

        /// The names that belong to the outcome alone.
        var outcomeNames: [Term] { bought + sold }

        /// Whether a rebalance may end so, triggers apart.
        func isAdmissible(_ obligations: RebalanceObligations) -> Term {
            let mayMiss = context.any(obligations.exhaustions.map { holds($0, carried: obligations.carriedAfter) })
            return context.all(
                obligations.sides.map { side($0, mayMiss: mayMiss) }
                    + obligations.conditions.map { holds($0, carried: obligations.carriedAfter) }
            )
        }

        /// Whether every asset ends on its side and inside its destination, whatever limit is used up.
        func keepsSides(of obligations: RebalanceObligations) -> Term {
            context.all(obligations.sides.map { side($0, mayMiss: context.any([])) })
        }

        /// Whether a hold for private reasons is allowed.
        func isAllowed(_ obligations: HoldObligations) -> Term {
            context.any(
                [context.all(obligations.conditions.map { holds($0) })] + obligations.exhaustions.map { holds($0) }
                    + [obligations.noTrade.map { isExcused(by: $0) }].compactMap { $0 }
            )
        }

        /// Whether an obligation's claim holds.
        ///
        /// - Parameter carried: The form of the turnover carried out, which follows from the trades.
        func holds(_ obligation: Obligation, carried: LinearForm? = nil) -> Term {
            switch obligation.claim {
            case .nonNegative(let form):
                return term(form, carried) >= 0
            case .zeroOrAtLeast(let form, let minimum):
                let amount = term(form, carried)
                return context.any([amount == 0, amount >= term(minimum, carried)])
            case .concentration(let form):
                return holds(form)
            case .risk(let form):
                return holds(form)
            case .positions(let form):
                return holds(form)
            }
        }

        /// Which moments rules about squares speak of.
        var squaredMoments: Set<ConcentrationForm.Moment> {
            let isSquared = mandate.requirements.contains { requirement in
                if case .concentration = requirement.predicate { true } else { false }
            }
            return isSquared && reach == .exact ? [.before, .after] : []
        }

        private func side(_ side: SideObligation, mayMiss: Term) -> Term {
            let (before, after) = (term(side.before), term(side.after))
            let (tolerance, destination) = (term(side.tolerance), term(side.destination))
            let over = context.all([
                before >= 0, bought[side.asset] == 0, after + tolerance >= 0,
                context.any([destination - after >= 0, mayMiss]),
            ])
            let under = context.all([
                before <= 0, sold[side.asset] == 0, tolerance - after >= 0,
                context.any([destination + after >= 0, mayMiss]),
            ])
            return context.any([over, under])
        }

        /// vᵢ = ⌊valueᵢ/2^s⌋ for the rules that square them.
        private func scaling(_ moment: ConcentrationForm.Moment) -> [Term] {
            guard squaredMoments.contains(moment) else { return [] }
            let unit = BigInteger(1) << mandate.squareShift
            let (values, scaled) = moment == .before ? (before, scaledBefore) : (after, scaledAfter)
            return zip(values, scaled).flatMap { value, scaled -> [Term] in
                let rest: Term = value - unit * scaled
                return [rest >= BigInteger(0), rest <= unit - 1]
            }
        }

        private func holds(_ form: ConcentrationForm) -> Term {
            let limit = BigInteger(Int(form.limit.value))
            switch reach {
            case .exact: break
            case .relaxed: return context.all([])
            case .linear:
                return form.sense == .above ? heavyAsset(limit) : context.any([1, 4].map { spreadBound(limit, $0) })
            }
            let scaled = form.moment == .before ? scaledBefore : scaledAfter
            let total = context.sum(scaled)
            let margin = limit * (total * total) - 1_000_000 * context.sum(scaled.map { $0 * $0 })
            return form.sense == .atMost ? margin >= 0 : margin <= -1
        }

        /// Σ wᵢ² ≤ max wᵢ, so that an index above the limit needs an asset above it.
        ///
        /// With vᵢ = ⌊valueᵢ/2^s⌋, n ≤ 64 and V ≥ 2^(s + 27) the floors move a weight by less than one part per million.
        private func heavyAsset(_ limit: BigInteger) -> Term {
            let total = context.sum(before)
            return context.any(before.map { 1_000_000 * $0 - (limit - 1) * total >= 0 })
        }

        /// wᵢ ≤ uᵢ and Σ uᵢ·wᵢ ≤ limit imply Σ wᵢ² ≤ limit, for uᵢ the target and a part of the destination's width.
        ///
        /// The rule's index is at most Σ wᵢ²/(1 − n·2^s/V)². For n ≤ 64 and V ≥ 2^(s + 27) that is less than one part per million
        /// more, which is taken off the limit.
        private func spreadBound(_ limit: BigInteger, _ part: BigInteger) -> Term {
            // Secret targets and bands bound nothing here; false keeps what the linear reading promises.
            guard mandate.secrets == nil else { return context.any([]) }
            let total = context.sum(after)
            let shift = mandate.squareShift
            var bounds: [Term] = [total >= BigInteger(1) << (shift + 27)]
            var weighted: [Term] = []
            for index in mandate.assets.indices {
                let width = mandate.bands[index].destination
                let target = BigInteger(Int(mandate.targets.weights[index].value))
                let most = target + width.numerator.ceilingDivided(by: part * width.denominator) + 1_000
                bounds.append(most * total - 1_000_000 * after[index] >= 0)
                weighted.append(most * after[index])
            }
            bounds.append((limit - 1) * total - context.sum(weighted) >= 0)
            return context.all(bounds)
        }

        private func term(_ form: LinearForm, _ carried: LinearForm? = nil) -> Term {
            context.sum(
                form.terms.map { $0.coefficient * term($0.variable, carried) } + [context.constant(form.constant)]
            )
        }

        private func term(_ variable: FormVariable, _ carried: LinearForm?) -> Term {
            switch variable {
            case .valueBefore(let asset): before[asset]
            case .valueAfter(let asset): after[asset]
            case .bought(let asset): bought[asset]
            case .sold(let asset): sold[asset]
            case .carriedBefore: carriedBefore
            case .carriedAfter: carried.map { term($0) } ?? carriedBefore
            case .bucketBefore: bucketBefore
            case .elapsedShare: context.constant(0)
            case .bucketAfter: bucketBefore + .max(context.sum(before) - context.sum(after), context.constant(0))
            case .secretShareBefore(let parameter): parameters[parameter] * context.sum(before)
            case .secretShareAfter(let parameter): parameters[parameter] * context.sum(after)
            }
        }
    }
#endif
