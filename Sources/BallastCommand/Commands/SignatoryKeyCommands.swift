import ArgumentParser
import CanonicalJSON
import LedgerStorage
import SharedCommands

/// Whose keys a command makes and shows, and what it says of them.
protocol SignatoryHolder {
    static var role: SignatoryKey.Role { get }
    static var newAbstract: String { get }
    static var showAbstract: String { get }
}

extension SignatoryHolder {
    static var newAbstract: String { "Makes a key file, mode 0600, and prints its public key." }
    static var showAbstract: String { "Prints the public key of a key file." }
}

/// `ballast owner new`, and those of guardians and custodians.
struct NewSignatoryKey<Holder: SignatoryHolder>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "new", abstract: Holder.newAbstract)
    }

    @Argument(help: "The file to make; one that is there is left alone.")
    var path: String

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        PublicKeyOutput.show(
            try failing(.cannotRun) { try SignatoryKey.make(Holder.role, at: path) }.publicKey,
            format
        )
    }
}

/// `ballast owner show`, and those of guardians and custodians.
struct ShowSignatoryKey<Holder: SignatoryHolder>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: Holder.showAbstract)
    }

    @Argument(help: "The key file.")
    var path: String

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        PublicKeyOutput.show(
            try failing(.cannotRun) { try SignatoryKey.read(Holder.role, from: path) }.publicKey,
            format
        )
    }
}

/// The form in which commands print public keys.
enum PublicKeyOutput {
    /// The key alone, or an object of it.
    static func show(_ key: [UInt8], _ format: OutputFormat) {
        let publicKey = JSONValue.hex(key)
        switch (format, publicKey) {
        case (.text, .string(let text)): Terminal.print(text)
        default: Terminal.printJSON(.object([JSONMember("publicKey", publicKey)]))
        }
    }
}
