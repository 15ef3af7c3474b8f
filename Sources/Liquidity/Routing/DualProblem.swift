/// The dual of a routing problem, and its minimum by an interior-point method.
///
/// maximise c·Ψ over Ψ = Σ trades, with Ψ + h ≥ 0. For prices ν = c + s, s > 0, no plan is worth more than
/// h·s + Σᵥ max(0, arbᵥ(ν) − gasᵥ), whatever subset of venues it uses. The minimum of
/// F(s) = h·s + Σᵥ soft(arbᵥ(c + s) − gasᵥ) − μ Σ ln s is smooth, and where its slope vanishes, Ψ + h = μ/s > 0: the venues' best
/// trades fit together, and fall short of the bound by about μ for each logarithm. Newton's method follows μ down.
struct DualProblem {
    /// How a venue enters.
    enum Use: Sendable, Equatable {
        /// Not at all.
        case excluded
        /// In full; its gas is a constant.
        case included
        /// As far as it is worth its gas: a share between 0 and 1 of its best trade.
        case open
    }

    /// A venue with its tokens as positions.
    struct Entry {
        let venue: RoutingVenue
        let tokens: [Int]
    }

    /// The minimum.
    struct Solution {
        var surplus: [Double]
        /// c·Ψ, gas of included venues and shares of open venues' gas deducted.
        var value: Double
        /// The share of each venue that is used.
        var shares: [Double]
        /// Each venue's trade, by its own assets, times its share.
        var trades: [[Double]]
    }

    let entries: [Entry]
    /// c.
    let worth: [Double]
    /// h.
    let holdings: [Double]
    /// First guesses of s.
    let start: [Double]

    /// How many times its first guess a price may reach where nothing else holds it.
    private static let dearest = 1e4

    private static let relativeGap = 1e-10

    /// An upper bound of the worth of every plan that keeps to `uses`, exact for the given prices.
    func bound(at surplus: [Double], _ uses: [Use]) -> Double {
        var (answer, part) = (ArbitrageAnswer(), ArbitrageAnswer())
        var total = zip(holdings, surplus).reduce(0) { $0 + $1.0 * $1.1 }
        for (entry, use) in zip(entries, uses) where use != .excluded {
            entry.venue.arbitrage(at: prices(entry, surplus), softness: 0, &answer, &part)
            let net = answer.value - entry.venue.gas
            total += use == .included ? net : max(0, net)
        }
        return total
    }

    /// Follows the minimum of F from the first guesses until the logarithms are worth 10⁻¹⁰ of the value each.
    func solve(_ uses: [Use]) -> Solution? {
        var surplus = start
        var state = State(count: worth.count)
        evaluate(surplus, 1, uses, &state)
        let scale = max(abs(state.value), 1e-300)
        var softness = scale * 0.01
        var solution: Solution?
        for _ in 0..<60 {
            guard minimise(&surplus, softness, uses, &state) else { return solution }
            guard let current = collect(surplus, softness, uses, &state) else { return solution }
            solution = current
            let floor = max(Self.relativeGap * abs(current.value), scale * 1e-15)
            if softness <= floor { break }
            softness = max(softness * 0.1, floor * 0.999)
        }
        return solution
    }

    private struct State {
        var value = 0.0
        var gradient: [Double]
        var curvature: [Double]
        var answer = ArbitrageAnswer()
        var part = ArbitrageAnswer()

        init(count: Int) {
            gradient = [Double](repeating: 0, count: count)
            curvature = [Double](repeating: 0, count: count * count)
        }
    }

    private func prices(_ entry: Entry, _ surplus: [Double]) -> [Double] {
        entry.tokens.map { worth[$0] + surplus[$0] }
    }

    private func evaluate(_ surplus: [Double], _ softness: Double, _ uses: [Use], _ state: inout State) {
        let count = worth.count
        state.value = 0
        for index in 0..<count {
            // A token that nobody takes would grow dear without end; a trace of it held, worth less than the softness, stops that.
            let held = holdings[index] + softness / (Self.dearest * start[index])
            state.value += held * surplus[index] - softness * surplus[index].logarithm
            state.gradient[index] = held - softness / surplus[index]
        }
        for index in state.curvature.indices { state.curvature[index] = 0 }
        for index in 0..<count { state.curvature[index * count + index] = softness / (surplus[index] * surplus[index]) }
        for (entry, use) in zip(entries, uses) where use != .excluded {
            entry.venue.arbitrage(at: prices(entry, surplus), softness: softness, &state.answer, &state.part)
            var (share, bend) = (1.0, 0.0)
            if use == .open {
                let soft = SoftShare((state.answer.value - entry.venue.gas) / softness)
                (share, bend) = (soft.share, soft.slope / softness)
                state.value += softness * soft.value
            } else {
                state.value += state.answer.value - entry.venue.gas
            }
            let width = entry.tokens.count
            for (row, token) in entry.tokens.enumerated() {
                let trade = state.answer.trade[row]
                state.gradient[token] += share * trade
                for (column, other) in entry.tokens.enumerated() {
                    state.curvature[token * count + other] +=
                        share * state.answer.slope[row * width + column] + bend * trade * state.answer.trade[column]
                }
            }
        }
    }

    /// Newton's method with backtracking; false if F cannot be evaluated.
    private func minimise(_ surplus: inout [Double], _ softness: Double, _ uses: [Use], _ state: inout State) -> Bool {
        for _ in 0..<80 {
            evaluate(surplus, softness, uses, &state)
            guard state.value.isFinite,
                let step = CholeskyFactor.solution(state.curvature, state.gradient.map { -$0 })
            else { return false }
            let decrement = -zip(step, state.gradient).reduce(0) { $0 + $1.0 * $1.1 }
            if !(decrement > softness * 1e-9) { return true }
            var length = 1.0
            for (value, change) in zip(surplus, step) where change < 0 { length = min(length, -0.95 * value / change) }
            let (from, noise) = (state.value, 1e-15 * abs(state.value))
            let origin = surplus
            var improved = false
            for _ in 0..<50 {
                for index in surplus.indices { surplus[index] = origin[index] + length * step[index] }
                evaluate(surplus, softness, uses, &state)
                if state.value <= from - 1e-4 * length * decrement + noise {
                    improved = state.value < from || length == 1
                    break
                }
                length *= 0.5
            }
            if !improved {
                surplus = origin
                return true
            }
        }
        return true
    }

    /// The trades at the minimum, carried one step of Newton's method further than the prices.
    ///
    /// Where many units hang on one price, as in an order book, no price in floating point makes trades fit together: the last step
    /// is smaller than a price's last digit. Trades answer to it by their slopes all the same.
    private func collect(_ surplus: [Double], _ softness: Double, _ uses: [Use], _ state: inout State) -> Solution? {
        evaluate(surplus, softness, uses, &state)
        guard let step = CholeskyFactor.solution(state.curvature, state.gradient.map { -$0 }) else { return nil }
        var solution = Solution(surplus: surplus, value: 0, shares: [], trades: [])
        for (entry, use) in zip(entries, uses) {
            guard use != .excluded else {
                solution.shares.append(0)
                solution.trades.append(entry.tokens.map { _ in 0 })
                continue
            }
            entry.venue.arbitrage(at: prices(entry, surplus), softness: softness, &state.answer, &state.part)
            let (answer, width) = (state.answer, entry.tokens.count)
            var (share, change) = (1.0, 0.0)
            if use == .open {
                let soft = SoftShare((answer.value - entry.venue.gas) / softness)
                share = soft.share
                for (token, trade) in zip(entry.tokens, answer.trade) {
                    change += soft.slope / softness * trade * step[token]
                }
            }
            var trades: [Double] = []
            for row in 0..<width {
                var trade = (share + change) * answer.trade[row]
                for (column, token) in entry.tokens.enumerated() {
                    trade += share * answer.slope[row * width + column] * step[token]
                }
                trades.append(trade)
                solution.value += worth[entry.tokens[row]] * trade
            }
            solution.value -= (share + change) * entry.venue.gas
            solution.shares.append(share + change)
            solution.trades.append(trades)
        }
        return solution
    }
}

extension CholeskyFactor {
    /// x with M·x = b, M row by row; `nil` where M has no factor or x is not finite.
    fileprivate static func solution(_ matrix: [Double], _ right: [Double]) -> [Double]? {
        guard let answer = CholeskyFactor(matrix, count: right.count)?.solve(right), answer.allSatisfy(\.isFinite)
        else { return nil }
        return answer
    }
}
