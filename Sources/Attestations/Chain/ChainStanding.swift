public import MarketData

/// What a chain has fixed up to some attestation: who the owner is, who the guardians are, whether it is halted.
///
/// A verifier carries one along a chain from genesis on. Without the genesis nothing of it is known, and reports say so.
public struct ChainStanding: Sendable {
    /// Whether the genesis was seen, so that what is absent here is absent in the vault.
    public private(set) var isRooted = false
    /// The owner's public key; zeros where the vault has none, `nil` where the genesis was not seen.
    public var owner: [UInt8]?
    /// The guardians in office.
    public private(set) var guardians: GuardianSet?
    /// The halt that the vault is under.
    public private(set) var halt: Halt?
    /// Since when breakers that halt until reset count: what the last resumption covered, else genesis; `nil` where neither
    /// was seen.
    public private(set) var reset: Timestamp?
    /// The policy that the last attestation is under, if the verifier has it.
    public var policy: CompiledPolicy?

    /// A halt that nothing has ended yet.
    public struct Halt: Sendable, Hashable {
        /// Digest of the halt's attestation: what a resumption names and guardians sign.
        public let digest: ContentDigest
        /// What it is for.
        public let cause: HaltCause?
        /// Since when.
        public let time: Timestamp
    }

    /// Nothing seen yet.
    public init() {}

    /// Takes in the next attestation of the chain.
    ///
    /// - Parameters:
    ///   - attestation: The next one.
    ///   - policy: The policy that it is under, if at hand.
    public mutating func advance(past attestation: Attestation, under policy: CompiledPolicy?) {
        self.policy = policy
        if let identity = attestation.identity {
            isRooted = true
            reset = attestation.statement.time
            owner = identity.ownerKey
            guardians = identity.guardians
        }
        if let appointed = attestation.appointed { guardians = appointed }
        switch attestation.statement.kind {
        case .halt:
            halt = Halt(
                digest: attestation.digest,
                cause: attestation.statement.cause,
                time: attestation.statement.time
            )
        case .resume:
            halt = nil
            reset = attestation.reset
        case .genesis, .rebalance, .hold, .flow, .amend: break
        }
    }
}
