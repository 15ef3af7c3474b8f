import BigIntegers
import Rebalancing
import Ristretto
import ZeroKnowledge

/// The gadget of `unless cost > benefit`: conditions of a hold, some of which need not be kept where no trade pays.
extension CircuitSynthesis {
    /// Two hidden bits: `waived`, that conditions which may be deferred are not kept, and `exhausted`, that a used-up limit excuses
    /// everything. Their difference b says that the no-trade test must excuse.
    ///
    /// - Requirements: (1 − exhausted)·margin ≥ 0. The rest: (1 − waived)·margin ≥ 0. Where exhausted, one of the excuses holds.
    /// - xⱼ = b·dⱼ, one gate an asset, and with Gᵢ = Σⱼ S_ij·xⱼ and a free wire *least*: Gᵢ − least and least + 10⁹·c·V − Gᵢ are both
    ///   sums of digits, for every asset.
    ///
    /// Sound: the bits leave four cases. Exhausted: an excuse holds, and whatever else is said does no harm. Neither bit: everything is kept.
    /// Waived and not exhausted: requirements are kept, b = 1, and for any two assets the two sums of digits u, v < 2^w′ add up to
    /// u + v ≡ 10⁹·c·V − (Gⱼ − Gᵢ) (mod ℓ), where *least* cancels. The left side is below 2^(w′ + 1), the right side's magnitude below
    /// 2²⁵⁰ by ``FormBounds/noTradeBits(_:)``, and together they are below ℓ: so both sides are equal as integers, and
    /// Gⱼ − Gᵢ ≤ 10⁹·c·V. No prover gains by a *least* that is wrapped around the field or no integer at all.
    ///
    /// Complete: with *least* the smallest Gᵢ where b = 1, and 0 where b = 0, both sums lie in [0, 10⁹·c·V].
    ///
    /// Costs a gate and two checks an asset, and one gate for *least*; all that depends on the holdings is computed by masks.
    mutating func keepUnlessNotWorthIt(_ hold: CircuitStep.NoTradeHold) throws(AttestationError) {
        guard let slopes = matrices.slopes, slopes.count == hold.form.deviations.count else {
            throw .unprovable(reason: "no covariance of \(hold.form.rule.windowDays) days for the circuit")
        }
        let duties = hold.duties.map { margin($0.obligation) }
        let deferrable = hold.deferrable.map { margin($0.obligation) }
        let strayed = hold.form.deviations.map { combination($0) }
        let allowance = combination(hold.form.allowance)
        let choice = choice(duties, deferrable, strayed, allowance, slopes, canExhaust: !hold.excuses.isEmpty)

        let waived = LinearCombination(boolean(choice.map { Scalar(bit: $0.isWaived) }))
        var exhausted = LinearCombination()
        if hold.excuses.isEmpty {
            for (margin, claim) in zip(duties, hold.duties) { check(margin, bits: claim.bits) }
        } else {
            exhausted = LinearCombination(boolean(choice.map { Scalar(bit: $0.isExhausted) }))
            demand(duties, hold.duties, unless: exhausted)
            check(select(among: hold.excuses.map { margin($0) }, whether: exhausted), bits: hold.excuseBits)
        }
        demand(deferrable, hold.deferrable, unless: waived)

        let isTested = waived - exhausted
        let tested = strayed.map { system.multiply(isTested, $0).output }
        let least = LinearCombination(system.allocateMultiplier(choice.map { ($0.least, .zero) }).left)
        for row in slopes {
            var saving = LinearCombination()
            for (slope, variable) in zip(row, tested) { saving.add(variable, times: slope) }
            check(saving - least, bits: hold.bits)
            check(least + allowance - saving, bits: hold.bits)
        }
    }

    private mutating func demand(
        _ margins: [LinearCombination],
        _ claims: [CircuitStep.NoTradeHold.Claim],
        unless excuse: LinearCombination
    ) {
        for (margin, claim) in zip(margins, claims) {
            let demanded = system.multiply(LinearCombination(.one) - excuse, margin)
            check(LinearCombination(demanded.output), bits: claim.bits)
        }
    }

    /// What an honest prover says; `nil` without values.
    private func choice(
        _ duties: [LinearCombination],
        _ deferrable: [LinearCombination],
        _ strayed: [LinearCombination],
        _ allowance: LinearCombination,
        _ slopes: [[Scalar]],
        canExhaust: Bool
    ) -> (isWaived: ConstantTimeMask, isExhausted: ConstantTimeMask, least: Scalar)? {
        let deviations = strayed.compactMap { system.evaluate($0) }
        guard deviations.count == strayed.count, let allowed = system.evaluate(allowance) else { return nil }
        let missesDuty = isAnyNegative(duties)
        let missesOther = isAnyNegative(deferrable)
        let savings = slopes.map { row in zip(row, deviations).reduce(Scalar.zero) { $0 + $1.0 * $1.1 } }
        guard var least = savings.first, var most = savings.first else { return nil }
        for saving in savings.dropFirst() {
            least = Scalar.select((saving - least).isNegative, saving, least)
            most = Scalar.select((most - saving).isNegative, saving, most)
        }
        let isWorthIt = (allowed - (most - least)).isNegative
        let isWaived = missesDuty | missesOther
        // A rule without limits has nothing to plead exhaustion with.
        let isExhausted = canExhaust ? missesDuty | (missesOther & isWorthIt) : ConstantTimeMask(bit: 0)
        return (isWaived, isExhausted, Scalar.select(isWaived & ~isExhausted, least, .zero))
    }

    private func isAnyNegative(_ margins: [LinearCombination]) -> ConstantTimeMask {
        margins.reduce(ConstantTimeMask(bit: 0)) { any, margin in
            any | (system.evaluate(margin)?.isNegative ?? ConstantTimeMask(bit: 0))
        }
    }
}

extension CircuitStep {
    /// What a hold's conditions are under `unless cost > benefit`, with the width of each check.
    struct NoTradeHold: Sendable, Hashable {
        /// The requirements.
        let duties: [Claim]
        /// Bands, further triggers and schedules.
        let deferrable: [Claim]
        /// Used-up limits.
        let excuses: [Obligation]
        let excuseBits: Int
        let form: NoTradeForm
        /// Bits of 10⁹·c·V, in which both sums of every asset lie.
        let bits: Int

        /// A condition, checked in its own width.
        struct Claim: Sendable, Hashable {
            let obligation: Obligation
            let bits: Int
        }

        init(
            _ obligations: HoldObligations,
            _ excuse: NoTradeExcuse,
            _ bounds: FormBounds
        ) throws(AttestationError) {
            let claims = { (obligations: [Obligation]) in
                obligations.map { Claim(obligation: $0, bits: bounds.bits($0)) }
            }
            duties = claims(excuse.duties)
            deferrable = claims(excuse.deferrable)
            excuses = obligations.exhaustions
            excuseBits = excuses.map(bounds.bits).max() ?? 1
            form = excuse.form
            bits = try bounds.noTradeBits(excuse.form)
        }

        /// The linear forms that the step reads.
        var forms: [LinearForm] {
            ((duties + deferrable).map(\.obligation) + excuses).flatMap(\.forms) + form.deviations + [form.allowance]
        }
    }
}

extension FormBounds {
    /// Bits of 10⁹·c·V, in which the gadget's sums lie.
    ///
    /// - Throws: ``AttestationError/unprovable(reason:)`` where two such sums, of whole digits of at most 16 bits, and the difference that
    ///   they stand for might wrap around the group's order: 2·2²⁴⁹ + 2²⁵⁰ < ℓ.
    func noTradeBits(_ form: NoTradeForm) throws(AttestationError) -> Int {
        let allowance = interval(form.allowance)
        let strayed = form.deviations.reduce(BigInteger(0)) { sum, deviation in
            let (least, most) = interval(deviation)
            return sum + max(least.magnitude, most.magnitude)
        }
        let difference = 2 * BenefitSlopes.largest(form.rule) * strayed + allowance.most
        let bits = max(1, allowance.most.bitWidth)
        guard difference.bitWidth <= 250, bits <= 234 else {
            throw .unprovable(reason: "what a trade saves is wider than the group's order allows")
        }
        return bits
    }
}

extension CircuitText {
    /// The step in mathematics, with slopes left open as prices are.
    func lines(_ hold: CircuitStep.NoTradeHold) -> [String] {
        let rule = hold.form.rule
        let claims = { (claims: [CircuitStep.NoTradeHold.Claim]) in
            claims.map { "  \(self.text($0.obligation)) [\($0.bits) bits]" }
        }
        return
            (hold.duties.isEmpty
            ? []
            : ["all of these hold\(hold.excuses.isEmpty ? "" : ", unless a limit is used up"):"] + claims(hold.duties))
            + ["all of these hold, unless \(hold.excuses.isEmpty ? "" : "a limit is used up or ")no trade pays:"]
            + claims(hold.deferrable)
            + (hold.excuses.isEmpty
                ? [] : ["limits, of which one is used up if that is the excuse [\(hold.excuseBits) bits]:"])
            + hold.excuses.map { "  " + text($0) }
            + [
                "no trade pays, if that is the excuse: for some least and every i, 0 <= saving(i) - least <= "
                    + "\(text(hold.form.allowance)) [\(hold.bits) bits]",
                "saving(i) = sum over j of slope[i,j] * strayed(j); slope[i,j] = covariance(\(rule.windowDays)d)[i,j] * "
                    + "\(rule.riskAversion)/1000 * \(rule.horizonDays)/365 in 10^-9, rounded to nearest",
            ]
            + hold.form.deviations.enumerated().map { "  strayed(\($0.offset)) = \(text($0.element))" }
    }
}
