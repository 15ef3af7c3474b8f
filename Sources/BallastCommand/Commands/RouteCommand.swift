import ArgumentParser
import CanonicalJSON
import Liquidity
import MarketData
import SharedCommands

/// `ballast route`.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Splits an order over pools and order books so that no other split brings more.",
        discussion: """
            Pools are JSON files of their state, with `tokens` that name symbol and decimals. Books are CSV files: \
            `side,price,size`, a line a level, or `timestamp,bid_px_0,bid_qty_0,…`, of which the last line counts.
            """
    )

    @Option(name: .long, parsing: .upToNextOption, help: "State files of pools.")
    var pools: [String] = []

    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("Order books, with what is traded in them.", valueName: "BASE/QUOTE=FILE")
    )
    var books: [String] = []

    @Option(name: .long, parsing: .upToNextOption, help: "What to sell, such as 10 ETH.")
    var sell: [String]

    @Option(name: .long, help: "What to receive.")
    var `for`: String

    @Option(name: .long, help: "What using a pool costs, in units of what is received.")
    var gas: Double = 0

    @Option(name: .long, help: "What a book charges its takers, such as 10bps.")
    var takerFee = ShareArgument(fraction: 0)

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    /// A venue with the means to ask what it pays to the last unit.
    private struct Place {
        let name: String
        let venue: RoutingVenue
        let listing: PoolListing?
    }

    func run() throws {
        guard let order = AmountArgument(argument: sell.joined()), let symbol = order.symbol, order.amount > 0 else {
            throw CommandFailure(.wrongUse, "--sell `\(sell.joined(separator: " "))`: expected such as 10 ETH")
        }
        let (input, output) = try failing(.wrongUse) { (try Asset(symbol), try Asset(self.for)) }
        guard gas >= 0, gas.isFinite else { throw CommandFailure(.wrongUse, "--gas \(gas): expected at least 0") }
        let places = try self.places()
        guard !places.isEmpty else { throw CommandFailure(.wrongUse, "no venues: give --pools or --books") }
        let router = try failing(.wrongUse) { try Router(venues: places.map(\.venue)) }
        let route = try failing(.checkFailed) { try router.route(order.amount, of: input, to: output) }
        // Beside reserves a hundred million times its size an order is lost in the last digits of floating point.
        guard abs(route.upperBound - route.value) <= 1e-4 * max(route.upperBound, 1e-300) else {
            throw CommandFailure(
                .checkFailed,
                "no split was found that is proved good to a ten-thousandth: the order may be too small beside a stable pool"
            )
        }
        let singles = places.compactMap { place -> (name: String, value: Double)? in
            guard let alone = try? Router(venues: [place.venue]).route(order.amount, of: input, to: output),
                alone.value > 0
            else { return nil }
            return (place.name, alone.value)
        }
        // Gas is no part of a price: what the pools bring is held against what the first unit would.
        let marginal = router.marginalPrice(of: input, in: output)
        let gross = route.value + route.gas
        let result = Result(
            amount: order.amount,
            input: input,
            output: output,
            route: route.withoutDust(of: input, order.amount),
            marginal: marginal,
            shortfall: route.legs.isEmpty ? nil : marginal.map { 1 - gross / order.amount / $0 },
            best: singles.max { $0.value < $1.value },
            paid: route.withoutDust(of: input, order.amount).legs.map { leg in
                guard let (from, tendered) = leg.tendered.first, leg.tendered.count == 1,
                    let to = leg.received.keys.first, leg.received.count == 1
                else { return nil }
                let listing = places.first { $0.name == leg.venue }?.listing
                return listing?.paid(for: tendered, of: from, to: to)
            }
        )
        switch format {
        case .text: print(result)
        case .json: Terminal.printJSON(result.json)
        }
    }

    private func places() throws -> [Place] {
        var places: [Place] = []
        for path in pools {
            let listing = try failing(.cannotRun, in: path) { try PoolListing(Files.read(path, limit: 1 << 26)) }
            let name = Self.name(path)
            let venue = try failing(.checkFailed, in: path) { try listing.venue(named: name, gas: gas) }
            places.append(Place(name: name, venue: venue, listing: listing))
        }
        for specification in books {
            let parts = specification.split(separator: "=", maxSplits: 1).map(String.init)
            let pair = parts[0].split(separator: "/").map(String.init)
            guard parts.count == 2, pair.count == 2 else {
                throw CommandFailure(.wrongUse, "--books \(specification): expected BASE/QUOTE=FILE")
            }
            let (base, quote) = try failing(.wrongUse) { (try Asset(pair[0]), try Asset(pair[1])) }
            let path = parts[1]
            let text = try Files.readText(path)
            let snapshots = try failing(.cannotRun, in: path) { try BookFile.read(text) }
            guard let book = snapshots.last?.book else { continue }
            for (side, venue) in try failing(
                .checkFailed,
                in: path,
                {
                    try book.venues(named: Self.name(path), base: base, quote: quote, fee: takerFee.fraction)
                }
            ) {
                places.append(Place(name: side, venue: venue, listing: nil))
            }
        }
        return places
    }

    /// A file's name without its folder and ending.
    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.split(separator: ".").first.map(String.init) ?? file
    }

    private func print(_ result: Result) {
        let route = result.route
        Terminal.print("sell \(Figure.decimal(result.amount, 8)) \(result.input) for \(result.output)")
        let width = (route.legs.map(\.venue.count).max() ?? 0) + 2
        for (leg, paid) in zip(route.legs, result.paid) {
            let text = { (amounts: [Asset: Double]) in
                amounts.sorted { $0.key < $1.key }.map { "\(Figure.decimal($0.value, 8)) \($0.key)" }
                    .joined(separator: " + ")
            }
            Terminal.print(
                "  " + leg.venue.padded(to: width) + text(leg.tendered) + " → " + text(leg.received)
                    + (paid.map { " (the contract pays \(Figure.decimal($0, 8)))" } ?? "")
            )
        }
        if route.legs.isEmpty { Terminal.print("  nothing: every way costs more gas than it brings") }
        Terminal.print(
            "brings \(Figure.decimal(route.value, 8)) \(result.output) after gas of \(Figure.decimal(route.gas, 8)); "
                + "no split brings more than \(Figure.decimal(route.upperBound, 8))"
        )
        if let marginal = result.marginal {
            let price =
                "the best price before the trade, \(Figure.decimal(marginal, 8)) \(result.output) each after fees"
            if let impact = result.impact { Terminal.print("price impact \(Figure.percent(impact)) against \(price)") }
            if let gain = result.arbitrage {
                Terminal.print(
                    "no price impact: pools out of line with each other bring \(Figure.percent(gain)) more than \(price)"
                )
            }
        }
        if let best = result.best {
            let more = best.value > 0 ? route.value / best.value - 1 : 0
            Terminal.print(
                "best single venue: \(best.name) brings \(Figure.decimal(best.value, 8)); the split brings "
                    + "\(Figure.percent(max(more, 0))) more"
            )
        } else {
            Terminal.print("no single venue trades \(result.input) for \(result.output)")
        }
    }

    /// What is printed.
    private struct Result {
        let amount: Double
        let input: Asset
        let output: Asset
        let route: Route
        /// What the first unit brings; `nil` where no short path leads there.
        let marginal: Double?
        /// How far what the order brings a unit falls short of that, as a share; negative where it exceeds it.
        let shortfall: Double?
        let best: (name: String, value: Double)?
        let paid: [Double?]

        /// Prices agree to less than this.
        private static let noise = 1e-9

        /// The price impact, never negative; `nil` where the order brings more than the price before it.
        var impact: Double? { shortfall.flatMap { $0 >= -Self.noise ? max($0, 0) : nil } }
        /// What arbitrage between the venues brings beyond the price before the trade.
        var arbitrage: Double? { shortfall.flatMap { $0 < -Self.noise ? -$0 : nil } }

        var json: JSONValue {
            func amounts(_ amounts: [Asset: Double]) -> JSONValue {
                .object(amounts.sorted { $0.key < $1.key }.map { JSONMember($0.key.symbol, .number("\($0.value)")) })
            }
            return .object([
                JSONMember("sell", .object([JSONMember(input.symbol, .number("\(amount)"))])),
                JSONMember("for", .string(output.symbol)),
                JSONMember(
                    "legs",
                    .array(
                        zip(route.legs, paid).map { leg, paid in
                            .object([
                                JSONMember("venue", .string(leg.venue)), JSONMember("tendered", amounts(leg.tendered)),
                                JSONMember("received", amounts(leg.received)),
                                JSONMember("contract_pays", paid.map { .number("\($0)") } ?? .null),
                            ])
                        }
                    )
                ),
                JSONMember("value", .number("\(route.value)")), JSONMember("gas", .number("\(route.gas)")),
                JSONMember("upper_bound", .number("\(route.upperBound)")),
                JSONMember("marginal_price", marginal.map { .number("\($0)") } ?? .null),
                JSONMember("price_impact", impact.map { .number("\($0)") } ?? .null),
                JSONMember("arbitrage_gain", arbitrage.map { .number("\($0)") } ?? .null),
                JSONMember(
                    "best_single_venue",
                    best.map { best in
                        .object([
                            JSONMember("venue", .string(best.name)), JSONMember("value", .number("\(best.value)")),
                        ])
                    } ?? .null
                ),
            ])
        }
    }
}

extension Route {
    /// The route without legs and receipts that are no more than the last digits of the method.
    fileprivate func withoutDust(of input: Asset, _ amount: Double) -> Route {
        let kept = legs.filter { leg in
            leg.tendered.count != 1 || leg.tendered[input].map { $0 > 1e-8 * amount } ?? true
        }
        return Route(
            legs: kept.map { leg in
                let most = leg.received.values.max() ?? 0
                return Leg(
                    venue: leg.venue,
                    tendered: leg.tendered,
                    received: leg.received.filter { $0.value > 1e-8 * most }
                )
            },
            value: value,
            gas: gas,
            upperBound: upperBound
        )
    }
}
