import ArgumentParser
import MarketData
import Simulation
import SharedCommands

/// `ballast sample`.
struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Writes the embedded sample market as CSV, one file an asset: simulated, the same on every machine."
    )

    @Option(name: .shortAndLong, help: "The folder to make.")
    var output: String

    func run() throws {
        try Files.makeEmptyFolder(output)
        for path in try Self.write(to: output) { Terminal.print(path) }
    }

    /// Writes the sample into an existing folder.
    static func write(to folder: String) throws -> [String] {
        try MarketSimulator.embeddedSample.map { series in
            let path = "\(folder)/\(series.asset.symbol).csv"
            try failing(.cannotRun) { try CandleFile.write([series], to: path) }
            return path
        }
    }
}
