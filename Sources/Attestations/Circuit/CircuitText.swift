import BigIntegers
import CanonicalJSON
import MarketData
import Rebalancing

/// Writes circuit templates in mathematics that a person can read and a digest can cover.
struct CircuitText {
    let mandate: Mandate

    func lines(
        kind: AttestationKind,
        variant: CircuitTemplate.Variant,
        steps: [CircuitStep],
        digitBits: Int,
        multiplierCount: Int,
        layout: CommittedLayout
    ) -> [String] {
        var header = "circuit \(kind.name)" + (kind.isDecision ? " in \(Self.quoted(mandate.regime))" : "")
        if kind != .genesis, kind.isDecision {
            header += variant.sameDay ? ", same day as the last rebalance" : ", first of its day"
            header += variant.scheduleDue ? ", schedule due" : ", no schedule due"
        }
        return [header, "  digits of \(digitBits) bits, \(multiplierCount) multipliers, \(layout.count) commitments"]
            + steps.flatMap(lines).map { "  " + $0 }
    }

    private func lines(_ step: CircuitStep) -> [String] {
        switch step {
        case .quantityRange(let asset):
            ["after.quantity(\(symbol(asset))) in [0, 2^64)"]
        case .oneDirection:
            ["direction in {0, 1}"]
                + mandate.assets.indices.map { asset in
                    "(1 - 2 direction) * (after.quantity(\(symbol(asset))) - before.quantity(\(symbol(asset)))) >= 0 [64 bits]"
                }
        case .carriedIsZero:
            ["after.carried = 0"]
        case .carriedIs(let form):
            ["after.carried = \(text(form)); after.carried in [0, 2^\(FormBounds.carriedBits))"]
        case .bucketIsZero:
            ["after.bucket = 0"]
        case .bucketRange:
            ["after.bucket in [0, 2^\(FormBounds.carriedBits))"]
        case .elapsedShare:
            [
                "elapsed*before.total = elapsed * (\(text(mandate.total(.before)))); elapsed = time since the last rebalance, "
                    + "at most \(mandate.limits.slippageBucket?.refill ?? 0) ms"
            ]
        case .tradeSplit(let asset):
            [
                "after.quantity(\(symbol(asset))) - before.quantity(\(symbol(asset))) = bought - sold; "
                    + "side(\(symbol(asset))) in {0, 1}; bought * side = 0; sold * (1 - side) = 0; bought + sold >= 0 [64 bits]"
            ]
        case .side(let side, let beforeBits, let afterBits):
            [
                "(2 side(\(symbol(side.asset))) - 1) * (\(text(side.before))) >= 0 [\(beforeBits) bits]",
                "(2 side(\(symbol(side.asset))) - 1) * (\(text(side.after))) + \(text(side.tolerance)) >= 0 [\(afterBits) bits]",
            ]
        case .scaledSquares(let moment, let shift, let bits):
            ["\(moment).scaled(i) = floor(\(moment).value(i) / 2^\(shift)), remainder exact [\(bits) bits]"]
        case .riskSquares(let moment, let measure) where measure.kind == .deviationTrackingError:
            ["\(moment).\(measure)^2 = sum over k of (sum over i of matrix \(measure)[i,k] * \(moment).deviation(i))^2"]
        case .riskSquares(let moment, let measure):
            ["\(moment).\(measure)^2 = sum over k of (sum over i of matrix \(measure)[i,k] * \(moment).scaled(i))^2"]
        case .scaledDeviations(let moment, let deviations, let bits, let totalBits):
            deviations.ofAssets.enumerated().map { asset, form in
                "\(moment).deviation(\(symbol(asset))) = floor((\(text(form))) / 2^\(deviations.shift)), remainder exact "
                    + "[\(bits + 1) bits from -2^\(bits)]"
            } + [
                "\(moment).scaled total = floor((\(text(deviations.total))) / 2^\(deviations.shift)), remainder exact "
                    + "[\(totalBits) bits]"
            ]
        case .heldAssets(let moment):
            [
                "\(moment).quantity(i) * inverse(i) = \(moment).held(i); "
                    + "\(moment).quantity(i) * (1 - \(moment).held(i)) = 0"
            ]
        case .obligation(let obligation, let bits):
            ["\(text(obligation)) [\(bits) bits]"]
        case .someOf(let obligations, let bits):
            ["some of these held [\(bits) bits]:"] + obligations.map { "  " + text($0) }
        case .unlessExcused(let claims, let excuses, let excuseBits):
            [
                excuses.isEmpty ? "all of these hold:" : "all of these hold, unless excused:"
            ]
                + claims.map { "  \(text($0.claim)) [\($0.bits) bits]" }
                + (excuses.isEmpty ? [] : ["excuses, of which one must hold if used [\(excuseBits) bits]:"])
                + excuses.map { "  " + text($0) }
        case .unlessNotWorthIt(let hold):
            lines(hold)
        case .secretShare(let parameter, let moment):
            [
                "\(name(moment == .before ? .secretShareBefore(parameter) : .secretShareAfter(parameter)))"
                    + " = secret[\(parameter)] * (\(text(mandate.total(moment))))"
            ]
        }
    }

    private func symbol(_ asset: Int) -> String { mandate.assets[asset].symbol }

    private func text(_ claim: CircuitStep.Waivable) -> String {
        switch claim {
        case .obligation(let obligation): text(obligation)
        case .destination(let side):
            "\"destination(\(symbol(side.asset)))\" (2 side(\(symbol(side.asset))) - 1) * (\(text(side.after)))"
                + " <= \(text(side.destination))"
        }
    }

    func text(_ obligation: Obligation) -> String {
        let claim =
            switch obligation.claim {
            case .nonNegative(let form):
                "\(text(form)) >= 0"
            case .zeroOrAtLeast(let amount, let minimum):
                "\(text(amount)) = 0 or >= \(text(minimum))"
            case .concentration(let form):
                "1000000 * sum \(form.moment).scaled(i)^2 \(form.sense == .atMost ? "<=" : ">") "
                    + "\(form.limit.value) * (sum \(form.moment).scaled(i))^2"
            case .risk(let form) where form.deviations != nil:
                "\(form.moment).\(form.measure)^2 \(form.sense == .atMost ? "<=" : ">") "
                    + "(\(form.limit.value) * \(form.moment).scaled total)^2"
            case .risk(let form):
                "\(form.moment).\(form.measure)^2 \(form.sense == .atMost ? "<=" : ">") "
                    + "(\(form.limit.value) * sum \(form.moment).scaled(i))^2"
            case .positions(let form):
                "sum \(form.moment).held(i) \(form.sense == .atMost ? "<=" : ">") \(form.limit)"
            }
        return "\(Self.quoted(obligation.name)) \(claim)"
    }

    /// A name in quotes, as canonical JSON writes strings: no name can end its line or pass for another one.
    static func quoted(_ name: String) -> String {
        String(decoding: JSONValue.string(name).canonicalBytes, as: UTF8.self)
    }

    /// A calendar rule.
    static func text(_ schedule: Schedule) -> String {
        switch schedule {
        case .every(let milliseconds): "every \(milliseconds) ms"
        case .daily(let minute): "daily at minute \(minute)"
        case .weekly(let weekday, let minute): "weekly on weekday \(weekday) at minute \(minute)"
        case .monthly(let day, let minute): "monthly on day \(day) at minute \(minute)"
        }
    }

    /// A linear form with its terms in canonical order.
    func text(_ form: LinearForm) -> String {
        var parts = form.terms.map { term in (term.coefficient, "*" + name(term.variable)) }
        if form.constant != 0 || parts.isEmpty { parts.append((form.constant, "")) }
        return parts.enumerated().map { index, part in
            let sign = part.0 < 0 ? (index == 0 ? "-" : " - ") : (index == 0 ? "" : " + ")
            return sign + part.0.magnitude.description + part.1
        }.joined()
    }

    private func name(_ variable: FormVariable) -> String {
        switch variable {
        case .valueBefore(let asset): "before.value(\(symbol(asset)))"
        case .valueAfter(let asset): "after.value(\(symbol(asset)))"
        case .bought(let asset): "bought.value(\(symbol(asset)))"
        case .sold(let asset): "sold.value(\(symbol(asset)))"
        case .carriedBefore: "before.carried"
        case .carriedAfter: "after.carried"
        case .bucketBefore: "before.bucket"
        case .bucketAfter: "after.bucket"
        case .elapsedShare: "elapsed*before.total"
        case .secretShareBefore(let parameter): "secret[\(parameter)]*before.total"
        case .secretShareAfter(let parameter): "secret[\(parameter)]*after.total"
        }
    }
}
