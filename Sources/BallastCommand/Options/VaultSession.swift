import Attestations
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData
import Pipeline
import Rebalancing
import Regimes
import SharedCommands

/// A ledger, its keys and a service over them: what `run` and `demo` drive.
struct VaultSession {
    private let inputs: VaultInputs
    private let ledger: Ledger
    private var service: VaultService

    /// Opens or makes keys and ledger. Without holdings, for a vault that an amend passed on, the ledger says what it opened with.
    init(
        inputs: VaultInputs,
        replay: MarketReplay,
        holdings: Holdings?,
        times: [Timestamp],
        ledgerPath: String,
        vault: String? = nil,
        keyPath: String?,
        costs: TransactionCosts,
        owner: [UInt8]?,
        guardians: GuardianSet? = nil,
        parameters: ParameterOpening? = nil,
        safeguards: SafeguardReplay? = nil
    ) async throws {
        let path = OperatorKeys.path(
            option: keyPath,
            environment: ProcessInfo.processInfo.environment,
            ledger: ledgerPath
        )
        // A file that is no ledger is named as such, not as a ledger whose key is missing.
        if Files.exists(ledgerPath), !Files.exists(path) {
            _ = try failing(.cannotRun) { try LedgerReader.vaults(at: ledgerPath) }
        }
        // Before a ledger is made, which would be bound to the guardians given.
        if !Files.exists(ledgerPath), let reason = inputs.compiled.resetRefusal(of: guardians) {
            throw CommandFailure(.cannotRun, reason)
        }
        let keys = try failing(.cannotRun) { try OperatorKeys.readOrMake(at: path, ledger: ledgerPath) }
        // A plain digest of holdings could be guessed; this one needs the key.
        let holdingsDigest =
            try holdings.map { holdings in
                keys.keyedDigest(
                    of: holdings.quantities.flatMap { quantity in
                        withUnsafeBytes(of: quantity.units.littleEndian) { Array($0) }
                    },
                    label: "ballast holdings v1"
                ).description
            } ?? failing(.cannotRun) { try LedgerReader(path: ledgerPath, vault: vault).identity[.holdings] ?? "" }
        let ownerKey = owner ?? [UInt8](repeating: 0, count: 32)
        let ledger = try failing(.cannotRun) {
            let identity = try LedgerIdentity(
                PolicyInForce.fields(ledger: ledgerPath, vault: vault, inputs: inputs) + [
                    (.holdings, holdingsDigest), (.start, times.first?.description ?? ""),
                    (.ownerKey, ContentDigest(bytes: ownerKey)?.description ?? ""),
                ] + (guardians.map { [(.guardians, $0.digest.description)] } ?? [])
            )
            return try Ledger.open(at: ledgerPath, vault: vault, identity: identity, keys: keys)
        }
        self.inputs = inputs
        self.ledger = ledger
        service = try failing(.cannotRun) {
            try VaultService(
                policy: inputs.compiled,
                replay: replay,
                ledger: ledger,
                keys: keys,
                holdings: try holdings ?? Self.nothing(under: inputs.compiled.mandates[0]),
                times: times,
                costs: costs,
                owner: ownerKey,
                guardians: guardians,
                parameters: parameters,
                safeguards: safeguards
            )
        }
    }

    /// Nothing of any asset: what a vault opens with that is open already.
    private static func nothing(under mandate: Mandate) throws -> Holdings {
        try Holdings(mandate.assets.map { _ in Quantity(units: 0) }, under: mandate)
    }

    /// Decides at every time left, then prints the table.
    func run(format: OutputFormat) async throws {
        var service = service
        var line = ProgressLine("deciding")
        let added: Int
        do {
            added = try await service.run { progress in
                line.update(progress.done, of: progress.total, "\(progress.time) \(progress.kind)")
            }
        } catch let error as CycleError {
            line.finish()
            if case .plan = error { throw CommandFailure(.checkFailed, error.description) }
            if case .conflict(let conflict, _, _) = error {
                throw CommandFailure(.checkFailed, "\(error): \(conflict.explanation)")
            }
            throw CommandFailure(.cannotRun, error.description)
        } catch {
            line.finish()
            throw CommandFailure(.cannotRun, "\(error)")
        }
        line.finish()
        let summary = try await failing(.cannotRun) {
            try await RunSummary(ledger: ledger, mandate: inputs.compiled.mandates[0])
        }
        await ledger.close()
        switch format {
        case .text:
            if added == 0 { Terminal.print("nothing to do: the ledger holds every decision of this span") }
            if let span = summary.span { Terminal.print("\(span.from) to \(span.to), in \(inputs.compiled.quote)") }
            let width = summary.rows.map(\.name.count).max() ?? 0
            for row in summary.rows {
                let padding = String(repeating: " ", count: width - row.name.count)
                Terminal.print("  \(row.name)\(padding)  \(row.figure)")
            }
        case .json:
            Terminal.printJSON(.object([JSONMember("added", .integer(added))] + summary.jsonMembers))
        }
    }
}
