import MarketData
import Testing

@testable import Attestations

@Suite("A time grid")
struct TimeGridTests {
    private let grid = TimeGrid(step: 10)
    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test(
        "names every instant between two attestations, and the later one's own where that takes none",
        arguments: [
            (0, 10, true, []), (0, 10, false, [10]), (0, 9, false, []), (3, 10, true, []), (3, 11, true, [10]),
            (0, 20, true, [10]), (0, 20, false, [10, 20]), (5, 41, false, [10, 20, 30, 40]), (-15, 1, true, [-10, 0]),
        ] as [(Int64, Int64, Bool, [Int64])]
    )
    func names(earlier: Int64, later: Int64, taken: Bool, missing: [Int64]) {
        let gap = grid.gap(after: time(earlier), to: time(later), taken: taken)
        #expect(gap?.named.map(\.milliseconds) ?? [] == missing)
        #expect(gap?.count ?? 0 == Int64(missing.count))
    }

    @Test("names twenty at most, and counts the rest", arguments: [20, 21, 500] as [Int64])
    func counts(missing: Int64) throws {
        let gap = try #require(grid.gap(after: time(0), to: time(missing * 10 + 1), taken: true))
        #expect(gap.count == missing)
        #expect(gap.named.map(\.milliseconds) == (1...20).map { $0 * 10 })
        #expect(gap.text.hasSuffix(missing > 20 ? "and \(missing - 20) more" : "Z"))
    }

    @Test("does not trap at the ends of time")
    func ends() {
        let ends = [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max]
        for step in [1, 10, Int64.max] {
            for (first, second) in ends.flatMap({ first in ends.map { (first, $0) } }) {
                let gap = TimeGrid(step: step).gap(after: time(first), to: time(second), taken: true)
                #expect(gap.map { $0.count > 0 } ?? true)
            }
        }
    }
}
