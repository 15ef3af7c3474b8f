import ArgumentParser
import FoundationEssentials
import MarketData
import PolicyLanguage
import SharedCommands

/// `ballast policy new`.
struct PolicyNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Writes a commented policy to begin with, with bands as wide as their costs warrant."
    )

    @Option(name: .long, help: "What to hold beside cash, such as BTC,ETH.")
    var assets: String

    @Option(name: .long, help: "What prices are counted in, held as cash.")
    var quote: String

    @Option(name: .long, help: "The model's regimes, calmest first, such as calm,choppy,storm.")
    var regimes: String?

    @Option(name: .long, help: "The model's path, as seen from the policy.")
    var model = "model.json"

    @Option(name: .long, help: "The policy's name.")
    var name = "My policy"

    @Option(name: .long, help: "What one side of a trade costs, in basis points: fee and half the spread.")
    var cost = Int(PolicyTemplate.defaultCost.value / 100)

    @Option(name: .shortAndLong, help: "The file to write, which must not exist; standard output if absent.")
    var output: String?

    func validate() throws {
        guard (1...500).contains(cost) else { throw ValidationError("--cost is 1 to 500 basis points, got \(cost)") }
    }

    func run() throws {
        let template = PolicyTemplate(
            name: name,
            assets: try list(assets).map(asset),
            quote: try asset(quote),
            regimes: regimes.map(list) ?? [],
            modelPath: model,
            cost: PartsPerMillion(Int64(cost) * 100)
        )
        let text = try failing(.wrongUse) { try template.text() }
        guard let output else {
            Terminal.write(text, to: 1)
            return
        }
        guard !FileManager.default.fileExists(atPath: output) else {
            throw CommandFailure(.wrongUse, "\(output): exists, name a new file")
        }
        try Files.write(text, to: output)
        Terminal.print("\(output): written; `ballast policy test \(output)` runs its tests")
    }

    private func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }
    }

    private func asset(_ symbol: String) throws -> Asset {
        try failing(.wrongUse) { try Asset(symbol) }
    }
}
