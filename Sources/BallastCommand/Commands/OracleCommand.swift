import ArgumentParser
import Attestations
import CanonicalJSON
import LedgerStorage
import MarketData
import Rebalancing
import Regimes
import SharedCommands

/// `ballast oracle`.
struct OracleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oracle",
        abstract: "Makes price sources' keys, signs prices and candles, and says what reports come to.",
        subcommands: [New.self, Sign.self, Check.self, Simulate.self]
    )

    /// `ballast oracle new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Makes a source's key file, mode 0600, and prints its public key for a policy's file of sources."
        )

        @Argument(help: "The file to make; one that is there is left alone.")
        var path: String

        func run() throws {
            let key = try failing(.cannotRun) { try SignatoryKey.make(.source, at: path) }
            if case .string(let text) = JSONValue.hex(key.publicKey) { Terminal.print(text) }
        }
    }

    /// `ballast oracle sign`.
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Signs prices, or all candles through a time, and prints the reports, one a line.",
            discussion:
                "With --price, each price for --at. With --candles, the digest of all of them that closed by --at."
        )

        @Option(name: .long, help: "The source's key file.")
        var key: String

        @Option(name: .long, help: ArgumentHelp("The time, UTC.", valueName: "TIME"))
        var at: TimeArgument

        @Option(name: .long, help: ArgumentHelp("A price. May be given again.", valueName: "ASSET=PRICE"))
        var price: [String] = []

        @Option(name: .long, help: "What prices are counted in.")
        var quote: String = "USD"

        @OptionGroup var candles: CandleOptions

        func run() throws {
            guard !price.isEmpty || !candles.candles.isEmpty else {
                throw CommandFailure(.wrongUse, "nothing to sign: give --price ASSET=PRICE or --candles ASSET=FILE")
            }
            let (path, symbol) = (key, quote)
            let secret = try failing(.cannotRun) { try SignatoryKey.read(.source, from: path) }
            let signer = Signer(publicKey: secret.publicKey) { try secret.signature(for: $0) }
            let currency = try failing(.wrongUse) { try Asset(symbol) }
            var file = OracleFile()
            for text in price {
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2 else {
                    throw CommandFailure(.wrongUse, "`\(text)`: expected an asset and a price, as in BTC=64000")
                }
                let report = try failing(.wrongUse) {
                    let amount = try Price(rounding: ExactDecimal(parts[1]))
                    return try SignedPriceReport(
                        of: Asset(parts[0]),
                        in: currency,
                        at: at.time,
                        price: amount,
                        by: signer
                    )
                }
                file.add(OracleFile(prices: [report]))
            }
            if !candles.candles.isEmpty {
                let series = try candles.load()
                let mark = try failing(.cannotRun) {
                    var digest = try MarketDigest(series: series)
                    return try SignedMarketDigest(of: digest.digest(through: at.time), through: at.time, by: signer)
                }
                file.add(OracleFile(candles: [mark]))
            }
            Terminal.write(String(decoding: file.fileBytes, as: UTF8.self), to: 1)
        }
    }

    /// `ballast oracle check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Says what a policy's oracle and breakers come to at a close: medians, or why nothing may trade.",
            discussion: "Ends with status 1 where no rebalance may be made at that time."
        )

        @Option(name: .long, help: "The policy.")
        var policy: String

        @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
        var model: String?

        @OptionGroup var candles: CandleOptions
        @OptionGroup var reports: ReportOptions

        @Option(name: .long, help: ArgumentHelp("A close of the model's bar; the last if absent.", valueName: "TIME"))
        var at: TimeArgument?

        func run() throws {
            let inputs = try VaultInputs(policyPath: policy, modelPath: model, sourcesPath: reports.sources)
            let series = try candles.load()
            var replay = try inputs.replay(series)
            guard let time = at?.time ?? replay.times.last else {
                throw CommandFailure(.cannotRun, "the candles hold no whole bar of the model")
            }
            guard let safeguards = try inputs.safeguards(replay, series, reports) else {
                throw CommandFailure(.wrongUse, "\(policy) has no `oracle` and no `breakers`")
            }
            let moment = try failing(.wrongUse) { try replay.moment(at: time) }
            // No chain is at hand: breakers that halt until reset are told of this close alone.
            let verdict = safeguards.verdict(at: time, since: replay.times.last { $0 < time })
            let prices = safeguards.prices(at: time, closes: moment.prices)
            let origin = verdict.isOracleBad || inputs.compiled.sources == nil ? "candles" : "median"
            for (asset, price) in zip(inputs.compiled.assets, prices) where asset != inputs.compiled.quote {
                Terminal.print("\(asset) \(price) \(inputs.compiled.quote) (\(origin))")
            }
            for (reason, count) in safeguards.ignored.sorted(by: { $0.key < $1.key }) {
                Terminal.print("not looked at: \(count) \(reason)")
            }
            if verdict.cooldownFactor > 1 {
                Terminal.print("slowed: the cooldown is \(verdict.cooldownFactor) times as long")
            }
            if let outage = verdict.outage { Terminal.print("oracle: \(outage)") }
            for name in verdict.halts {
                let end = verdict.untilReset.contains(name) ? " until guardians reset it" : ""
                Terminal.print("breaker: `\(name)` halts trading\(end)")
            }
            Terminal.print(verdict.forbidsTrading ? "no rebalance at \(time)" : "a rebalance may be made at \(time)")
            if verdict.forbidsTrading { throw CommandFailure(.checkFailed) }
        }
    }
}
