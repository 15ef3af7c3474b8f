import MarketData

/// A rule at work: everything that moves from bar to bar.
struct RuleState {
    private let market: PriceMatrix
    private let rule: RebalancingRule
    private let costs: RuleBacktest.CostPath
    private let recording: RuleBacktest.Recording
    private let target: [Double]
    private let count: Int
    private let width: Int
    /// Targets and band widths in the layout of the prices; lanes past the last asset, and assets without a band, never fire.
    private let targetLanes: [SIMD4<Double>]
    private let bandLanes: [SIMD4<Double>]
    private let hasBand: Bool
    private let periods: [RebalancingRule.Period]
    private let trackingLimit: Double?
    private let lower: [Double]
    private let upper: [Double]
    private let barsPerYear: Double
    private let cashIndex: Int?

    private var quantities: [SIMD4<Double>]
    private var cash: Double
    private var isOpen: Bool
    private var lastTrade: Timestamp
    private var calendar: CalendarPlace
    private var covariance: CovarianceEstimate
    private var scratch: [Double]

    private(set) var fees = 0.0
    private(set) var traded = 0.0
    private(set) var turnover = 0.0
    private(set) var rebalances = 0
    private(set) var tradeCount = 0
    private(set) var trades: [RuleTrade] = []

    init(_ backtest: RuleBacktest, _ rule: RebalancingRule, _ recording: RuleBacktest.Recording) {
        market = backtest.market
        self.rule = rule
        costs = backtest.costs
        self.recording = recording
        target = backtest.target
        count = market.assets.count
        width = market.blockCount
        let bands = target.map { rule.bandWidth(target: $0) }
        let boxes = target.map { rule.destinationWidth(target: $0) }
        lower = zip(target, boxes).map { max(0, $0 - $1) }
        upper = zip(target, boxes).map { min(1, $0 + $1) }
        targetLanes = Self.lanes(target, filler: 0)
        bandLanes = Self.lanes(bands, filler: .infinity)
        hasBand = bands.contains { $0.isFinite }
        periods = rule.triggers.compactMap { if case .calendar(let period) = $0 { period } else { nil } }
        trackingLimit = rule.triggers.compactMap { if case .trackingError(let limit) = $0 { limit } else { nil } }.min()
        barsPerYear = trackingLimit == nil ? 1 : market.barsPerYear
        cashIndex = backtest.cash.flatMap { backtest.market.assets.firstIndex(of: $0) }
        switch backtest.opening {
        case .cash(let value):
            cash = value
            quantities = [SIMD4<Double>](repeating: .zero, count: width)
            isOpen = false
        case .quantities(let held):
            cash = 0
            quantities = Self.lanes(held, filler: 0)
            isOpen = true
        }
        lastTrade = market.times[0]
        calendar = CalendarPlace(market.times[0])
        covariance = CovarianceEstimate(count: count)
        scratch = [Double](repeating: 0, count: count)
    }

    /// Values the portfolio at a bar, trades if the rule fires, and returns what it is worth then.
    mutating func step(_ bar: Int) -> Double {
        let row = bar * width
        var lanes = SIMD4<Double>.zero
        for block in 0..<width { lanes += quantities[block] * market.blocks[row + block] }
        let value = cash + lanes.sum()
        if trackingLimit != nil, bar > 0 { observe(bar) }
        guard isDue(bar, row, value) else { return value }
        rebalance(bar, row, value)
        lanes = .zero
        for block in 0..<width { lanes += quantities[block] * market.blocks[row + block] }
        return cash + lanes.sum()
    }

    private mutating func isDue(_ bar: Int, _ row: Int, _ value: Double) -> Bool {
        var newPeriod = false
        if !periods.isEmpty {
            let begun = calendar.advance(to: market.times[bar])
            // A calendar says nothing about the last bar: a portfolio is not traded only to be looked at.
            newPeriod = bar > 0 && bar < market.times.count - 1 && periods.contains { begun.contains($0) }
        }
        guard isOpen else { return true }
        guard rule.cooldown == 0 || market.times[bar].milliseconds(since: lastTrade) >= rule.cooldown else {
            return false
        }
        return newPeriod || (hasBand && isOutside(row, value)) || exceedsTrackingError(bar, value)
    }

    private func isOutside(_ row: Int, _ value: Double) -> Bool {
        for block in 0..<width {
            let weights = quantities[block] * market.blocks[row + block] / value
            let drift = weights - targetLanes[block]
            let distance = drift.replacing(with: -drift, where: drift .< 0)
            if any(distance .> bandLanes[block]) { return true }
        }
        return false
    }

    private mutating func exceedsTrackingError(_ bar: Int, _ value: Double) -> Bool {
        guard let trackingLimit, covariance.updates >= CovarianceEstimate.warmUp else { return false }
        for index in 0..<count {
            scratch[index] = quantities[index / 4][index % 4] * market.price(index, at: bar) / value - target[index]
        }
        return covariance.variance(of: scratch) * barsPerYear > trackingLimit * trackingLimit
    }

    private mutating func observe(_ bar: Int) {
        for index in 0..<count { scratch[index] = market.price(index, at: bar) / market.price(index, at: bar - 1) - 1 }
        covariance.update(scratch)
    }

    private mutating func rebalance(_ bar: Int, _ row: Int, _ value: Double) {
        let share: Double
        switch costs {
        case .flat(let always): share = always
        case .path(let shares): share = shares[bar]
        }
        var moved = 0.0
        let before = tradeCount
        aim(bar, value)
        for index in 0..<count {
            let (block, lane) = index.quotientAndRemainder(dividingBy: 4)
            let cost = index == cashIndex ? 0 : share
            let price = market.blocks[row + block][lane]
            let held = quantities[block][lane]
            let amount = scratch[index] * value - held * price
            var change = amount > 0 ? amount / (price * (1 + cost)) : amount / (price * (1 - cost))
            if change < -held || (scratch[index] == 0 && held > 0) {
                change = -held
                cash += held * price * (1 - cost)
            } else {
                cash -= amount
            }
            guard change != 0 else { continue }
            let fee = cost * abs(change) * price
            quantities[block][lane] = held + change
            fees += fee
            moved += abs(change) * price
            tradeCount += 1
            if recording == .trades {
                trades.append(RuleTrade(bar: bar, asset: index, quantity: change, price: price, fee: fee))
            }
        }
        traded += moved
        if isOpen { turnover += moved / (2 * value) }
        if tradeCount > before { rebalances += 1 }
        isOpen = true
        lastTrade = market.times[bar]
    }

    /// Puts the destination's weights into `scratch`.
    private mutating func aim(_ bar: Int, _ value: Double) {
        guard isOpen, rule.destination != .target else {
            for index in 0..<count { scratch[index] = target[index] }
            return
        }
        for index in 0..<count {
            scratch[index] = quantities[index / 4][index % 4] * market.price(index, at: bar) / value
        }
        BandProjection.project(&scratch, lower: lower, upper: upper)
        if rule.destination == .half {
            for index in 0..<count { scratch[index] = (scratch[index] + target[index]) / 2 }
        }
    }

    private static func lanes(_ values: [Double], filler: Double) -> [SIMD4<Double>] {
        (0..<(values.count + 3) / 4).map { block in
            var lane = SIMD4<Double>(repeating: filler)
            for index in 0..<4 where 4 * block + index < values.count { lane[index] = values[4 * block + index] }
            return lane
        }
    }
}

/// Where a bar stands in the calendar.
private struct CalendarPlace {
    private var day: Int64
    private var month: Int

    /// The periods that began at a bar.
    struct Beginnings: OptionSet {
        let rawValue: Int
        static let day = Beginnings(rawValue: 1)
        static let week = Beginnings(rawValue: 2)
        static let month = Beginnings(rawValue: 4)

        func contains(_ period: RebalancingRule.Period) -> Bool {
            switch period {
            case .daily: contains(Self.day)
            case .weekly: contains(Self.week)
            case .monthly: contains(Self.month)
            }
        }
    }

    init(_ time: Timestamp) {
        day = time.dayNumber
        month = Self.month(time)
    }

    mutating func advance(to time: Timestamp) -> Beginnings {
        let today = time.dayNumber
        guard today != day else { return [] }
        var begun: Beginnings = .day
        // 1970-01-05, a Monday, is day 4: three days later, sevens begin on Mondays.
        if Self.week(today) != Self.week(day) { begun.insert(.week) }
        let thisMonth = Self.month(time)
        if thisMonth != month { begun.insert(.month) }
        (day, month) = (today, thisMonth)
        return begun
    }

    private static func week(_ day: Int64) -> Int64 { (day + 3 - ((day + 3) % 7 + 7) % 7) / 7 }

    private static func month(_ time: Timestamp) -> Int {
        let date = time.civilDate
        return date.year * 12 + date.month
    }
}
