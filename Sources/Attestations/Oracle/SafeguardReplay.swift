public import MarketData
public import Rebalancing
import Ristretto

/// What a compiled policy's breakers and oracle say at any close, from candles and signed reports.
///
/// Operator and verifier each make one for themselves. Only reports by the policy's own sources, in its quote currency and
/// with a signature that holds are looked at; the others are counted in ``ignored``.
public struct SafeguardReplay: Sendable {
    private let history: SafeguardHistory
    private let sources: OracleSources?
    /// Reports that were not looked at, by reason.
    public let ignored: [String: Int]

    private struct MarketMark: Hashable {
        let time: Timestamp
        let candles: ContentDigest
    }

    /// Checks every signature and looks at the whole market at hand.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - candles: Series of the assets held.
    ///   - reports: What the sources signed, in any order.
    ///   - closes: The closes at which decisions stand, ascending.
    ///   - digest: D of the candles at hand through a time. An oracle is bad at a close through which fewer sources than its
    ///     quorum signed them.
    /// - Throws: `SafeguardError` if a breaker cannot be followed.
    public init(
        _ policy: CompiledPolicy,
        candles: [CandleSeries],
        reports: OracleFile,
        closes: [Timestamp],
        digest: (Timestamp) -> ContentDigest?
    ) throws(SafeguardError) {
        var ignored: [String: Int] = [:]
        let sources = policy.sources
        let judged = Workers.map(reports.prices) { report -> Result<PriceReport, ReportFlaw> in
            guard let source = sources?.index(of: report.source) else { return .failure(.foreign) }
            guard report.quote == policy.quote else { return .failure(.otherQuote) }
            guard report.isAuthentic else { return .failure(.forged) }
            return .success(
                PriceReport(source: source, asset: report.asset, time: report.time, price: report.price)
            )
        }
        var accepted: [PriceReport] = []
        for result in judged {
            switch result {
            case .success(let report): accepted.append(report)
            case .failure(let flaw): ignored[flaw.rawValue, default: 0] += 1
            }
        }
        var signed: [MarketMark: Set<Int>] = [:]
        let marks = Workers.map(reports.candles) { mark in mark.isAuthentic }
        for (mark, isAuthentic) in zip(reports.candles, marks) {
            guard let source = sources?.index(of: mark.source) else {
                ignored[ReportFlaw.foreign.rawValue, default: 0] += 1
                continue
            }
            guard isAuthentic else {
                ignored[ReportFlaw.forged.rawValue, default: 0] += 1
                continue
            }
            signed[MarketMark(time: mark.time, candles: mark.candles), default: []].insert(source)
        }
        self.ignored = ignored
        self.sources = sources
        var signatures: [Timestamp: Int] = [:]
        for close in signed.isEmpty ? [] : closes {
            signatures[close] = digest(close).flatMap { signed[MarketMark(time: close, candles: $0)]?.count }
        }
        history = try SafeguardHistory(
            policy.safeguards,
            candles: candles,
            reports: accepted,
            closes: closes,
            assets: policy.assets,
            quote: policy.quote,
            signatures: signatures
        )
    }

    /// Why a report is not looked at.
    private enum ReportFlaw: String, Error {
        case foreign = "by a key that is none of the policy's sources"
        case otherQuote = "in another quote currency"
        case forged = "with a signature that is not the source's"
    }

    /// What the safeguards say at a time, with the last reset that a chain shows by then; without one the whole past counts.
    public func verdict(at time: Timestamp, since reset: Timestamp? = nil) -> SafeguardVerdict {
        history.verdict(at: time, since: reset)
    }

    /// The prices of a decision: the oracle's medians, or the candles' closes where it is bad or the policy has none.
    public func prices(at close: Timestamp, closes candles: [Price]) -> [Price] {
        history.oracle(at: close)?.prices ?? candles
    }

    /// What a decision's statement carries of the oracle: the digest of the reports that counted, none without an oracle.
    public func inputs(at close: Timestamp) -> [PublicInput] {
        guard let sources, let verdict = history.oracle(at: close) else { return [] }
        return [PublicInput(.reports, Self.digest(of: verdict.counted, by: sources))]
    }

    /// SHA-256 over a domain, the count, and key, symbol, time and price of every report that counted.
    private static func digest(of reports: [PriceReport], by sources: OracleSources) -> ContentDigest {
        var bytes = Array("ballast counted reports v1".utf8) + UInt32(reports.count).littleEndianBytes
        for report in reports {
            bytes += sources.sources[report.source].key
            bytes.append(UInt8(report.asset.symbol.utf8.count))
            bytes += Array(report.asset.symbol.utf8)
            bytes += report.time.littleEndianBytes + report.price.units.littleEndianBytes
        }
        return ContentDigest(hashing: bytes)
    }
}
