public import BigIntegers
public import MarketData
public import Rebalancing

/// The part of a cycle that proves and records nothing: decide, plan, execute on paper.
///
/// A vault in service and a backtest both decide through this type, so that what is replayed is what runs.
public struct PaperCycle: Sendable {
    /// What must hold, one mandate a regime.
    public let mandates: [Mandate]

    /// Creates a cycle.
    public init(mandates: [Mandate]) {
        self.mandates = mandates
    }

    /// What a vault carries from one decision to the next. **Secret.**
    public struct Position: Sendable, Hashable {
        /// What is held.
        public let holdings: Holdings
        /// Twice the turnover of the day of ``lastRebalance``, in value units; 0 under mandates that carry none.
        public let carriedTurnover: BigInteger
        /// The time of the last rebalance, or else of genesis.
        public let lastRebalance: Timestamp

        /// Creates a position.
        public init(holdings: Holdings, carriedTurnover: BigInteger = 0, lastRebalance: Timestamp) {
            self.holdings = holdings
            self.carriedTurnover = carriedTurnover
            self.lastRebalance = lastRebalance
        }
    }

    /// What one decision came to. **Secret.**
    public struct Outcome: Sendable {
        /// What was demanded.
        public let mandate: Mandate
        /// The state before.
        public let state: VaultState
        /// What was decided, and why.
        public let decision: DriftDecision
        /// The plan behind the fills; `nil` for a hold.
        public let plan: TradePlan?
        /// What was executed.
        public let fills: [Fill]
        /// What is carried on.
        public let position: Position
    }

    /// Decides, plans and executes on paper.
    ///
    /// - Parameters:
    ///   - position: What is held and remembered.
    ///   - time: The moment of the decision.
    ///   - regime: Index of the regime's mandate.
    ///   - prices: One an asset, in the mandates' order.
    ///   - risk: What the market says of risk, over the windows that the mandates look back over.
    ///   - costs: What the planner reckons with, and the paper venue charges.
    /// - Throws: ``CycleError``; nothing has happened then.
    public func next(
        from position: Position,
        at time: Timestamp,
        regime: Int,
        prices: [Price],
        risk: MarketRisk = .none,
        costs: TransactionCosts
    ) throws(CycleError) -> Outcome {
        let mandate = try mandate(inRegime: regime)
        do {
            let state = try VaultState(
                holdings: Holdings(position.holdings.quantities, under: mandate),
                prices: prices,
                carriedTurnover: position.carriedTurnover,
                lastRebalance: position.lastRebalance,
                time: time,
                risk: risk
            )
            let decision = try mandate.decision(for: state)
            guard case .rebalance = decision else {
                return Outcome(
                    mandate: mandate,
                    state: state,
                    decision: decision,
                    plan: nil,
                    fills: [],
                    position: position
                )
            }
            let plan = try RebalancePlanner(mandate: mandate, costs: costs).plan(for: state)
            let executed = try PaperVenue(costs: costs).execute(
                plan,
                from: state.holdings,
                at: prices,
                under: mandate
            )
            return Outcome(
                mandate: mandate,
                state: state,
                decision: decision,
                plan: plan,
                fills: executed.fills,
                position: Position(
                    holdings: executed.after,
                    carriedTurnover: plan.carriedTurnover,
                    lastRebalance: time
                )
            )
        } catch let error as PlanError {
            throw .plan(error, time: time)
        } catch {
            throw .state(reason: "\(error)")
        }
    }

    func mandate(inRegime regime: Int) throws(CycleError) -> Mandate {
        guard mandates.indices.contains(regime) else {
            throw .state(reason: "the policy knows no regime number \(regime)")
        }
        return mandates[regime]
    }
}
