public import MarketData

/// What a halt is for: a closed list, so that a chain says it in words that everybody reads alike.
public enum HaltCause: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Market data are missing, stale or in doubt. The operator says so.
    case data = 1
    /// The operator stops by its own judgement.
    case precaution = 2
    /// The guardians order it, with the signatures to show for it.
    case guardians = 3
    /// A breaker that halts until guardians reset it is in force; verifiers recompute it.
    case breaker = 4

    /// The name at the prompt.
    public var name: String {
        switch self {
        case .data: "data"
        case .precaution: "precaution"
        case .guardians: "guardians"
        case .breaker: "breaker"
        }
    }

    /// The cause of this name.
    public init?(name: String) {
        guard let cause = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = cause
    }

    /// The name.
    public var description: String { name }

    /// Whether nobody but the operator vouches for it.
    public var isSelfDeclared: Bool { self == .data || self == .precaution }

    /// What a halt's statement holds under ``PublicInput/Name/cause``.
    public var digest: ContentDigest {
        ContentDigest(hashing: Array("ballast halt cause v1".utf8) + [rawValue])
    }

    /// The cause of this digest.
    init?(digest: ContentDigest) {
        guard let cause = Self.allCases.first(where: { $0.digest == digest }) else { return nil }
        self = cause
    }
}

extension Statement {
    /// What a halt is for; `nil` for other kinds, and for a cause that this build does not know.
    public var cause: HaltCause? {
        inputs.first { $0.name == .cause }.flatMap { HaltCause(digest: $0.digest) }
    }
}
