import ArgumentParser
package import Attestations
import Auditing
import CanonicalJSON
package import MarketData
package import PolicyLanguage
package import Regimes

/// A policy that was read and checked, with the model it goes with: what `run`, `verify` and `compile` all begin with.
package struct VaultInputs {
    /// The policy.
    package let policy: Policy
    /// The regime model.
    package let model: RegimeModel
    /// Its circuits.
    package let compiled: CompiledPolicy

    /// Reads both files and compiles the policy.
    ///
    /// - Parameters:
    ///   - policyPath: The policy.
    ///   - modelPath: The model; the one that the policy names if `nil`.
    ///   - sourcesPath: The oracle's sources; the file beside the policy if `nil`.
    ///   - status: The status where the model's file is JSON and its values are not a model's.
    package init(
        policyPath: String,
        modelPath: String?,
        sourcesPath: String? = nil,
        status: CommandFailure.Status = .cannotRun
    ) throws {
        let policy = try Self.policy(at: policyPath)
        guard let path = modelPath ?? policy.modelPath.map({ Files.beside(policyPath, $0) }) else {
            throw CommandFailure(.wrongUse, "\(policyPath) names no model: give --model FILE")
        }
        let model = try Self.model(at: path, impossible: status)
        self.policy = policy
        self.model = model
        let sources = try Self.sources(of: policy, at: sourcesPath, policyPath: policyPath)
        compiled = try failing(.checkFailed) { try CompiledPolicy(policy, model: model, sources: sources) }
    }

    /// Reads and checks a policy; every diagnostic is printed.
    package static func policy(at path: String) throws -> Policy {
        let check = Policy.check(PolicySource(path: path, text: try Files.readText(path)), loading: .files)
        guard let policy = check.policy else {
            for diagnostic in check.diagnostics { Terminal.error(diagnostic.description) }
            throw CommandFailure(.checkFailed)
        }
        return policy
    }

    /// Reads a model file.
    package static func model(at path: String, impossible: CommandFailure.Status = .cannotRun) throws -> RegimeModel {
        let bytes = try Files.read(path, limit: 1 << 24)
        let status = (try? JSONValue.read(bytes)) == nil ? .cannotRun : impossible
        return try failing(status, in: path) { try RegimeModel(fileBytes: bytes) }
    }

    /// The market as this vault's decisions see it.
    package func replay(_ series: [CandleSeries]) throws -> MarketReplay {
        try failing(.cannotRun) {
            try MarketReplay(
                series: series,
                model: model,
                rules: policy.hysteresisRules,
                assets: compiled.assets,
                quote: compiled.quote
            )
        }
    }
}
