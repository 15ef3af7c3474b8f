import MarketData

/// What a ledger is a ledger of: fixed when it is made, compared whenever it is opened for writing.
///
/// Fields are public text (digests, times, keys). What must stay hidden enters as a keyed digest, see
/// ``OperatorKeys/keyedDigest(of:label:)``. The identity is hashed into the chain: altering a field breaks entry 0.
public struct LedgerIdentity: Sendable, Equatable {
    /// The most fields, the longest name and the longest value that the format allows, in bytes.
    static let limits = (fields: 64, name: 64, value: 1_024)

    /// The fields in the order in which they are compared and listed.
    public let fields: [Field]
    private let values: [Field: String]

    /// Creates an identity of fields in the order given.
    ///
    /// - Throws: ``LedgerError/malformed(part:got:expected:)`` for a field given twice or a name other than lower-case
    ///   words joined by hyphens; ``LedgerError/tooLarge(part:got:limit:)``.
    public init(_ entries: [(field: Field, value: String)]) throws(LedgerError) {
        guard entries.count <= LedgerIdentity.limits.fields else {
            throw .tooLarge(part: "the identity", got: entries.count, limit: LedgerIdentity.limits.fields)
        }
        var values: [Field: String] = [:]
        for (field, value) in entries {
            guard field.name.utf8.count <= LedgerIdentity.limits.name, isHyphenated(field.name) else {
                throw .malformed(part: "a field's name", got: field.name, expected: "lower-case words and hyphens")
            }
            guard value.utf8.count <= LedgerIdentity.limits.value else {
                throw .tooLarge(part: field.name, got: value.utf8.count, limit: LedgerIdentity.limits.value)
            }
            // SQLite ends a text at its first zero byte, so such a value could not be read back.
            guard !value.utf8.contains(0) else {
                throw .malformed(part: field.name, got: "a zero byte", expected: "text without one")
            }
            guard values.updateValue(value, forKey: field) == nil else {
                throw .malformed(part: "the identity", got: "\(field.name) twice", expected: "each field once")
            }
        }
        fields = entries.map(\.field)
        self.values = values
    }

    /// The value of a field, if the identity has it.
    public subscript(field: Field) -> String? {
        values[field]
    }

    /// The same identity with the operator's public key in front, and after it the vault's name, where it has one.
    ///
    /// The name is hashed into the chain, so that no two vaults of one ledger can change places.
    func signed(by keys: OperatorKeys, vault: String? = nil) throws(LedgerError) -> LedgerIdentity {
        let name: [(field: Field, value: String)] = vault.map { [(.vault, $0)] } ?? []
        return try LedgerIdentity(
            [(.operatorKey, Hexadecimal.text(keys.publicKey))] + name + fields.map { ($0, values[$0] ?? "") }
        )
    }

    /// The digest that stands in entry 0 as the hash before it; independent of the fields' order.
    var digest: ContentDigest {
        var hash = LengthPrefixedHash(domain: "ballast ledger identity v1")
        for field in fields.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            hash.append(field.name)
            hash.append(values[field] ?? "")
        }
        return hash.digest()
    }

    /// The first field in which two identities differ, in the order of this one.
    func firstDifference(from stored: LedgerIdentity) -> (field: Field, got: String, expected: String)? {
        for field in fields + stored.fields where self[field] != stored[field] {
            return (field, self[field] ?? "nothing", stored[field] ?? "nothing")
        }
        return nil
    }

    /// The name of one field.
    public struct Field: Sendable, Hashable {
        /// Lower-case words joined by hyphens, as stored and as named in messages.
        public let name: String

        /// Creates a field of any name; the identity checks it.
        public init(_ name: String) {
            self.name = name
        }

        /// The operator's Ed25519 public key in hexadecimal; set by the ledger itself.
        public static let operatorKey = Field("operator-key")
        /// The policy's digest.
        public static let policy = Field("policy")
        /// The digest of the model file.
        public static let model = Field("model")
        /// The keyed digest of the holdings at the start.
        public static let holdings = Field("holdings")
        /// The owner's Ed25519 public key in hexadecimal.
        public static let ownerKey = Field("owner-key")
        /// The digest of the guardians fixed at genesis.
        public static let guardians = Field("guardians")
        /// The vault's name, where it has one: set by the ledger itself.
        public static let vault = Field("vault")
        /// The time of the genesis entry.
        public static let start = Field("start")
    }
}

/// Whether `text` is one or more lower-case words, digits allowed after the first letter, joined by hyphens.
func isHyphenated(_ text: String) -> Bool {
    text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
        guard let first = word.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return word.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
