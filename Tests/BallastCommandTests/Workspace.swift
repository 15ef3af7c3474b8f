import Foundation

/// A folder with everything that a vault of three simulated coins needs; removed when the last reference goes.
final class Workspace: Sendable {
    let folder: URL

    /// The repository that this file is in.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// One vault of genesis and three decisions, exported: read by many tests, written by none.
    static let shared = Result { try Workspace(days: 3) }

    /// Twenty days of the embedded sample, the shipped model of it, a policy and holdings; `days` decisions are made.
    init(days: Int = 0) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "ballast-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        _ = try BallastExecutable.run(["sample", "--output", "whole"], in: folder)
        for asset in ["BTC", "ETH", "SOL"] {
            let lines = try text("whole/\(asset).csv").split(separator: "\n").prefix(1 + 20 * 24)
            try write(lines.joined(separator: "\n") + "\n", to: "\(asset).csv")
        }
        let model = Self.repository.appending(path: "Models/sample-daily.json")
        try FileManager.default.copyItem(at: model, to: folder.appending(path: "model.json"))
        try write(Self.policy, to: "small.policy")
        try write(#"{"BTC": "1.5", "ETH": "12", "SOL": "100", "USD": "15000"}"#, to: "holdings.json")
        guard days > 0 else { return }
        let ran = try ballast(run(to: "2024-01-\(12 + days)", ledger: "vault.ledger"))
        let exported = try ballast(["attestation", "export", "--ledger", "vault.ledger", "--output", "attestations"])
        guard ran.status == 0, exported.status == 0 else { throw Failure(text: ran.all + exported.all) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    struct Failure: Error { let text: String }

    func ballast(_ arguments: [String]) throws -> BallastExecutable.Outcome {
        try BallastExecutable.run(arguments, in: folder)
    }

    static let market = ["--candles", "BTC=BTC.csv", "--candles", "ETH=ETH.csv", "--candles", "SOL=SOL.csv"]
    static let inputs = ["--policy", "small.policy", "--model", "model.json"] + market

    /// `ballast run` from 2024-01-11, with one genesis and a decision a day.
    func run(to: String, ledger: String) -> [String] {
        ["run"] + Self.inputs
            + ["--holdings", "holdings.json", "--ledger", ledger, "--from", "2024-01-11", "--to", to]
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// The attestations of the exported folder, in order.
    func attestations() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "attestations").path).sorted()
    }

    /// A copy of the exported folder, to spoil.
    func copyOfAttestations() throws -> String {
        let name = "copy-\(UUID().uuidString)"
        try FileManager.default.copyItem(
            at: folder.appending(path: "attestations"),
            to: folder.appending(path: name)
        )
        return name
    }

    static let policy = """
        policy "Small" version 1 {
          quote USD

          target {
            BTC  45%
            ETH  30%
            SOL  10%
            USD  15%
          }

          regimes calm, choppy, storm from "model.json"

          bands {
            each  trigger 4pp  to target
          }

          rebalance {
            when any drift > band
          }

          limits {
            turnover  <= 20% per day
            cost      <= 35bps per rebalance
            smallest trade 100 USD
          }

          require {
            "cash floor"  weight(USD) >= 5%
          }

          attest every 1d
        }

        """
}
