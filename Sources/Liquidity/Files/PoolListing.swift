import BigIntegers
import CanonicalJSON
public import MarketData

/// A pool with the symbols and decimals of its tokens: what a router needs beside the arithmetic.
///
/// It reads the members of ``PoolFile`` and `tokens`, a list of objects with `symbol` and `decimals`, in the order of the balances;
/// or `token0` and `token1`, two such objects.
public struct PoolListing: Sendable, Hashable {
    /// The pool.
    public let pool: PoolFile
    /// What it trades.
    public let assets: [Asset]
    /// How many decimals a unit of each asset stands behind the point.
    public let decimals: [Int]

    /// Reads a pool with its tokens.
    ///
    /// - Throws: ``PoolFileError``.
    public init(_ bytes: [UInt8]) throws(PoolFileError) {
        pool = try PoolFile(bytes)
        do {
            var file = try JSONObjectReader(JSONValue.read(bytes))
            var (assets, decimals): ([Asset], [Int]) = ([], [])
            let isPair = file.unreadNames.contains("token0") && !file.unreadNames.contains("tokens")
            let tokens = try isPair ? [file.object("token0"), file.object("token1")] : file.objects("tokens")
            for var token in tokens {
                let symbol = try token.string("symbol")
                guard let asset = try? Asset(symbol.uppercased()) else {
                    throw PoolFileError.member(
                        "symbol",
                        expected: "a letter, then letters, digits, dots, dashes; 16 at most"
                    )
                }
                let count = try token.integer("decimals")
                guard (0...36).contains(count) else { throw PoolFileError.member("decimals", expected: "0 to 36") }
                assets.append(asset)
                decimals.append(count)
            }
            if case .stable(let stable, let tokens) = pool, tokens.count == stable.balances.count,
                let last = tokens.last, last < assets.count
            {
                assets = tokens.map { assets[$0] }
                decimals = tokens.map { decimals[$0] }
            }
            let count = pool.venue.tokenCount
            guard assets.count == count else {
                throw PoolFileError.member("tokens", expected: "\(count) objects, as the pool has balances")
            }
            (self.assets, self.decimals) = (assets, decimals)
        } catch let error as JSONError {
            throw .json(error)
        } catch let error as PoolFileError {
            throw error
        } catch {
            throw .unknownKind
        }
    }

    /// What the pool itself pays for an amount in whole tokens, in its own integer arithmetic; nothing where it refuses.
    ///
    /// The amount is floored to the token's unit.
    public func paid(for amount: Double, of input: Asset, to output: Asset) -> Double? {
        guard let from = assets.firstIndex(of: input), let to = assets.firstIndex(of: output), amount > 0,
            let units = UInt128(exactly: (amount * Self.power(decimals[from])).rounded(.down)),
            let paid = try? pool.venue.amountOut(for: BigInteger(units), from: from, to: to)
        else { return nil }
        return Double(paid) / Self.power(decimals[to])
    }

    /// The pool as the router sees it.
    ///
    /// - Parameters:
    ///   - name: What routes call it.
    ///   - gas: What using it costs, in units of the objective.
    /// - Throws: ``RoutingError/unusableVenue(name:reason:)``, also for a pool that holds no liquidity, and for stable pools whose
    ///   tokens carry rates of their own.
    public func venue(named name: String, gas: Double = 0) throws(RoutingError) -> RoutingVenue {
        switch pool {
        case .constantProduct(let pool):
            let (numerator, denominator) = pool.fee.share
            return try .constantProduct(
                name,
                assets: assets,
                reserves: whole([BigInteger(pool.reserve0), BigInteger(pool.reserve1)]),
                fee: Double(numerator) / Double(denominator),
                gas: gas
            )
        case .weighted(let pool):
            return try .weighted(
                name,
                assets: assets,
                reserves: whole(pool.balances),
                weights: pool.weights.map { Double($0) },
                fee: Double(pool.fee) / 1e18,
                gas: gas
            )
        case .stable(let pool, _):
            for (rate, count) in zip(pool.rates, decimals)
            where count > 36 || rate != BigInteger(10).raised(to: 36 - count) {
                throw .unusableVenue(name: name, reason: "its tokens carry rates, which are not routed")
            }
            let count = Double(pool.balances.count)
            let precision = Double(pool.rules.amplificationPrecision)
            let power = (1..<pool.balances.count).reduce(1.0) { power, _ in power * count }
            return try .stable(
                name,
                assets: assets,
                reserves: whole(pool.balances),
                amplification: Double(pool.amplification) / precision / power,
                fee: Double(pool.fee) / Double(pool.rules.feeUnit),
                gas: gas
            )
        case .concentrated(let pool):
            let ranges = ranges(pool)
            guard !ranges.isEmpty else { throw .unusableVenue(name: name, reason: "it holds no liquidity") }
            return try .ranges(name, assets: assets, ranges: ranges, fee: Double(pool.fee) / 1e6, gas: gas)
        }
    }

    private func whole(_ units: [BigInteger]) -> [Double] {
        zip(units, decimals).map { Double($0) / Self.power($1) }
    }

    private static func power(_ decimals: Int) -> Double {
        (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    }

    /// Between neighbouring ticks liquidity L is constant: reserves L/√p and L√p, less what lies beyond the ticks.
    private func ranges(_ pool: ConcentratedPool) -> [(reserves: [Double], offsets: [Double])] {
        let root = Double(pool.rootPrice) / 0x1p96
        let scales = decimals.map(Self.power)
        var ranges: [(reserves: [Double], offsets: [Double])] = []
        var liquidity = BigInteger(0)
        for (index, tick) in pool.initializedTicks.enumerated().dropLast() {
            liquidity += pool.liquidityChanges[index]
            guard liquidity.signum() > 0 else { continue }
            let (low, high) = (Self.root(ofTick: tick), Self.root(ofTick: pool.initializedTicks[index + 1]))
            let (size, price) = (Double(liquidity), min(max(root, low), high))
            let offsets = [size / high / scales[0], size * low / scales[1]]
            let reserves = [size / price / scales[0] - offsets[0], size * price / scales[1] - offsets[1]]
            let range = (reserves: reserves.map { max($0, 0) }, offsets: offsets)
            // The range of the present price first: a router's first prices are those at which it rests.
            if low <= root, root < high { ranges.insert(range, at: 0) } else { ranges.append(range) }
        }
        return ranges
    }

    private static func root(ofTick tick: Int) -> Double { (Double(tick) / 2 * 1.0001.logarithm).exponential }
}

extension PoolFile {
    /// The pool's integer arithmetic, whatever its kind.
    public var venue: any SwapVenue {
        switch self {
        case .constantProduct(let pool): pool
        case .concentrated(let pool): pool
        case .weighted(let pool): pool
        case .stable(let pool, _): pool
        }
    }
}
