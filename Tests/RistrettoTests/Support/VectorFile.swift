import Foundation
import Ristretto
import Testing

/// Known answers of `Tests/Fixtures/zk`, made by curve25519-dalek 4.1.3.
struct VectorFile {
    let items: [[String: Any]]

    init(_ name: String) throws {
        let tests = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let fixtures = tests.appendingPathComponent("Fixtures/zk/\(name).json")
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: fixtures))
        items = (parsed as? [String: Any])?["items"] as? [[String: Any]] ?? []
    }

    func items(ofKind kind: String) -> [[String: Any]] { items.filter { $0["kind"] as? String == kind } }
}

/// The bytes that hexadecimal text writes; spaces are skipped.
func bytes(hex text: String) throws -> [UInt8] {
    let digits = text.utf8.filter { $0 != UInt8(ascii: " ") }
    return try stride(from: 0, to: digits.count, by: 2).map { index in
        try #require(UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16))
    }
}

/// The bytes that an item's member writes in hexadecimal.
func bytes(_ item: [String: Any], _ member: String) throws -> [UInt8] {
    try bytes(hex: #require(item[member] as? String))
}

/// The scalar that an item's member encodes.
func scalar(_ item: [String: Any], _ member: String) throws -> Scalar {
    try #require(Scalar(canonical: bytes(item, member)))
}

/// The element that an item's member encodes.
func point(_ item: [String: Any], _ member: String) throws -> RistrettoPoint {
    try #require(CompressedRistretto(bytes(item, member))?.decompressed())
}
