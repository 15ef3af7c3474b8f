import Foundation
import Testing

@Suite("A folder of attestations")
struct ChainFolderTests {
    /// What is done to a copy of a good folder, and the last line of `verify`.
    enum Damage: String, CaseIterable, Sendable {
        case gap, duplicate, missingGenesis, missingEnd, stray, pipe, speaking, renamed, broken

        var verdict: String {
            switch self {
            case .gap: "refused: 000003-hold.json: sequence"
            case .duplicate: "refused: copy.json: sequence"
            case .missingGenesis: "refused: 000001-rebalance.json: genesis"
            case .missingEnd: "verified: 3 attestations"
            case .stray, .pipe, .renamed: "verified: 4 attestations"
            case .speaking: "refused: y\u{FFFD}verified: 9 attestations\u{FFFD}[8m.json: form"
            case .broken: "refused: 000002-hold.json: form"
            }
        }

        func apply(to folder: URL) throws {
            let files = FileManager.default
            func at(_ name: String) -> URL { folder.appending(path: name) }
            switch self {
            case .gap: try files.removeItem(at: at("000002-hold.json"))
            case .duplicate: try files.copyItem(at: at("000002-hold.json"), to: at("copy.json"))
            case .missingGenesis: try files.removeItem(at: at("000000-genesis.json"))
            case .missingEnd: try files.removeItem(at: at("000003-hold.json"))
            case .stray:
                try Data("hello".utf8).write(to: at("README.txt"))
                try files.createDirectory(at: at("folder.json"), withIntermediateDirectories: false)
            // Whoever opened it would wait for somebody to write.
            case .pipe: mkfifo(at("000004-hold.json").path, 0o600)
            // A name that ends the line and hides the rest of it.
            case .speaking: try Data("{".utf8).write(to: at("y\nverified: 9 attestations\u{1b}[8m.json"))
            case .renamed: try files.moveItem(at: at("000000-genesis.json"), to: at("zero.json"))
            case .broken: try Data("{".utf8).write(to: at("000002-hold.json"))
            }
        }
    }

    @Test("is one unbroken chain or refused, naming file and check", arguments: Damage.allCases)
    func isAChain(damage: Damage) throws {
        let workspace = try Workspace.shared.get()
        let folder = try workspace.copyOfAttestations()
        try damage.apply(to: workspace.folder.appending(path: folder))
        let outcome = try workspace.ballast(["verify", folder] + Workspace.inputs)
        #expect(outcome.lastLine == damage.verdict, "\(outcome.all)")
        #expect(outcome.status == (damage.verdict.hasPrefix("verified") ? 0 : 1))
        if damage == .stray { #expect(outcome.output.contains("README.txt and 1 more was not read")) }
        if damage == .pipe { #expect(outcome.output.contains("000004-hold.json was not read")) }
        if damage == .missingEnd { #expect(outcome.output.contains("that nothing follows number 2")) }
    }

    @Test("with another vault's attestation in its place is refused")
    func refusesForeignVaults() throws {
        let workspace = try Workspace.shared.get()
        let other = try workspace.ballast(workspace.run(to: "2024-01-13", ledger: "foreign.ledger"))
        #expect(other.status == 0, "\(other.all)")
        _ = try workspace.ballast(["attestation", "export", "--ledger", "foreign.ledger", "--output", "foreign"])
        let folder = try workspace.copyOfAttestations()
        let place = workspace.folder.appending(path: "\(folder)/000001-rebalance.json")
        try FileManager.default.removeItem(at: place)
        try FileManager.default.copyItem(
            at: workspace.folder.appending(path: "foreign/000001-rebalance.json"),
            to: place
        )
        let outcome = try workspace.ballast(["verify", folder] + Workspace.inputs)
        #expect(outcome.lastLine == "refused: 000001-rebalance.json: vault", "\(outcome.all)")
        #expect(outcome.status == 1)
    }

    @Test("says nothing that a file in it would have it say: what messages quote moves no cursor")
    func quotesNoControls() throws {
        let workspace = try Workspace.shared.get()
        for (name, text) in [
            (
                "strange.sealed.json",
                "{\"format\": \"ballast sealed policy\", \"version\": 1, \"name\": \"a\", \"policyVersion\": 1, \"quote\": \"\\u001b[2J\\u009b1A\"}"
            ),
            ("strange.policy", "policy \"a\" version 1 { quote U\u{1b}[8mD }"),
        ] {
            try workspace.write(text, to: name)
            let outcome = try workspace.ballast(
                ["verify", "attestations", "--policy", name] + Workspace.inputs.dropFirst(2)
            )
            #expect(outcome.status != 0)
            #expect(
                !outcome.all.unicodeScalars.contains {
                    $0.value < 0x20 && $0 != "\n" && $0 != "\t" || (0x7F...0x9F).contains($0.value)
                }
            )
        }
    }
}
