import ArgumentParser
import Attestations
import FoundationEssentials
import MarketData
import Rebalancing
import SharedCommands

/// An attestation whose proof is to be exported, and what its circuit follows from.
struct ProvedAttestationOptions: ParsableArguments {
    @Argument(help: "The attestation.")
    var file: String

    @Option(name: .long, help: "The policy.")
    var policy: String

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @Option(name: .long, help: "The policy in force before, for an amend.")
    var from: String?

    @Option(name: .long, help: "The regime model of the policy in force before; the one that it names if absent.")
    var fromModel: String?

    @OptionGroup
    var candles: CandleOptions

    /// The attestation, the policy that it is of, the one that it amends, and the market's risk as its rules read it.
    typealias Proved = (
        attestation: Attestation, policy: CompiledPolicy, amended: CompiledPolicy?, risk: MarketRisk
    )

    /// Reads all of it; an attestation of another policy is refused.
    func read() throws -> Proved {
        let inputs = try VaultInputs(policyPath: policy, modelPath: model)
        let bytes = try Files.read(file, limit: 1 << 24)
        let attestation = try failing(.cannotRun, in: file) { try Attestation(fileBytes: bytes) }
        guard attestation.statement.policy == inputs.compiled.digest else {
            throw CommandFailure(.checkFailed, "\(file): the attestation is of another policy or model")
        }
        if attestation.statement.kind == .amend, !attestation.proof.isEmpty, from == nil {
            throw CommandFailure(
                .wrongUse,
                "what an amend proves is about two policies: name the one before with --from"
            )
        }
        let amended = try from.map { try VaultInputs(policyPath: $0, modelPath: fromModel).compiled }
        return (attestation, inputs.compiled, amended, try risk(of: attestation, inputs.compiled))
    }

    /// The covariance that the attestation's circuit is measured with, where its rules read one: of the candles given.
    private func risk(of attestation: Attestation, _ policy: CompiledPolicy) throws -> MarketRisk {
        guard let stated = attestation.statement.inputs.first(where: { $0.name == .covariance }) else { return .none }
        guard !candles.candles.isEmpty else {
            throw CommandFailure(.wrongUse, "the policy's rules read the covariance of the market: give --candles")
        }
        let series = try candles.load()
        let risk = try failing(.cannotRun) {
            try MarketRisk(
                policy.riskWindows.map { days in
                    try ExactCovariance(
                        closes: DailyCloses(
                            days: days,
                            through: attestation.statement.time,
                            assets: policy.assets,
                            quote: policy.quote,
                            series: series
                        ).prices
                    )
                }
            )
        }
        guard risk.digest == stated.digest else {
            throw CommandFailure(.checkFailed, "the covariance of these candles is not the one that was attested")
        }
        return risk
    }

    /// That there is nothing to export.
    var noProof: CommandFailure {
        CommandFailure(.checkFailed, "\(file): it has no proof: public data alone decide it")
    }
}
