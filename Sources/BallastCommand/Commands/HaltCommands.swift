import ArgumentParser
import Attestations
import MarketData
import Pipeline
import SharedCommands

/// `ballast halt`.
struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stops a vault: no rebalance verifies until `ballast resume`.",
        discussion: """
            With --cause the operator declares it, and reports say so. With --order guardians order it: enough of them, over the \
            last attestation. The owner's deposits and withdrawals pass; `ballast run` records that it holds.
            """
    )

    @OptionGroup var event: HaltOptions

    @Option(name: .long, help: "data, where market data are missing, or precaution: the operator's own word.")
    var cause: CauseArgument?

    func run() async throws {
        let orders = try event.orders.load()
        guard (cause == nil) == !orders.isEmpty else {
            throw CommandFailure(.wrongUse, "give --cause, or the guardians' orders with --order, and not both")
        }
        try await event.record { events in
            try await events.halt(at: event.at.time, cause: cause?.cause ?? .guardians, orders: orders)
        }
    }

    /// A cause that the operator may declare.
    struct CauseArgument: ExpressibleByArgument {
        let cause: HaltCause

        init?(argument: String) {
            guard let cause = HaltCause(name: argument), cause.isSelfDeclared else { return nil }
            self.cause = cause
        }

        static var allValueStrings: [String] { HaltCause.allCases.filter(\.isSelfDeclared).map(\.name) }
    }
}

/// `ballast resume`.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a halted vault go on, with the guardians' orders where it has guardians."
    )

    @OptionGroup var event: HaltOptions

    func run() async throws {
        let orders = try event.orders.load()
        try await event.record { events in try await events.resume(at: event.at.time, orders: orders) }
    }
}

/// What `halt` and `resume` both take.
struct HaltOptions: ParsableArguments {
    @Option(name: .long, help: "The policy in force.")
    var policy: String

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @Option(name: .long, help: "The ledger.")
    var ledger: String

    @OptionGroup var vault: VaultOption

    @Option(name: .long, help: "The operator's key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
    var key: String?

    @Option(name: .long, help: ArgumentHelp("When, after the last entry, UTC.", valueName: "TIME"))
    var at: TimeArgument

    @OptionGroup var orders: OrderOptions

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    /// Records one event under the policy in force.
    func record(_ body: (VaultEvents) async throws -> Attestation) async throws {
        let inputs = try VaultInputs(policyPath: policy, modelPath: model)
        try await EventSession.record(
            ledger: ledger,
            vault: vault.name,
            key: key,
            inForce: inputs,
            comingTo: inputs.compiled,
            format: format,
            body
        )
    }
}
