extension OperatorKeys {
    /// The environment variable that names a key file where no `--key` is given.
    public static let environmentVariable = "BALLAST_KEY_FILE"

    private static let file = KeyFile(
        heading: "ballast-operator-keys/1",
        names: ["signing-seed", "opening-key"],
        noun: "an operator key file"
    )

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
        let secrets = try file.secrets(at: path)
        guard let keys = OperatorKeys(signingSeed: secrets[0], openingKey: secrets[1]) else {
            throw .malformed(path: path, line: 2, reason: "the signing seed is not an Ed25519 seed")
        }
        return keys
    }

    /// Makes new keys in a file of mode 0600 that did not exist, and flushes file and folder.
    ///
    /// The file appears whole or not at all. If another process made it in the meantime, its keys are read instead.
    ///
    /// - Throws: ``OperatorKeyError``.
    public static func make(at path: String) throws(OperatorKeyError) -> OperatorKeys {
        let keys = OperatorKeys.random()
        do {
            try file.make(at: path, secrets: [keys.signingSeed, keys.openingKey])
        } catch {
            if error.isPresent { return try read(from: path) }
            throw .unwritable(path: path, reason: error.reason)
        }
        return keys
    }
}
