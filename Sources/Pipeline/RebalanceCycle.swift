import BigIntegers
public import Attestations
public import MarketData
public import Rebalancing
public import Regimes

/// One cycle in its order: decide, plan, execute, attest. It records nothing; see ``VaultService``.
public struct RebalanceCycle: Sendable {
    private let paper: PaperCycle
    let prover: AttestationProver
    private let costs: TransactionCosts
    private let safeguards: SafeguardReplay?

    /// Creates a cycle.
    ///
    /// - Parameters:
    ///   - mandates: What must hold, one a regime; a sealed policy's with its secret parameters put in.
    ///   - prover: Attests each decision.
    ///   - costs: What the paper venue charges, and the planner reckons with.
    ///   - safeguards: What breakers and oracle say; without it a policy that has some is not provable.
    public init(
        mandates: [Mandate],
        prover: AttestationProver,
        costs: TransactionCosts,
        safeguards: SafeguardReplay? = nil
    ) {
        paper = PaperCycle(mandates: mandates)
        self.prover = prover
        self.costs = costs
        self.safeguards = safeguards
    }

    /// Opens the vault.
    ///
    /// - Throws: ``CycleError``.
    public func genesis(holdings: Holdings, at moment: MarketReplay.Moment) throws(CycleError) -> CycleReport {
        let mandate = try paper.mandate(inRegime: moment.regime)
        let state: VaultState
        do {
            state = try VaultState(
                holdings: holdings,
                prices: prices(moment),
                lastRebalance: moment.time,
                time: moment.time
            )
        } catch {
            throw .state(reason: error.description)
        }
        do {
            let head = try prover.genesis(at: circumstances(moment), quantities: holdings.quantities)
            return CycleReport(
                head: head,
                moment: moment,
                mandate: mandate,
                state: state,
                event: .genesis,
                fills: [],
                plan: nil
            )
        } catch {
            throw .attestation(error)
        }
    }

    /// Decides, plans, executes on paper and attests.
    ///
    /// - Parameters:
    ///   - head: Where the chain stands.
    ///   - moment: What was known.
    ///   - risk: What the market said of risk, over the windows that the policy looks back over.
    ///   - reset: Since when breakers that halt until reset count; without it over the whole past.
    /// - Throws: ``CycleError``; nothing has happened then.
    public func next(
        after head: AttestationProver.Head,
        at moment: MarketReplay.Moment,
        risk: MarketRisk = .none,
        since reset: Timestamp? = nil
    ) throws(CycleError) -> CycleReport {
        let prepared = try paper.prepared(inRegime: moment.regime)
        let position = try position(of: head, under: prepared.mandate)
        let circumstances = circumstances(moment, risk: risk)
        let outcome: PaperCycle.Outcome
        do {
            outcome = try paper.next(
                from: position,
                at: moment.time,
                regime: moment.regime,
                prices: circumstances.prices,
                risk: risk,
                costs: costs,
                observing: safeguards?.verdict(at: moment.time, since: reset) ?? .clear
            )
        } catch {
            guard case .plan(let reason, _) = error,
                let conflict = PaperCycle.conflict(
                    from: position,
                    at: moment.time,
                    under: prepared,
                    prices: circumstances.prices,
                    risk: risk,
                    costs: costs
                )
            else { throw error }
            throw .conflict(conflict, reason, time: moment.time)
        }
        do {
            let next: AttestationProver.Head
            let event: CycleReport.Event
            switch outcome.decision {
            case .hold(let reason):
                next = try prover.hold(after: head, at: circumstances, ground: reason.ground)
                event = .hold(reason)
            case .rebalance(let reasons):
                next = try prover.rebalance(
                    after: head,
                    at: circumstances,
                    quantities: outcome.position.holdings.quantities
                )
                event = .rebalance(reasons)
            }
            return CycleReport(
                head: next,
                moment: moment,
                mandate: outcome.mandate,
                state: outcome.state,
                event: event,
                fills: outcome.fills,
                plan: outcome.plan
            )
        } catch {
            throw .attestation(error)
        }
    }

    /// The breakers in force at a time that guardians have to reset.
    func awaitingReset(at time: Timestamp, since reset: Timestamp?) -> [String] {
        safeguards?.verdict(at: time, since: reset).untilReset ?? []
    }

    /// The prices of a decision: the oracle's where the policy has one and it is good.
    private func prices(_ moment: MarketReplay.Moment) -> [Price] {
        safeguards?.prices(at: moment.time, closes: moment.prices) ?? moment.prices
    }

    private func circumstances(
        _ moment: MarketReplay.Moment,
        risk: MarketRisk = .none
    ) -> AttestationProver.Moment {
        AttestationProver.Moment(
            time: moment.time,
            regime: moment.regime,
            candles: moment.candles,
            prices: prices(moment),
            inputs: safeguards?.inputs(at: moment.time) ?? [],
            risk: risk
        )
    }

    private func position(
        of head: AttestationProver.Head,
        under mandate: Mandate
    ) throws(CycleError) -> PaperCycle.Position {
        do {
            return PaperCycle.Position(
                holdings: try Holdings(head.opening.quantities, under: mandate),
                carriedTurnover: head.opening.carriedTurnover,
                carriedSlippage: head.opening.carriedSlippage,
                lastRebalance: head.lastRebalance
            )
        } catch {
            throw .state(reason: error.description)
        }
    }
}

extension HoldReason {
    /// Cooldown, breakers and oracle show in public; the other reasons share one circuit that hides which held.
    var ground: HoldGround {
        switch self {
        case .cooldown: .cooldown
        case .breaker: .breaker
        case .oracle: .oracle
        case .withinBands, .limitUsedUp, .bucketUsedUp, .notWorthTheCost: .proved
        }
    }
}

/// Why a cycle could not be completed. Nothing was executed or recorded then.
public enum CycleError: Error, Sendable {
    /// A rebalance is due and no plan satisfies the policy.
    case plan(PlanError, time: Timestamp)
    /// The same, with the rules that conflict and the smallest relaxation.
    case conflict(PlanConflict, PlanError, time: Timestamp)
    /// A decision could not be attested.
    case attestation(AttestationError)
    /// Holdings, prices and policy do not fit each other.
    case state(reason: String)
}

extension CycleError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .plan(let error, let time), .conflict(_, let error, let time): "at \(time): \(error)"
        case .attestation(let error): error.description
        case .state(let reason): reason
        }
    }
}
