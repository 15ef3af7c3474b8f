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

    /// Creates a cycle.
    ///
    /// - Parameters:
    ///   - mandates: What must hold, one a regime; a sealed policy's with its secret parameters put in.
    ///   - prover: Attests each decision.
    ///   - costs: What the paper venue charges, and the planner reckons with.
    public init(mandates: [Mandate], prover: AttestationProver, costs: TransactionCosts) {
        paper = PaperCycle(mandates: mandates)
        self.prover = prover
        self.costs = costs
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
                prices: moment.prices,
                lastRebalance: moment.time,
                time: moment.time
            )
        } catch {
            throw .state(reason: error.description)
        }
        do {
            let head = try prover.genesis(at: moment.circumstances, quantities: holdings.quantities)
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
    /// - Throws: ``CycleError``; nothing has happened then.
    public func next(after head: AttestationProver.Head, at moment: MarketReplay.Moment) throws(CycleError)
        -> CycleReport
    {
        let outcome = try paper.next(
            from: try position(of: head, under: paper.mandate(inRegime: moment.regime)),
            at: moment.time,
            regime: moment.regime,
            prices: moment.prices,
            costs: costs
        )
        do {
            let next: AttestationProver.Head
            let event: CycleReport.Event
            switch outcome.decision {
            case .hold(let reason):
                next = try prover.hold(after: head, at: moment.circumstances, ground: reason.ground)
                event = .hold(reason)
            case .rebalance(let reasons):
                next = try prover.rebalance(
                    after: head,
                    at: moment.circumstances,
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

    private func position(
        of head: AttestationProver.Head,
        under mandate: Mandate
    ) throws(CycleError) -> PaperCycle.Position {
        do {
            return PaperCycle.Position(
                holdings: try Holdings(head.opening.quantities, under: mandate),
                carriedTurnover: head.opening.carriedTurnover,
                lastRebalance: head.lastRebalance
            )
        } catch {
            throw .state(reason: error.description)
        }
    }
}

extension MarketReplay.Moment {
    var circumstances: AttestationProver.Moment {
        AttestationProver.Moment(time: time, regime: regime, candles: candles, prices: prices)
    }
}

extension HoldReason {
    /// Only the cooldown shows in public; the other reasons share one circuit that hides which held.
    var ground: HoldGround {
        if case .cooldown = self { .cooldown } else { .proved }
    }
}

/// Why a cycle could not be completed. Nothing was executed or recorded then.
public enum CycleError: Error, Sendable {
    /// A rebalance is due and no plan satisfies the policy.
    case plan(PlanError, time: Timestamp)
    /// A decision could not be attested.
    case attestation(AttestationError)
    /// Holdings, prices and policy do not fit each other.
    case state(reason: String)
}

extension CycleError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .plan(let error, let time): "at \(time): \(error)"
        case .attestation(let error): error.description
        case .state(let reason): reason
        }
    }
}
