import Ristretto
import Testing

@Suite("Constant-time masks")
struct ConstantTimeMaskTests {
    @Test("are set for the zero word only", arguments: [0, 1, 2, 1 << 63, .max, .max - 1, 1 << 62] as [UInt64])
    func zeroTest(word: UInt64) {
        #expect(ConstantTimeMask(isZero: word).isSet == (word == 0))
    }

    @Test("follow the truth tables", arguments: [0, 1] as [UInt64], [0, 1] as [UInt64])
    func truthTables(a: UInt64, b: UInt64) {
        let (left, right) = (ConstantTimeMask(bit: a), ConstantTimeMask(bit: b))
        #expect((left & right).isSet == (a & b == 1))
        #expect((left | right).isSet == (a | b == 1))
        #expect((left ^ right).isSet == (a ^ b == 1))
        #expect((~left).isSet == (a == 0))
        #expect(left.select(17, 40) == (a == 1 ? 17 : 40))
    }
}
