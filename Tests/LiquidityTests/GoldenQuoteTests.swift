import BigIntegers
import CanonicalJSON
import Liquidity
import Testing

/// On-chain quotes against the states of the pools that gave them.
@Suite("A pool read from a file", .enabled(if: Fixtures.marketData != nil))
struct GoldenQuoteTests {
    /// A pool, where it stands on its chain, and the symbols of its tokens.
    private struct Deployed {
        let pool: PoolFile
        let address: String
        let symbols: [String]
    }

    private static let folder = "\(Fixtures.marketData ?? "")/pools/"

    private func deployed(_ name: String) throws -> Deployed {
        let bytes = try Fixtures.bytes(Self.folder + "state__\(name).json")
        let value = try JSONValue.read(bytes)
        var tokens = try value["tokens"]?.array(at: "tokens") ?? []
        if let first = value["token0"], let second = value["token1"] { tokens = [first, second] }
        let address = try (value["pool"] ?? value["address"] ?? value.member("pool_id")).string(at: "address")
        return Deployed(
            pool: try PoolFile(bytes),
            address: address,
            // One file names its tokens in its title alone.
            symbols: tokens.isEmpty ? ["cbETH", "WETH"] : try tokens.map { try $0.text("symbol") }
        )
    }

    private func quote(_ deployed: Deployed, _ parts: [String], _ amount: BigInteger) throws -> BigInteger {
        var (input, output) = (0, 1)
        if let i = parts.first(where: { $0.hasPrefix("i=") }), let j = parts.first(where: { $0.hasPrefix("j=") }) {
            (input, output) = (Int(i.dropFirst(2)) ?? 0, Int(j.dropFirst(2)) ?? 1)
        } else if let arrow = parts.first(where: { $0.contains("->") }) {
            let ends = arrow.split(separator: ">").map { String($0.hasSuffix("-") ? $0.dropLast() : $0) }
            input = try #require(deployed.symbols.firstIndex(of: ends[0]))
            output = try #require(deployed.symbols.firstIndex(of: ends[1]))
        }
        let venue: any SwapVenue
        switch deployed.pool {
        case .constantProduct(let pool): venue = pool
        case .concentrated(let pool):
            // The chain's quoters fill what they can; in their names stands what is fixed.
            if parts[1].hasPrefix("quoteExactOutput") {
                return try pool.swapping(.output(amount), from: input).amountIn
            }
            return try pool.swapping(.input(amount), from: input).amountOut
        case .weighted(let pool): venue = pool
        case .stable(let pool, let tokens):
            venue = pool
            input = tokens.firstIndex(of: input) ?? -1
            output = tokens.firstIndex(of: output) ?? -1
        }
        return parts.contains("GIVEN_OUT")
            ? try venue.amountIn(for: amount, from: input, to: output)
            : try venue.amountOut(for: amount, from: input, to: output)
    }

    private static let files: [(golden: String, states: [String])] = [
        (
            "pancakeswap__test_pancakeswap_v2_onchain_parity__test_pancakeswap_v2_router_get_amounts_out",
            ["chain8453__pancakeswap_v2_weth_usdbc_block_46875151"]
        ),
        (
            "aerodrome__test_aerodrome_v2_onchain_parity__test_aerodrome_v2_volatile_get_amount_out",
            ["chain8453__aerodrome_v2_tbtc_weth_volatile_block_46875151"]
        ),
        (
            "aerodrome__test_aerodrome_v3_onchain_parity__test_aerodrome_v3_cbeth_weth_quote",
            ["chain8453__aerodrome_v3_cbeth_weth_block_46875151"]
        ),
        (
            "uniswap__v3__test_uniswap_v3_onchain_parity__test_cached_calculations_v3_wbtc_weth",
            ["chain1__uniswap_v3_wbtc_weth_block_24407242"]
        ),
        (
            "uniswap__v4__test_uniswap_v4_onchain_parity__test_cached_calculations_v4_eth_usdc",
            ["chain1__uniswap_v4_eth_usdc_block_24407242"]
        ),
        (
            "balancer__test_balancer_v2_onchain_parity__test_balancer_v2_usdc_weth_query_swap",
            ["chain1__balancer_weighted_usdc_weth"]
        ),
        (
            "balancer__test_balancer_v2_onchain_parity__test_balancer_v2_weth_bal_query_swap",
            ["chain1__balancer_weighted_weth_bal"]
        ),
        (
            "balancer__test_balancer_v2_onchain_parity__test_balancer_v2_weth_rpl_query_swap",
            ["chain1__balancer_weighted_weth_rpl"]
        ),
        ("balancer__test_balancer_v2_onchain_parity__test_balancer_v2_expanded_multi_token_given_in", multiToken),
        ("balancer__test_balancer_v2_onchain_parity__test_balancer_v2_expanded_multi_token_given_out", multiToken),
        ("balancer__test_balancer_v2_onchain_parity__test_balancer_v2_expanded_two_token_given_in", twoToken),
        ("balancer__test_balancer_v2_onchain_parity__test_balancer_v2_expanded_two_token_given_out", twoToken),
        ("balancer__test_balancer_stable_onchain_parity__test_balancer_v2_stable_query_swap_given_in", stable),
        ("balancer__test_balancer_stable_onchain_parity__test_balancer_v2_stable_query_swap_given_out", stable),
        ("curve__test_curve_onchain_parity__test_curve_tripool_get_dy", ["chain1__curve_tripool_block_24407242"]),
    ]

    private static let multiToken = [
        "chain1__balancer_weighted_apu_pepe_spx_3_token", "chain1__balancer_weighted_dai_gp_weth_usdt_4_token",
    ]

    private static let twoToken = [
        "aura_kaiaura_50_50", "dai_weth_40_60", "sdvecrv_crv_90_10", "par_mimo_75_25", "gel_dexg_60_40",
        "usdc_weth_50_50",
    ].map { "chain1__balancer_weighted_" + $0 }

    private static let stable = ["cbeth_wsteth", "wsteth_weth", "bb_s_usd", "tusd_bsp"].map {
        "chain1__balancer_stable_" + $0
    }

    @Test("quotes what the chain quoted, to the last unit", arguments: files.indices)
    func agrees(index: Int) throws {
        let (golden, states) = Self.files[index]
        let pools = try states.map(deployed)
        let file = try JSONValue.read(try Fixtures.bytes(Self.folder + "golden_quotes__\(golden).json"))
        guard case .object(let members) = try file.member("entries") else { throw FixtureError(member: "entries") }
        var (agreed, total) = (0, 0)
        for member in members where member.value["value"] != nil {
            let parts = member.name.split(separator: "|").map(String.init)
            let amount = try #require(BigInteger(parts[parts.count - 1]))
            let pool = try #require(pools.first { $0.address.hasSuffix(parts[0]) })
            let expected = try member.value.integer("value")
            let quoted = Result { try quote(pool, parts, amount) }
            total += 1
            if case .success(expected) = quoted { agreed += 1 } else { Issue.record("\(member.name): \(quoted)") }
        }
        #expect(agreed == total && total > 0)
    }
}

@Suite("A file that is not a pool")
struct PoolFileRefusalTests {
    @Test("is refused by name, whatever stands in it")
    func refuses() {
        func error(_ text: String) -> PoolFileError? {
            do {
                _ = try PoolFile(Array(text.utf8))
                return nil
            } catch { return error }
        }
        #expect(error("{}") == .unknownKind)
        #expect(error(#"{"gamma":1,"a_coefficient":1}"#) == .unknownKind)
        #expect(error(#"{"reserves_token0":1,"stable":true,"fee_raw":5}"#) == .unknownKind)
        for text in [
            "", "[]", "{", #"{"reserves_token0":1}"#, #"{"scalars":{},"tick_data":[]}"#, #"{"weights":[1]}"#,
            #"{"amp":1}"#,
            #"{"reserves_token0":0,"reserves_token1":1,"fee_token0":"3/1000"}"#,
            #"{"reserves_token0":1,"reserves_token1":1,"fee_token0":"3/0"}"#,
            #"{"reserves_token0":-1,"reserves_token1":1,"fee_token0":"3/1000"}"#,
            #"{"a_coefficient":5,"balances":[1,1],"fee":1.5,"tokens":[{"decimals":99},{"decimals":18}]}"#,
        ] {
            #expect(error(text) != nil, "\(text)")
        }
    }
}
