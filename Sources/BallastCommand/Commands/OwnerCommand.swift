import ArgumentParser
import LedgerStorage
import SharedCommands

/// `ballast owner`.
struct OwnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner",
        abstract: "Makes and shows the owner's key, which consents to deposits, withdrawals and other policies.",
        discussion: "Keep it apart from the operator's key: together they could move what they like.",
        subcommands: [NewSignatoryKey<Self>.self, ShowSignatoryKey<Self>.self]
    )
}

extension OwnerCommand: SignatoryHolder {
    static var role: SignatoryKey.Role { .owner }
    static var newAbstract: String {
        "Makes a key file, mode 0600, and prints its public key for `ballast run --owner`."
    }
}
