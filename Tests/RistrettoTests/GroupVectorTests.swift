import Foundation
import Ristretto
import Testing

/// Known answers of `Tests/Fixtures/zk`, made by curve25519-dalek 4.1.3.
struct VectorFile {
    let items: [[String: Any]]

    init(_ name: String) throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/zk/\(name).json")
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: fixtures))
        items = (parsed as? [String: Any])?["items"] as? [[String: Any]] ?? []
    }

    func items(ofKind kind: String) -> [[String: Any]] { items.filter { $0["kind"] as? String == kind } }
}

/// The bytes that an item's member writes in hexadecimal.
func bytes(_ item: [String: Any], _ member: String) throws -> [UInt8] {
    let text = Array(try #require(item[member] as? String).utf8)
    return try stride(from: 0, to: text.count, by: 2).map { index in
        try #require(UInt8(String(decoding: text[index..<index + 2], as: UTF8.self), radix: 16))
    }
}

func scalar(_ item: [String: Any], _ member: String) throws -> Scalar {
    try #require(Scalar(canonical: bytes(item, member)))
}

func point(_ item: [String: Any], _ member: String) throws -> RistrettoPoint {
    try #require(CompressedRistretto(bytes(item, member))?.decompressed())
}

@Suite("Group, as curve25519-dalek computes it")
struct GroupVectorTests {
    @Test("multiples of the basepoint")
    func baseMultiples() throws {
        let items = try VectorFile("group").items(ofKind: "base_mul")
        #expect(items.count == 34)
        for item in items {
            let scalar = try scalar(item, "scalar")
            let expected = try bytes(item, "point")
            #expect(RistrettoPoint.multiplyBase(scalar).compressed().bytes == expected)
            #expect((scalar * RistrettoPoint.basepoint).compressed().bytes == expected)
            #expect(
                RistrettoPoint.vartimeMultiscalarMultiplication([scalar], [.basepoint]).compressed().bytes == expected
            )
        }
    }

    @Test("multiples of any point")
    func multiples() throws {
        let items = try VectorFile("group").items(ofKind: "point_mul")
        #expect(items.count == 17)
        for item in items {
            let product = try scalar(item, "scalar") * point(item, "point")
            #expect(try product.compressed().bytes == bytes(item, "result"))
        }
    }

    @Test("sums, differences and inverses")
    func sums() throws {
        let items = try VectorFile("group").items(ofKind: "point_add")
        #expect(items.count == 4)
        for item in items {
            let (a, b) = (try point(item, "a"), try point(item, "b"))
            #expect(try (a + b).compressed().bytes == bytes(item, "sum"))
            #expect(try (a - b).compressed().bytes == bytes(item, "diff"))
            #expect(try (-a).compressed().bytes == bytes(item, "neg_a"))
        }
    }

    @Test("elements derived from 64 bytes")
    func uniform() throws {
        let items = try VectorFile("group").items(ofKind: "uniform")
        #expect(items.count == 20)
        for item in items {
            let element = try RistrettoPoint(uniform: bytes(item, "input"))
            #expect(try element.compressed().bytes == bytes(item, "point"))
        }
    }

    @Test("encodings, taken and refused")
    func decoding() throws {
        let items = try VectorFile("group").items(ofKind: "decode")
        #expect(items.count == 90)
        for item in items {
            let input = try bytes(item, "input")
            let element = CompressedRistretto(input)?.decompressed()
            #expect((element != nil) == (item["valid"] as? Bool), "\(item["name"] ?? "")")
            if let element { #expect(element.compressed().bytes == input) }
        }
    }
}

@Suite("Scalars, as curve25519-dalek computes them")
struct ScalarVectorTests {
    @Test("ring operations and inverses")
    func arithmetic() throws {
        let items = try VectorFile("scalar").items(ofKind: "scalar")
        #expect(items.count == 50)
        for item in items {
            let (a, b) = (try scalar(item, "a"), try scalar(item, "b"))
            #expect(try (a + b).bytes == bytes(item, "add"))
            #expect(try (a - b).bytes == bytes(item, "sub"))
            #expect(try (a * b).bytes == bytes(item, "mul"))
            #expect(try (-a).bytes == bytes(item, "neg_a"))
            if a.isZero.isSet {
                #expect(item["inv_a"] is NSNull)
                #expect(a.inverted() == .zero && a.invertedVartime() == .zero)
            } else {
                #expect(try a.inverted().bytes == bytes(item, "inv_a"))
                #expect(try a.invertedVartime().bytes == bytes(item, "inv_a"))
            }
        }
    }

    @Test("32 bytes, canonical or reduced")
    func decoding() throws {
        let items = try VectorFile("scalar").items(ofKind: "scalar_decode")
        #expect(items.count == 23)
        for item in items {
            let input = try bytes(item, "input")
            #expect((Scalar(canonical: input) != nil) == (item["canonical"] as? Bool))
            #expect(try Scalar(reducing: input).bytes == bytes(item, "reduced"))
        }
    }

    @Test("64 bytes, reduced")
    func wide() throws {
        let items = try VectorFile("scalar").items(ofKind: "scalar_wide")
        #expect(items.count == 12)
        for item in items {
            #expect(try Scalar(wide: bytes(item, "input")).bytes == bytes(item, "reduced"))
        }
    }
}
