import BigIntegers

/// An obligation over the state before a decision, made ready to be read often.
///
/// A linear form is kept as c·V + Σ dᵢ·valueᵢ + k, with c the coefficient that most assets share: a band's edge has one dᵢ that is
/// not 0, and a limit on one weight as well. It is read in 128-bit words; what does not fit them, and what is not linear, is
/// read from the obligation itself in integers of any size. Both are exact.
struct StateForm: Sendable {
    private let obligation: Obligation
    private let words: Words?

    /// The form in machine words.
    private struct Words {
        let ofTotal: Int128
        let ofValues: [(index: Int, coefficient: Int128)]
        let constant: Int128
    }

    /// Prepares an obligation of a mandate of `count` assets that reads nothing but the state before.
    init(_ obligation: Obligation, count: Int) {
        self.obligation = obligation
        words = Self.words(obligation, count: count)
    }

    /// Whether the claim holds.
    ///
    /// - Parameter exact: The state's exact values, asked for where machine words do not serve.
    func holds(
        _ values: StateValues,
        else exact: () throws(HoldingsError) -> DecisionValues
    ) throws(HoldingsError) -> Bool {
        if let margin = margin(values) { return margin >= 0 }
        return obligation.margin(try exact()) >= 0
    }

    /// The form's value in machine words; `nil` where something does not fit.
    private func margin(_ values: StateValues) -> Int128? {
        guard let words, let amounts = values.words else { return nil }
        var (sum, overflow) = words.ofTotal.multipliedReportingOverflow(by: values.total)
        guard !overflow else { return nil }
        (sum, overflow) = sum.addingReportingOverflow(words.constant)
        guard !overflow else { return nil }
        for (index, coefficient) in words.ofValues {
            let term = coefficient.multipliedReportingOverflow(by: amounts[index])
            guard !term.overflow else { return nil }
            (sum, overflow) = sum.addingReportingOverflow(term.partialValue)
            guard !overflow else { return nil }
        }
        return sum
    }

    private static func words(_ obligation: Obligation, count: Int) -> Words? {
        guard case .nonNegative(let form) = obligation.claim, let constant = Int128(exactly: form.constant) else {
            return nil
        }
        var coefficients = [Int128](repeating: 0, count: count)
        for (variable, coefficient) in form.coefficients {
            guard case .valueBefore(let index) = variable, let word = Int128(exactly: coefficient),
                word.magnitude < 1 << 126
            else { return nil }
            coefficients[index] = word
        }
        var counts: [Int128: Int] = [:]
        for coefficient in coefficients { counts[coefficient, default: 0] += 1 }
        let common = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
        return Words(
            ofTotal: common,
            ofValues: coefficients.enumerated().compactMap { index, coefficient in
                coefficient == common ? nil : (index, coefficient - common)
            },
            constant: constant
        )
    }
}
