import MarketData
import Rebalancing
import TestSupport
import Testing

@Suite("A schedule")
struct ScheduleTests {
    @Test(
        "is due iff an instant lies in (last, now]",
        arguments: [
            // Exactly at the instant is due; exactly since the instant is not.
            (Schedule.daily(minuteOfDay: 0), "2022-01-01T00:00:00Z", "2022-01-02T00:00:00Z", true),
            (.daily(minuteOfDay: 0), "2022-01-01T00:00:00Z", "2022-01-01T23:59:59.999Z", false),
            (.daily(minuteOfDay: 90), "2022-01-01T01:29:59.999Z", "2022-01-01T01:30:00Z", true),
            (.daily(minuteOfDay: 90), "2022-01-01T01:30:00Z", "2022-01-01T01:30:00Z", false),
            // 2022-01-03 was a Monday, 2022-01-09 a Sunday.
            (.weekly(weekday: 1, minuteOfDay: 0), "2022-01-02T23:59:59Z", "2022-01-03T00:00:00Z", true),
            (.weekly(weekday: 1, minuteOfDay: 0), "2022-01-03T00:00:00Z", "2022-01-09T23:59:59Z", false),
            (.weekly(weekday: 7, minuteOfDay: 1_439), "2022-01-03T00:00:00Z", "2022-01-09T23:58:59Z", false),
            (.weekly(weekday: 7, minuteOfDay: 1_439), "2022-01-03T00:00:00Z", "2022-01-09T23:59:00Z", true),
            // February of a leap year, of a common year, of a century; the turn of a year.
            (.monthly(day: 1, minuteOfDay: 0), "2024-02-01T00:00:00Z", "2024-02-29T23:59:59Z", false),
            (.monthly(day: 1, minuteOfDay: 0), "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", true),
            (.monthly(day: 28, minuteOfDay: 0), "2023-01-28T00:00:00Z", "2023-02-27T23:59:59Z", false),
            (.monthly(day: 28, minuteOfDay: 0), "2023-01-28T00:00:00Z", "2023-02-28T00:00:00Z", true),
            (.monthly(day: 28, minuteOfDay: 600), "1900-02-28T10:00:00Z", "1900-03-01T00:00:00Z", false),
            (.monthly(day: 15, minuteOfDay: 720), "2021-12-15T12:00:00Z", "2022-01-15T11:59:59Z", false),
            (.monthly(day: 15, minuteOfDay: 720), "2021-12-15T12:00:00Z", "2022-01-15T12:00:00Z", true),
            // Before the epoch, and many instants missed at once.
            (.monthly(day: 1, minuteOfDay: 0), "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", true),
            (.monthly(day: 1, minuteOfDay: 0), "2020-01-01T00:00:00Z", "2022-06-17T00:00:00Z", true),
            // 30 days pass; time runs backwards.
            (.every(milliseconds: 30 * 86_400_000), "2022-01-01T00:00:00Z", "2022-01-30T23:59:59.999Z", false),
            (.every(milliseconds: 30 * 86_400_000), "2022-01-01T00:00:00Z", "2022-01-31T00:00:00Z", true),
            (.daily(minuteOfDay: 0), "2022-01-02T00:00:00Z", "2022-01-01T12:00:00Z", false),
        ]
    )
    func isDue(schedule: Schedule, last: String, now: String, expected: Bool) throws {
        #expect(schedule.isDue(after: try Timestamp(last), at: try Timestamp(now)) == expected)
    }

    @Test(
        "names the next instant",
        arguments: [
            (Schedule.daily(minuteOfDay: 60), "2023-12-31T01:00:00Z", "2024-01-01T01:00:00Z"),
            (.weekly(weekday: 3, minuteOfDay: 0), "2022-01-05T00:00:00Z", "2022-01-12T00:00:00Z"),
            (.weekly(weekday: 3, minuteOfDay: 0), "2022-01-04T23:59:59Z", "2022-01-05T00:00:00Z"),
            (.monthly(day: 28, minuteOfDay: 0), "2024-01-31T00:00:00Z", "2024-02-28T00:00:00Z"),
            (.monthly(day: 1, minuteOfDay: 0), "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            (.monthly(day: 5, minuteOfDay: 0), "2023-12-06T00:00:00Z", "2024-01-05T00:00:00Z"),
            (.every(milliseconds: 21_600_000), "2023-12-31T22:00:00Z", "2024-01-01T04:00:00Z"),
        ]
    )
    func nextInstant(schedule: Schedule, last: String, expected: String) throws {
        #expect(schedule.nextInstant(after: try Timestamp(last)) == (try Timestamp(expected)))
    }

    @Test("becomes due at its next instant and not a millisecond before", arguments: UInt64(0)..<200)
    func nextInstantIsTheFirstDue(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let minute = Int.random(in: 0...1_439, using: &random)
        let schedules: [Schedule] = [
            .every(milliseconds: Int64.random(in: 1...10_000_000_000, using: &random)),
            .daily(minuteOfDay: minute),
            .weekly(weekday: Int.random(in: 1...7, using: &random), minuteOfDay: minute),
            .monthly(day: Int.random(in: 1...28, using: &random), minuteOfDay: minute),
        ]
        let last = Timestamp(milliseconds: Int64.random(in: -4_000_000_000_000...4_000_000_000_000, using: &random))
        for schedule in schedules {
            let next = schedule.nextInstant(after: last)
            #expect(next > last)
            #expect(schedule.isDue(after: last, at: next))
            #expect(!schedule.isDue(after: last, at: next.adding(milliseconds: -1)))
        }
    }

    @Test("never traps at the ends of time")
    func survivesExtremes() {
        let ends = [Timestamp(milliseconds: .min), Timestamp(milliseconds: 0), Timestamp(milliseconds: .max)]
        for schedule in [
            Schedule.every(milliseconds: .max), .daily(minuteOfDay: 1_439), .weekly(weekday: 7, minuteOfDay: 1_439),
            .monthly(day: 28, minuteOfDay: 1_439),
        ] {
            for last in ends {
                for now in ends { #expect(schedule.isDue(after: last, at: now) ? now > last : true) }
                #expect(schedule.nextInstant(after: last) >= last)
            }
        }
    }
}
