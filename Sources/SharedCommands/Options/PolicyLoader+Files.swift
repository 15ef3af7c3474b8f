import FoundationEssentials
package import PolicyLanguage

extension PolicyLoader {
    /// Reads house policies from files.
    package static let files = PolicyLoader { path in
        do {
            return PolicySource(path: path, text: try Files.readText(path))
        } catch let failure as CommandFailure {
            let text = failure.text.hasPrefix("error: ") ? failure.text.dropFirst(7) : failure.text[...]
            throw UnreadablePolicy(reason: String(text))
        }
    }

    /// The same for an editor, which names documents by address.
    package static let documents = PolicyLoader { path in
        guard path.hasPrefix("file://"), let file = URL(string: path)?.path, !file.isEmpty else {
            throw UnreadablePolicy(reason: "only files are read")
        }
        return PolicySource(path: path, text: try Files.readText(file))
    }
}

/// Why a house policy could not be read.
private struct UnreadablePolicy: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
