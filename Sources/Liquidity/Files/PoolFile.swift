import BigIntegers
public import CanonicalJSON

/// The state of a pool, read from a JSON file.
///
/// What kind of pool it is, its members say. Integers are JSON integers of any size; shares are text such as `"3/1000"`. Members
/// that are not named here (addresses, blocks, names) are not read.
///
/// | pool | members |
/// |---|---|
/// | ``PoolFile/constantProduct(_:)`` | `reserves_token0`, `reserves_token1`, and the fee: `fee_token0` (a share), or `fee_numer` and `fee_denom`, or `fee_raw` (ten-thousandths, deducted first) |
/// | ``PoolFile/concentrated(_:)`` | `scalars` with `sqrt_price_x96`, `tick`, `liquidity`, `fee`, `tick_spacing`; `tick_data`: for each tick a list that starts with gross and net liquidity, or an object with `liquidity_net`; the scalars may stand outside `scalars` |
/// | ``PoolFile/weighted(_:)`` | `balances`, `weights` and `fee` (a share), `tokens` with `decimals`, `pow_version`: `v1` or `v2` |
/// | ``PoolFile/stable(_:tokens:)`` of Balancer | `balances`, `amp` (thousandths), `fee` (a share), `resolved_scaling_factors`, `bpt_idx` (null, or the pool's own token), `invariant_version`: 1 or 2 |
/// | ``PoolFile/stable(_:tokens:)`` of Curve's first generation | `balances`, `a_coefficient`, `fee` (10⁻¹⁰), `tokens` with `decimals` |
public enum PoolFile: Sendable, Hashable {
    /// A constant product of two reserves.
    case constantProduct(ConstantProductPool)
    /// Liquidity in ranges.
    case concentrated(ConcentratedPool)
    /// A weighted product.
    case weighted(WeightedPool)
    /// A stable pool; `tokens` are the positions in the file of the tokens that it trades.
    case stable(StableSwapPool, tokens: [Int])

    /// Reads a pool.
    ///
    /// - Throws: ``PoolFileError``: the text is not JSON, a member is missing or of the wrong form, the pool is of a kind that is not
    ///   modelled, or its figures are outside their domain.
    public init(_ bytes: [UInt8]) throws(PoolFileError) {
        do {
            self = try Self.read(try JSONObjectReader(JSONValue.read(bytes)))
        } catch let error as JSONError {
            throw .json(error)
        } catch let error as LiquidityError {
            throw .figures(error)
        } catch let error as PoolFileError {
            throw error
        } catch {
            throw .unknownKind
        }
    }

    private static func read(_ file: JSONObjectReader) throws -> PoolFile {
        var file = file
        let members = Set(file.unreadNames)
        if members.contains("reserves_token0") { return .constantProduct(try constantProduct(&file, members)) }
        if members.contains("scalars"), members.contains("tick_data") {
            let scalars = try file.object("scalars")
            return .concentrated(try concentrated(scalars, &file))
        }
        if members.contains("sqrt_price_x96"), members.contains("tick_data"), !members.contains("hook_address") {
            let scalars = file
            return .concentrated(try concentrated(scalars, &file))
        }
        if members.contains("weights") { return .weighted(try weighted(&file)) }
        if members.contains("amp") { return try balancerStable(&file) }
        // Cryptoswap pools carry `gamma`, metapools `base_pool`, lending pools say so: other arithmetic, not modelled.
        if members.contains("a_coefficient"), members.isDisjoint(with: ["gamma", "base_pool"]) {
            return try curveStable(&file)
        }
        throw PoolFileError.unknownKind
    }

    private static func constantProduct(
        _ file: inout JSONObjectReader,
        _ members: Set<String>
    ) throws -> ConstantProductPool {
        let fee: ConstantProductPool.Fee
        if members.contains("fee_raw") {
            if try file.bool("stable") { throw PoolFileError.unknownKind }
            fee = .beforeQuotient(numerator: try file.unsigned("fee_raw"), denominator: 10_000)
        } else if members.contains("fee_numer") {
            fee = .withinQuotient(
                numerator: try file.unsigned("fee_numer"),
                denominator: try file.unsigned("fee_denom")
            )
        } else {
            let (numerator, denominator) = try share(&file, "fee_token0")
            guard let n = UInt64(exactly: numerator), let d = UInt64(exactly: denominator) else {
                throw PoolFileError.member("fee_token0", expected: "a share such as `3/1000`")
            }
            fee = .withinQuotient(numerator: n, denominator: d)
        }
        func reserve(_ name: String) throws -> UInt128 {
            guard let value = UInt128(exactly: try integer(file.required(name), name)) else {
                throw PoolFileError.member(name, expected: "an integer of at least 0")
            }
            return value
        }
        return try ConstantProductPool(
            reserve0: reserve("reserves_token0"),
            reserve1: reserve("reserves_token1"),
            fee: fee
        )
    }

    private static func concentrated(
        _ scalars: JSONObjectReader,
        _ file: inout JSONObjectReader
    ) throws -> ConcentratedPool {
        var scalars = scalars
        guard case .object(let members) = try file.required("tick_data") else {
            throw PoolFileError.member("tick_data", expected: "an object")
        }
        var changes: [Int: BigInteger] = [:]
        for member in members {
            guard let tick = Int(member.name), let net = netLiquidity(member.value) else {
                throw PoolFileError.member("tick_data", expected: "gross and net liquidity for each tick")
            }
            changes[tick] = try integer(net, "tick_data")
        }
        return try ConcentratedPool(
            rootPrice: integer(scalars.required("sqrt_price_x96"), "sqrt_price_x96"),
            tick: scalars.integer("tick"),
            liquidity: integer(scalars.required("liquidity"), "liquidity"),
            fee: scalars.integer("fee"),
            tickSpacing: scalars.integer("tick_spacing"),
            liquidityChanges: changes
        )
    }

    private static func netLiquidity(_ value: JSONValue) -> JSONValue? {
        if case .array(let figures) = value { return figures.count >= 2 ? figures[1] : nil }
        return value["liquidity_net"]
    }

    private static func weighted(_ file: inout JSONObjectReader) throws -> WeightedPool {
        let version = try file.string("pow_version")
        guard ["v1", "v2"].contains(version) else {
            throw PoolFileError.member("pow_version", expected: "`v1` or `v2`")
        }
        return try WeightedPool(
            balances: integers(&file, "balances"),
            weights: integers(&file, "weights"),
            fee: wideShare(&file, "fee"),
            decimals: decimals(&file),
            powerVersion: version == "v1" ? .logarithms : .exactSmallPowers
        )
    }

    private static func balancerStable(_ file: inout JSONObjectReader) throws -> PoolFile {
        let balances = try integers(&file, "balances")
        let rates = try integers(&file, "resolved_scaling_factors")
        guard rates.count == balances.count else {
            throw PoolFileError.member("resolved_scaling_factors", expected: "as many as there are balances")
        }
        let own: Int?
        if case .null = try file.required("bpt_idx") { own = nil } else { own = try file.integer("bpt_idx") }
        let tokens = balances.indices.filter { $0 != own }
        let pool = try StableSwapPool(
            balances: tokens.map { balances[$0] },
            rates: tokens.map { rates[$0] },
            amplification: integer(file.required("amp"), "amp"),
            fee: wideShare(&file, "fee"),
            rules: .balancer(file.integer("invariant_version") == 2 ? .roundedUp : .roundedDown)
        )
        return .stable(pool, tokens: tokens)
    }

    private static func curveStable(_ file: inout JSONObjectReader) throws -> PoolFile {
        let balances = try integers(&file, "balances")
        let pool = try StableSwapPool(
            balances: balances,
            rates: decimals(&file).map { BigInteger(10).raised(to: 36 - $0) },
            amplification: integer(file.required("a_coefficient"), "a_coefficient"),
            fee: integer(file.required("fee"), "fee"),
            rules: .curveClassic
        )
        return .stable(pool, tokens: Array(balances.indices))
    }
}

// MARK: - Members

extension PoolFile {
    private static func integer(_ value: JSONValue, _ name: String) throws -> BigInteger {
        guard case .number(let text) = value, let integer = BigInteger(text) else {
            throw PoolFileError.member(name, expected: "an integer")
        }
        return integer
    }

    private static func integers(_ file: inout JSONObjectReader, _ name: String) throws -> [BigInteger] {
        try file.array(name).map { try integer($0, name) }
    }

    private static func decimals(_ file: inout JSONObjectReader) throws -> [Int] {
        try file.objects("tokens").map { token in
            var token = token
            let count = try token.integer("decimals")
            guard (0...18).contains(count) else { throw PoolFileError.member("decimals", expected: "0 to 18") }
            return count
        }
    }

    private static func share(
        _ file: inout JSONObjectReader,
        _ name: String
    ) throws -> (numerator: BigInteger, denominator: BigInteger) {
        let parts = try file.string(name).split(separator: "/").map { BigInteger(String($0)) }
        guard parts.count == 2, let numerator = parts[0], let denominator = parts[1], denominator.signum() > 0 else {
            throw PoolFileError.member(name, expected: "a share such as `3/1000`")
        }
        return (numerator, denominator)
    }

    /// A share with 18 decimals.
    private static func wideShare(_ file: inout JSONObjectReader, _ name: String) throws -> BigInteger {
        let (numerator, denominator) = try share(&file, name)
        let (quotient, remainder) = (numerator * FixedPoint.one).quotientAndRemainder(dividingBy: denominator)
        guard remainder.isZero else { throw PoolFileError.member(name, expected: "a share with at most 18 decimals") }
        return quotient
    }
}

/// Why a file is not a pool.
public enum PoolFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is not JSON, or a member is missing or of another type.
    case json(JSONError)
    /// A member is of the wrong form.
    case member(String, expected: String)
    /// The members are those of no kind of pool that is modelled.
    case unknownKind
    /// The figures are outside their domain.
    case figures(LiquidityError)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .json(let error): error.message
        case .member(let name, let expected): "`\(name)` is of the wrong form: expected \(expected)"
        case .unknownKind: "the file is no pool of a kind that is modelled"
        case .figures(let error): error.description
        }
    }
}
