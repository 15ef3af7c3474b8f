import Attestations
import Auditing
import LedgerStorage
import SharedCommands

/// The two files of a sealed policy: the public form, and the openings beside it.
enum SealedFiles {
    /// The end of a public form's name.
    static let sealedSuffix = ".sealed.json"
    /// The end of the name of its openings.
    static let openingsSuffix = ".openings"

    /// `core.sealed.json` → `core.openings`.
    static func openingsPath(beside sealed: String) -> String {
        (sealed.hasSuffix(sealedSuffix) ? String(sealed.dropLast(sealedSuffix.count)) : sealed) + openingsSuffix
    }

    /// The opening of a sealed policy; `nil` for a policy without secret parameters.
    ///
    /// - Throws: `CommandFailure`: no such file, one of another sealed policy, or openings where nothing is sealed.
    static func parameters(
        of inputs: VaultInputs,
        policyPath: String,
        option: String?
    ) throws -> ParameterOpening? {
        guard let sealed = inputs.sealed else {
            guard option == nil else {
                throw CommandFailure(.wrongUse, "--openings belongs to a sealed policy, and \(policyPath) is none")
            }
            return nil
        }
        let path = option ?? openingsPath(beside: policyPath)
        let file = try failing(.cannotRun) { try PolicyOpenings.read(from: path) }
        guard file.sealed == sealed.document else {
            throw CommandFailure(.cannotRun, AttestationError.otherParameters, in: path)
        }
        return try failing(.cannotRun, in: path) {
            let opening = try ParameterOpening(secretBytes: file.openings.copiedBytes())
            _ = try inputs.compiled.openedMandates(opening)
            return opening
        }
    }

    /// That many random bytes from the system.
    static func entropy(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
