import ArgumentParser
import SharedCommands

/// `ballast verify`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "verify", abstract: VerifyArguments.abstract)

    @OptionGroup var arguments: VerifyArguments

    func run() throws {
        try arguments.verify()
    }
}
