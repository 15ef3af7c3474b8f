import BigIntegers
import MarketData
import Rebalancing

extension CircuitTemplate {
    /// The steps of a vault's opening.
    static func genesisSteps(_ mandate: Mandate) -> [CircuitStep] {
        mandate.assets.indices.map { .quantityRange(asset: $0) } + (mandate.carriesTurnover ? [.carriedIsZero] : [])
            + (mandate.carriesBucket ? [.bucketIsZero] : [])
    }

    /// The steps of a rebalance: trades and sides first, because everything else is said about them.
    static func rebalanceSteps(_ mandate: Mandate, variant: Variant) -> [CircuitStep] {
        let bounds = FormBounds(mandate: mandate)
        let obligations = mandate.rebalanceObligations(sameDay: variant.sameDay)
        var steps: [CircuitStep] = []
        for side in obligations.sides {
            steps.append(.quantityRange(asset: side.asset))
            steps.append(.tradeSplit(asset: side.asset))
            let afterBits = max(
                bounds.bits(side.after + side.tolerance),
                bounds.bits((-1) * side.after + side.tolerance)
            )
            steps.append(.side(side, beforeBits: bounds.bits(side.before), afterBits: afterBits))
        }
        if let carried = obligations.carriedAfter { steps.append(.carriedIs(carried)) }
        if mandate.carriesBucket { steps.append(.bucketRange) }
        let triggers = variant.scheduleDue ? [] : obligations.triggers
        steps += squares(triggers + obligations.conditions, bounds)
        if !variant.scheduleDue {
            steps.append(.someOf(triggers, bits: triggers.map(bounds.bits).max() ?? 1))
        }
        steps.append(
            .unlessExcused(
                obligations.sides.map {
                    CircuitStep.Claim(
                        claim: .destination($0),
                        bits: max(bounds.bits($0.destination - $0.after), bounds.bits($0.destination + $0.after))
                    )
                },
                excuses: obligations.exhaustions,
                excuseBits: obligations.exhaustions.map(bounds.bits).max() ?? 1
            )
        )
        steps += obligations.conditions.map { .obligation($0, bits: bounds.bits($0)) }
        if !obligations.bucketBounds.isEmpty {
            steps.append(.someOf(obligations.bucketBounds, bits: obligations.bucketBounds.map(bounds.bits).max() ?? 1))
        }
        return steps
    }

    /// The steps of a hold for private reasons.
    ///
    /// - Throws: ``AttestationError/unprovable(reason:)`` where what a trade saves is too wide for the group.
    static func holdSteps(_ mandate: Mandate, variant: Variant) throws(AttestationError) -> [CircuitStep] {
        let bounds = FormBounds(mandate: mandate)
        let obligations = mandate.holdObligations(sameDay: variant.sameDay, scheduleDue: variant.scheduleDue)
        if let excuse = obligations.noTrade {
            return squares(obligations.conditions, bounds) + [
                .unlessNotWorthIt(try CircuitStep.NoTradeHold(obligations, excuse, bounds))
            ]
        }
        return squares(obligations.conditions, bounds) + [
            .unlessExcused(
                obligations.conditions.map { CircuitStep.Claim(claim: .obligation($0), bits: bounds.bits($0)) },
                excuses: obligations.exhaustions,
                excuseBits: obligations.exhaustions.map(bounds.bits).max() ?? 1
            )
        ]
    }

    /// The steps of a deposit or withdrawal: they read nothing of the mandate but its list of assets.
    static func flowSteps(_ mandate: Mandate) -> [CircuitStep] {
        mandate.assets.indices.map { .quantityRange(asset: $0) } + [.oneDirection]
    }

    /// The products with secret parameters and with the time that steps read, each once, before whatever reads them.
    static func secretShares(_ steps: [CircuitStep]) -> [CircuitStep] {
        Set(steps.flatMap(\.forms).flatMap { $0.coefficients.keys }).sorted().compactMap { variable in
            switch variable {
            case .secretShareBefore(let parameter): .secretShare(parameter: parameter, .before)
            case .secretShareAfter(let parameter): .secretShare(parameter: parameter, .after)
            case .elapsedShare: .elapsedShare
            default: nil
            }
        }
    }
}

extension CircuitStep {
    /// The linear forms that the step reads.
    fileprivate var forms: [LinearForm] {
        switch self {
        case .quantityRange, .oneDirection, .carriedIsZero, .tradeSplit, .scaledSquares, .riskSquares, .heldAssets,
            .secretShare, .bucketIsZero, .bucketRange, .elapsedShare:
            []
        case .scaledDeviations(_, let deviations, _, _): deviations.ofAssets + [deviations.total]
        case .carriedIs(let form): [form]
        case .side(let side, _, _): [side.before, side.after, side.tolerance]
        case .obligation(let obligation, _): obligation.forms
        case .someOf(let obligations, _): obligations.flatMap(\.forms)
        case .unlessExcused(let claims, let excuses, _):
            claims.flatMap { claim in
                switch claim.claim {
                case .destination(let side): [side.after, side.destination]
                case .obligation(let obligation): obligation.forms
                }
            } + excuses.flatMap(\.forms)
        case .unlessNotWorthIt(let hold): hold.forms
        }
    }
}

extension Obligation {
    /// The linear forms that the claim reads.
    var forms: [LinearForm] {
        switch claim {
        case .nonNegative(let form): [form]
        case .zeroOrAtLeast(let amount, let minimum): [amount, minimum]
        case .concentration, .risk, .positions: []
        }
    }
}
