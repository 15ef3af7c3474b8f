/// Lays out a policy in the one canonical way: two spaces a level, columns aligned within a block, comments kept.
public enum PolicyFormatter {
    /// The canonical layout of a source.
    ///
    /// Idempotent; the result means the same, token for token, except that `;` becomes a line end.
    ///
    /// - Throws: The syntax errors, if the source has any: what cannot be read cannot be laid out.
    public static func format(_ source: PolicySource) throws(PolicyDiagnostics) -> String {
        let tree = SyntaxTree(parsing: source)
        let errors = OutlineReader(tree).issues.filter(\.code.isSyntaxError)
        guard errors.isEmpty else { throw PolicyDiagnostics(source.locate(errors)) }
        var printer = LayoutPrinter()
        printer.statements(tree.statements, in: nil, depth: 0)
        printer.closing(comments: tree.endOfFile.leading, depth: 0)
        return printer.text
    }
}

/// Writes statements line by line.
private struct LayoutPrinter {
    private(set) var text = ""
    private var hasContent = false
    /// Whether the next line must, or may, stand apart from what is above it.
    private var wantsBlank = false

    mutating func statements(_ statements: [SyntaxStatement], in section: String?, depth: Int) {
        let lines = statements.map { StatementLayout(section: section, depth: depth).cells($0) }
        let widths = Self.columnWidths(lines)
        var texts: [String] = []
        for (index, statement) in statements.enumerated() {
            texts.append(
                Self.join(lines[index].cells, widths[lines[index].table] ?? [], gap: lines[index].gap)
                    + Self.opening(statement)
            )
        }
        let margins = Self.commentColumns(statements, texts)
        for (index, statement) in statements.enumerated() {
            if statement.tokens.isEmpty, statement.block == nil { continue }
            let isApart = Self.isExpanded(statement) && depth <= 1
            above(statement.firstToken?.leading ?? [], isApart: isApart, depth: depth)
            var comments = Self.headComments(statement)
            let sameLine = comments.isEmpty ? nil : comments.removeFirst()
            line(texts[index], comment: sameLine, column: margins[index], depth: depth)
            if Self.isExpanded(statement), let block = statement.block {
                for comment in comments { line(comment, comment: nil, column: 0, depth: depth + 1) }
                wantsBlank = false
                hasContent = !comments.isEmpty
                self.statements(block.statements, in: statement.keyword, depth: depth + 1)
                closing(comments: block.close?.leading ?? [], depth: depth + 1)
                let after = Self.comments(block.close?.trailing ?? []) + Self.terminatorComments(statement)
                line("}", comment: after.first, column: 0, depth: depth)
                for comment in after.dropFirst() { line(comment, comment: nil, column: 0, depth: depth) }
                wantsBlank = isApart
            } else {
                for comment in comments { line(comment, comment: nil, column: 0, depth: depth) }
                wantsBlank = false
            }
            hasContent = true
        }
    }

    /// Comments on lines of their own before a `}` or the end of the file.
    mutating func closing(comments trivia: [SyntaxTrivia], depth: Int) {
        wantsBlank = false
        var newlines = 0
        for piece in trivia {
            if piece.kind == .newline { newlines += 1 }
            guard piece.kind == .comment else { continue }
            if newlines > 1, hasContent { text += "\n" }
            line(Self.trimmed(piece.text), comment: nil, column: 0, depth: depth)
            newlines = 0
            hasContent = true
        }
    }

    // MARK: Lines

    /// The blank line and the comments above a statement.
    private mutating func above(_ trivia: [SyntaxTrivia], isApart: Bool, depth: Int) {
        var newlines = 0
        var blankDue = wantsBlank || isApart
        for piece in trivia {
            if piece.kind == .newline { newlines += 1 }
            guard piece.kind == .comment else { continue }
            if hasContent, newlines > 1 || blankDue { text += "\n" }
            line(Self.trimmed(piece.text), comment: nil, column: 0, depth: depth)
            blankDue = false
            hasContent = true
            newlines = 0
        }
        if hasContent, newlines > 1 || blankDue { text += "\n" }
    }

    private mutating func line(_ content: String, comment: String?, column: Int, depth: Int) {
        text += String(repeating: "  ", count: depth) + content
        if let comment {
            text += String(repeating: " ", count: max(2, column - content.unicodeScalars.count)) + comment
        }
        text += "\n"
    }

    // MARK: Columns

    private static func columnWidths(_ lines: [StatementLayout.Cells]) -> [String: [Int]] {
        var widths: [String: [Int]] = [:]
        for line in lines where line.cells.count > 1 {
            var columns = widths[line.table] ?? []
            for (index, cell) in line.cells.dropLast().enumerated() {
                if index == columns.count { columns.append(0) }
                columns[index] = max(columns[index], cell.unicodeScalars.count)
            }
            widths[line.table] = columns
        }
        return widths
    }

    private static func join(_ cells: [String], _ widths: [Int], gap: Int) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            text += cell
            guard index < cells.count - 1 else { break }
            let width = index < widths.count ? widths[index] : 0
            text += String(repeating: " ", count: max(0, width - cell.unicodeScalars.count) + gap)
        }
        return text
    }

    /// Where the comments of neighbouring lines begin, so that they stand in one column.
    private static func commentColumns(_ statements: [SyntaxStatement], _ texts: [String]) -> [Int] {
        var columns = Array(repeating: 0, count: statements.count)
        var start = 0
        while start < statements.count {
            var end = start
            while end < statements.count, !isExpanded(statements[end]), !headComments(statements[end]).isEmpty {
                end += 1
            }
            if end > start {
                let column = (texts[start..<end].map { $0.unicodeScalars.count }.max() ?? 0) + 2
                for index in start..<end { columns[index] = column }
            }
            start = max(end, start + 1)
        }
        return columns
    }

    // MARK: Parts

    /// What a statement's line shows of its block.
    private static func opening(_ statement: SyntaxStatement) -> String {
        guard let block = statement.block else { return "" }
        let lead = statement.tokens.isEmpty ? "" : " "
        if isExpanded(statement) { return lead + "{" }
        let tokens = block.statements.flatMap(\.tokens)
        return tokens.isEmpty ? lead + "{}" : lead + "{ " + StatementLayout.spaced(tokens[...]) + " }"
    }

    /// Whether the block stands on lines of its own: all but groups do, and those too if a comment needs the room.
    private static func isExpanded(_ statement: SyntaxStatement) -> Bool {
        guard let block = statement.block else { return false }
        var tokens: [SyntaxToken] = []
        for statement in block.statements { statement.appendTokens(to: &tokens) }
        let holdsComment =
            tokens.contains { !comments($0.leading + $0.trailing).isEmpty }
            || !comments(block.open.trailing).isEmpty || !comments(block.close?.leading ?? []).isEmpty
        if holdsComment { return true }
        return statement.keyword == "group" ? block.statements.contains { $0.block != nil } : !block.statements.isEmpty
    }

    /// Comments on the statement's line, or between its words and its brace.
    private static func headComments(_ statement: SyntaxStatement) -> [String] {
        var found: [String] = []
        for (index, token) in statement.tokens.enumerated() {
            if index > 0 { found += comments(token.leading) }
            found += comments(token.trailing)
        }
        if let block = statement.block {
            if !statement.tokens.isEmpty { found += comments(block.open.leading) }
            found += comments(block.open.trailing)
            if isExpanded(statement) { return found }
            found += comments(block.close?.trailing ?? [])
        }
        return found + terminatorComments(statement)
    }

    private static func terminatorComments(_ statement: SyntaxStatement) -> [String] {
        comments((statement.terminator?.leading ?? []) + (statement.terminator?.trailing ?? []))
    }

    private static func comments(_ trivia: [SyntaxTrivia]) -> [String] {
        trivia.filter { $0.kind == .comment }.map { trimmed($0.text) }
    }

    /// A comment without the blanks at its end.
    private static func trimmed(_ comment: String) -> String {
        var bytes = Array(comment.utf8)
        while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SyntaxStatement {
    /// The first token, be it of the head or of the block.
    fileprivate var firstToken: SyntaxToken? { tokens.first ?? block?.open }
}
