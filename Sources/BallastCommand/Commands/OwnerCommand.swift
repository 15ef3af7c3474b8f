import ArgumentParser
import LedgerStorage
import SharedCommands

/// `ballast owner`.
struct OwnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner",
        abstract: "Makes and shows the owner's key, which consents to deposits, withdrawals and other policies.",
        discussion: "Keep it apart from the operator's key: together they could move what they like.",
        subcommands: [New.self, Show.self]
    )

    /// `ballast owner new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Makes a key file, mode 0600, and prints its public key for `ballast run --owner`."
        )

        @Argument(help: "The file to make; one that is there is left alone.")
        var path: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            PublicKeyOutput.show(try failing(.cannotRun) { try OwnerKey.make(at: path) }.publicKey, format)
        }
    }

    /// `ballast owner show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Prints the public key of a key file."
        )

        @Argument(help: "The key file.")
        var path: String

        @Option(name: .long, help: "The form of the results.")
        var format: OutputFormat = .text

        func run() throws {
            PublicKeyOutput.show(try failing(.cannotRun) { try OwnerKey.read(from: path) }.publicKey, format)
        }
    }
}
