import Foundation
import Testing

@Suite("An altered input")
struct TamperTests {
    /// A change to a text: the first occurrence of one piece becomes another.
    struct Change: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let check: String

        init(_ old: String, _ new: String, _ check: String) {
            self.old = old
            self.new = new
            self.check = check
        }

        var testDescription: String { "\(old) → \(new)" }
    }

    @Test(
        "of the policy is refused by the check of policy and model",
        arguments: [
            Change("version 1", "version 2", "policy and model"), Change("4pp", "4.1pp", "policy and model"),
            Change("20% per day", "21% per day", "policy and model"), Change("35bps", "36bps", "policy and model"),
            Change("100 USD", "101 USD", "policy and model"), Change(">= 5%", ">= 6%", "policy and model"),
            Change("to target", "to halfway", "policy and model"), Change("every 1d", "every 2d", "policy and model"),
            Change("45%", "46%", "policy and model"),
        ]
    )
    func refusesPolicies(_ change: Change) throws {
        let workspace = try Workspace.shared.get()
        let name = "altered-\(UUID().uuidString).policy"
        try workspace.write(Workspace.policy.replacingOccurrences(of: change.old, with: change.new), to: name)
        let outcome = try workspace.ballast(
            ["verify", "attestations/000001-rebalance.json", "--policy", name] + Workspace.inputs.dropFirst(2)
        )
        #expect(outcome.status == 1, "\(outcome.all)")
        #expect(outcome.lastLine.hasPrefix("refused: "), "\(outcome.all)")
        #expect(outcome.lastLine.hasSuffix(": policy and model"), "\(outcome.all)")
    }

    @Test("that changes only comments and layout of the policy is no change")
    func acceptsComments() throws {
        let workspace = try Workspace.shared.get()
        try workspace.write(
            "// Hello.\n" + Workspace.policy.replacingOccurrences(of: "  ", with: " "),
            to: "airy.policy"
        )
        let outcome = try workspace.ballast(
            ["verify", "attestations/000001-rebalance.json", "--policy", "airy.policy"] + Workspace.inputs.dropFirst(2)
        )
        #expect(outcome.lastLine == "verified: 1 attestations", "\(outcome.all)")
    }

    @Test("of the model is refused, whether or not it is still a model")
    func refusesModels() throws {
        let workspace = try Workspace.shared.get()
        let model = try workspace.text("model.json")
        let entry = try #require(model.firstMatch(of: /"transitions": \[\s*\["0\.(\d+)"/))
        let nudged = String(entry.0).replacingOccurrences(of: "0.\(entry.1)", with: "0.5")
        for (name, text) in [
            ("spaced.json", model + " "),
            ("halved.json", model.replacingOccurrences(of: String(entry.0), with: nudged)),
        ] {
            try workspace.write(text, to: name)
            let outcome = try workspace.ballast(
                ["verify", "attestations/000001-rebalance.json", "--policy", "small.policy", "--model", name]
                    + Workspace.market
            )
            #expect(outcome.status == 1, "\(outcome.all)")
            #expect(outcome.lastLine.hasSuffix(": policy and model"), "\(outcome.all)")
        }
    }

    @Test(
        "candle at or before the decision is refused, and one after it is none of its concern",
        arguments: [
            ("ETH", 1, "refused: attestations/000001-rebalance.json: market data"),
            ("BTC", 11 * 24, "refused: attestations/000001-rebalance.json: market data"),
            ("SOL", 11 * 24, "refused: attestations/000001-rebalance.json: market data"),
            ("SOL", 11 * 24 + 1, "verified: 1 attestations"), ("BTC", 20 * 24, "verified: 1 attestations"),
        ]
    )
    func refusesCandles(asset: String, row: Int, verdict: String) throws {
        let workspace = try Workspace.shared.get()
        var lines = try workspace.text("\(asset).csv").split(separator: "\n").map(String.init)
        // The last digit of the volume: the least that can be altered.
        lines[row] += "1"
        let name = "altered-\(UUID().uuidString).csv"
        try workspace.write(lines.joined(separator: "\n") + "\n", to: name)
        let inputs = Workspace.inputs.map { $0 == "\(asset)=\(asset).csv" ? "\(asset)=\(name)" : $0 }
        let outcome = try workspace.ballast(["verify", "attestations/000001-rebalance.json"] + inputs)
        #expect(outcome.lastLine == verdict, "\(outcome.all)")
        #expect(outcome.status == (verdict.hasPrefix("verified") ? 0 : 1))
    }

    @Test(
        "value of an attestation is refused by the check that it concerns",
        arguments: [
            ("kind", "form"), ("vault", "vault"), ("sequence", "sequence"), ("previous", "chain"),
            ("time", "time grid"),
            ("previousTime", "time order"), ("lastRebalance", "time of the last rebalance"),
            ("policy", "policy and model"), ("regime", "regime"), ("candles", "market data"), ("prices", "prices"),
            ("ground", "form"), ("before", "commitments before"), ("after", "signature"),
            ("carriedBefore", "carried turnover"), ("carriedAfter", "signature"), ("operator", "vault"),
            ("proof", "signature"), ("signature", "signature"),
        ]
    )
    func refusesAttestations(key: String, check: String) throws {
        let workspace = try Workspace.shared.get()
        let folder = try workspace.copyOfAttestations()
        let file = workspace.folder.appending(path: "\(folder)/000001-rebalance.json")
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
        object[key] = altered(try #require(object[key]))
        try JSONSerialization.data(withJSONObject: object).write(to: file)
        let outcome = try workspace.ballast(["verify", folder] + Workspace.inputs)
        #expect(outcome.status == 1)
        #expect(outcome.lastLine.hasPrefix("refused: 000001-rebalance.json: "), "\(outcome.all)")
        #expect(key == "time" || outcome.lastLine.hasSuffix(": \(check)"), "\(outcome.all)")
    }

    private func altered(_ value: Any) -> Any {
        switch value {
        case let number as Int: return number + 1
        case let list as [Any]: return [altered(list[0])] + list.dropFirst()
        case let text as String:
            guard let last = text.last else { return "00" }
            return String(text.dropLast()) + (last == "1" ? "2" : "1")
        default: return value
        }
    }

    @Test("proof is refused by the vectors' checker too")
    func refusesProofVectors() throws {
        let workspace = try Workspace.shared.get()
        for name in ["000000-genesis", "000001-rebalance", "000003-hold"] {
            let item = "\(name).zkvec.json"
            let exported = try workspace.ballast(
                ["attestation", "export-proof", "attestations/\(name).json"] + Workspace.inputs.prefix(4)
                    + ["--output", item]
            )
            #expect(exported.status == 0, "\(exported.all)")
            #expect(try workspace.ballast(["proof", "check", item]).status == 0)
        }
        let text = try workspace.text("000003-hold.zkvec.json")
        let prelude = try #require(text.firstMatch(of: /"label":"regime","data":"00"/))
        try workspace.write(
            text.replacing(prelude.0, with: #""label":"regime","data":"01""#),
            to: "altered.zkvec.json"
        )
        let outcome = try workspace.ballast(["proof", "check", "altered.zkvec.json"])
        #expect(outcome.status == 1, "\(outcome.all)")
        #expect(outcome.lastLine == "0 agree, 1 disagree")
    }
}
