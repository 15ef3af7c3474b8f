import ArgumentParser
import Attestations
import Auditing
import FoundationEssentials
import MarketData
import PolicyLanguage
import Rebalancing
import Regimes
import Simulation
import SharedCommands

/// `ballast demo`.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The whole chain on the embedded sample: candles, regime, drift, trades, ledger, proof, verified."
    )

    @Option(
        name: .shortAndLong,
        help: "Where to leave the files; a new folder under the system's temporary one if absent."
    )
    var output: String?

    @Option(name: .long, help: "How many days to run.")
    var days: Int = 60

    func run() async throws {
        guard (1...180).contains(days) else { throw CommandFailure(.wrongUse, "--days \(days): expected 1 to 180") }
        let folder =
            output ?? FileManager.default.temporaryDirectory.path + "/ballast-demo-\(UUID().uuidString.prefix(8))"
        try Files.makeEmptyFolder(folder)
        let paths = try Sample.write(to: folder)
        say("candles", "\(paths.count) simulated assets, hourly, \(MarketSimulator.sampleDays) days → \(folder)")

        let start = MarketSimulator.sampleStart.adding(milliseconds: 240 * Timestamp.millisecondsPerDay)
        try train(to: start, folder)
        try Files.write(Self.policyText, to: "\(folder)/demo.policy")
        try Files.write(
            "{\"BTC\": \"0.9\", \"ETH\": \"12\", \"SOL\": \"100\", \"USD\": \"15000\"}\n",
            to: "\(folder)/holdings.json"
        )
        let inputs = try VaultInputs(policyPath: "\(folder)/demo.policy", modelPath: "\(folder)/model.json")
        say(
            "policy",
            "`\(inputs.compiled.name)`, digest \(inputs.compiled.digest.description.prefix(16))… → \(folder)/demo.policy"
        )

        try await decide(inputs, from: start, folder)
        let count = try ExportedFile.writeAll(ledger: "\(folder)/vault.ledger", to: "\(folder)/attestations")
        say("export", "\(count) attestations → \(folder)/attestations")
        say("verify", "from policy, model and candles alone, as a stranger would with:")
        let candles = paths.map { "--candles \($0.split(separator: "/").last?.dropLast(4) ?? "")=\($0)" }.joined(
            separator: " "
        )
        Terminal.print(
            "  ballast verify \(folder)/attestations --policy \(folder)/demo.policy --model \(folder)/model.json \(candles)"
        )
        let replay = try inputs.replay(MarketSimulator.embeddedSample)
        var auditor = AttestationAuditor(
            policy: inputs.compiled,
            replay: replay,
            trustedOperator: nil,
            now: SystemClock.now
        )
        let report = try VerifyArguments.report(on: "\(folder)/attestations", by: &auditor, keeping: .refusedReports)
        Terminal.print(report.text)
        if !report.isAccepted { throw CommandFailure(.checkFailed) }
    }

    private func train(to start: Timestamp, _ folder: String) throws {
        guard let bitcoin = MarketSimulator.embeddedSample.first(where: { $0.asset.symbol == "BTC" }) else {
            throw CommandFailure(.cannotRun, "the embedded sample has no BTC")
        }
        let trained = try failing(.checkFailed) {
            try RegimeModel.train(on: bitcoin, bar: Timestamp.millisecondsPerDay, to: start, states: 3)
        }
        try Files.write(String(decoding: trained.model.fileBytes, as: UTF8.self), to: "\(folder)/model.json")
        let volatilities = zip(trained.model.labels, trained.model.typicalVolatilities).map { label, volatility in
            "\(label) \(Int((100 * volatility).rounded()))%/yr"
        }
        say("regimes", volatilities.joined(separator: ", ") + " → \(folder)/model.json")
        let regimes = try failing(.cannotRun) { try trained.model.filteredRegimes(of: bitcoin, rules: []) }
        let volatility = try failing(.cannotRun) {
            try VolatilitySeries(of: bitcoin, bar: trained.model.bar, estimator: trained.model.estimator)
        }
        let picture = RegimePicture(model: trained.model, volatility: volatility, regimes: regimes)
        try Files.write(picture.svg, to: "\(folder)/regimes.svg")
        say("picture", "\(folder)/regimes.svg")
    }

    private func decide(_ inputs: VaultInputs, from start: Timestamp, _ folder: String) async throws {
        let replay = try inputs.replay(MarketSimulator.embeddedSample)
        let times = Array(replay.times.filter { $0 >= start }.prefix(days + 1))
        let balances = try Run.balances(try Files.read("\(folder)/holdings.json"))
        let holdings = try failing(.cannotRun) { try Holdings(decimals: balances, under: inputs.compiled.mandates[0]) }
        say("run", "\(days) daily decisions on paper, each attested and recorded → \(folder)/vault.ledger")
        let session = try await VaultSession(
            inputs: inputs,
            replay: replay,
            holdings: holdings,
            times: times,
            ledgerPath: "\(folder)/vault.ledger",
            keyPath: "\(folder)/vault.ledger.key",
            costs: TransactionCosts(proportional: PartsPerMillion(1_000)),
            owner: nil
        )
        try await session.run(format: .text)
    }

    private func say(_ step: String, _ line: String) {
        Terminal.print(step + String(repeating: " ", count: max(1, 9 - step.count)) + line)
    }

    /// The policy of the demonstration; `Policies/` holds more, explained.
    static let policyText = """
        // The demonstration's policy: two coins and a satellite, wider bands in wilder markets.
        policy "Demonstration" version 1 {
          quote USD

          target {
            BTC  45%
            ETH  30%
            SOL  10%
            USD  15%
          }
          group majors = { BTC, ETH }

          regimes calm, choppy, storm from "model.json"

          bands {
            each       trigger 3pp  to edge
            in choppy  x 1.5
            in storm   x 2
          }

          rebalance {
            when any drift > band
            or   every month on day 1 at 00:00 UTC
          }

          limits {
            turnover  <= 20% per day
            cost      <= 35bps per rebalance
            smallest trade 100 USD
          }

          require {
            "cash floor"   weight(USD) >= 5%
            "majors cap"   weight(majors) <= 90%
            "diversified"  concentration <= 0.45
          }

          attest every 1d
        }

        """
}
