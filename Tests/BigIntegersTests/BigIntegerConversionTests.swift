import BigIntegers
import TestSupport
import Testing

@Suite("Conversions of big integers")
struct BigIntegerConversionTests {
    @Test("decimal text is read and printed", arguments: UInt64(0)..<100)
    func text(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = randomInteger(bits: 2_000, using: &random)
        #expect(BigInteger(value.description) == value)
    }

    @Test("200! has the digits that are known")
    func factorial() {
        let factorial = (1...30).reduce(BigInteger(1)) { $0 * BigInteger($1) }
        #expect(factorial.description == "265252859812191058636308480000000")
        #expect((1...200).reduce(BigInteger(1)) { $0 * BigInteger($1) }.description.count == 375)
    }

    @Test(
        "text other than digits with one leading minus is refused",
        arguments: ["", "-", "--1", "+1", " 1", "1 ", "1_000", "1e3", "0x10", "1.0", "١", "1\0", "-\0", "1-"]
    )
    func refusedText(text: String) {
        #expect(BigInteger(text) == nil)
    }

    @Test("leading zeros and minus zero are read", arguments: [("007", 7), ("-0", 0), ("-0012", -12), ("0", 0)])
    func lenientText(text: String, value: Int) {
        #expect(BigInteger(text) == BigInteger(value))
    }

    @Test("100,000 digits are read, one more is not")
    func longText() {
        let longest = String(repeating: "9", count: BigInteger.maximumDecimalDigits)
        #expect(BigInteger(longest) == BigInteger(10).raised(to: BigInteger.maximumDecimalDigits) - 1)
        #expect(BigInteger("-" + longest)?.isNegative == true)
        #expect(BigInteger(longest + "9") == nil)
        #expect(BigInteger("0" + longest) == nil)
    }

    @Test("literals of any length are exact")
    func literals() {
        let large: BigInteger = 0x1_0000_0000_0000_0000_0000_0000_0000_0000_0000
        #expect(large == BigInteger(1) << 144)
        let negative: BigInteger = -0x8000_0000_0000_0000_0000_0000_0000_0000
        #expect(Int128(exactly: negative) == Int128.min)
        #expect(BigInteger(0).isZero)
        #expect((-1 as BigInteger) + 1 == 0)
    }

    @Test("fixed widths convert at their ends, and are refused one beyond")
    func fixedWidths() {
        for value in [Int.min, Int.min + 1, -1, 0, 1, Int.max] {
            #expect(Int(exactly: BigInteger(value)) == value)
            #expect(BigInteger(value).description == String(value))
        }
        #expect(Int(exactly: BigInteger(Int.max) + 1) == nil)
        #expect(Int(exactly: BigInteger(Int.min) - 1) == nil)
        for value in [0, 1, UInt64.max >> 1, UInt64.max] {
            #expect(UInt64(exactly: BigInteger(value)) == value)
        }
        #expect(UInt64(exactly: BigInteger(UInt64.max) + 1) == nil)
        #expect(UInt64(exactly: -1) == nil)
        for value in [0, 1, UInt128(UInt64.max) + 1, UInt128.max] {
            #expect(UInt128(exactly: BigInteger(value)) == value)
            #expect(BigInteger(value).description == String(value))
        }
        #expect(UInt128(exactly: BigInteger(UInt128.max) + 1) == nil)
        #expect(UInt128(exactly: -1) == nil)
        for value in [Int128.min, Int128.min + 1, -1, 0, Int128.max] {
            #expect(Int128(exactly: BigInteger(value)) == value)
            #expect(BigInteger(value).description == String(value))
        }
        #expect(Int128(exactly: BigInteger(Int128.max) + 1) == nil)
        #expect(Int128(exactly: BigInteger(Int128.min) - 1) == nil)
    }

    @Test("any binary integer converts")
    func binaryIntegers() {
        #expect(BigInteger(UInt8.max) == 255)
        #expect(BigInteger(Int16.min) == -32_768)
        #expect(BigInteger(exactly: UInt32.max) == 4_294_967_295)
        #expect(BigInteger(UInt.max) == BigInteger(UInt64.max))
    }

    @Test("the bit width is that of the magnitude")
    func bitWidth() {
        #expect(BigInteger(0).bitWidth == 0)
        #expect(BigInteger(1).bitWidth == 1)
        #expect(BigInteger(-255).bitWidth == 8)
        #expect(BigInteger(256).bitWidth == 9)
        #expect((BigInteger(1) << 1_000).bitWidth == 1_001)
    }

    @Test("the magnitude's bytes are little-endian, shortest, and read back", arguments: UInt64(0)..<100)
    func bytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let value = randomInteger(bits: 400, using: &random)
        let bytes = value.magnitudeBytes
        #expect(bytes.count == (value.bitWidth + 7) / 8)
        #expect(bytes.last != 0)
        #expect(BigInteger(littleEndianMagnitude: bytes) == value.magnitude)
        #expect(BigInteger(littleEndianMagnitude: bytes + [0, 0, 0]) == value.magnitude)
        #expect(bytes.reversed().reduce(BigInteger(0)) { $0 * 256 + BigInteger(UInt64($1)) } == value.magnitude)
    }

    @Test("words beyond the end are zero")
    func words() {
        let value: BigInteger = -0x1_0000_0000_0000_0002
        #expect(value.magnitudeWord(at: 0) == 2)
        #expect(value.magnitudeWord(at: 1) == 1)
        #expect(value.magnitudeWord(at: 2) == 0)
        #expect(value.magnitudeWord(at: 1_000) == 0)
    }

    @Test("doubles are the nearest, ties to even", arguments: UInt64(0)..<200)
    func doubles(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let value = UInt128(random.next()) << 64 | UInt128(random.next())
        let shifted = value >> UInt128(random.next() % 128)
        #expect(Double(BigInteger(shifted)) == Double(shifted))
        #expect(Double(-BigInteger(shifted)) == -Double(shifted))
    }

    @Test("doubles round half to even, at the top become infinite")
    func doubleEdges() {
        let even: BigInteger = 1 << 53
        #expect(Double(even + 1) == 0x1p53)
        #expect(Double(even + 3) == 0x1p53 + 4)
        #expect(Double((even + 1) << 100) == 0x1p153)
        #expect(Double(((even + 1) << 100) + 1) == (0x1p53 + 2) * 0x1p100)
        #expect(Double(BigInteger(0)) == 0)
        let largest = BigInteger(UInt64.max >> 11) << 971
        #expect(Double(largest) == Double.greatestFiniteMagnitude)
        #expect(Double(largest + (BigInteger(1) << 970)) == .infinity)
        #expect(Double(largest + (BigInteger(1) << 970) - 1) == Double.greatestFiniteMagnitude)
        #expect(Double(-(BigInteger(1) << 5_000)) == -.infinity)
    }
}
