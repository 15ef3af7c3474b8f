/// Turns byte offsets of a text into lines and columns, and cuts the excerpts that diagnostics show.
struct LineTable {
    private let bytes: [UInt8]
    /// Byte offset at which each line begins.
    private let starts: [Int]

    /// A line longer than this is cut to a window around the place it is shown for.
    private static let widestExcerpt = 160

    init(_ text: String) {
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.starts = starts
    }

    /// The place of a span, with the end cut to the end of its first line: an excerpt underlines one line.
    func place(_ span: SourceSpan) -> SourcePlace {
        let lower = min(max(0, span.lowerBound), bytes.count)
        let line = lineIndex(lower)
        let end = lineEnd(line)
        let upper = min(max(lower, span.upperBound), max(lower, end))
        let column = scalars(starts[line]..<lower)
        let width = scalars(lower..<upper)
        // Window of bytes around the place, widened to whole scalars.
        var from = starts[line]
        var to = end
        if to - from > Self.widestExcerpt {
            from = boundary(max(from, lower - Self.widestExcerpt / 2))
            to = boundary(min(to, from + Self.widestExcerpt))
        }
        let cut = String(decoding: bytes[from..<max(from, to)], as: UTF8.self)
        let excerpt = String(String.UnicodeScalarView(cut.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        return SourcePlace(
            line: line + 1,
            column: column + 1,
            endColumn: column + width + 1,
            excerpt: (from > starts[line] ? "…" : "") + excerpt + (to < end ? "…" : ""),
            excerptColumn: (from > starts[line] ? 1 : 0) + scalars(from..<max(from, lower)),
            excerptWidth: max(1, scalars(lower..<max(lower, min(upper, to))))
        )
    }

    private func lineIndex(_ offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    private func lineEnd(_ line: Int) -> Int {
        guard line + 1 < starts.count else { return bytes.count }
        let end = starts[line + 1] - 1
        return end > starts[line] && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
    }

    private func scalars(_ range: Range<Int>) -> Int {
        bytes[range].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    private func boundary(_ offset: Int) -> Int {
        var offset = offset
        while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        return offset
    }
}

/// Where a span stands in its file, with the line's text for an excerpt.
struct SourcePlace: Sendable, Hashable {
    let line: Int
    let column: Int
    let endColumn: Int
    let excerpt: String
    let excerptColumn: Int
    let excerptWidth: Int
}
