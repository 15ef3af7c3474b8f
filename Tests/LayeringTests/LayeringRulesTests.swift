import Foundation
import Testing

@Suite("A rule of the architecture")
struct LayeringRulesTests {
    private func target(
        _ name: String,
        row: Int? = 1,
        kind: String = "regular",
        _ dependencies: Set<String> = []
    ) -> PackageManifest.Target {
        PackageManifest.Target(
            name: name,
            kind: kind,
            folder: "Sources/\(name)",
            dependencies: dependencies,
            row: row
        )
    }

    @Test("finds a dependency on the same or a later row, and a module without a row")
    func findsMisplaced() {
        let low = target("Low", row: 0, ["Lowest"])
        #expect(
            LayeringRules.misplaced([target("Lowest", row: 0), low, target("High", row: 1, ["Low", "GRDB"])]) == []
        )
        #expect(
            LayeringRules.misplaced([low, target("Lowest", row: 0)]) == ["Low of row 0 depends on Lowest of row 0"]
        )
        #expect(
            LayeringRules.misplaced([target("A", row: 1, ["B"]), target("B", row: 1), target("C", row: nil)])
                == ["A of row 1 depends on B of row 1", "C stands in no row of Package.swift"]
        )
    }

    @Test("sees an import however it is written, and none in a comment or a string")
    func seesImports() {
        let file = SourceFile(
            path: "Sources/A/A.swift",
            text: """
                import One
                public import Two
                @testable import Three
                @preconcurrency package import struct Four.Type
                    import Five
                // import Six
                /// import Seven
                let text = "import Eight"
                let lines = \"\"\"
                    import Nine
                \"\"\"
                """
        )
        #expect(file.imports == ["One", "Two", "Three", "Four", "Five"])
    }

    @Test("finds what is imported and not declared, declared and not imported, or fenced in")
    func findsWrongImports() {
        let file = SourceFile(path: "Sources/A/A.swift", text: "import CGMP\nimport Foundation\nimport B\n")
        let module = target("A", ["B", "C"])
        #expect(
            LayeringRules.undeclared(module, [file]) == ["Sources/A/A.swift imports CGMP, which A does not declare"]
        )
        #expect(LayeringRules.unused(module, [file]) == ["A declares C and imports it nowhere"])
        #expect(
            LayeringRules.unfenced(module, [file])
                == ["Sources/A/A.swift imports CGMP, which is for BigIntegers, Ristretto alone"]
        )
        #expect(LayeringRules.unfenced(target("Ristretto"), [file]) == [])
    }

    @Test("finds long files, empty names, shadowed modules and unexplained unchecked lines")
    func findsUnreadable() {
        let longest = SourceFile(path: "Sources/A/Long.swift", text: String(repeating: "//\n", count: 400))
        let longer = SourceFile(path: "Sources/A/Long.swift", text: String(repeating: "//\n", count: 401))
        #expect(LayeringRules.unreadable([longest]) == [])
        #expect(LayeringRules.unreadable([longer]) == ["Sources/A/Long.swift has 401 lines, at most 400 are allowed"])
        let named = SourceFile(path: "Sources/A/PriceUtils.swift", text: "")
        #expect(LayeringRules.unreadable([named]) == ["Sources/A/PriceUtils.swift is named `Util`, which says nothing"])
        let shadow = SourceFile(path: "A.swift", text: "public struct A {\npublic struct AB {\n")
        #expect(
            LayeringRules.unsafe(target("A"), [shadow]) == ["A.swift:1 declares a public type of its module's name"]
        )
        let unchecked = "final class C: @unchecked Sendable {}"
        let bare = SourceFile(path: "C.swift", text: unchecked)
        #expect(
            LayeringRules.unsafe(target("A"), [bare])
                == ["C.swift:1 is unchecked without a `// SAFETY:` comment above"]
        )
        let explained = SourceFile(path: "C.swift", text: "// SAFETY: written once.\n" + unchecked)
        #expect(LayeringRules.unsafe(target("A"), [explained]) == [])
    }

    @Test("reads dependencies from the manifest's JSON and rows from its comments")
    func readsManifests() throws {
        let json = """
            {"targets": [
                {"name": "CGMP", "type": "system", "dependencies": []},
                {"name": "A", "type": "regular", "dependencies": [{"byName": ["CGMP", null]}]},
                {"name": "B", "type": "executable", "path": "Elsewhere",
                 "dependencies": [{"product": ["Crypto", "swift-crypto", null, null]}, {"byName": ["A", null]}]},
                {"name": "ATests", "type": "test", "dependencies": []}
            ]}
            """
        let text = """
                // 0 values
                .systemLibrary(name: "CGMP"),
                // 1 models
                module("A", ["CGMP"]),
                // 6 commands
                .executableTarget(
                    name: "B",
                    dependencies: [
                        "A", crypto,
                    ],
                ),
                .target(name: "TestSupport", path: "Tests/TestSupport"),
                tests("A", ["Nothing"]),
            """
        let manifest = try PackageManifest(json: Data(json.utf8), text: text)
        #expect(manifest.targets.map(\.row) == [0, 1, 6, nil])
        #expect(manifest.targets.map(\.folder) == ["Sources/CGMP", "Sources/A", "Elsewhere", "Tests/ATests"])
        #expect(manifest.targets.map(\.dependencies) == [[], ["CGMP"], ["Crypto", "A"], []])
    }
}
