import MarketData

extension OperatorKeys {
    /// The environment variable that names a key file where no `--key` is given.
    public static let environmentVariable = "BALLAST_KEY_FILE"

    /// The most bytes that a key file may have.
    static let largestFile = 4_096

    private static let heading = "ballast-operator-keys/1"
    private static let names = ["signing-seed", "opening-key"]

    /// Where the keys of a ledger are: `--key FILE`, else `BALLAST_KEY_FILE`, else the ledger's path with `.key`.
    ///
    /// - Parameters:
    ///   - option: The value of `--key`, if given.
    ///   - environment: The process's environment. An empty variable counts as absent.
    ///   - ledger: The ledger's path.
    public static func path(option: String?, environment: [String: String], ledger: String) -> String {
        if let option { return option }
        if let named = environment[environmentVariable], !named.isEmpty { return named }
        return ledger + ".key"
    }

    /// Reads the keys at `path`, or makes them if neither they nor the ledger exist yet.
    ///
    /// Keys are on the disk, file and folder flushed, before this returns, so that no ledger can outlive its key in a
    /// crash. A ledger that exists without its key file is an error, never the occasion for new keys.
    ///
    /// - Parameters:
    ///   - path: The key file.
    ///   - ledger: The ledger that the keys are for.
    /// - Throws: ``OperatorKeyError``.
    public static func readOrMake(at path: String, ledger: String) throws(OperatorKeyError) -> OperatorKeys {
        if DurableFile.exists(path) || DurableFile.exists(ledger) { return try read(from: path) }
        return try make(at: path)
    }

    /// Reads a key file.
    ///
    /// - Throws: ``OperatorKeyError``: the file is missing, unreadable, malformed, or open to other users.
    public static func read(from path: String) throws(OperatorKeyError) -> OperatorKeys {
        let contents: DurableFile.Contents
        do {
            contents = try DurableFile.contents(of: path, limit: largestFile)
        } catch {
            throw error.isMissing ? .missing(path: path) : .unreadable(path: path, reason: error.reason)
        }
        guard contents.mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: contents.mode) }
        return try parse(contents.bytes, path: path)
    }

    /// Makes new keys in a file of mode 0600 that did not exist, and flushes file and folder.
    ///
    /// The file appears whole or not at all. If another process made it in the meantime, its keys are read instead.
    ///
    /// - Throws: ``OperatorKeyError``.
    public static func make(at path: String) throws(OperatorKeyError) -> OperatorKeys {
        let keys = OperatorKeys.random()
        do {
            try keys.fileContents.withUnsafeBytes { (bytes) throws(DurableFile.Failure) in
                try DurableFile.make(path, contents: bytes)
            }
        } catch {
            if error.isPresent { return try read(from: path) }
            throw .unwritable(path: path, reason: error.reason)
        }
        return keys
    }

    private var fileContents: SecretBytes {
        var text = Array((OperatorKeys.heading + "\n").utf8)
        for (name, secret) in zip(OperatorKeys.names, [signingSeed, openingKey]) {
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

    private static func parse(_ bytes: [UInt8], path: String) throws(OperatorKeyError) -> OperatorKeys {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines[0].elementsEqual(heading.utf8) else {
            throw .malformed(path: path, line: 1, reason: "not an operator key file: expected `\(heading)`")
        }
        // The last line feed ends the last line; what follows it is empty.
        guard lines.count == names.count + 2, lines[names.count + 1].isEmpty else {
            throw .malformed(
                path: path,
                line: min(lines.count, names.count + 2),
                reason: "expected exactly \(names.count) keys after the heading"
            )
        }
        var secrets: [SecretBytes] = []
        for (index, name) in names.enumerated() {
            let line = lines[index + 1]
            let prefix = Array("\(name): ".utf8)
            guard line.starts(with: prefix), let secret = Hexadecimal.bytes(line.dropFirst(prefix.count)),
                secret.count == secretLength
            else {
                // The line's text is left out: it may hold most of a secret.
                throw .malformed(
                    path: path,
                    line: index + 2,
                    reason: "expected `\(name): ` and \(2 * secretLength) lower-case hexadecimal digits"
                )
            }
            secrets.append(SecretBytes(secret))
        }
        guard let keys = OperatorKeys(signingSeed: secrets[0], openingKey: secrets[1]) else {
            throw .malformed(path: path, line: 2, reason: "the signing seed is not an Ed25519 seed")
        }
        return keys
    }
}
