import Ristretto
import Testing

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

    @Test("commitments, over a table of the second generator")
    func commitments() throws {
        let file = try VectorFile("generators")
        let generators = try #require(file.items(ofKind: "pedersen_gens").first)
        #expect(try RistrettoPoint.basepoint.compressed().bytes == bytes(generators, "B"))
        let table = try FixedBaseTable(point(generators, "B_blinding"))
        let items = file.items(ofKind: "commit")
        #expect(items.count == 18)
        for item in items {
            let commitment =
                try RistrettoPoint.multiplyBase(scalar(item, "value"))
                + table.multiplied(by: scalar(item, "blinding"))
            #expect(try commitment.compressed().bytes == bytes(item, "point"))
        }
    }
}
