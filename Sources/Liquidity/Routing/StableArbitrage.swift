/// The most valuable trade against a stable pool.
///
/// In units of D, the curve is a·Σr + 1 − a − q = 0 with a = A·nⁿ and q = 1/(nⁿ·∏r). The trader minimises Σ pᵢrᵢ on it:
/// θpᵢ = a + q/rᵢ for a multiplier 1/θ, so rᵢ = q/(θpᵢ − a), with pᵢ = νᵢ where received, νᵢ/γ where tendered, and rᵢ = Rᵢ between.
/// For given θ, ln(q·∏r) rises with ln q in straight pieces; the curve's left side then falls with θ.
struct StableArbitrage: Sendable {
    /// R in units of D.
    let reserves: [Double]
    /// D in whole tokens.
    let invariant: Double
    /// a = A·nⁿ.
    let strength: Double
    /// γ = 1 − fee.
    let retained: Double

    init(reserves: [Double], amplification: Double, fee: Double) {
        let count = Double(reserves.count)
        strength = reserves.reduce(amplification) { power, _ in power * count }
        retained = 1 - fee
        let sum = reserves.reduce(0, +)
        var invariant = sum
        for _ in 0..<200 {
            let product = reserves.reduce(invariant) { $0 * invariant / ($1 * count) }
            let next =
                (strength * sum + product * count) * invariant
                / ((strength - 1) * invariant + (count + 1) * product)
            let change = abs(next - invariant)
            invariant = next
            if change <= 1e-16 * sum { break }
        }
        self.invariant = invariant
        self.reserves = reserves.map { $0 / invariant }
    }

    /// q at rest.
    private var restingQuotient: Double {
        reserves.reduce(1) { $0 / ($1 * Double(reserves.count)) }
    }

    /// Prices at which nothing is traded, up to a common factor.
    var restingPrices: [Double] {
        let quotient = restingQuotient
        return reserves.map { strength + quotient / $0 }
    }

    func answer(_ prices: ArraySlice<Double>, _ answer: inout ArbitrageAnswer) {
        let first = prices.startIndex
        let quotient = restingQuotient
        // At rest θ must lie between these for every token.
        var (low, high) = (0.0, Double.infinity)
        var (bottom, top) = (Double.infinity, 0.0)
        var floor = 0.0
        for index in reserves.indices {
            let resting = (strength + quotient / reserves[index]) / prices[first + index]
            low = max(low, resting * retained)
            bottom = min(bottom, resting * retained)
            high = min(high, resting)
            top = max(top, resting)
            floor = max(floor, strength * retained / prices[first + index])
        }
        if low <= high { return }
        let (excess, solved) = solve(prices, floor, startingAt: max((bottom + top) / 2 - floor, top * 1e-3), quotient)
        let theta = floor + excess
        var (moving, weighted, squares) = (0.0, 0.0, 0.0)
        for index in reserves.indices {
            let (reserve, moves) = balance(index, prices[first + index], floor, excess, solved)
            let given = (reserves[index] - reserve) * invariant
            answer.trade[index] = given < 0 ? given / retained : given
            answer.value += answer.trade[index] * prices[first + index]
            guard moves else { continue }
            let pull = (strength + solved / reserve) * reserve
            moving += 1
            weighted += pull
            squares += pull * pull
        }
        guard moving > 1 else { return }
        // B⁻¹ = (θ/q)(diag r² − rrᵀ/(1 + m)); G = a + q/r; slope = B⁻¹ − B⁻¹GGᵀB⁻¹/(GᵀB⁻¹G), scaled by γ where tendered.
        let norm = squares - weighted * weighted / (1 + moving)
        let unit = theta / solved * invariant
        let count = reserves.count
        for row in 0..<count {
            let (rowReserve, rowMoves) = balance(row, prices[first + row], floor, excess, solved)
            guard rowMoves else { continue }
            let rowPull = rowReserve * ((strength * rowReserve + solved) - weighted / (1 + moving))
            let rowScale = rowReserve > reserves[row] ? 1 / retained : 1
            for column in 0..<count {
                let (reserve, moves) = balance(column, prices[first + column], floor, excess, solved)
                guard moves else { continue }
                let pull = reserve * ((strength * reserve + solved) - weighted / (1 + moving))
                let scale = rowScale * (reserve > reserves[column] ? 1 / retained : 1)
                let own = row == column ? reserve * reserve : 0
                answer.slope[row * count + column] =
                    unit * scale * (own - rowReserve * reserve / (1 + moving) - rowPull * pull / norm)
            }
        }
    }

    /// rᵢ at θ = floor + excess. The floor is where the cheapest token would be tendered without end; the rest of θ is kept apart,
    /// because rᵢ hangs on the difference.
    private func balance(
        _ index: Int,
        _ price: Double,
        _ floor: Double,
        _ excess: Double,
        _ quotient: Double
    ) -> (Double, moves: Bool) {
        let tenderedGap = max(0, floor * price / retained - strength) + excess * price / retained
        let tendered = quotient / tenderedGap
        if tendered > reserves[index] { return (tendered, true) }
        let receivedGap = (floor * price - strength) + excess * price
        let received = receivedGap > 0 ? quotient / receivedGap : .infinity
        return received < reserves[index] ? (received, true) : (reserves[index], false)
    }

    /// θ − floor and q on the curve: bounds of the logarithm of the former are sought outwards, then drawn together by secants, every
    /// third step a half.
    private func solve(
        _ prices: ArraySlice<Double>,
        _ floor: Double,
        startingAt start: Double,
        _ resting: Double
    ) -> (excess: Double, quotient: Double) {
        var (low, high) = (-Double.infinity, Double.infinity)
        var quotient = resting
        var (lowMiss, highMiss) = (Double.nan, Double.nan)
        var candidate = start.logarithm
        var stride = 1.0
        for round in 0..<300 {
            let excess = candidate.exponential
            quotient = self.quotient(prices, floor, excess, startingAt: quotient)
            var sum = 0.0
            for index in reserves.indices {
                sum += balance(index, prices[prices.startIndex + index], floor, excess, quotient).0
            }
            let miss = strength * (sum - 1) + 1 - quotient
            if miss == 0 { break }
            if miss > 0 { (low, lowMiss) = (candidate, miss) } else { (high, highMiss) = (candidate, miss) }
            let next: Double
            if low.isInfinite || high.isInfinite {
                next = candidate + (miss > 0 ? stride : -stride)
                if abs(next) > 600 { break }
                stride *= 2
            } else {
                if high - low <= 4e-16 * max(1, abs(high)) { break }
                let secant = low + (high - low) * lowMiss / (lowMiss - highMiss)
                next = round % 3 == 2 || !(secant > low && secant < high) ? (low + high) / 2 : secant
            }
            if next == candidate { break }
            candidate = next
        }
        return (candidate.exponential, quotient)
    }

    /// q with q·nⁿ·∏r(q) = 1.
    private func quotient(
        _ prices: ArraySlice<Double>,
        _ floor: Double,
        _ excess: Double,
        startingAt start: Double
    ) -> Double {
        let offset = Double(reserves.count) * Double(reserves.count).logarithm
        var candidate = start.logarithm
        var (low, high) = (-700.0, 700.0)
        for _ in 0..<100 {
            let quotient = candidate.exponential
            var (sum, slope) = (candidate + offset, 1.0)
            for index in reserves.indices {
                let (reserve, moves) = balance(index, prices[prices.startIndex + index], floor, excess, quotient)
                sum += min(reserve, 1e300).logarithm
                if moves { slope += 1 }
            }
            if sum > 0 { high = min(high, candidate) } else { low = max(low, candidate) }
            let next = candidate - sum / slope
            if abs(next - candidate) <= 4e-16 * max(1, abs(candidate)) { break }
            candidate = next > low && next < high ? next : (low + high) / 2
            if high - low <= 1e-16 { break }
        }
        return candidate.exponential
    }
}
