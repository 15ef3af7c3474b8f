import BigIntegers
public import Attestations
public import MarketData
public import Rebalancing
public import Regimes

/// One cycle in its order: decide, plan, execute, attest. It records nothing; see ``VaultService``.
public struct RebalanceCycle: Sendable {
    private let policy: CompiledPolicy
    private let prover: AttestationProver
    private let venue: PaperVenue

    /// Creates a cycle.
    ///
    /// - Parameters:
    ///   - policy: What must hold.
    ///   - prover: Attests each decision.
    ///   - costs: What the paper venue charges, and the planner reckons with.
    public init(policy: CompiledPolicy, prover: AttestationProver, costs: TransactionCosts) {
        self.policy = policy
        self.prover = prover
        venue = PaperVenue(costs: costs)
    }

    /// Opens the vault.
    ///
    /// - Throws: ``CycleError``.
    public func genesis(holdings: Holdings, at moment: MarketReplay.Moment) throws(CycleError) -> CycleReport {
        let mandate = try mandate(of: moment)
        let state = try state(holdings, moment, carried: 0, lastRebalance: moment.time)
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
        let mandate = try mandate(of: moment)
        do {
            let holdings = try Holdings(head.opening.quantities, under: mandate)
            let state = try state(
                holdings,
                moment,
                carried: head.opening.carriedTurnover,
                lastRebalance: head.lastRebalance
            )
            switch try mandate.decision(for: state) {
            case .hold(let reason):
                let next = try prover.hold(after: head, at: moment.circumstances, ground: reason.ground)
                return CycleReport(
                    head: next,
                    moment: moment,
                    mandate: mandate,
                    state: state,
                    event: .hold(reason),
                    fills: [],
                    plan: nil
                )
            case .rebalance(let reasons):
                let plan = try RebalancePlanner(mandate: mandate, costs: venue.costs).plan(for: state)
                let executed = try venue.execute(plan, from: holdings, at: moment.prices, under: mandate)
                let next = try prover.rebalance(
                    after: head,
                    at: moment.circumstances,
                    quantities: executed.after.quantities
                )
                return CycleReport(
                    head: next,
                    moment: moment,
                    mandate: mandate,
                    state: state,
                    event: .rebalance(reasons),
                    fills: executed.fills,
                    plan: plan
                )
            }
        } catch let error as PlanError {
            throw .plan(error, time: moment.time)
        } catch let error as AttestationError {
            throw .attestation(error)
        } catch let error as CycleError {
            throw error
        } catch {
            throw .state(reason: "\(error)")
        }
    }

    private func mandate(of moment: MarketReplay.Moment) throws(CycleError) -> Mandate {
        guard policy.mandates.indices.contains(moment.regime) else {
            throw .state(reason: "the policy knows no regime number \(moment.regime)")
        }
        return policy.mandates[moment.regime]
    }

    private func state(
        _ holdings: Holdings,
        _ moment: MarketReplay.Moment,
        carried: BigInteger,
        lastRebalance: Timestamp
    ) throws(CycleError) -> VaultState {
        do {
            return try VaultState(
                holdings: holdings,
                prices: moment.prices,
                carriedTurnover: carried,
                lastRebalance: lastRebalance,
                time: moment.time
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
