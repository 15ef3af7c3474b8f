extension Statement {
    /// Whether a proof of its policy's circuits belongs to it; without one, public data alone decide.
    ///
    /// An amend may have a proof of its own, which both policies decide: ``PolicyAmendment/needsProof``.
    public var isProved: Bool {
        switch kind {
        case .genesis, .rebalance, .flow: true
        case .hold: ground == .proved
        case .amend, .halt, .resume: false
        }
    }

    /// Whether it is made on prices in a regime: a decision, unless the vault is halted and decides nothing.
    public var readsPrices: Bool { kind.isDecision && ground != .halted }

    /// Whether it names the market data through its time.
    public var readsCandles: Bool { readsPrices || kind == .flow }
}
