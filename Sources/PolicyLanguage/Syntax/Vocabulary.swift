/// The words that begin statements, by the block in which they stand.
enum Vocabulary {
    /// Statements of a policy that have a block.
    static let blockSections: Set<String> = [
        "target", "group", "regimes", "bands", "rebalance", "limits", "require", "oracle", "breakers", "execute",
    ]
    /// Statements of a policy, in the order in which help lists them.
    static let sectionList = [
        "quote", "target", "group", "let", "regimes", "bands", "rebalance", "limits", "require", "attest", "oracle",
        "breakers", "execute", "secret", "open",
    ]
    /// Statements of a policy.
    static let sections = Set(sectionList)
    /// Statements of a file.
    static let topLevel: Set<String> = ["policy", "test", "property"]
    /// Words with a meaning of their own in the middle of a statement: no name may be one of them.
    static let reserved: Set<String> = Set([
        "each", "in", "to", "of", "trigger", "edge", "halfway", "x", "when", "or", "unless", "any", "drift", "band",
        "every", "day", "week", "month", "on", "at", "cooldown", "turnover", "trade", "smallest", "cost", "slippage",
        "per", "weight", "concentration", "volatility", "enter", "leave", "for", "bars", "p", "from", "digest",
        "version",
        "policy", "test", "property", "extends",
    ]).union(sections)
}
