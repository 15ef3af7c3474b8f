import MarketData
import TestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "reads ISO-8601 in its usual spellings",
        arguments: [
            ("1970-01-01", 0),
            ("1970-01-01T00:00:00Z", 0),
            ("2021-04-04T20:00:00Z", 1_617_566_400_000),
            ("2021-04-04 20:00:00", 1_617_566_400_000),
            ("2021-04-04T20:00", 1_617_566_400_000),
            ("2021-04-04t20:00:00z", 1_617_566_400_000),
            ("2021-04-04T22:00:00+02:00", 1_617_566_400_000),
            ("2021-04-04T22:00:00+0200", 1_617_566_400_000),
            ("2021-04-04T15:30:00-04:30", 1_617_566_400_000),
            ("2021-04-05T08:00:00+12", 1_617_566_400_000),
            ("2021-04-04T20:00:00.5Z", 1_617_566_400_500),
            ("2021-04-04T20:00:00.123000Z", 1_617_566_400_123),
            ("2000-02-29", 951_782_400_000),
            ("1969-12-31T23:59:59.999Z", -1),
            ("0000-01-01", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)]
    )
    func reads(text: String, milliseconds: Int64) throws {
        #expect(try Timestamp(text).milliseconds == milliseconds)
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", "2021", "2021-4-4", "2021-04-04T", "2021-04-04T20", "2021-04-04T20:00:00X", "2021-04-04T20:00:00ZZ",
            "2021-04-04T20:00:00.Z", "2021-02-29", "1900-02-29", "2021-13-01", "2021-00-01", "2021-01-00",
            "2021-01-32", "2021-04-31", "2021-01-01T24:00:00Z", "2021-01-01T00:60:00Z", "2021-06-30T23:59:60Z",
            "2021-01-01T00:00:00+25:00", "2021-01-01T00:00:00+1", "2021-01-01T00:00:00.0001Z", " 2021-01-01",
            "2021-01-01 ", "+2021-01-01", "20210101", "2021-01-01T00:00:00+01:60", "２021-01-01",
        ]
    )
    func refuses(text: String) {
        #expect(throws: TimestampError.self) { try Timestamp(text) }
    }

    @Test("prints what it reads", arguments: UInt64(0)..<200)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let time = Timestamp(milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
        #expect(try Timestamp(time.description) == time)
        #expect(Timestamp(startOf: time.civilDate) == time.startOfDay)
        #expect(time.startOfDay <= time && time.milliseconds(since: time.startOfDay) < 86_400_000)
        #expect(
            CivilDate(year: time.civilDate.year, month: time.civilDate.month, day: time.civilDate.day) == time.civilDate
        )
    }

    @Test("knows every day of the calendar from 1600 to 2400 in order")
    func knowsTheCalendar() throws {
        var date = try #require(CivilDate(year: 1600, month: 1, day: 1))
        let end = try #require(CivilDate(year: 2400, month: 1, day: 1)).daysSinceEpoch
        // 1600-01-01 was a Saturday.
        var weekday = 6
        while date.daysSinceEpoch < end {
            let next = CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1)
            let isLastDay = date.day == CivilDate.days(inMonth: date.month, ofYear: date.year)
            let isLastMonth = isLastDay && date.month == 12
            #expect(next.day == (isLastDay ? 1 : date.day + 1))
            #expect(next.month == (isLastMonth ? 1 : isLastDay ? date.month + 1 : date.month))
            #expect(next.year == (isLastMonth ? date.year + 1 : date.year))
            #expect(date.weekday == weekday)
            weekday = weekday % 7 + 1
            date = next
        }
    }

    @Test("saturates instead of trapping")
    func saturates() {
        let far = Timestamp(milliseconds: .max)
        #expect(far.adding(milliseconds: 1) == far)
        #expect(Timestamp(milliseconds: .min).adding(milliseconds: -1).milliseconds == .min)
        #expect(Timestamp(milliseconds: .min).milliseconds(since: far) == .min)
        #expect(far.description.hasSuffix("Z"))
        #expect(Timestamp(milliseconds: .min).description.hasPrefix("-"))
        #expect(Timestamp(milliseconds: -1).floored(toMultipleOf: 1_000).milliseconds == -1_000)
    }
}
