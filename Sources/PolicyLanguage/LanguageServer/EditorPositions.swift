import CanonicalJSON

/// Turns byte offsets into an editor's positions and back: lines from 0, characters in UTF-16 code units.
struct EditorPositions {
    private let bytes: [UInt8]
    private let starts: [Int]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        starts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    func position(_ offset: Int) -> JSONValue {
        let offset = min(max(0, offset), bytes.count)
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let units = bytes[starts[low]..<offset].reduce(0) { $0 + Self.units($1) }
        return ["line": .integer(low), "character": .integer(units)]
    }

    func range(_ span: SourceSpan) -> JSONValue {
        ["start": position(span.lowerBound), "end": position(span.upperBound)]
    }

    /// The whole text.
    var everything: JSONValue { range(SourceSpan(0..<bytes.count)) }

    /// The offset of a position; beyond a line's end, its end. Nothing for what is no position.
    func offset(_ position: JSONValue?) -> Int? {
        guard let line = position?["line"]?.count, let character = position?["character"]?.count else { return nil }
        guard line < starts.count else { return bytes.count }
        let end = line + 1 < starts.count ? starts[line + 1] - 1 : bytes.count
        var offset = starts[line]
        var units = 0
        while offset < end, units < character {
            units += Self.units(bytes[offset])
            offset += 1
            while offset < end, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        return offset
    }

    /// UTF-16 code units of the scalar that a byte begins; none for a byte that continues one.
    private static func units(_ byte: UInt8) -> Int { byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1 }
}

extension JSONValue {
    /// A whole number from 0, as positions are counted.
    var count: Int? {
        guard case .number(let text) = self, let value = Int(text), value >= 0 else { return nil }
        return value
    }

    /// The text of a string.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
