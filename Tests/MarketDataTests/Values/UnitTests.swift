import MarketData
import Testing

@Suite("Prices, quantities, amounts")
struct UnitTests {
    @Test(
        "rounds prices half to even at the eighth decimal",
        arguments: [
            ("57953.86", 5_795_386_000_000), ("0.000000015", 2), ("0.000000025", 2), ("0.0000000251", 3),
            ("0.0000000051", 1), ("1", 100_000_000), ("184467440737.09551615", .max), ("9.8339697e-05", 9834),
        ] as [(String, UInt64)]
    )
    func roundsPrices(text: String, units: UInt64) throws {
        #expect(try Price(rounding: ExactDecimal(text)).units == units)
    }

    @Test("refuses prices that are not positive, round to zero or do not fit")
    func refusesPrices() throws {
        func refusal(_ text: String) throws -> UnitError? {
            let decimal = try ExactDecimal(text)
            return #expect(throws: UnitError.self) { try Price(rounding: decimal) }
        }
        #expect(try refusal("0") == .priceNotPositive(got: .zero))
        #expect(try refusal("-1") == .priceNotPositive(got: ExactDecimal(-1)))
        #expect(try refusal("0.000000005") == .priceRoundsToZero(got: ExactDecimal("5e-9")))
        #expect(try refusal("184467440737.09551616") == .priceTooLarge(got: ExactDecimal("184467440737.09551616")))
        #expect(try refusal("1e300") == .priceTooLarge(got: ExactDecimal("1e300")))
        #expect(Price(units: 0) == nil)
        #expect(Price.one.description == "1")
        #expect(Price(units: 1)?.description == "0.00000001")
    }

    @Test("floors quantities to the unit")
    func floorsQuantities() throws {
        #expect(try Quantity("1.999999999").units == 199_999_999)
        #expect(try Quantity("0").units == 0)
        #expect(try Quantity("184467440737.095516159").units == .max)
        let long = "0.3333333333333333333333333333333333333333333333"
        #expect(try Quantity(long).units == 33_333_333)
    }

    @Test(
        "refuses quantities without repeating them",
        arguments: ["-12345678", "12345678x", "12345678000000", "12345678e300", "12345678.1.2", ".", ""]
    )
    func refusesQuantities(text: String) throws {
        let error = #expect(throws: UnitError.self) { try Quantity(text) }
        let message = try #require(error).description
        #expect(!message.contains("12345678"))
    }

    @Test("never prints a quantity")
    func hidesQuantities() {
        let quantity = Quantity(units: 987_654_321)
        var dumped = ""
        dump([quantity], to: &dumped)
        for text in [
            "\(quantity)", String(reflecting: quantity), String(describing: [quantity]), dumped, "\((quantity, 1))",
        ] {
            #expect(!text.contains("987"))
            #expect(text.contains("<hidden>"))
        }
    }

    @Test("reads and prints amounts exactly")
    func amounts() throws {
        #expect(try Money("1000000").units == 100_000_000_000_000)
        #expect(try Money("-0.25").description == "-0.25")
        #expect(throws: UnitError.moneyNotRepresentable(got: "0.000000001")) { try Money("0.000000001") }
        #expect(throws: UnitError.moneyNotADecimal(got: "ten")) { try Money("ten") }
        #expect(PartsPerMillion(25_000).description == "2.5%")
        #expect(PartsPerMillion(-1).description == "-0.0001%")
    }

    @Test("takes upper-case symbols of one through sixteen characters")
    func assets() throws {
        #expect(try Asset("BTC") < Asset("ETH"))
        #expect(try Asset("A1.B-C_D").symbol == "A1.B-C_D")
        for text in ["", "btc", "1INCH", "BTC ", "ABCDEFGHIJKLMNOPQ", "BTÇ", "B\u{0}", "-A"] {
            #expect(throws: AssetError.invalidSymbol(got: text)) { try Asset(text) }
        }
    }

    @Test("hashes as SHA-256 and reads only lower-case hexadecimal")
    func digests() throws {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(ContentDigest(hashing: Array("abc".utf8)).description == abc)
        #expect(ContentDigest(hex: abc) == ContentDigest(hashing: Array("abc".utf8)))
        #expect(ContentDigest(hex: abc.uppercased()) == nil)
        #expect(ContentDigest(hex: String(abc.dropLast())) == nil)
        #expect(ContentDigest(bytes: [1, 2]) == nil)
        // The digest of no bytes at all, as `sha256sum < /dev/null` prints it.
        #expect(
            ContentDigest(hashing: []).description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }
}
