import ArgumentParser
import Attestations
import Auditing
import LedgerStorage
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import SharedCommands

extension OracleCommand {
    /// `ballast oracle simulate`.
    struct Simulate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "simulate",
            abstract: "Writes reports of simulated sources around the candles' closes, for demonstrations and tests.",
            discussion: """
                Everybody knows the keys of simulated sources, and could sign as them. Each reports every held asset some seconds \
                before each close of the model's bar, up to 10 bps from it, and signs the candles. The same candles give the same \
                reports. --names alone writes the file of sources.
                """
        )

        @Option(name: .long, help: "The policy.")
        var policy: String

        @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
        var model: String?

        @OptionGroup var candles: CandleOptions

        @Option(name: .long, help: ArgumentHelp("The first close, UTC.", valueName: "TIME"))
        var from: TimeArgument?

        @Option(name: .long, help: ArgumentHelp("Closes before this time only, UTC.", valueName: "TIME"))
        var to: TimeArgument?

        @Option(name: .long, help: ArgumentHelp("Closes at which only the first source reports.", valueName: "TIME"))
        var outage: [TimeArgument] = []

        @Option(name: .shortAndLong, help: "The folder to write: one file a source.")
        var output: String?

        @Option(name: .long, help: ArgumentHelp("Write the policy's file of sources.", valueName: "FILE"))
        var names: String?

        func run() throws {
            let safeguards =
                try VaultInputs.sealed(at: policy)?.safeguards ?? VaultInputs.policy(at: policy).safeguards
            guard let rule = safeguards.oracle else {
                throw CommandFailure(.wrongUse, "\(policy) has no `oracle`")
            }
            let keys = (1...rule.sources).compactMap { SignatoryKey(simulatedSource: $0) }
            if let names {
                let sources = try failing(.cannotRun) {
                    try OracleSources(
                        keys.enumerated().map { .init(name: "simulated-\($0 + 1)", key: $1.publicKey) }
                    )
                }
                try Files.write(sources.fileBytes + [UInt8(ascii: "\n")], to: names)
            }
            guard let output else {
                guard names != nil else { throw CommandFailure(.wrongUse, "give --output FOLDER or --names FILE") }
                return
            }
            let inputs = try VaultInputs(
                policyPath: policy,
                modelPath: model,
                sourcesPath: names,
                purpose: .study
            )
            var replay = try inputs.replay(try candles.load())
            let times = replay.times.filter { time in
                (from.map { time >= $0.time } ?? true) && (to.map { time < $0.time } ?? true)
            }
            var files = Array(repeating: OracleFile(), count: keys.count)
            var line = ProgressLine("signing")
            defer { line.finish() }
            for (done, time) in times.enumerated() {
                let moment = try failing(.cannotRun) { try replay.moment(at: time) }
                for (number, key) in keys.enumerated() where number == 0 || !outage.contains(where: { $0.time == time })
                {
                    try report(moment.prices, moment.candles, at: time, by: key, number, rule, inputs, &files[number])
                }
                line.update(done + 1, of: times.count)
            }
            try Files.makeFolder(output)
            for (number, file) in files.enumerated() {
                try Files.write(file.fileBytes, to: "\(output)/simulated-\(number + 1).jsonl")
            }
        }

        private func report(
            _ prices: [Price],
            _ candles: ContentDigest,
            at time: Timestamp,
            by key: SignatoryKey,
            _ number: Int,
            _ rule: OracleRule,
            _ inputs: VaultInputs,
            _ file: inout OracleFile
        ) throws {
            let signer = Signer(publicKey: key.publicKey) { try key.signature(for: $0) }
            for (asset, price) in zip(inputs.compiled.assets, prices) where asset != inputs.compiled.quote {
                // Noise that follows from what is reported: the same candles give the same files.
                let noise = ContentDigest(hashing: Array("\(number) \(asset) \(time.milliseconds)".utf8)).bytes
                let basisPoints = Int64(noise[0]) % 21 - 10
                let age = min(rule.maximumAge, Int64(noise[1]) % 60 * 1_000)
                let jittered = Int128(price.units) * Int128(10_000 + basisPoints) / 10_000
                let reported = UInt64(exactly: jittered).flatMap { Price(units: $0) } ?? price
                let report = try failing(.cannotRun) {
                    try SignedPriceReport(
                        of: asset,
                        in: inputs.compiled.quote,
                        at: time.adding(milliseconds: -age),
                        price: reported,
                        by: signer
                    )
                }
                file.add(OracleFile(prices: [report]))
            }
            let mark = try failing(.cannotRun) { try SignedMarketDigest(of: candles, through: time, by: signer) }
            file.add(OracleFile(candles: [mark]))
        }
    }
}
