/// Splits a statement into the cells that are aligned in columns, by the section in which it stands.
struct StatementLayout {
    let section: String?
    let depth: Int

    /// The cells of one line; lines of the same table share their column widths.
    struct Cells {
        var cells: [String]
        var table: String
        var gap: Int
    }

    func cells(_ statement: SyntaxStatement) -> Cells {
        let tokens = statement.tokens[...]
        let isDefinition =
            depth == 1 && section == "policy" && (statement.keyword == "group" || statement.keyword == "let")
        if isDefinition, tokens.count > 2 {
            return Cells(
                cells: [
                    Self.spaced(tokens.prefix(1)), Self.spaced(tokens.dropFirst().prefix(1)),
                    Self.spaced(tokens.dropFirst(2)),
                ],
                table: "definitions",
                gap: 1
            )
        }
        guard depth == 2, let section else { return Cells(cells: [Self.spaced(tokens)], table: "", gap: 2) }
        let cuts = cuts(tokens, section)
        var cells: [String] = []
        var start = tokens.startIndex
        for cut in cuts where cut > start {
            cells.append(Self.spaced(tokens[start..<cut]))
            start = cut
        }
        cells.append(Self.spaced(tokens[start...]))
        return Cells(cells: cells, table: cells.count > 1 ? section : "", gap: section == "rebalance" ? 1 : 2)
    }

    /// Where cells after the first begin.
    private func cuts(_ tokens: ArraySlice<SyntaxToken>, _ section: String) -> [Int] {
        switch section {
        case "target", "execute":
            return [tokens.startIndex + 1].filter { $0 < tokens.endIndex }
        case "bands":
            if tokens.first?.text == "in" { return first(tokens, ["x"]) }
            return first(tokens, ["trigger"]) + first(tokens, ["to"]) + first(tokens, ["in"])
        case "rebalance":
            let isTrigger = tokens.first.map { $0.text == "when" || $0.text == "or" } ?? false
            return isTrigger ? [tokens.startIndex + 1].filter { $0 < tokens.endIndex } : []
        case "limits":
            if tokens.first?.text == "slippage" { return [tokens.startIndex + 1].filter { $0 < tokens.endIndex } }
            return first(tokens, ["<="])
        case "require":
            let name = [tokens.startIndex + 1].filter { $0 < tokens.endIndex }
            return name + first(tokens, ["in"])
        case "breakers":
            return [tokens.startIndex + 1].filter { $0 < tokens.endIndex } + first(tokens, ["when"])
        default:
            return []
        }
    }

    private func first(_ tokens: ArraySlice<SyntaxToken>, _ words: Set<String>) -> [Int] {
        tokens.indices.dropFirst().first { words.contains(tokens[$0].text) }.map { [$0] } ?? []
    }

    // MARK: Spaces

    /// Tokens with the one canonical space, or none, between neighbours.
    static func spaced(_ tokens: ArraySlice<SyntaxToken>) -> String {
        var text = ""
        var previous: SyntaxToken?
        for token in tokens {
            if let previous, isApart(previous, token) { text += " " }
            text += token.text
            previous = token
        }
        return text
    }

    /// Words after which `(` opens a group of words and not the arguments of a function.
    private static let connectives: Set<String> = [
        "always", "never", "eventually", "implies", "and", "or", "not", "when", "unless", "because", "expect", "given",
    ]

    private static func isApart(_ left: SyntaxToken, _ right: SyntaxToken) -> Bool {
        if right.kind == .semicolon { return false }
        // Two that would read as one token, or as another, stay apart whatever they are.
        switch right.text {
        case ",", ")": return false
        case "(": return left.kind != .word || connectives.contains(left.text)
        default: break
        }
        if left.text == "(" { return false }
        let tight: Set<String> = ["..", ":"]
        if tight.contains(right.text) || tight.contains(left.text) {
            let both = [left, right].allSatisfy { tight.contains($0.text) || $0.kind == .number || $0.kind == .word }
            return !both || tight.contains(left.text) && tight.contains(right.text)
        }
        return true
    }
}
