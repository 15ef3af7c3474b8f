import Foundation
import Ristretto
import Testing

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
