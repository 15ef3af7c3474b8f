import CanonicalJSON
import MarketData
import Testing

@testable import Attestations

/// Stored reports over a period, altered as their files.
@Suite("A file of a report over a period")
struct HostilePeriodTests {
    private static let paths = ["period-v1/period.json", "period-v1/period-return.json"]

    private static func members(_ path: String) throws -> [JSONMember] {
        guard case .object(let members) = try JSONValue.read(StoredFiles.bytes(path)) else { return [] }
        return members
    }

    private static func replacing(_ name: String, _ members: [JSONMember], _ change: (JSONValue) -> JSONValue)
        -> [JSONMember]
    {
        members.map { $0.name == name ? JSONMember(name, change($0.value)) : $0 }
    }

    /// The checks that fail, with their reasons, where the market is what the report's own steps say.
    private static func failures(_ report: PeriodReport) throws -> [(name: String, reason: String)] {
        let vault = try BucketScenario.vault()
        let chain = try StoredFiles.chain("attestations-v1-bucket", kinds: [.genesis, .rebalance, .hold])
        let expectations = report.steps.indices.map { index in
            let statement = chain[min(index + 1, 2)].statement
            return AttestationVerifier.Expectation(
                regime: Int(statement.regime),
                candles: statement.candles,
                prices: statement.prices
            )
        }
        return vault.verifier.checks(
            of: report,
            expecting: expectations,
            now: TestVault.start.adding(milliseconds: 100_000 * TestVault.day)
        ).compactMap { item in
            if case .failed(let reason) = item.check.outcome { (item.check.name, reason) } else { nil }
        }
    }

    @Test("is bound by signature and proof in each of its fields", arguments: paths)
    func everyField(path: String) throws {
        let members = try Self.members(path)
        let names = members.map(\.name).filter { !["format", "version", "signature", "operator"].contains($0) }
        #expect(try Self.failures(PeriodReport(fileBytes: StoredFiles.bytes(path))).isEmpty)
        func altered(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text): .string((text.hasPrefix("0") ? "1" : "0") + text.dropFirst())
            case .number(let text): .number("\((Int(text) ?? 0) + 1)")
            case .array(let items): .array(items.reversed())
            default: .null
            }
        }
        for name in names {
            let file = JSONValue.object(Self.replacing(name, members, altered)).canonicalBytes
            // Where the reader itself refuses, there is nothing to be fooled by.
            guard let report = try? PeriodReport(fileBytes: file) else { continue }
            let failed = try Self.failures(report).map(\.name)
            #expect(failed.contains("signature") || failed.first == "form", "\(name)")
            #expect(failed.contains("proof") || failed.first == "form", "\(name)")
        }
        let stranger = JSONValue.hex(TestSigner(seed: 77).publicKey)
        let taken = JSONValue.object(Self.replacing("operator", members) { _ in stranger }).canonicalBytes
        #expect(try Self.failures(PeriodReport(fileBytes: taken)).map(\.name) == ["signature"])
    }

    @Test(
        "that names thousands of steps is refused before more is laid out than a proof can be about"
    )
    func tooManySteps() throws {
        let members = try Self.members(Self.paths[1])
        let file = JSONValue.object(
            Self.replacing("steps", members) { steps in
                guard case .array(let items) = steps else { return steps }
                return .array((0..<PeriodReport.mostSteps).map { _ in items[0] })
            }
        ).canonicalBytes
        let report = try PeriodReport(fileBytes: file)
        #expect(report.steps.count == PeriodReport.mostSteps)
        let reason = try Self.failures(report).last { $0.name == "proof" }?.reason
        #expect(reason?.contains("choose a shorter period") == true, "\(reason ?? "no proof was asked for")")
    }
}
