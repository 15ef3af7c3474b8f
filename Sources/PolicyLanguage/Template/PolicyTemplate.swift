import BigIntegers
public import MarketData
import Rebalancing

/// A commented policy to begin with: equal weights, a tenth in cash, bands as wide as their costs warrant, and tests.
public struct PolicyTemplate: Sendable, Hashable {
    /// The name in the policy's header.
    public let name: String
    /// What is held beside cash, in order.
    public let assets: [Asset]
    /// What prices are counted in, held as cash.
    public let quote: Asset
    /// The model's regimes, calmest first; empty for a policy that knows none.
    public let regimes: [String]
    /// The model's path as the policy writes it.
    public let modelPath: String
    /// What one side of a trade costs of its value.
    public let cost: PartsPerMillion

    /// 30 basis points: a fee and half a spread of a liquid pool.
    public static let defaultCost = PartsPerMillion(3_000)

    /// Describes a policy to write.
    ///
    /// - Parameters:
    ///   - name: The policy's name.
    ///   - assets: What to hold beside the quote currency, which is left out if it is among them.
    ///   - quote: What prices are counted in; a tenth is held in it.
    ///   - regimes: The model's labels, calmest first; none for a policy without regimes.
    ///   - modelPath: The model, as seen from the policy's folder.
    ///   - cost: 1 to 50 000 parts per million; anything else is brought to the nearer end.
    public init(
        name: String = "My policy",
        assets: [Asset],
        quote: Asset,
        regimes: [String] = [],
        modelPath: String = "model.json",
        cost: PartsPerMillion = PolicyTemplate.defaultCost
    ) {
        var seen: Set<Asset> = [quote]
        self.name = name
        self.assets = assets.filter { seen.insert($0).inserted }
        self.quote = quote
        self.regimes = regimes
        self.modelPath = modelPath
        self.cost = min(max(cost, PartsPerMillion(1)), PartsPerMillion(50_000))
    }

    /// The policy's text, in canonical layout.
    ///
    /// - Throws: The diagnostics, if a name is no name of the language, or there are more assets than can be attested.
    public func text() throws(PolicyDiagnostics) -> String {
        let source = PolicySource(path: "new.policy", text: draft)
        _ = try Policy(checking: source)
        return try PolicyFormatter.format(source)
    }

    // MARK: Figures

    /// Whole percents: what a tenth for cash leaves, in equal parts, and the remainder in cash.
    private var share: Int { assets.isEmpty ? 0 : max(1, 90 / assets.count) }
    private var cash: Int { 100 - share * assets.count }

    private func width(_ percent: Int) -> PartsPerMillion {
        PlannedWidth.rounded(PlannedWidth.width(target: Double(percent) / 100, cost: cost))
    }

    private func points(_ parts: PartsPerMillion) -> String {
        PolicyText.points(ExactFraction(BigInteger(parts.value)))
    }

    /// Costs that are eight times as high in the wildest regime as in the calmest make bands twice as wide there.
    private func factor(_ regime: Int) -> String {
        // ∛8 = 2, in equal ratios from regime to regime: tenths of 2^(regime ÷ last).
        let last = regimes.count - 1
        var tenths = 10
        // The largest n with (n/10)^last ≤ 2^regime, the power in integers.
        let power = { (base: Int) in (0..<last).reduce(BigInteger(1)) { product, _ in product * BigInteger(base) } }
        while power(tenths + 1) <= (BigInteger(1) << regime) * power(10) { tenths += 1 }
        return PolicyText.decimal(ExactFraction(BigInteger(tenths), over: 10))
    }

    /// A quarter of the way from the target's own concentration to a single asset, in steps of a twentieth.
    private var concentration: String {
        let squares = share * share * assets.count + cash * cash
        let limit = squares + (10_000 - squares) / 4
        return PolicyText.decimal(ExactFraction(BigInteger(min((limit + 499) / 500, 19)), over: 20))
    }

    // MARK: Text

    private var draft: String {
        let first = assets.first ?? quote
        let ceiling = PolicyText.decimal(ExactFraction(BigInteger(2 * cost.value + 500), over: 100))
        return """
            // \(name): equal parts of \(assets.count == 1 ? "one asset" : "\(assets.count) assets"), and cash.
            // Every figure is a proposal; `ballast policy explain` says what the policy demands, `test` whether it does.
            policy "\(name)" version 1 {
            quote \(quote)

            // What the portfolio should look like. The targets sum to 100%.
            target {
            \(assets.map { "\($0) \(share)%" }.joined(separator: "\n"))
            \(quote) \(cash)% // cash
            }
            \(regimeText)
            // How far a weight may stray (in points of portfolio value) before it is traded back to the edge of its band.
            // These widths balance drift against a cost of \(cost) a side, at a risk aversion of 3 (Janeček and Shreve, 2004).
            bands {
            each trigger \(points(width(share))) to edge
            \(width(share) == width(cash) ? "" : "\(quote) trigger \(points(width(cash))) to edge")
            \(regimes.indices.dropFirst().map { "in \(regimes[$0]) x \(factor($0))" }.joined(separator: "\n"))
            }

            // When to look. A broken requirement is a reason of its own.
            rebalance {
            when any drift > band
            cooldown 6h
            }

            // What a rebalance may do at most. The ceiling on cost is what an operator could lose for you each time.
            limits {
            turnover <= 20% per day
            cost <= \(ceiling)bps per rebalance // twice the cost of a side, and 5bps of room
            smallest trade 100 \(quote)
            }

            // What must hold after every rebalance.
            require {
            "cash floor" weight(\(quote)) >= \(cash / 2)%
            "diversified" concentration <= \(concentration)
            }

            attest every 1d
            }

            test "at its targets the portfolio rests" {
            expect hold because bands
            }

            test "drift beyond the band trades to its edge" {
            given \(regimes.first.map { "\($0), " } ?? "")weights \(driftedWeights)
            expect rebalance because drift(\(first))
            expect weight(\(first)) = \(PolicyText.decimal(edge))% within 1bps
            }
            """
    }

    private var regimeText: String {
        guard let last = regimes.last else { return "" }
        let list = "regimes \(regimes.joined(separator: ", ")) from \"\(modelPath)\""
        guard regimes.count > 1 else { return "\n\(list)\n" }
        return """

            // The market's moods, calmest first, as the model finds them; slow to believe in a \(last), slower to forget it.
            \(list) {
            enter \(last) when p(\(last)) > 80% for 2 bars
            leave \(last) when p(\(last)) < 40% for 5 bars
            }

            """
    }

    /// The first asset's target and its band, in percent.
    private var edge: ExactFraction {
        ExactFraction(BigInteger(share) * 10_000 + BigInteger(width(share).value), over: 10_000)
    }

    /// The first asset half a point beyond its band, at the cost of the largest other one.
    private var driftedWeights: String {
        let beyond = BigInteger(width(share).value + 5_000)
        let isCashLargest = assets.count == 1 || cash >= share
        return
            (assets.indices.map { index in
                let drift = index == 0 ? beyond : index == 1 && !isCashLargest ? -beyond : 0
                return "\(assets[index]) \(percent(share, drift))"
            } + ["\(quote) \(percent(cash, isCashLargest ? -beyond : 0))"]).joined(separator: ", ")
    }

    private func percent(_ whole: Int, _ drift: BigInteger) -> String {
        PolicyText.decimal(ExactFraction(BigInteger(whole) * 10_000 + drift, over: 10_000)) + "%"
    }
}
