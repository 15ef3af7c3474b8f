public import BigIntegers
public import MarketData
public import Rebalancing

/// The part of a cycle that proves and records nothing: decide, plan, execute on paper.
///
/// A vault in service and a backtest both decide through this type, so that what is replayed is what runs.
public struct PaperCycle: Sendable {
    private let prepared: [PreparedMandate]

    /// Creates a cycle.
    ///
    /// - Parameter mandates: What must hold, one mandate a regime; their obligations are built here, once.
    public init(mandates: [Mandate]) {
        prepared = mandates.map(PreparedMandate.init)
    }

    /// What must hold, one mandate a regime.
    public var mandates: [Mandate] { prepared.map(\.mandate) }

    /// What a vault carries from one decision to the next. **Secret.**
    public struct Position: Sendable, Hashable {
        /// What is held.
        public let holdings: Holdings
        /// Twice the turnover of the day of ``lastRebalance``, in value units; 0 under mandates that carry none.
        public let carriedTurnover: BigInteger
        /// What the slippage bucket holds, in value units; 0 under mandates without one.
        public let carriedSlippage: BigInteger
        /// The time of the last rebalance, or else of genesis.
        public let lastRebalance: Timestamp

        /// Creates a position.
        public init(
            holdings: Holdings,
            carriedTurnover: BigInteger = 0,
            carriedSlippage: BigInteger = 0,
            lastRebalance: Timestamp
        ) {
            self.carriedSlippage = carriedSlippage
            self.holdings = holdings
            self.carriedTurnover = carriedTurnover
            self.lastRebalance = lastRebalance
        }

        /// The position in a market, as decisions and plans read it.
        fileprivate func state(
            at time: Timestamp,
            under mandate: Mandate,
            prices: [Price],
            risk: MarketRisk
        ) throws(HoldingsError) -> VaultState {
            try VaultState(
                holdings: Holdings(holdings.quantities, under: mandate),
                prices: prices,
                carriedTurnover: carriedTurnover,
                carriedSlippage: carriedSlippage,
                lastRebalance: lastRebalance,
                time: time,
                risk: risk
            )
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
        /// What a rebalance saves and costs to first order, where the policy asks.
        public let benefit: TradeBenefit?
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
    ///   - verdict: What breakers and oracle say at that moment.
    /// - Throws: ``CycleError``; nothing has happened then.
    public func next(
        from position: Position,
        at time: Timestamp,
        regime: Int,
        prices: [Price],
        risk: MarketRisk = .none,
        costs: TransactionCosts,
        observing verdict: SafeguardVerdict = .clear
    ) throws(CycleError) -> Outcome {
        try Self.next(
            from: position,
            at: time,
            under: prepared(inRegime: regime),
            prices: prices,
            risk: risk,
            costs: costs,
            observing: verdict
        )
    }

    /// The same under a mandate of the caller's, such as one whose bands a `BandPath` bounds.
    ///
    /// - Parameters:
    ///   - position: What is held and remembered.
    ///   - time: The moment of the decision.
    ///   - prepared: What must hold.
    ///   - prices: One an asset, in the mandate's order.
    ///   - risk: What the market says of risk, over the windows that the mandate looks back over.
    ///   - costs: What the planner reckons with, and the paper venue charges.
    ///   - verdict: What breakers and oracle say at that moment.
    /// - Throws: ``CycleError``; nothing has happened then.
    public static func next(
        from position: Position,
        at time: Timestamp,
        under prepared: PreparedMandate,
        prices: [Price],
        risk: MarketRisk = .none,
        costs: TransactionCosts,
        observing verdict: SafeguardVerdict = .clear
    ) throws(CycleError) -> Outcome {
        let mandate = prepared.mandate
        do {
            let state = try position.state(at: time, under: mandate, prices: prices, risk: risk)
            let decision = try prepared.decision(for: state, under: verdict)
            guard case .rebalance = decision else {
                return Outcome(
                    mandate: mandate,
                    state: state,
                    decision: decision,
                    benefit: nil,
                    plan: nil,
                    fills: [],
                    position: position
                )
            }
            let benefit = try prepared.benefit(of: state)
            let plan = try RebalancePlanner(prepared, costs: costs).plan(for: state)
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
                benefit: benefit,
                plan: plan,
                fills: executed.fills,
                position: Position(
                    holdings: executed.after,
                    carriedTurnover: plan.carriedTurnover,
                    carriedSlippage: plan.carriedSlippage,
                    lastRebalance: time
                )
            )
        } catch let error as PlanError {
            throw .plan(error, time: time)
        } catch {
            throw .state(reason: "\(error)")
        }
    }

    /// Why no plan exists where ``next(from:at:regime:prices:risk:costs:observing:)`` found none: the conflict, and what would have to give way.
    ///
    /// - Returns: `nil` if there is a plan, or the position does not fit the mandate.
    /// - Complexity: Some 40 plans for each rule.
    public static func conflict(
        from position: Position,
        at time: Timestamp,
        under prepared: PreparedMandate,
        prices: [Price],
        risk: MarketRisk = .none,
        costs: TransactionCosts
    ) -> PlanConflict? {
        let state = try? position.state(at: time, under: prepared.mandate, prices: prices, risk: risk)
        return try? state.flatMap { try RebalancePlanner(prepared, costs: costs).conflict(for: $0) }
    }

    func mandate(inRegime regime: Int) throws(CycleError) -> Mandate {
        try prepared(inRegime: regime).mandate
    }

    func prepared(inRegime regime: Int) throws(CycleError) -> PreparedMandate {
        guard prepared.indices.contains(regime) else {
            throw .state(reason: "the policy knows no regime number \(regime)")
        }
        return prepared[regime]
    }
}
