import ArgumentParser
import SharedCommands

/// The `ballast-verify` command: `ballast verify` alone, for a machine that keeps no vault.
struct BallastVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ballast-verify",
        abstract: VerifyArguments.abstract,
        discussion: """
            Needs neither a ledger nor a server. Exit status: 0 good, 1 a well-formed input failed a check, 2 wrong use, \
            3 a file is missing, unreadable or not of its format.
            """,
        version: BallastVersion.text(of: "ballast-verify")
    )

    @OptionGroup var arguments: VerifyArguments

    func run() throws {
        try arguments.verify()
    }
}

@main
enum BallastVerifyMain {
    static func main() async {
        await CommandEntry.run(BallastVerify.self)
    }
}
