import ArgumentParser
package import Attestations
package import Auditing
import CanonicalJSON
package import MarketData
package import PolicyLanguage
package import Regimes

/// A policy that was read and checked, with the model it goes with: what `run`, `verify` and `compile` all begin with.
package struct VaultInputs {
    /// The policy; `nil` where its sealed form was given.
    package let policy: Policy?
    /// The sealed form, where that was given.
    package let sealed: SealedPolicy?
    /// The regime model.
    package let model: RegimeModel
    /// Its circuits.
    package let compiled: CompiledPolicy

    /// What a policy is read for.
    package enum Purpose: Sendable {
        /// To prove or verify under it: one with secret parameters has to be sealed.
        case proof
        /// To look at what it would do: its secret parameters count as public, and nothing is proved.
        case study
    }

    /// Reads both files and compiles the policy.
    ///
    /// - Parameters:
    ///   - policyPath: The policy, or its sealed form.
    ///   - modelPath: The model; the one that the policy names if `nil`.
    ///   - sourcesPath: The oracle's sources; the file beside the policy if `nil`.
    ///   - status: The status where the model's file is JSON and its values are not a model's.
    ///   - purpose: What for.
    package init(
        policyPath: String,
        modelPath: String?,
        sourcesPath: String? = nil,
        status: CommandFailure.Status = .cannotRun,
        purpose: Purpose = .proof
    ) throws {
        let sealed = try Self.sealed(at: policyPath)
        let policy = sealed == nil ? try Self.policy(at: policyPath) : nil
        guard let path = modelPath ?? (sealed?.modelPath ?? policy?.modelPath).map({ Files.beside(policyPath, $0) })
        else {
            throw CommandFailure(.wrongUse, "\(policyPath) names no model: give --model FILE")
        }
        let model = try Self.model(at: path, impossible: status)
        self.policy = policy
        self.sealed = sealed
        self.model = model
        let sources =
            try policy.flatMap { try Self.sources(of: $0, at: sourcesPath, policyPath: policyPath) }
            ?? sealed.flatMap { try Self.sources(of: $0.safeguards, at: sourcesPath, policyPath: policyPath) }
        compiled = try failing(.checkFailed) {
            switch (sealed, policy) {
            case (let sealed?, _): try CompiledPolicy(sealed, model: model, sources: sources)
            case (nil, let policy?):
                try purpose == .proof
                    ? CompiledPolicy(policy, model: model, sources: sources)
                    : CompiledPolicy(studying: policy, model: model, sources: sources)
            case (nil, nil): throw CommandFailure(.cannotRun, "\(policyPath): no policy")
            }
        }
    }

    /// Reads a sealed policy; `nil` if the file is none, and then a policy's text.
    package static func sealed(at path: String) throws -> SealedPolicy? {
        let bytes = try Files.read(path, limit: 1 << 24)
        guard SealedPolicy.isSealed(bytes) else { return nil }
        return try failing(.checkFailed, in: path) { try SealedPolicy(fileBytes: bytes) }
    }

    /// Reads and checks a policy; every diagnostic is printed.
    package static func policy(at path: String) throws -> Policy {
        let check = Policy.check(try source(at: path), loading: .files)
        guard let policy = check.policy else {
            for diagnostic in check.diagnostics { Terminal.error(diagnostic.description) }
            throw CommandFailure(.checkFailed)
        }
        return policy
    }

    /// Reads a policy's text.
    package static func source(at path: String) throws -> PolicySource {
        let text = try Files.readText(path)
        guard !SealedPolicy.isSealed(Array(text.utf8)) else {
            throw CommandFailure(.wrongUse, "\(path): a sealed policy, expected a policy's own text")
        }
        return PolicySource(path: path, text: text)
    }

    /// Reads a model file.
    package static func model(at path: String, impossible: CommandFailure.Status = .cannotRun) throws -> RegimeModel {
        let bytes = try Files.read(path, limit: 1 << 24)
        let status = (try? JSONValue.read(bytes)) == nil ? .cannotRun : impossible
        return try failing(status, in: path) { try RegimeModel(fileBytes: bytes) }
    }

    /// The policy's enter and leave rules as the regime filter takes them.
    package var hysteresisRules: [HysteresisRule] { sealed?.hysteresisRules ?? policy?.hysteresisRules ?? [] }

    /// The market as this vault's decisions see it.
    package func replay(_ series: [CandleSeries]) throws -> MarketReplay {
        try failing(.cannotRun) {
            try MarketReplay(
                series: series,
                model: model,
                rules: hysteresisRules,
                assets: compiled.assets,
                quote: compiled.quote,
                scope: compiled.mandates.count == 1 ? .single : .ofModel
            )
        }
    }
}
