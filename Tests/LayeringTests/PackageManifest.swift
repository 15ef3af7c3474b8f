import Foundation
import Testing

/// The targets of Package.swift as SwiftPM reads them, and the rows that its comments give them.
struct PackageManifest {
    let targets: [Target]

    /// One target and what it declares to depend on, modules of other packages included.
    struct Target {
        let name: String
        let kind: String
        let folder: String
        let dependencies: Set<String>
        /// The row of the architecture's picture, or nothing for tests and their support.
        let row: Int?
    }

    /// Reads the package that this file belongs to.
    ///
    /// `dump-package` evaluates the manifest without resolving packages, in a fraction of a second. It has a build
    /// folder of its own, because it would wait for the lock that the running `swift test` holds on the usual one.
    static func ofThisPackage() throws -> PackageManifest {
        let root = Repository.root
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            "ballast-manifest-\(UUID().uuidString)"
        )
        defer { try? FileManager.default.removeItem(at: scratch) }
        process.arguments = [
            "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let json = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "swift package dump-package failed")
        let text = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        return try PackageManifest(json: json, text: text)
    }

    /// Takes the manifest's JSON for the dependencies and its text for the rows: a line `// 3 evidence` opens row 3.
    init(json: Data, text: String) throws {
        let rows = PackageManifest.rows(in: text)
        targets = try JSONDecoder().decode(Dump.self, from: json).targets.map { target in
            Target(
                name: target.name,
                kind: target.type,
                folder: target.path ?? (target.type == "test" ? "Tests/\(target.name)" : "Sources/\(target.name)"),
                dependencies: Set(target.dependencies.compactMap(\.name)),
                row: rows[target.name]
            )
        }
    }

    private static func rows(in text: String) -> [String: Int] {
        var rows: [String: Int] = [:]
        var row: Int?
        for line in text.split(separator: "\n") {
            let trimmed = line.drop { $0 == " " }
            if let comment = trimmed.wholeMatch(of: /\/\/ ([0-9]) [a-z]+/) {
                row = Int(comment.1)
            } else if trimmed.contains("\"TestSupport\"") {
                row = nil
            } else if let row,
                let name = trimmed.firstMatch(of: /^(?:module\(|\.systemLibrary\(name: |name: )?"([A-Za-z0-9]+)"/)
            {
                // The first quoted name after a row's comment is a target; those that follow it are what it depends on.
                let name = String(name.1)
                if rows[name] == nil { rows[name] = row }
            }
        }
        return rows
    }

    private struct Dump: Decodable {
        let targets: [Described]
    }

    private struct Described: Decodable {
        let name: String
        let type: String
        let path: String?
        let dependencies: [Dependency]
    }

    /// SwiftPM writes `{"byName": ["X", null]}` or `{"product": ["X", "package", …]}`; the module is named first.
    private struct Dependency: Decodable {
        let name: String?

        init(from decoder: any Decoder) throws {
            let kinds = try decoder.singleValueContainer().decode([String: [Element]].self)
            name = kinds.values.first?.first?.text
        }

        private struct Element: Decodable {
            let text: String?

            init(from decoder: any Decoder) throws {
                text = try? decoder.singleValueContainer().decode(String.self)
            }
        }
    }
}
