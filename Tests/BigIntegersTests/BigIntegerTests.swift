import BigIntegers
import Testing

@Test func decimalTextRoundTrips() {
    #expect(BigInteger("-12345678901234567890123")?.description == "-12345678901234567890123")
}
