import BigIntegers
import Rebalancing
import Ristretto

@testable import Attestations
@testable import ZeroKnowledge

/// The wires of a template over any values, with hidden bits of one's choice, and what they break: constraints and range checks
/// apart.
struct FalseWitness {
    private let system: ConstraintSystem
    private let digitBits: Int
    private(set) var wires: CircuitTrial.Wires
    /// Multipliers of hidden bits: left + right = 1 and output = 0.
    private let bits: [Int]
    /// For each side bit the multipliers of what was bought and sold.
    private let trades: [(bit: Int, purchase: Int, sale: Int)]
    /// Multipliers that square a scaled value, both of whose inputs are it.
    private let squares: [Int]
    /// The turnover that follows from the trades: a committed value, and what it is constrained to.
    private let turnover: (place: Int, form: LinearCombination)?
    /// Bits that sum to one, or to another bit.
    private let choices: [(bits: [Int], whole: Variable)]
    /// Floored deviations, which the two checks behind each hold alone.
    private let deviations: [Variable]
    /// The free wire of a hold that is not worth its cost, and its checks.
    let least: (gate: Int, checks: Range<Int>)?

    init(_ trial: CircuitTrial, committed: [Scalar]) throws {
        let system = try CircuitSynthesis.layOut(
            trial.template,
            prices: trial.prices,
            matrices: trial.matrices,
            committed: committed
        )
        try self.init(system, of: trial.template)
    }

    /// The wires of a system that a template was laid out as, values included.
    init(_ system: ConstraintSystem, of template: CircuitTemplate) throws {
        var least: (gate: Int, checks: Range<Int>)?
        if case .unlessNotWorthIt? = template.steps.last {
            let last = system.rangeChecks.count
            least = (system.multiplierCount - 1, last - 2 * template.mandate.assets.count..<last)
        }
        try self.init(system, digitBits: template.digitBits, least: least)
    }

    /// The wires of any system over values.
    init(_ system: ConstraintSystem, digitBits: Int, least: (gate: Int, checks: Range<Int>)? = nil) throws {
        self.system = system
        self.digitBits = digitBits
        self.least = least
        guard let assignment = try system.finish(digitBits: digitBits, falseWitness: .proved).assignment else {
            throw CircuitError.count
        }
        wires = CircuitTrial.Wires(assignment)
        var bits: [Int] = []
        for form in system.constraints where form.terms.count == 3 {
            if case .left(let gate) = form.terms[0].variable, form.terms[1].variable == .right(gate),
                form.terms[2].variable == .one
            {
                bits.append(gate)
            }
        }
        func bit(_ variable: Variable) -> Int? {
            if case .left(let gate) = variable, bits.contains(gate) { gate } else { nil }
        }
        var trades: [(bit: Int, purchase: Int, sale: Int)] = []
        var choices: [(bits: [Int], whole: Variable)] = []
        for (index, form) in system.constraints.enumerated() {
            if form.terms.count == 2, case .right(let purchase) = form.terms[0].variable,
                let side = bit(form.terms[1].variable), system.constraints.indices.contains(index + 2),
                case .right(let sale)? = system.constraints[index + 2].terms.first?.variable
            {
                trades.append((side, purchase, sale))
            }
            let chosen = form.terms.dropLast().compactMap { $0.coefficient == .one ? bit($0.variable) : nil }
            if chosen.count >= 2, chosen.count == form.terms.count - 1, let whole = form.terms.last?.variable {
                choices.append((chosen, whole))
            }
        }
        squares = system.constraints.compactMap { form in
            if form.terms.count == 2, case .left(let gate) = form.terms[0].variable,
                form.terms[1].variable == .right(gate)
            {
                gate
            } else {
                nil
            }
        }
        deviations = system.checkedForms.compactMap { form in
            guard form.terms.count == 2, form.terms[1].variable == .one, form.terms[0].coefficient == .one else {
                return nil
            }
            switch form.terms[0].variable {
            case .left, .right: return form.terms[0].variable
            default: return nil
            }
        }
        turnover =
            system.constraints.lazy.compactMap { form in
                if form.terms.count > 1, case .committed(let place)? = form.terms.first?.variable {
                    (place, form)
                } else {
                    nil
                }
            }.first
        self.bits = bits
        self.trades = trades
        self.choices = choices
        settleTurnover()
    }

    /// How many range checks there are.
    var checkCount: Int { system.rangeChecks.count }

    /// What each of a template's range checks is for, in order: the same for every asset.
    static func names(_ template: CircuitTemplate) -> [String] {
        let count = template.mandate.assets.count
        func plain(_ obligation: Obligation) -> String {
            obligation.name.replacing(/\(.*\)| of (BTC|ETH|SOL|USD).*| (overweight|underweight) .*/, with: "")
        }
        return template.steps.flatMap { step -> [String] in
            switch step {
            case .quantityRange: ["quantity"]
            case .oneDirection: Array(repeating: "direction", count: count)
            case .carriedIs: ["turnover carried"]
            case .bucketRange: ["bucket"]
            case .tradeSplit: ["trade"]
            case .side: ["side before", "side after"]
            case .scaledSquares: (0..<count).flatMap { _ in ["scaled value", "rest of the division"] }
            case .scaledDeviations:
                (0..<count).flatMap { _ in ["deviation", "rest of the deviation"] }
                    + ["scaled total", "rest of the total"]
            case .unlessNotWorthIt(let hold):
                hold.duties.map { _ in hold.excuses.isEmpty ? "bare duty" : "duty" }
                    + (hold.excuses.isEmpty ? [] : ["used-up limit"])
                    + hold.deferrable.map { _ in "what may be deferred" }
                    + (0..<count).flatMap { _ in ["saving above the least", "saving below the least and the cost"] }
            case .obligation(let obligation, _): [plain(obligation)]
            case .someOf(let obligations, _):
                ["some of \(obligations.count > 4 ? "the triggers" : "the bucket's bounds")"]
            case .unlessExcused(let claims, let excuses, _):
                claims.map { claim in
                    switch claim.claim {
                    case .destination: "destination"
                    case .obligation(let obligation): plain(obligation)
                    }
                } + (excuses.isEmpty ? [] : ["excuse"])
            default: []
            }
        }
    }

    /// Sets hidden bits: every side, every choice and every bit that neither is one of nor the sum of others.
    mutating func choose(using random: inout some RandomNumberGenerator) {
        let chosen = Set(choices.flatMap(\.bits))
        let sides = Set(trades.map(\.bit))
        if let trade = trades.randomElement(using: &random), Bool.random(using: &random) {
            let isSale = wires.left[trade.bit] == .zero
            let change = wires.left[trade.purchase] - wires.left[trade.sale]
            set(trade.bit, isSale)
            (wires.left[trade.purchase], wires.right[trade.purchase]) = (
                isSale ? .zero : change, isSale ? .one : .zero
            )
            (wires.left[trade.sale], wires.right[trade.sale]) = (isSale ? -change : .zero, isSale ? .zero : .one)
        }
        for gate in bits where !chosen.contains(gate) && !sides.contains(gate) && Bool.random(using: &random) {
            set(gate, wires.left[gate] == .zero)
        }
        for choice in choices {
            let isWhole = wires.value(choice.whole) != .zero
            let picked = choice.bits.randomElement(using: &random)
            for gate in choice.bits { set(gate, isWhole && gate == picked) }
        }
        // Scaled values that are off by a whole or a fraction: the rest of the division makes up for it.
        if let gate = squares.randomElement(using: &random), UInt8.random(in: 0..<3, using: &random) == 0 {
            let parts = Scalar(UInt64([1, 2, 4].randomElement(using: &random) ?? 1)).inverted()
            wires.left[gate] += Bool.random(using: &random) ? parts : -parts
        }
        if let wire = deviations.randomElement(using: &random), UInt8.random(in: 0..<3, using: &random) == 0 {
            let parts = Scalar(UInt64([1, 2, 4].randomElement(using: &random) ?? 1)).inverted()
            add(Bool.random(using: &random) ? parts : -parts, to: wire)
        }
        repair()
        if let check = least?.checks.randomElement(using: &random) { touch(check) }
        settleTurnover()
    }

    /// Puts the free wire where one of its checks is 0.
    mutating func touch(_ check: Int) {
        guard let least, let place = system.checkedForms[check].terms.first(where: { $0.variable == .left(least.gate) })
        else { return }
        wires.left[least.gate] -= wires.value(system.checkedForms[check]) * place.coefficient
    }

    /// The same, by the check's place from the last one on.
    mutating func touch(fromLast place: Int) {
        if let least { touch(least.checks.upperBound - 1 - place) }
    }

    /// Moves the free wire.
    mutating func shiftLeast(by difference: Scalar) {
        if let least { wires.left[least.gate] += difference }
    }

    private mutating func add(_ difference: Scalar, to wire: Variable) {
        switch wire {
        case .left(let gate): wires.left[gate] += difference
        case .right(let gate): wires.right[gate] += difference
        default: break
        }
    }

    /// Sets the first hidden bits of the system, and lets everything behind them follow.
    mutating func plead(_ pleas: [Bool]) {
        for (gate, plea) in zip(bits, pleas) { set(gate, plea) }
        repair()
    }

    /// A system whose wires are these, so that its digits are theirs.
    var laidOut: ConstraintSystem {
        var same = ConstraintSystem(committedValues: wires.committed)
        for gate in 0..<system.multiplierCount { _ = same.allocateMultiplier((wires.left[gate], wires.right[gate])) }
        for form in system.constraints { same.constrain(form) }
        for (check, form) in zip(system.rangeChecks, system.checkedForms) {
            same.checkRange(form, bits: check.bits, upperBound: check.upperBound)
        }
        return same
    }

    private mutating func settleTurnover() {
        if let turnover { wires.committed[turnover.place] -= wires.value(turnover.form) }
    }

    private mutating func set(_ gate: Int, _ isOne: Bool) {
        (wires.left[gate], wires.right[gate]) = isOne ? (.one, .zero) : (.zero, .one)
    }

    /// Lets every multiplier's inputs follow from what they must equal.
    private mutating func repair() {
        for form in system.constraints {
            guard let last = form.terms.last, last.coefficient == -Scalar.one else { continue }
            switch last.variable {
            case .left(let gate) where !bits.contains(gate): wires.left[gate] += wires.value(form)
            case .right(let gate) where !bits.contains(gate): wires.right[gate] += wires.value(form)
            default: break
            }
        }
    }

    /// How many constraints the wires break; range checks are counted apart.
    var brokenConstraints: Int { system.constraints.count { wires.value($0) != .zero } }

    /// The range checks that they break, whatever digits a prover might choose.
    var brokenChecks: [Int] {
        zip(system.rangeChecks, system.checkedForms).enumerated().compactMap { index, pair in
            let (check, form) = pair
            let width = check.upperBound == .exact ? check.bits : check.digitCount(digitBits: digitBits) * digitBits
            let value = BigInteger(littleEndianMagnitude: wires.value(form).bytes)
            return value < BigInteger(1) << width ? nil : index
        }
    }
}
