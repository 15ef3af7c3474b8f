public import BigIntegers

/// A quantity that linear forms are built from: always non-negative, in value units.
public enum FormVariable: Sendable, Hashable, Comparable {
    /// Value of an asset before the decision.
    case valueBefore(Int)
    /// Value of an asset after the decision.
    case valueAfter(Int)
    /// Value bought of an asset; 0 if it was sold.
    case bought(Int)
    /// Value sold of an asset; 0 if it was bought.
    case sold(Int)
    /// Twice the day's turnover carried into the decision.
    case carriedBefore
    /// Twice the day's turnover carried out of the decision.
    case carriedAfter
    /// A secret parameter in parts per million times V before: see ``SecretParameters``.
    case secretShareBefore(Int)
    /// A secret parameter in parts per million times V after.
    case secretShareAfter(Int)
    /// What the slippage bucket held before the decision.
    case bucketBefore
    /// What the slippage bucket holds after the decision.
    case bucketAfter
    /// V before times the milliseconds, a public number, that the bucket drained for.
    case elapsedShare
}

/// An integer linear form Σ cⱼ·xⱼ + constant over a vault's exact values.
public struct LinearForm: Sendable, Hashable {
    /// The non-zero coefficients.
    public private(set) var coefficients: [FormVariable: BigInteger]
    /// The constant term, in value units times the coefficients' scale.
    public private(set) var constant: BigInteger

    /// Creates a form; zero coefficients are dropped.
    public init(_ coefficients: [FormVariable: BigInteger] = [:], constant: BigInteger = 0) {
        self.coefficients = coefficients.filter { $0.value != 0 }
        self.constant = constant
    }

    /// The form of a single variable.
    public init(_ variable: FormVariable) {
        self.init([variable: 1])
    }

    /// The sum of forms.
    public static func + (left: LinearForm, right: LinearForm) -> LinearForm {
        LinearForm(
            left.coefficients.merging(right.coefficients) { $0 + $1 },
            constant: left.constant + right.constant
        )
    }

    /// The difference of forms.
    public static func - (left: LinearForm, right: LinearForm) -> LinearForm {
        left + (-1) * right
    }

    /// A multiple of a form.
    public static func * (factor: BigInteger, form: LinearForm) -> LinearForm {
        LinearForm(form.coefficients.mapValues { factor * $0 }, constant: factor * form.constant)
    }

    /// A form shifted by a constant.
    public static func + (form: LinearForm, constant: BigInteger) -> LinearForm {
        LinearForm(form.coefficients, constant: form.constant + constant)
    }

    /// The terms in canonical order of their variables.
    public var terms: [(variable: FormVariable, coefficient: BigInteger)] {
        coefficients.sorted { $0.key < $1.key }.map { (variable: $0.key, coefficient: $0.value) }
    }

    /// The form's value where `value` gives each variable's.
    public func evaluated(_ value: (FormVariable) -> BigInteger) -> BigInteger {
        coefficients.reduce(constant) { $0 + $1.value * value($1.key) }
    }
}
