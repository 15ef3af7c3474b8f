public import MarketData

/// What a chain has fixed up to some attestation: who the owner is, who the guardians are, whether it is halted.
///
/// A verifier carries one along a chain from genesis on. Without the genesis nothing of it is known, and reports say so.
public struct ChainStanding: Sendable {
    /// Whether the genesis was seen, so that what is absent here is absent in the vault.
    public private(set) var isRooted = false
    /// Whether the start of a period said what the chain before it had fixed.
    private var isDeclared = false
    /// Whether a resumption was seen, from whose time on resets are known without what lay before.
    private var sawReset = false
    /// The owner's public key; zeros where the vault has none, `nil` where the genesis was not seen.
    public var owner: [UInt8]?
    /// The guardians in office.
    public private(set) var guardians: GuardianSet?
    /// The halt that the vault is under.
    public private(set) var halt: Halt?
    /// Since when breakers that halt until reset count: the last resumption, else genesis, else a time that no reset is later
    /// than; `nil` where nothing is known.
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

    /// Nothing seen but that no reset is later than this.
    init(resetNoLaterThan time: Timestamp) { reset = time }

    /// As a report over a period says that the vault stood before its first step.
    init(_ start: PeriodStart, before first: Statement) {
        isDeclared = true
        owner = start.identity.ownerKey
        guardians = start.guardians
        halt = start.halt.map { Halt(digest: $0.digest, cause: $0.statement.cause, time: $0.statement.time) }
        reset = first.previousTime
    }

    /// Whether who is in office and which halt is in force are known: since the genesis, or by what a period's start brings.
    public var knowsHalts: Bool { isRooted || isDeclared }

    /// Whether ``reset`` is the last reset, and not only a bound of it.
    public var knowsReset: Bool { isRooted || isDeclared && sawReset }

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
            reset = attestation.statement.time
            sawReset = true
        case .genesis, .rebalance, .hold, .flow, .amend: break
        }
    }
}
