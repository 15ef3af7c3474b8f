import Ristretto

@testable import ZeroKnowledge

/// A reader of `.r1cs` files, written from the format's public description alone: iden3/r1csfile, `doc/r1cs_bin_format.md`.
struct R1CSFileReader {
    let prime: [UInt8]
    let wireCount: Int
    let publicCount: Int
    let privateInputCount: Int
    let labels: [UInt64]
    let rows: [Row]

    /// One wire with its factor.
    typealias Term = (wire: Int, factor: Scalar)
    /// A·B = C.
    typealias Row = (a: [Term], b: [Term], c: [Term])

    struct Malformed: Error { let what: String }

    init(_ bytes: [UInt8]) throws {
        var file = Cursor(bytes: bytes[...])
        guard try file.take(4) == Array("r1cs".utf8), try file.number(4) == 1 else { throw Malformed(what: "start") }
        var sections: [Int: Cursor] = [:]
        for _ in 0..<(try file.number(4)) {
            let type = try file.number(4)
            sections[type] = Cursor(bytes: try file.take(file.number(8))[...])
        }
        guard file.bytes.isEmpty, var header = sections[1], var constraints = sections[2], var map = sections[3] else {
            throw Malformed(what: "sections")
        }
        let size = try header.number(4)
        guard size == 32 else { throw Malformed(what: "field size") }
        prime = try header.take(size)
        wireCount = try header.number(4)
        publicCount = try header.number(4) + header.number(4)
        privateInputCount = try header.number(4)
        let labelCount = try header.number(8)
        let count = try header.number(4)
        guard labelCount == wireCount, header.bytes.isEmpty else { throw Malformed(what: "header") }
        var rows: [Row] = []
        for _ in 0..<count {
            rows.append((try constraints.combination(), try constraints.combination(), try constraints.combination()))
        }
        guard constraints.bytes.isEmpty else { throw Malformed(what: "constraints") }
        self.rows = rows
        var labels: [UInt64] = []
        for _ in 0..<wireCount { labels.append(UInt64(try map.number(8))) }
        guard map.bytes.isEmpty else { throw Malformed(what: "labels") }
        self.labels = labels
    }

    /// The rows with A·B ≠ C for these wires.
    func broken(_ wires: [Scalar]) -> [Int] {
        func value(_ terms: [Term]) -> Scalar {
            terms.reduce(.zero) { $0 + $1.factor * wires[$1.wire] }
        }
        return rows.indices.filter { value(rows[$0].a) * value(rows[$0].b) != value(rows[$0].c) }
    }
}

/// What remains of a section.
private struct Cursor {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) throws -> [UInt8] {
        guard count <= bytes.count else { throw R1CSFileReader.Malformed(what: "length") }
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    mutating func number(_ size: Int) throws -> Int {
        try take(size).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Factors that are not zero, by ascending wire.
    mutating func combination() throws -> [R1CSFileReader.Term] {
        var terms: [R1CSFileReader.Term] = []
        for _ in 0..<(try number(4)) {
            let wire = try number(4)
            guard let factor = Scalar(canonical: try take(32)), factor != .zero,
                terms.last.map({ $0.wire < wire }) ?? true
            else { throw R1CSFileReader.Malformed(what: "factor") }
            terms.append((wire, factor))
        }
        return terms
    }
}
