import ArgumentParser
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import SharedCommands

/// `ballast bands`.
struct BandsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bands",
        abstract: "Plans how wide a band should be, and says what your own width costs instead.",
        discussion: """
            The loss of a band is the risk of straying and the cost of coming back, a year, as a share of the portfolio. With \
            --policy, every band of the policy is held against the one that costs least.
            """
    )

    @Option(name: .long, help: "The target weight, such as 45%.")
    var target: ShareArgument?

    @Option(name: .long, help: "The asset's volatility against the rest of the portfolio, such as 80%/yr.")
    var volatility: ShareArgument

    @Option(name: .long, help: "What one side of a trade costs of its value, such as 30bps: fee and half the spread.")
    var cost: ShareArgument

    @Option(name: .long, help: "What any trade costs, such as 12USD.")
    var gas: AmountArgument?

    @Option(name: .long, help: "What the portfolio is worth, such as 1_000_000.")
    var value: AmountArgument?

    @Option(name: .long, help: "Relative risk aversion.")
    var riskAversion: Double = BandProblem.defaultRiskAversion

    @Option(name: .long, help: "A width of your own to compare, such as 5pp.")
    var band: ShareArgument?

    @Option(name: .long, help: "Read targets and bands from this policy.")
    var policy: String?

    @Option(name: .long, help: "Draw the loss against the width into this SVG file.")
    var svg: String?

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        if let policy {
            guard target == nil, band == nil, svg == nil else {
                throw CommandFailure(
                    .wrongUse,
                    "--policy gives targets and bands: leave out --target, --band and --svg"
                )
            }
            try compare(VaultInputs.policy(at: policy))
            return
        }
        guard let target else { throw CommandFailure(.wrongUse, "give --target or --policy") }
        let problem = try problem(target: target.fraction)
        if let band, !(band.fraction > 0) { throw CommandFailure(.wrongUse, "--band is not positive") }
        let rules = rules(problem)
        if let svg {
            try Files.write(BandPicture(problem: problem, own: band?.fraction).svg, to: svg)
        }
        switch format {
        case .text: printTable(problem, rules)
        case .json: Terminal.printJSON(json(problem, rules))
        }
    }

    /// A band by name.
    private struct Rule {
        let name: String
        let plan: BandPlan
    }

    private func problem(target: Double) throws -> BandProblem {
        if gas != nil, value == nil { throw CommandFailure(.wrongUse, "--gas is a share of --value: give both") }
        if let value, !(value.amount > 0) { throw CommandFailure(.wrongUse, "--value is not positive") }
        if let gas = gas?.symbol, let money = value?.symbol, gas != money {
            throw CommandFailure(.wrongUse, "--gas is in \(gas) and --value in \(money): give both in one currency")
        }
        return try failing(.wrongUse) {
            try BandProblem(
                target: target,
                volatility: volatility.fraction,
                proportionalCost: cost.fraction,
                fixedCost: (gas?.amount ?? 0) / (value?.amount ?? 1),
                riskAversion: riskAversion
            )
        }
    }

    private func rules(_ problem: BandProblem) -> [Rule] {
        var rules = [
            Rule(name: "best", plan: problem.optimum),
            Rule(name: "best, always to the target", plan: problem.optimumToTarget),
        ]
        guard let own = band?.fraction else { return rules }
        let text = Figure.points(own)
        for (name, destination) in [("to the target", 0), ("halfway", own / 2), ("to the edge", own)] {
            rules.append(
                Rule(name: "\(text) \(name)", plan: problem.plan(trigger: own, destination: destination))
            )
        }
        rules.append(Rule(name: "\(text), best destination", plan: problem.bestDestination(trigger: own)))
        return rules
    }

    private func printTable(_ problem: BandProblem, _ rules: [Rule]) {
        let best = problem.optimum.loss
        Terminal.print(header(problem))
        Terminal.print("")
        let width = rules.map(\.name.count).max() ?? 0
        Terminal.print("rule".padded(to: width + 2) + "trigger   to       loss a year  more than best")
        for rule in rules {
            Terminal.print(
                rule.name.padded(to: width + 2) + Figure.points(rule.plan.trigger).padded(to: 10)
                    + Figure.points(rule.plan.destination).padded(to: 9) + lossText(rule.plan.loss).padded(to: 13)
                    + (rule.plan.loss.isFinite ? moreText(rule.plan.loss - best) : "a fixed cost at every touch")
            )
        }
        let (below, above) = (problem.target, 1 - problem.target)
        if problem.optimum.trigger >= min(below, above) {
            Terminal.print(
                "the best band is wider than the \(below <= above ? "target" : "room above it") itself: "
                    + "on that side nothing ever triggers"
            )
        }
        Terminal.print("")
        Terminal.print("trigger   loss a year, best destination   loss a year, to the target")
        for trigger in Self.curve(problem) {
            let toTarget = problem.loss(trigger: trigger, destination: 0)
            Terminal.print(
                Figure.points(trigger).padded(to: 10)
                    + lossText(problem.bestDestination(trigger: trigger).loss).padded(to: 32) + lossText(toTarget)
            )
        }
    }

    private func header(_ problem: BandProblem) -> String {
        let fixed = gas.map { gas in
            ", gas \(Figure.decimal(gas.amount, 2)) \(gas.symbol ?? value?.symbol ?? "") of "
                + Figure.decimal(value?.amount ?? 0, 2)
        }
        return "target \(Figure.percent(problem.target)), volatility \(Figure.percent(problem.volatility)) a year, "
            + "cost \(Figure.decimal(problem.proportionalCost * 10_000, 4)) bps a side\(fixed ?? ""), "
            + "risk aversion \(Figure.decimal(problem.riskAversion, 4))"
    }

    /// A loss in percent a year, and in money where the portfolio's worth is known.
    private func lossText(_ loss: Double) -> String { loss.isFinite ? Figure.percent(loss) : "without end" }

    private func moreText(_ loss: Double) -> String {
        guard let value else { return Figure.percent(max(loss, 0)) }
        let symbol = value.symbol ?? gas?.symbol
        return Figure.percent(max(loss, 0)) + ", \(Figure.decimal(max(loss, 0) * value.amount, 0))"
            + (symbol.map { " \($0)" } ?? "") + " a year"
    }

    /// Widths around the best one.
    private static func curve(_ problem: BandProblem) -> [Double] {
        [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3].map { $0 * problem.optimum.trigger }
    }

    private func json(_ problem: BandProblem, _ rules: [Rule]) -> JSONValue {
        .object([
            JSONMember("rules", .array(rules.map { Self.json($0.plan, [JSONMember("rule", .string($0.name))]) })),
            JSONMember(
                "curve",
                .array(
                    Self.curve(problem).map { trigger in
                        Self.json(
                            problem.bestDestination(trigger: trigger),
                            [JSONMember("loss_to_target", Self.number(problem.loss(trigger: trigger, destination: 0)))]
                        )
                    }
                )
            ),
        ])
    }

    private static func json(_ plan: BandPlan, _ more: [JSONMember]) -> JSONValue {
        .object(
            more + [
                JSONMember("trigger", number(plan.trigger)), JSONMember("destination", number(plan.destination)),
                JSONMember("loss", number(plan.loss)),
            ]
        )
    }

    /// JSON has no infinity: a loss without end is null.
    private static func number(_ value: Double) -> JSONValue { value.isFinite ? .number("\(value)") : .null }
}

// MARK: - A policy's bands

extension BandsCommand {
    private struct Comparison {
        let regime: String
        let asset: String
        let own: BandPlan
        let best: BandPlan
    }

    private func compare(_ policy: Policy) throws {
        var rows: [Comparison] = []
        for (regime, mandate) in zip(policy.regimes.isEmpty ? [Policy.onlyRegime] : policy.regimes, policy.mandates) {
            for (index, band) in mandate.bands.enumerated() {
                let target = Double(mandate.targets.weights[index].value) / 1_000_000
                guard let width = band.trigger, target > 0, target < 1 else { continue }
                let problem = try problem(target: target)
                let trigger = width.approximation / 1_000_000
                guard trigger > 0 else { continue }
                let destination = min(band.destination.approximation / 1_000_000, trigger)
                rows.append(
                    Comparison(
                        regime: regime,
                        asset: mandate.assets[index].symbol,
                        own: problem.plan(trigger: trigger, destination: destination),
                        best: problem.optimum
                    )
                )
            }
        }
        switch format {
        case .text:
            Terminal.print("regime    asset  band      to       best      to       loss a year  more than best")
            for row in rows {
                Terminal.print(
                    row.regime.padded(to: 10) + row.asset.padded(to: 7) + Figure.points(row.own.trigger).padded(to: 10)
                        + Figure.points(row.own.destination).padded(to: 9)
                        + Figure.points(row.best.trigger).padded(to: 10)
                        + Figure.points(row.best.destination).padded(to: 9) + lossText(row.own.loss).padded(to: 13)
                        + (row.own.loss.isFinite
                            ? moreText(row.own.loss - row.best.loss) : "a fixed cost at every touch")
                )
            }
        case .json:
            Terminal.printJSON(
                .array(
                    rows.map { row in
                        .object([
                            JSONMember("regime", .string(row.regime)), JSONMember("asset", .string(row.asset)),
                            JSONMember("own", Self.json(row.own, [])), JSONMember("best", Self.json(row.best, [])),
                        ])
                    }
                )
            )
        }
    }
}
