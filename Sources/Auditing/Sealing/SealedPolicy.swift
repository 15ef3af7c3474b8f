public import Attestations
import CanonicalJSON
public import MarketData
public import PolicyLanguage
public import Rebalancing
public import Regimes
public import Ristretto

/// The public form of a policy with secret targets or bands: what a verifier takes in the policy's place.
///
/// It holds everything that a decision depends on but the secret numbers, for which it holds commitments with their ranges and
/// one proof. Tests, properties, comments, groups and named values are not in it. The file's form is on the page
/// <doc:SealedPolicyFile>.
public struct SealedPolicy: Sendable, Hashable {
    /// The policy's name.
    public let name: String
    /// The policy's own version number.
    public let version: Int
    /// Path of the model file as the policy writes it.
    public let modelPath: String?
    /// SHA-256 of the model file.
    public let modelDigest: ContentDigest
    /// Labels of the regimes, calmest first; empty for a policy without regimes.
    public let regimes: [String]
    /// Thresholds for entering and leaving regimes.
    public let regimeRules: [RegimeRule]
    /// One attestation per instant of this grid, in milliseconds.
    public let attestEvery: Int64?
    /// One per regime, all with the same secret parameters.
    public let mandates: [Mandate]
    /// Breakers and the oracle's rule, which are public throughout. The keys of the oracle's sources are a file of their own, as they
    /// are beside a policy in the open, and enter the policy's digest from there.
    public let safeguards: Safeguards
    /// One commitment a secret parameter.
    public let commitments: [CompressedRistretto]
    /// The proof that each parameter lies in its range and the targets sum to one.
    public private(set) var proof: [UInt8]

    /// What is hidden: names and ranges.
    public var parameters: [SecretParameters.Parameter] { mandates.first?.secrets?.parameters ?? [] }

    /// SHA-256 of the canonical bytes without the proof: what the proof's transcript and the policy's digest cover.
    public var document: ContentDigest {
        ContentDigest(hashing: Array("ballast sealed policy v1".utf8) + json(withProof: false).canonicalBytes)
    }

    /// Commitments and proof, bound to the document.
    public var sealedParameters: SealedParameters {
        SealedParameters(document: document, commitments: commitments, proof: proof)
    }

    /// Seals a policy: draws a blinding for each of its secret parameters and proves what is to be proved of them.
    ///
    /// - Parameters:
    ///   - policy: Checked, with a `secret` statement.
    ///   - model: The model that it goes with.
    ///   - entropy: That many random bytes from the system.
    /// - Returns: The public form, and the opening that whoever runs the policy keeps.
    /// - Throws: ``SealedPolicyError``, or ``PolicyCompilationError`` where policy and model do not fit.
    public static func seal(
        _ policy: Policy,
        model: RegimeModel,
        entropy: (Int) -> [UInt8]
    ) throws -> (sealed: SealedPolicy, opening: ParameterOpening) {
        if let first = policy.unsupported.first { throw PolicyCompilationError.unsupported(first) }
        guard let secrets = policy.secrets else { throw SealedPolicyError.nothingSecret(name: policy.name) }
        try policy.checkFits(model)
        let opening = ParameterOpening(drawingFor: secrets.values, entropy: entropy)
        var sealed = SealedPolicy(
            name: policy.name,
            version: policy.version,
            modelPath: policy.modelPath,
            modelDigest: model.digest,
            regimes: policy.regimes,
            regimeRules: policy.regimeRules,
            attestEvery: policy.attestEvery,
            mandates: secrets.mandates,
            safeguards: policy.safeguards,
            commitments: opening.commitments(),
            proof: []
        )
        let parameters = try SealedParameters(proving: opening, of: secrets.mandates, in: sealed.document)
        sealed.proof = parameters.proof
        // What the file's form cannot carry would be lost in silence.
        guard try SealedPolicy(fileBytes: Array(sealed.fileText.utf8)) == sealed else {
            throw SealedPolicyError.notCarried(name: policy.name)
        }
        return (sealed, opening)
    }

    init(
        name: String,
        version: Int,
        modelPath: String?,
        modelDigest: ContentDigest,
        regimes: [String],
        regimeRules: [RegimeRule],
        attestEvery: Int64?,
        mandates: [Mandate],
        safeguards: Safeguards,
        commitments: [CompressedRistretto],
        proof: [UInt8]
    ) {
        self.name = name
        self.version = version
        self.modelPath = modelPath
        self.modelDigest = modelDigest
        self.regimes = regimes
        self.regimeRules = regimeRules
        self.attestEvery = attestEvery
        self.mandates = mandates
        self.safeguards = safeguards
        self.commitments = commitments
        self.proof = proof
    }
}

/// Why a policy cannot be sealed, or a file is no sealed policy.
public enum SealedPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The policy hides nothing.
    case nothingSecret(name: String)
    /// The policy demands something that the sealed form has no place for.
    case notCarried(name: String)
    /// The file is no sealed policy of a version that this build reads.
    case malformed(reason: String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .nothingSecret(let name):
            "\"\(name)\" has no `secret` statement: there is nothing to seal, give the policy itself"
        case .notCarried(let name):
            "\"\(name)\" demands something that a sealed policy cannot carry in this version"
        case .malformed(let reason): "not a sealed policy: \(reason)"
        }
    }
}
