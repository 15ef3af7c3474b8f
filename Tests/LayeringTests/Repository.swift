import Foundation

/// The folder that this package stands in, and the Swift files in it.
enum Repository {
    /// Three folders above this file.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files below a folder of the package, in order of their paths.
    static func sources(in folder: String) throws -> [SourceFile] {
        let top = root.appendingPathComponent(folder)
        guard let paths = FileManager.default.enumerator(atPath: top.path) else { return [] }
        return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let text = try String(contentsOf: top.appendingPathComponent(path), encoding: .utf8)
            return SourceFile(path: "\(folder)/\(path)", text: text)
        }
    }
}

/// One Swift file as text.
struct SourceFile {
    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The file's name without its folder.
    var name: String {
        String(path.split(separator: "/").last ?? "")
    }

    /// The modules that the file imports, whatever the access level, attributes or imported kind.
    ///
    /// Lines of a multi-line string are text, not code.
    var imports: Set<String> {
        let pattern =
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/
        var imports: Set<String> = []
        var isText = false
        for line in lines {
            if !line.ranges(of: "\"\"\"").count.isMultiple(of: 2) { isText.toggle() }
            if !isText, let match = line.firstMatch(of: pattern) { imports.insert(String(match.1)) }
        }
        return imports
    }
}
