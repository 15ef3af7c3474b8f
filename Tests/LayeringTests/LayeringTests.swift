import Foundation
import Testing

@Suite("The package")
struct LayeringTests {
    private static let manifest = Result { try PackageManifest.ofThisPackage() }

    @Test("lists its modules in the order of the layers")
    func isLayered() throws {
        let targets = try LayeringTests.manifest.get().targets
        #expect(LayeringRules.misplaced(targets) == [])
        // A parser that saw nothing would find nothing wrong.
        #expect(targets.filter { $0.row != nil }.count >= 15)
        #expect(targets.first { $0.name == "BallastCommand" }?.row == 6)
    }

    @Test("imports only what each target declares")
    func declaresImports() throws {
        let violations = try violations(LayeringRules.undeclared)
        #expect(violations == [])
    }

    @Test("declares no dependency that it does not import")
    func usesDependencies() throws {
        let modules = try LayeringTests.manifest.get().targets.filter { $0.folder.hasPrefix("Sources/") }
        let unused = try modules.flatMap { try LayeringRules.unused($0, Repository.sources(in: $0.folder)) }
        #expect(unused == [])
    }

    @Test("keeps SQLite, the ledger and Z3 out of the standalone verifier")
    func keepsTheVerifierSmall() throws {
        let targets = try LayeringTests.manifest.get().targets
        let byName = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0) })
        var reached: Set<String> = []
        var open = ["VerifyCommand"]
        while let name = open.popLast() {
            if reached.insert(name).inserted { open += byName[name]?.dependencies ?? [] }
        }
        #expect(reached.isSuperset(of: ["VerifyCommand", "SharedCommands", "Auditing", "Ristretto"]))
        #expect(reached.isDisjoint(with: ["GRDB", "LedgerStorage", "Pipeline", "PolicyAnalysis", "CZ3"]))
    }

    @Test("keeps C behind the modules that wrap it")
    func fencesC() throws {
        let violations = try violations(LayeringRules.unfenced)
        #expect(violations == [])
    }

    @Test("has files of at most 400 lines that are named after what is in them")
    func isReadable() throws {
        let files = try Repository.sources(in: "Sources") + Repository.sources(in: "Tests")
        #expect(files.count > 50)
        #expect(LayeringRules.unreadable(files) == [])
    }

    @Test("gives the reason for every unchecked line, and shadows no module")
    func givesReasons() throws {
        let violations = try violations(LayeringRules.unsafe)
        #expect(violations == [])
    }

    @Test("has a landing page for every module")
    func hasLandingPages() throws {
        let modules = try LayeringTests.manifest.get().targets
            .filter { $0.kind != "test" && $0.kind != "system" && $0.folder.hasPrefix("Sources/") }
        let missing = modules.map { "\($0.folder)/\($0.name).docc/\($0.name).md" }
            .filter { !FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent($0).path) }
        #expect(missing == [])
    }

    private func violations(
        _ rule: (PackageManifest.Target, [SourceFile]) -> [String]
    ) throws -> [String] {
        try LayeringTests.manifest.get().targets.flatMap { rule($0, try Repository.sources(in: $0.folder)) }
    }
}
