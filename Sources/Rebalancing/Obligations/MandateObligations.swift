public import BigIntegers
import MarketData

/// What a rebalance must satisfy: warranted, on the right side, inside its destinations, within limits, conserved.
public struct RebalanceObligations: Sendable, Hashable {
    /// At least one of these held before, unless a schedule was due.
    public let triggers: [Obligation]
    /// One per asset.
    public let sides: [SideObligation]
    /// All of these hold.
    public let conditions: [Obligation]
    /// Twice the day's turnover after, as a form: the new A⁺. `nil` if the mandate carries none.
    public let carriedAfter: LinearForm?
    /// Destinations may be missed only if one of these holds. Empty if no limit could be exhausted.
    public let exhaustions: [Obligation]
    /// One of these holds: the slippage bucket is no fuller than it must be. Empty without a bucket.
    public let bucketBounds: [Obligation]
}

/// The side rule of one asset.
///
/// With hidden s = +1 (overweight) or −1 (underweight): s·before ≥ 0; no purchase if s = +1, no sale if s = −1;
/// s·after + tolerance ≥ 0; and s·after ≤ destination, which alone may be missed where a limit is exhausted.
///
/// An asset that is only sold while overweight and never below its target cannot end farther from it than it began,
/// except for the dilution by the cost itself. So "no farther than before" needs no gadget of its own.
public struct SideObligation: Sendable, Hashable {
    /// The asset's index.
    public let asset: Int
    /// 10⁶·value⁻ − target·V⁻.
    public let before: LinearForm
    /// The same after, times the destination's denominator.
    public let after: LinearForm
    /// Rounding tolerance·V⁺, times the destination's denominator.
    public let tolerance: LinearForm
    /// Destination·V⁺ plus one smallest trade, times the destination's denominator.
    public let destination: LinearForm
    /// How many units of ``after`` one unit of value counts.
    public let unitsPerValue: BigInteger
}

/// What a hold for private reasons must satisfy: everything is in order, or a limit is used up, or no trade pays.
public struct HoldObligations: Sendable, Hashable {
    /// All of these hold …
    public let conditions: [Obligation]
    /// … or one of these does. Empty if no limit could be exhausted.
    public let exhaustions: [Obligation]
    /// … or no trade pays and the requirements among them hold; `nil` under a mandate without that rule.
    public let noTrade: NoTradeExcuse?
}

extension Mandate {
    /// What a rebalance under this mandate must satisfy.
    ///
    /// - Parameter sameDay: Whether the last rebalance was on the same UTC day, so that its turnover still counts.
    public func rebalanceObligations(sameDay: Bool) -> RebalanceObligations {
        let carried = carriesTurnover ? twiceTurnover + (sameDay ? LinearForm(.carriedBefore) : LinearForm()) : nil
        return RebalanceObligations(
            triggers: (triggersOnDrift ? assets.indices.flatMap(driftTriggers) : [])
                + requirements.map { broken($0, .before) } + furtherTriggers.map { fired($0) },
            sides: assets.indices.map(side),
            conditions: requirements.map { kept($0, .after) } + limitConditions + costConditions
                + bucketConditions,
            carriedAfter: carried,
            exhaustions: rebalanceExhaustions + [bucketRebalanceExhaustion].compactMap { $0 },
            bucketBounds: bucketBounds
        )
    }

    /// What a hold for private reasons under this mandate must satisfy.
    ///
    /// - Parameters:
    ///   - sameDay: Whether the last rebalance was on the same UTC day.
    ///   - scheduleDue: Whether a schedule was due, so that only an exhausted limit excuses the hold, or that no trade pays.
    public func holdObligations(sameDay: Bool, scheduleDue: Bool) -> HoldObligations {
        let exhaustions = [sameDay ? turnoverExhaustion : nil, bucketHoldExhaustion].compactMap { $0 }
        let duties = requirements.map { kept($0, .before) }
        if scheduleDue {
            let impossible = Obligation("no schedule due", .nonNegative(LinearForm(constant: -1)))
            return HoldObligations(
                // Without the rule a used-up limit alone excuses the hold, and excuses the requirements too.
                conditions: (noTrade == nil ? [] : duties) + [impossible],
                exhaustions: exhaustions,
                noTrade: noTradeForm.map { NoTradeExcuse(form: $0, duties: duties, deferrable: [impossible]) }
            )
        }
        let drift = triggersOnDrift ? assets.indices.flatMap(driftConditions) : []
        let further = furtherTriggers.map { quiet($0) }
        return HoldObligations(
            conditions: drift + duties + further,
            exhaustions: exhaustions,
            // Where nothing can be due but a schedule or a broken requirement, there is nothing to excuse.
            noTrade: (drift + further).isEmpty
                ? nil
                : noTradeForm.map { NoTradeExcuse(form: $0, duties: duties, deferrable: drift + further) }
        )
    }

    /// Whether the vault must carry the day's turnover from one attestation to the next.
    public var carriesTurnover: Bool { limits.turnoverPerDay != nil }

    /// 2T = Σ |Δvalueᵢ| over all assets, cash included: whole where T need not be.
    public var twiceTurnover: LinearForm {
        let terms = assets.indices.flatMap { [(FormVariable.bought($0), BigInteger(1)), (.sold($0), 1)] }
        return LinearForm(Dictionary(uniqueKeysWithValues: terms))
    }

    // MARK: Parts

    /// That the day's turnover is used up before a decision, on the day of the last rebalance.
    var turnoverExhaustion: Obligation? {
        limits.turnoverPerDay.map { cap in
            let used = 1_000_000 * LinearForm(.carriedBefore)
            return exhausted("turnover per day", 2 * room + used - 2 * ppm(cap) * total(.before))
        }
    }

    /// V at a moment.
    package func total(_ moment: ConcentrationForm.Moment) -> LinearForm {
        form(Array(repeating: 1, count: assets.count), 0, moment)
    }

    private func value(_ asset: Int, _ moment: ConcentrationForm.Moment) -> LinearForm {
        LinearForm(moment == .before ? .valueBefore(asset) : .valueAfter(asset))
    }

    private func traded(_ asset: Int) -> LinearForm {
        LinearForm(.bought(asset)) + LinearForm(.sold(asset))
    }

    /// 10⁶·value − target·V.
    package func deviation(_ asset: Int, _ moment: ConcentrationForm.Moment) -> LinearForm {
        let target = secrets?.targets.map { secretShare($0[asset], moment) }
        return 1_000_000 * value(asset, moment) - (target ?? ppm(targets.weights[asset]) * total(moment))
    }

    /// A width times V, in parts per million over `denominator`.
    private struct WidthForm {
        let form: LinearForm
        let denominator: BigInteger
    }

    private func secretShare(_ parameter: Int, _ moment: ConcentrationForm.Moment) -> LinearForm {
        LinearForm(moment == .before ? .secretShareBefore(parameter) : .secretShareAfter(parameter))
    }

    private func widthForm(_ width: ExactFraction, _ moment: ConcentrationForm.Moment) -> WidthForm {
        WidthForm(form: width.numerator * total(moment), denominator: width.denominator)
    }

    private func widthForm(_ width: SecretParameters.Width, _ moment: ConcentrationForm.Moment) -> WidthForm {
        let share = secretShare(width.parameter, moment)
        return WidthForm(form: width.factor.numerator * share, denominator: width.factor.denominator)
    }

    /// The trigger of one asset's band times V before; `nil` if its drift never triggers.
    private func triggerForm(_ asset: Int) -> WidthForm? {
        if let band = secrets?.bands?[asset] { return widthForm(band.trigger, .before) }
        return bands[asset].trigger.map { widthForm($0, .before) }
    }

    /// The destination of one asset times V after.
    private func destinationForm(_ asset: Int) -> WidthForm {
        switch secrets?.bands?[asset].destination {
        case .secret(let width): widthForm(width, .after)
        case .fixed(let width): widthForm(width, .after)
        case nil: widthForm(bands[asset].destination, .after)
        }
    }

    func ppm(_ parts: PartsPerMillion) -> BigInteger { BigInteger(Int(parts.value)) }

    /// Band edges of one asset as forms that are positive beyond the edge.
    private func beyondEdges(_ asset: Int) -> [(side: String, form: LinearForm)] {
        guard let trigger = triggerForm(asset) else { return [] }
        let drift = trigger.denominator * deviation(asset, .before)
        let width = trigger.form
        return [("above", drift - width), ("below", (-1) * drift - width)]
    }

    func driftTriggers(_ asset: Int) -> [Obligation] {
        beyondEdges(asset).map {
            Obligation(
                "drift(\(assets[asset].symbol)) \($0.side) its band",
                .nonNegative($0.form + (-1)),
                unitsPerValue: 1_000_000 * (triggerForm(asset)?.denominator ?? 1)
            )
        }
    }

    private func driftConditions(_ asset: Int) -> [Obligation] {
        beyondEdges(asset).map {
            Obligation(
                "drift(\(assets[asset].symbol)) not \($0.side) its band",
                .nonNegative((-1) * $0.form),
                unitsPerValue: 1_000_000 * (triggerForm(asset)?.denominator ?? 1)
            )
        }
    }

    /// The claim that a requirement holds at a moment.
    package func kept(_ requirement: Requirement, _ moment: ConcentrationForm.Moment) -> Obligation {
        switch requirement.predicate {
        case .nonNegative(let coefficients, let constant):
            Obligation(requirement.name, .nonNegative(form(coefficients, constant, moment)))
        case .concentration(let limit):
            Obligation(
                requirement.name,
                .concentration(concentration(limit, moment, .atMost))
            )
        case .risk(let measure, let limit):
            Obligation(requirement.name, .risk(risk(measure, limit, moment, .atMost)))
        case .positions(let sense, let limit):
            Obligation(requirement.name, .positions(.init(moment: moment, limit: limit, sense: sense)))
        }
    }

    /// The claim that a requirement is broken at a moment: its exact opposite.
    package func broken(_ requirement: Requirement, _ moment: ConcentrationForm.Moment) -> Obligation {
        let name = "`\(requirement.name)` broken"
        return switch requirement.predicate {
        case .nonNegative(let coefficients, let constant):
            Obligation(name, .nonNegative((-1) * form(coefficients, constant, moment) + (-1)))
        case .concentration(let limit):
            Obligation(
                name,
                .concentration(concentration(limit, moment, .above))
            )
        case .risk(let measure, let limit):
            Obligation(name, .risk(risk(measure, limit, moment, .above)))
        case .positions(let sense, let limit):
            Obligation(name, .positions(.init(moment: moment, limit: limit, sense: sense.opposite)))
        }
    }

    /// The claim that a further trigger fires before a decision: the exact opposite of what a hold claims.
    func fired(_ trigger: Requirement) -> Obligation {
        Obligation(trigger.name, broken(trigger, .before).claim)
    }

    /// The claim that it does not.
    private func quiet(_ trigger: Requirement) -> Obligation {
        Obligation("not \(trigger.name)", kept(trigger, .before).claim)
    }

    private func concentration(
        _ limit: PartsPerMillion,
        _ moment: ConcentrationForm.Moment,
        _ sense: ConcentrationForm.Sense
    ) -> ConcentrationForm {
        .init(moment: moment, limit: limit, sense: sense, assetCount: assets.count, shift: squareShift)
    }

    private func risk(
        _ measure: RiskMeasure,
        _ limit: PartsPerMillion,
        _ moment: ConcentrationForm.Moment,
        _ sense: ConcentrationForm.Sense
    ) -> RiskForm {
        .init(
            measure: measure,
            moment: moment,
            limit: limit,
            sense: sense,
            shift: squareShift,
            deviations: measure.kind == .deviationTrackingError ? deviations(moment) : nil
        )
    }

    private func form(
        _ coefficients: [BigInteger],
        _ constant: BigInteger,
        _ moment: ConcentrationForm.Moment
    ) -> LinearForm {
        let terms = assets.indices.map {
            (moment == .before ? FormVariable.valueBefore($0) : .valueAfter($0), coefficients[$0])
        }
        return LinearForm(Dictionary(uniqueKeysWithValues: terms), constant: constant)
    }

    private func side(_ asset: Int) -> SideObligation {
        let destination = destinationForm(asset)
        let scale = destination.denominator
        let slack = limits.smallestTrade.map { scale * 1_000_000 * valueUnits($0) } ?? 0
        return SideObligation(
            asset: asset,
            before: deviation(asset, .before),
            after: scale * deviation(asset, .after),
            tolerance: scale * ppm(roundingTolerance) * total(.after),
            destination: destination.form + slack,
            unitsPerValue: scale * 1_000_000
        )
    }

    /// 10⁶ times the room that counts as none: one smallest trade, or else the rounding tolerance of value before.
    var room: LinearForm {
        limits.smallestTrade.map { LinearForm(constant: 1_000_000 * valueUnits($0)) }
            ?? ppm(roundingTolerance) * total(.before)
    }

    func exhausted(_ name: String, _ overdrawn: LinearForm) -> Obligation {
        Obligation("\(name) used up", .nonNegative(overdrawn + (-1)))
    }

    var tradeCaps: [(asset: Int, cap: BigInteger)] {
        assets.indices.compactMap { index in
            limits.largestTrades[assets[index]].map { (asset: index, cap: valueUnits($0)) }
        }
    }

    private var limitConditions: [Obligation] {
        var conditions: [Obligation] = []
        if let cap = limits.turnoverPerRebalance {
            let left = 2 * ppm(cap) * total(.before) - 1_000_000 * twiceTurnover
            conditions.append(Obligation("turnover per rebalance", .nonNegative(left), unitsPerValue: 2_000_000))
        }
        if let cap = limits.turnoverPerDay {
            let left = 2 * ppm(cap) * total(.before) - 1_000_000 * LinearForm(.carriedAfter)
            conditions.append(Obligation("turnover per day", .nonNegative(left), unitsPerValue: 2_000_000))
        }
        for (asset, cap) in tradeCaps {
            let left = LinearForm(constant: cap) - traded(asset)
            conditions.append(Obligation("trade(\(assets[asset].symbol))", .nonNegative(left), unitsPerValue: 1))
        }
        if let smallest = limits.smallestTrade {
            let minimum = LinearForm(constant: valueUnits(smallest))
            // Cash is the other leg of every trade and takes what they leave, however little.
            for asset in assets.indices where assets[asset] != quote {
                conditions.append(
                    Obligation(
                        "smallest trade(\(assets[asset].symbol))",
                        .zeroOrAtLeast(amount: traded(asset), minimum: minimum),
                        unitsPerValue: 1
                    )
                )
            }
        }
        return conditions
    }

    private var costConditions: [Obligation] {
        let allowed = ppm(limits.costCeiling) * twiceTurnover
        let loss = 2_000_000 * (total(.before) - total(.after))
        return [
            Obligation("cost", .nonNegative(allowed - loss), unitsPerValue: 2_000_000),
            Obligation("surplus", .nonNegative(allowed + loss), unitsPerValue: 2_000_000),
        ]
    }

    private var rebalanceExhaustions: [Obligation] {
        var exhaustions: [Obligation] = []
        if let cap = limits.turnoverPerRebalance {
            let left = 2 * ppm(cap) * total(.before) - 1_000_000 * twiceTurnover
            exhaustions.append(exhausted("turnover per rebalance", 2 * room - left))
        }
        if let cap = limits.turnoverPerDay {
            let left = 2 * ppm(cap) * total(.before) - 1_000_000 * LinearForm(.carriedAfter)
            exhaustions.append(exhausted("turnover per day", 2 * room - left))
        }
        for (asset, cap) in tradeCaps {
            let left = 1_000_000 * (LinearForm(constant: cap) - traded(asset))
            exhaustions.append(exhausted("trade(\(assets[asset].symbol))", room - left))
        }
        return exhaustions
    }
}
