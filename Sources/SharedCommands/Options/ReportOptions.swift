package import ArgumentParser
package import Attestations
package import MarketData
package import PolicyLanguage
import Rebalancing
package import Regimes

/// `--sources` and `--reports`: who signs market data, and what they signed.
package struct ReportOptions: ParsableArguments {
    /// The file of sources, as given.
    @Option(
        name: .long,
        help:
            "The price sources' public keys, for a policy with an `oracle`; NAME.sources beside the policy if absent."
    )
    package var sources: String?

    /// Files and folders of reports, as given.
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Signed reports: a file, or a folder of .jsonl files. May be given again.",
            valueName: "PATH"
        )
    )
    package var reports: [String] = []

    /// Nothing given yet.
    package init() {}

    /// Reads every report.
    package func load() throws -> OracleFile {
        var all = OracleFile()
        for path in reports {
            let names = Files.names(in: path).map { names in
                names.filter { $0.hasSuffix(".jsonl") }.sorted().map { path + "/" + $0 }.filter(Files.isRegular)
            }
            for file in names ?? [path] {
                let bytes = try Files.read(file)
                all.add(try failing(.cannotRun, in: file) { try OracleFile(fileBytes: bytes) })
            }
        }
        return all
    }
}

extension VaultInputs {
    /// The file of sources that goes with a policy: `NAME.sources` beside `NAME.policy` and `NAME.sealed.json`.
    package static func sourcesPath(ofPolicy path: String) -> String {
        let suffix = [".policy", ".sealed.json"].first { path.hasSuffix($0) } ?? ""
        return path.dropLast(suffix.count) + ".sources"
    }

    /// The sources that a policy's oracle trusts; `nil` for a policy without one.
    package static func sources(of policy: Policy, at path: String?, policyPath: String) throws -> OracleSources? {
        guard policy.unsupported.isEmpty else { return nil }
        return try sources(of: policy.safeguards, at: path, policyPath: policyPath)
    }

    /// The sources that safeguards speak of; `nil` for those without an oracle.
    static func sources(of safeguards: Safeguards, at path: String?, policyPath: String) throws -> OracleSources? {
        guard safeguards.oracle != nil else { return nil }
        let file = path ?? sourcesPath(ofPolicy: policyPath)
        guard path != nil || Files.exists(file) else {
            throw CommandFailure(
                .cannotRun,
                "\(policyPath) has an `oracle`, and its sources' public keys are not given: write \(file) or give --sources FILE"
            )
        }
        let bytes = try Files.read(file, limit: 1 << 20)
        return try failing(.cannotRun, in: file) { try OracleSources(fileBytes: bytes) }
    }

    /// What breakers and oracle say over this market; `nil` for a policy without any.
    package func safeguards(_ replay: MarketReplay, _ series: [CandleSeries], _ options: ReportOptions) throws
        -> SafeguardReplay?
    {
        guard !compiled.safeguards.isEmpty else { return nil }
        if compiled.safeguards.oracle != nil, options.reports.isEmpty {
            throw CommandFailure(.wrongUse, "the policy has an `oracle`: give its sources' reports with --reports PATH")
        }
        let reports = try options.load()
        var digests = replay
        return try failing(.cannotRun) {
            try SafeguardReplay(compiled, candles: series, reports: reports, closes: replay.times) {
                try? digests.candles(through: $0)
            }
        }
    }
}
