import Attestations
import CanonicalJSON
public import MarketData

/// The instants of a policy's time grid at which a chain holds no attestation, over the whole chain.
public struct MissingInstants: Sendable, Hashable {
    /// The first of them, ascending: at most `TimeGrid.Gap.mostNamed`.
    public private(set) var named: [Timestamp] = []
    /// How many there are.
    public private(set) var count: Int64 = 0

    init() {}

    mutating func add(_ gap: TimeGrid.Gap) {
        named += gap.named.prefix(max(0, TimeGrid.Gap.mostNamed - named.count))
        let (sum, overflow) = count.addingReportingOverflow(gap.count)
        count = overflow ? .max : sum
    }

    /// In words: every instant, or the first ones and how many follow.
    var text: String {
        let times = named.map(\.description).joined(separator: ", ")
        return count > Int64(named.count) ? times + " and \(count - Int64(named.count)) more" : times
    }

    var json: JSONValue { .missingInstants(named, count: count) }
}

extension TimeGrid.Gap {
    var json: JSONValue { .missingInstants(named, count: count) }
}

extension JSONValue {
    /// The instants named, and how many there are in all.
    fileprivate static func missingInstants(_ named: [Timestamp], count: Int64) -> JSONValue {
        .object([
            JSONMember("count", .number("\(count)")),
            JSONMember("first", .array(named.map { .string($0.description) })),
        ])
    }
}
