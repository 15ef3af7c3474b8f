import Attestations
import LedgerStorage
import MarketData
import Regimes
import SharedCommands

/// The policy that a ledger's vault is under: the one it was opened with, until an amend passes it to another.
enum PolicyInForce {
    /// Whether a ledger's vault has come to this policy by an amend, so that what it opened with was counted under another.
    static func wasAmended(ledger path: String, vault: String?, to policy: CompiledPolicy) throws -> Bool {
        guard Files.exists(path), let reader = try? LedgerReader(path: path, vault: vault) else { return false }
        let last = try failing(.cannotRun) { try reader.lastEntry().map { try Attestation(fileBytes: $0.attestation) } }
        guard let last, last.statement.policy == policy.digest else { return false }
        return reader.identity[.policy] != policy.digest.description
    }

    /// The fields of a ledger's identity that say policy and model, once the inputs were found to be those in force.
    ///
    /// An identity never changes, and goes on naming the policy of the genesis.
    ///
    /// - Throws: A failure with a hint where the vault is under another policy.
    static func fields(
        ledger path: String,
        vault: String? = nil,
        inputs: VaultInputs
    ) throws -> [(field: LedgerIdentity.Field, value: String)] {
        // The policy's digest covers the model: asked first, another model is named as such.
        let given: [(field: LedgerIdentity.Field, value: String)] = [
            (.model, inputs.model.digest.description), (.policy, inputs.compiled.digest.description),
        ]
        guard Files.exists(path) else { return given }
        let names = try failing(.cannotRun) { try LedgerReader.vaults(at: path) }
        // A vault that is to be added has no policy yet.
        if let vault, !names.contains(vault) { return given }
        let reader = try failing(.cannotRun) { try LedgerReader(path: path, vault: vault) }
        let last = try failing(.cannotRun) { try reader.lastEntry().map { try Attestation(fileBytes: $0.attestation) } }
        guard let last else { return given }
        if last.statement.policy == inputs.compiled.digest {
            return given.map { ($0.field, reader.identity[$0.field] ?? $0.value) }
        }
        let wasAmended = last.statement.policy.description != reader.identity[.policy]
        guard wasAmended else {
            let name = reader.identity[.model] == given[0].value ? "policy" : "model"
            throw CommandFailure(
                .cannotRun,
                "ledger `\(path)` was made with another \(name): got `\(name == "model" ? given[0].value : given[1].value)`, "
                    + "expected `\(reader.identity[name == "model" ? .model : .policy] ?? "nothing")`; "
                    + "`ballast amend` passes a vault from one policy to another"
            )
        }
        throw CommandFailure(
            .cannotRun,
            "ledger `\(path)` was amended to policy \(last.statement.policy), and the one given is "
                + "\(inputs.compiled.digest): give the policy in force, or pass the vault on with `ballast amend`"
        )
    }
}
