import BigIntegers
import MarketData

/// A mandate made ready to decide many times: its obligations are built once, and what it decides is the same.
///
/// Whether something is due is read from the obligations, so decision and circuit cannot disagree. Copies share what was built.
///
/// - Complexity: Building takes O(n²) operations on big integers for n assets, a decision that holds O(n) on machine words.
public struct PreparedMandate: Sendable {
    private let storage: Storage

    /// Builds the obligations of a mandate.
    public init(_ mandate: Mandate) {
        storage = Storage(mandate)
    }

    /// The mandate.
    public var mandate: Mandate { storage.mandate }

    /// What a rebalance must satisfy.
    func rebalanceObligations(sameDay: Bool) -> RebalanceObligations {
        sameDay ? storage.sameDay : storage.laterDay
    }

    /// Values what a state holds.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` if it is of other assets.
    func values(of state: VaultState) throws(HoldingsError) -> StateValues {
        let expected = storage.mandate.assets.count
        for got in [state.holdings.quantities.count, state.prices.count] where got != expected {
            throw .countMismatch(got: got, expected: expected)
        }
        return StateValues(
            state.holdings,
            at: state.prices,
            scales: storage.scales
        )
    }

    /// What the mandate demands now.
    ///
    /// In this order: a bad oracle holds; a breaker in force holds; an active cooldown holds; nothing due holds; something due while the day's turnover or the slippage
    /// bucket is used up holds; something due that is not worth its cost holds, if the mandate says `unless cost > benefit` and no requirement is broken; everything
    /// else is a rebalance, even if it turns out to need no trade (a due schedule on target).
    ///
    /// - Parameters:
    ///   - state: What is held, at which prices, and when.
    ///   - verdict: What the policy's safeguards say at the state's time.
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` if the state is of other assets,
    ///   ``HoldingsError/noCovariance(days:)`` if a rule looks back farther than the state's market does.
    public func decision(
        for state: VaultState,
        under verdict: SafeguardVerdict = .clear
    ) throws(HoldingsError) -> DriftDecision {
        let values = try values(of: state)
        if let days = state.missingWindow(under: storage.mandate) { throw .noCovariance(days: days) }
        if let outage = verdict.outage { return .hold(.oracle(reason: outage)) }
        guard verdict.halts.isEmpty else { return .hold(.breaker(names: verdict.halts)) }
        let cooldown = verdict.cooldown(storage.mandate.cooldown)
        let elapsed = state.time.milliseconds(since: state.lastRebalance)
        guard elapsed >= cooldown else {
            let (remaining, overflow) = cooldown.subtractingReportingOverflow(elapsed)
            return .hold(.cooldown(remainingMilliseconds: overflow ? .max : remaining))
        }
        let reasons = try reasons(state, values)
        guard !reasons.isEmpty else { return .hold(.withinBands(DriftFigures(self, values))) }
        if state.isSameDay {
            let mandate = storage.mandate
            for exhaustion in storage.exhaustions
            where try exhaustion.holds(
                values,
                else: { () throws(HoldingsError) in try mandate.unmovedValues(of: state) }
            ) {
                return .hold(.limitUsedUp(pending: reasons))
            }
        }
        if let full = storage.mandate.bucketHoldExhaustion,
            full.margin(try storage.mandate.unmovedValues(of: state)) >= 0
        {
            return .hold(.bucketUsedUp(pending: reasons))
        }
        if !reasons.contains(where: \.isObligation), let benefit = try benefit(of: state), !benefit.isWorthIt {
            return .hold(.notWorthTheCost(pending: reasons, benefit))
        }
        return .rebalance(because: reasons)
    }

    /// What the best exchange of a little of one asset for another would save and cost; `nil` where the mandate does not ask.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)`` if the state is of other assets,
    ///   ``HoldingsError/noCovariance(days:)`` if the rule looks back farther than the state's market does.
    public func benefit(of state: VaultState) throws(HoldingsError) -> TradeBenefit? {
        guard let form = storage.noTrade else { return nil }
        let values = try storage.mandate.unmovedValues(of: state)
        return values.slopes.map { form.benefit(values, by: $0, under: storage.mandate) }
    }

    private func reasons(_ state: VaultState, _ values: StateValues) throws(HoldingsError) -> [TriggerReason] {
        let mandate = storage.mandate
        let exact = { () throws(HoldingsError) in try mandate.unmovedValues(of: state) }
        var reasons: [TriggerReason] = []
        for (index, edges) in storage.edges.enumerated() {
            for edge in edges where try edge.holds(values, else: exact) {
                reasons.append(.drift(DriftFigures(self, values)[index]))
                break
            }
        }
        for (name, isBroken) in storage.requirements where try isBroken.holds(values, else: exact) {
            reasons.append(.requirement(name: name))
        }
        for (name, fires) in storage.furtherTriggers where try fires.holds(values, else: exact) {
            reasons.append(.condition(name: name))
        }
        for schedule in mandate.schedules {
            if let instant = schedule.dueInstant(after: state.lastRebalance, at: state.time) {
                reasons.append(.schedule(schedule, instant: instant))
            }
        }
        return reasons
    }

    /// What was built: shared by all copies, and never changed.
    private final class Storage: Sendable {
        let mandate: Mandate
        let scales: [ValueScale]
        /// Both edges of each asset's band; none where drift does not trigger.
        let edges: [[StateForm]]
        let requirements: [(name: String, isBroken: StateForm)]
        let furtherTriggers: [(name: String, fires: StateForm)]
        /// What uses up the day's turnover, on the day of the last rebalance.
        let exhaustions: [StateForm]
        let noTrade: NoTradeForm?
        let sameDay: RebalanceObligations
        let laterDay: RebalanceObligations

        init(_ mandate: Mandate) {
            let count = mandate.assets.count
            self.mandate = mandate
            scales = mandate.valueScales
            edges =
                mandate.triggersOnDrift
                ? mandate.assets.indices.map { asset in
                    mandate.driftTriggers(asset).map { StateForm($0, count: count) }
                } : []
            requirements = mandate.requirements.map {
                ($0.name, StateForm(mandate.broken($0, .before), count: count))
            }
            furtherTriggers = mandate.furtherTriggers.map {
                ($0.name, StateForm(mandate.fired($0), count: count))
            }
            exhaustions = [mandate.turnoverExhaustion].compactMap { $0 }.map {
                StateForm($0, count: count)
            }
            noTrade = mandate.noTradeForm
            sameDay = mandate.rebalanceObligations(sameDay: true)
            laterDay = mandate.rebalanceObligations(sameDay: false)
        }
    }
}
