import CanonicalJSON
import Liquidity
import MarketData
import TestSupport
import Testing

@Suite("A router")
struct RouterTests {
    struct Instance {
        let name: String
        let venues: [RoutingVenue]
        let objective: JSONValue
        let optimum: JSONValue

        init(_ value: JSONValue) throws {
            name = try value.text("name")
            venues = try value.elements("venues").map { try Instance.venue($0) }
            objective = try value.member("objective")
            optimum = try value.member("optimum")
        }

        static func asset(_ text: String) throws -> Asset {
            try Asset(text.first?.isNumber == true ? "T" + text : text)
        }

        private static func venue(_ value: JSONValue) throws -> RoutingVenue {
            let (name, fee) = (try value.text("id"), try value.double("fee"))
            let gas = value["gas"] == nil ? 0 : try value.double("gas")
            func doubles(_ member: String) throws -> [Double] {
                try value.elements(member).map { try $0.double(at: member) }
            }
            func assets() throws -> [Asset] { try value.elements("tokens").map { try asset($0.string(at: "tokens")) } }
            switch try value.text("type") {
            case "cp":
                return try .constantProduct(name, assets: assets(), reserves: doubles("reserves"), fee: fee, gas: gas)
            case "weighted":
                return try .weighted(
                    name,
                    assets: assets(),
                    reserves: doubles("reserves"),
                    weights: doubles("weights"),
                    fee: fee,
                    gas: gas
                )
            case "stable":
                return try .stable(
                    name,
                    assets: assets(),
                    reserves: doubles("reserves"),
                    amplification: value.double("A"),
                    fee: fee,
                    gas: gas
                )
            case "cpv3":
                let range = (reserves: try doubles("reserves"), offsets: try doubles("offsets"))
                return try .ranges(name, assets: assets(), ranges: [range], fee: fee, gas: gas)
            case "book":
                return try .book(
                    name,
                    input: asset(value.text("in")),
                    output: asset(value.text("out")),
                    levels: value.elements("levels").map { level in
                        let pair = try level.array(at: "levels").map { try $0.double(at: "levels") }
                        return (price: pair[0], size: pair[1])
                    },
                    fee: fee,
                    gas: gas
                )
            default:
                return try .squareRootImpact(
                    name,
                    input: asset(value.text("in")),
                    output: asset(value.text("out")),
                    price: value.double("price"),
                    impact: value.double("k"),
                    size: value.double("max"),
                    fee: fee,
                    gas: gas
                )
            }
        }

        func route(_ venues: [RoutingVenue]) throws -> Route {
            let router = try Router(venues: venues)
            if try objective.text("kind") == "arb" {
                guard case .object(let members) = try objective.member("prices") else {
                    throw FixtureError(member: "prices")
                }
                var prices: [Asset: Double] = [:]
                for member in members {
                    prices[try Instance.asset(member.name)] = try member.value.double(at: member.name)
                }
                return try router.arbitrage(at: prices)
            }
            return try router.route(
                objective.double("amount"),
                of: Instance.asset(objective.text("in")),
                to: Instance.asset(objective.text("out"))
            )
        }
    }

    @Test("finds the value of every reference optimum, and proves it")
    func findsOptima() throws {
        let instances = try Fixtures.engine("routing_optima").elements("instances").map(Instance.init)
        #expect(instances.count == 10)
        for instance in instances {
            let route = try instance.route(instance.venues)
            let expected = try instance.optimum.double("net")
            #expect(abs(route.value - expected) <= 1e-7 * expected, "\(instance.name): \(route.value) for \(expected)")
            #expect(route.upperBound >= route.value * (1 - 1e-12), "\(instance.name)")
            #expect(route.upperBound - route.value <= 1e-7 * expected, "\(instance.name): bound \(route.upperBound)")
            #expect(route.gas == (try instance.optimum.double("gas")), "\(instance.name)")
        }
    }

    /// A market of three assets and up to seven venues of all kinds, some with gas.
    private static func market(_ seed: UInt64) throws -> [RoutingVenue] {
        var random = SplitMix64(seed: seed)
        let assets = [try Asset("A"), try Asset("B"), try Asset("C")]
        let worth = [1.0, 20.0, 0.5]
        return try (0..<Int.random(in: 2...7, using: &random)).map { index in
            let name = "venue \(index)"
            let first = Int.random(in: 0..<3, using: &random)
            let second = (first + Int.random(in: 1...2, using: &random)) % 3
            let pair = index == 0 ? [0, 1] : [first, second]
            let size = Double.random(in: 1_000...100_000, using: &random)
            let reserves = pair.map { size / worth[$0] * Double.random(in: 0.99...1.01, using: &random) }
            let fee = Double.random(in: 0...0.01, using: &random)
            let gas = Bool.random(using: &random) ? Double.random(in: 0...0.2, using: &random) : 0
            let traded = pair.map { assets[$0] }
            switch index == 0 ? 0 : Int.random(in: 0..<4, using: &random) {
            case 0: return try .constantProduct(name, assets: traded, reserves: reserves, fee: fee, gas: gas)
            case 1:
                return try .weighted(name, assets: traded, reserves: reserves, weights: [1, 2], fee: fee, gas: gas)
            case 2:
                let price = worth[pair[0]] / worth[pair[1]]
                return try .book(
                    name,
                    input: traded[0],
                    output: traded[1],
                    levels: (1...3).map { (price: price * (1 - 0.002 * Double($0)), size: reserves[0] / 20) },
                    fee: fee,
                    gas: gas
                )
            default:
                return try .stable(
                    name,
                    assets: assets,
                    reserves: (0..<3).map { _ in size * Double.random(in: 0.8...1.2, using: &random) },
                    amplification: 10,
                    fee: fee,
                    gas: gas
                )
            }
        }
    }

    @Test("gives no less for more", arguments: UInt64(0)..<40)
    func isMonotone(seed: UInt64) throws {
        let router = try Router(venues: Self.market(seed))
        let (input, output) = (try Asset("A"), try Asset("B"))
        var last = 0.0
        for amount in [10.0, 100, 1_000, 10_000] {
            let route = try router.route(amount, of: input, to: output)
            // Each optimum is found to a ten-milliardth of its value for each logarithm of the method.
            #expect(route.value >= last * (1 - 1e-8), "amount \(amount)")
            #expect(route.upperBound - route.value <= 1e-7 * route.value + 1e-12)
            last = route.value
        }
    }

    @Test(
        "is never worse than the best single venue, and does not depend on the order of venues",
        arguments: UInt64(0)..<40
    )
    func beatsSingleVenues(seed: UInt64) throws {
        let venues = try Self.market(seed)
        let (input, output) = (try Asset("A"), try Asset("B"))
        let route = try Router(venues: venues).route(1_000, of: input, to: output)
        for venue in venues {
            guard let single = try? Router(venues: [venue]).route(1_000, of: input, to: output) else { continue }
            #expect(route.value >= single.value * (1 - 1e-8), "\(venue.name)")
        }
        var random = SplitMix64(seed: seed)
        let shuffled = try Router(venues: venues.shuffled(using: &random)).route(1_000, of: input, to: output)
        #expect(abs(shuffled.value - route.value) <= 1e-8 * route.value)
    }

    @Test("tenders no more than is held, and owes nothing in between", arguments: UInt64(0)..<40)
    func balances(seed: UInt64) throws {
        let (input, output) = (try Asset("A"), try Asset("B"))
        let route = try Router(venues: Self.market(seed)).route(1_000, of: input, to: output)
        var net: [Asset: Double] = [input: 1_000]
        for leg in route.legs {
            for (asset, amount) in leg.tendered { net[asset, default: 0] -= amount }
            for (asset, amount) in leg.received { net[asset, default: 0] += amount }
        }
        for (asset, amount) in net { #expect(amount >= -1e-6, "\(asset)") }
        #expect(abs((net[output] ?? 0) - route.gas - route.value) <= 1e-7 * max(1, route.value))
    }

    @Test("refuses what cannot be routed, and says why")
    func refuses() throws {
        let (a, b, c) = (try Asset("A"), try Asset("B"), try Asset("C"))
        let pool = try RoutingVenue.constantProduct("pool", assets: [a, b], reserves: [1, 1], fee: 0)
        let router = try Router(venues: [pool])
        #expect(throws: RoutingError.unroutable(from: a, to: c)) { try router.route(1, of: a, to: c) }
        #expect(throws: RoutingError.unroutable(from: c, to: a)) { try router.route(1, of: c, to: a) }
        #expect(throws: RoutingError.self) { try router.route(0, of: a, to: b) }
        #expect(throws: RoutingError.self) { try router.route(.nan, of: a, to: b) }
        #expect(throws: RoutingError.self) { try router.route(1, of: a, to: a) }
        #expect(throws: RoutingError.self) { try Router(venues: [pool, pool]) }
        for reserves in [[0, 1], [1, -1], [1, .infinity], [1, .nan], [1]] as [[Double]] {
            #expect(throws: RoutingError.self) {
                try RoutingVenue.constantProduct("pool", assets: [a, b], reserves: reserves, fee: 0)
            }
        }
        #expect(throws: RoutingError.self) {
            try RoutingVenue.constantProduct("pool", assets: [a, b], reserves: [1, 1], fee: 1)
        }
        let dear = try RoutingVenue.constantProduct("dear", assets: [a, b], reserves: [1, 1], fee: 0, gas: 5)
        let route = try Router(venues: [dear]).route(1, of: a, to: b)
        #expect(route.legs.isEmpty && route.value == 0)
    }
}
