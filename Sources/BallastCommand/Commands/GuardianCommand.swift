import ArgumentParser
import Attestations
import CanonicalJSON
import LedgerStorage
import MarketData
import SharedCommands

/// `ballast guardian`.
struct GuardianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guardian",
        abstract: "Makes guardians' keys, and signs orders to halt a vault or to let it go on.",
        discussion:
            "Guardians are fixed when a vault is opened (`run --guardian`), or appointed by the owner (`amend`).",
        subcommands: [NewSignatoryKey<Self>.self, ShowSignatoryKey<Self>.self, Sign.self]
    )

    /// `ballast guardian sign`.
    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign",
            abstract: "Signs an order about an attestation: to halt after it, or to end the halt that it is.",
            discussion: """
                To halt, name the last attestation of the chain; to resume, the halt. The order serves once, for that very \
                attestation of that vault. An order to resume resets the breakers that tripped until --covers; one that trips \
                later stays in force. Whoever signs should have verified the chain: `ballast verify`.
                """
        )

        @Argument(help: "halt or resume.")
        var order: OrderArgument

        @Argument(help: "The attestation that the order is about.")
        var attestation: String

        @Option(name: .long, help: "The guardian's key file, made by `ballast guardian new`.")
        var key: String

        @Option(
            name: .long,
            help: ArgumentHelp("To resume: until when what tripped is reset, UTC; now if absent.", valueName: "TIME")
        )
        var covers: TimeArgument?

        @Option(
            name: .long,
            help: ArgumentHelp("To resume: how long after that the order may be used.", valueName: "DURATION")
        )
        var valid: DurationArgument?

        @Option(name: .shortAndLong, help: "The file to write; standard output if absent.")
        var output: String?

        func run() throws {
            guard order.action == .resume || covers == nil && valid == nil else {
                throw CommandFailure(.wrongUse, "an order to halt resets nothing and does not expire")
            }
            let bytes = try Files.read(attestation, limit: 1 << 24)
            let subject = try failing(.cannotRun, in: attestation) { try Attestation(fileBytes: bytes) }
            guard order.action == .halt || subject.statement.kind == .halt else {
                throw CommandFailure(
                    .checkFailed,
                    "\(attestation): a \(subject.statement.kind), expected a halt to end"
                )
            }
            let guardian = try failing(.cannotRun) { try SignatoryKey.read(.guardian, from: key) }
            let signer = Signer(publicKey: guardian.publicKey) { try guardian.signature(for: $0) }
            let term = order.action == .resume ? try term(ending: subject.statement) : nil
            let signed = try failing(.cannotRun) {
                try term.map { try GuardianOrder(resuming: subject, term: $0, signer: signer) }
                    ?? GuardianOrder(order.action, about: subject, signer: signer)
            }
            guard let output else {
                Terminal.print(signed.fileText)
                return
            }
            try Files.write(signed.fileText + "\n", to: output)
            if let term {
                Terminal.print("covers what tripped until \(term.covers); may be used until \(term.expires)")
            }
        }

        /// What the order is to cover, for as long as the guardian says.
        private func term(ending halt: Statement) throws -> ResetTerm {
            let covers = covers?.time ?? SystemClock.now
            guard covers >= halt.time else {
                throw CommandFailure(
                    .checkFailed,
                    "the halt is of \(halt.time), and the order would cover what tripped until \(covers): "
                        + "give a --covers that is no earlier"
                )
            }
            let validity = valid?.milliseconds ?? ResetTerm.usualValidity
            return try failing(.wrongUse) {
                try ResetTerm(covers: covers, expires: covers.adding(milliseconds: validity))
            }
        }
    }

    /// What a guardian can order, on the command line.
    struct OrderArgument: ExpressibleByArgument {
        let action: GuardianOrder.Action

        init?(argument: String) {
            guard let action = GuardianOrder.Action(rawValue: argument) else { return nil }
            self.action = action
        }

        static var allValueStrings: [String] { GuardianOrder.Action.allCases.map(\.rawValue) }
    }
}

extension GuardianCommand: SignatoryHolder {
    static var role: SignatoryKey.Role { .guardian }
}
