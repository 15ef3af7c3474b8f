import Attestations
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData
import Pipeline
import SharedCommands

/// A ledger open for an event that is no decision: what `amend`, `halt` and `resume` drive.
enum EventSession {
    /// Opens the ledger, records one event, closes the ledger and says what was recorded.
    ///
    /// - Parameters:
    ///   - path: The ledger.
    ///   - vault: The vault's name, where the ledger holds several.
    ///   - key: The operator's key file, if named.
    ///   - inForce: The policy that the vault is under.
    ///   - policy: The policy that it is under afterwards.
    ///   - expected: What else the ledger's identity must say.
    ///   - format: The form of the result.
    ///   - body: Records the event.
    static func record(
        ledger path: String,
        vault: String?,
        key: String?,
        inForce: VaultInputs,
        comingTo policy: CompiledPolicy,
        expecting expected: [(field: LedgerIdentity.Field, value: String)] = [],
        format: OutputFormat,
        _ body: (VaultEvents) async throws -> Attestation
    ) async throws {
        let keyPath = OperatorKeys.path(option: key, environment: ProcessInfo.processInfo.environment, ledger: path)
        let keys = try failing(.cannotRun) { try OperatorKeys.read(from: keyPath) }
        let fields = try PolicyInForce.fields(ledger: path, vault: vault, inputs: inForce)
        let ledger = try failing(.cannotRun) {
            try Ledger.reopen(at: path, vault: vault, expecting: fields + expected, keys: keys)
        }
        let attestation = try await failing(.cannotRun) {
            let events = try VaultEvents(policy: policy, ledger: ledger, keys: keys, now: SystemClock.now)
            do {
                return try await body(events)
            } catch let error as VaultEventError {
                throw CommandFailure(.checkFailed, error.description)
            } catch let error as AttestationError {
                throw CommandFailure(.checkFailed, error.description)
            }
        }
        await ledger.close()
        say(attestation, format)
    }

    /// Says what was recorded.
    static func say(_ attestation: Attestation, _ format: OutputFormat) {
        let statement = attestation.statement
        let reset = attestation.hasDatedOrders ? attestation.reset : nil
        switch format {
        case .text:
            if let reset {
                Terminal.print("reset: breakers that tripped until \(reset); what tripped later stays in force")
            }
            Terminal.print("recorded: \(ExportedFile.name(of: statement)) at \(statement.time)")
        case .json:
            Terminal.printJSON(
                .object(
                    [
                        JSONMember("file", .string(ExportedFile.name(of: statement))),
                        JSONMember("sequence", .integer(statement.sequence)),
                        JSONMember("time", .string(statement.time.description)),
                        JSONMember("digest", .hex(attestation.digest.bytes)),
                    ] + (reset.map { [JSONMember("reset", .string($0.description))] } ?? [])
                )
            )
        }
    }
}
