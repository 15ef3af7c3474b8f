/// The form of a file of named secrets: a heading, then one `name: hexadecimal digits` a line.
struct KeyFile: Sendable {
    /// The first line: what the keys are for, and the version.
    let heading: String
    /// The names of the secrets, in order.
    let names: [String]
    /// What the heading stands for in messages, with its article.
    let noun: String

    /// The most bytes that a key file may have.
    static let largestFile = 4_096
    /// The length of every secret, in bytes.
    static let secretLength = 32

    /// Reads the secrets, in the order of ``names``.
    ///
    /// - Throws: ``OperatorKeyError``: the file is missing, unreadable, malformed, or open to other users.
    func secrets(at path: String) throws(OperatorKeyError) -> [SecretBytes] {
        let contents: DurableFile.Contents
        do {
            contents = try DurableFile.contents(of: path, limit: Self.largestFile)
        } catch {
            throw error.isMissing ? .missing(path: path) : .unreadable(path: path, reason: error.reason)
        }
        guard contents.mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: contents.mode) }
        return try parse(contents.bytes, path: path)
    }

    /// Makes a file of mode 0600 that did not exist, whole or not at all, and flushes file and folder.
    func make(at path: String, secrets: [SecretBytes]) throws(DurableFile.Failure) {
        try contents(secrets).withUnsafeBytes { (bytes) throws(DurableFile.Failure) in
            try DurableFile.make(path, contents: bytes)
        }
    }

    private func contents(_ secrets: [SecretBytes]) -> SecretBytes {
        var text = Array((heading + "\n").utf8)
        for (name, secret) in zip(names, secrets) {
            text += Array("\(name): ".utf8)
            secret.withUnsafeBytes { bytes in
                for byte in bytes { text += Hexadecimal.digits(of: byte) }
            }
            text.append(UInt8(ascii: "\n"))
        }
        defer {
            for index in text.indices { text[index] = 0 }
        }
        return SecretBytes(text)
    }

    private func parse(_ bytes: [UInt8], path: String) throws(OperatorKeyError) -> [SecretBytes] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines[0].elementsEqual(heading.utf8) else {
            throw .malformed(path: path, line: 1, reason: "not \(noun): expected `\(heading)`")
        }
        // The last line feed ends the last line; what follows it is empty.
        guard lines.count == names.count + 2, lines[names.count + 1].isEmpty else {
            throw .malformed(
                path: path,
                line: min(lines.count, names.count + 2),
                reason: "expected exactly \(names.count) key\(names.count == 1 ? "" : "s") after the heading"
            )
        }
        var secrets: [SecretBytes] = []
        for (index, name) in names.enumerated() {
            let line = lines[index + 1]
            let prefix = Array("\(name): ".utf8)
            guard line.starts(with: prefix), let secret = Hexadecimal.bytes(line.dropFirst(prefix.count)),
                secret.count == Self.secretLength
            else {
                // The line's text is left out: it may hold most of a secret.
                throw .malformed(
                    path: path,
                    line: index + 2,
                    reason: "expected `\(name): ` and \(2 * Self.secretLength) lower-case hexadecimal digits"
                )
            }
            secrets.append(SecretBytes(secret))
        }
        return secrets
    }
}
