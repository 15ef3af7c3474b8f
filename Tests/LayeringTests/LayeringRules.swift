/// The rules of the architecture that a compiler does not hold: each returns one sentence a violation.
enum LayeringRules {
    /// Modules that come with the toolchain or the operating system.
    static let system: Set<String> = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization", "Testing",
    ]

    /// The only modules that may import what stands on the left.
    static let fences: [String: Set<String>] = [
        "CGMP": ["BigIntegers", "Ristretto"],
        "CZ3": ["PolicyAnalysis"],
        "GRDB": ["LedgerStorage", "LedgerStorageTests"],
        "SQLite3": [],
        "GRDBSQLite": [],
    ]

    /// Every module stands in a row and depends on rows above; within row 0, on modules above in the list.
    static func misplaced(_ targets: [PackageManifest.Target]) -> [String] {
        let modules = targets.filter { $0.kind != "test" && $0.folder.hasPrefix("Sources/") }
        let positions = Dictionary(uniqueKeysWithValues: modules.enumerated().map { ($1.name, ($0, $1.row ?? -1)) })
        var sentences: [String] = []
        for (place, module) in modules.enumerated() {
            guard let row = module.row else {
                sentences.append("\(module.name) stands in no row of Package.swift")
                continue
            }
            for dependency in module.dependencies.sorted() {
                guard let (otherPlace, otherRow) = positions[dependency] else { continue }
                if otherRow < row || (row == 0 && otherRow == 0 && otherPlace < place) { continue }
                sentences.append("\(module.name) of row \(row) depends on \(dependency) of row \(otherRow)")
            }
        }
        return sentences
    }

    /// Every imported module is declared by the target that imports it.
    static func undeclared(_ target: PackageManifest.Target, _ files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.imports.subtracting(target.dependencies).subtracting(system).sorted().map {
                "\(file.path) imports \($0), which \(target.name) does not declare"
            }
        }
    }

    /// Every declared dependency is imported somewhere in the target.
    static func unused(_ target: PackageManifest.Target, _ files: [SourceFile]) -> [String] {
        let imported = files.reduce(into: Set<String>()) { $0.formUnion($1.imports) }
        return target.dependencies.subtracting(imported).sorted().map {
            "\(target.name) declares \($0) and imports it nowhere"
        }
    }

    /// C stays behind the modules that wrap it.
    static func unfenced(_ target: PackageManifest.Target, _ files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.imports.sorted().compactMap { name in
                guard let allowed = fences[name], !allowed.contains(target.name) else { return nil }
                return "\(file.path) imports \(name), which is for \(allowed.sorted().joined(separator: ", ")) alone"
            }
        }
    }

    /// Files are short and named after what is in them.
    static func unreadable(_ files: [SourceFile]) -> [String] {
        files.flatMap { file -> [String] in
            var sentences: [String] = []
            // The text after the last line feed is no line.
            let count = file.lines.count - (file.lines.last == "" ? 1 : 0)
            if count > 400 { sentences.append("\(file.path) has \(count) lines, at most 400 are allowed") }
            if let word = file.name.firstMatch(of: /Util|Helper|Manager|Common|Misc|Placeholder/) {
                sentences.append("\(file.path) is named `\(word.0)`, which says nothing")
            }
            return sentences
        }
    }

    /// No public type shadows its module, and every unchecked line gives its reason.
    static func unsafe(_ target: PackageManifest.Target, _ files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.lines.indices.flatMap { index -> [String] in
                let line = file.lines[index]
                var sentences: [String] = []
                if let type = line.firstMatch(of: /\bpublic (?:final )?(?:struct|enum|class|actor|protocol) (\w+)/),
                    type.1 == target.name
                {
                    sentences.append("\(file.path):\(index + 1) declares a public type of its module's name")
                }
                let reasons = file.lines[max(0, index - 6)..<index]
                if line.contains(/^[^"\/]*@unchecked Sendable/),
                    !reasons.contains(where: { $0.contains("// SAFETY:") })
                {
                    sentences.append("\(file.path):\(index + 1) is unchecked without a `// SAFETY:` comment above")
                }
                return sentences
            }
        }
    }
}
