import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// The `ballast` command.
struct Ballast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ballast",
        abstract: "Keeps a portfolio on policy and proves it, without showing the portfolio.",
        discussion: """
            Start with `ballast demo`: it goes from candles to verified attestations on an embedded sample.

            Exit status: 0 good, 1 a well-formed input failed a check, 2 wrong use, 3 a file is missing, unreadable or \
            not of its format.
            """,
        version: BallastVersion.text,
        subcommands: [
            Demo.self, Sample.self, Train.self, Retrain.self, Evaluate.self, RegimesCommand.self, PolicyCommand.self,
            BandsCommand.self, RouteCommand.self,
            Run.self, FlowCommand.self, OwnerCommand.self, AttestationCommand.self,
            ProofCommand.self, Verify.self, LedgerCommand.self,
        ]
    )
}

/// The version of this build.
enum BallastVersion {
    static let number = "0.1.0"
    static let text = "ballast \(number) (attestation format 1)"
}

@main
enum BallastMain {
    static func main() async {
        // A reader that goes away ends the output, not the work: `ballast run … | head` still records its decisions.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Ballast.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            if !failure.text.isEmpty { Terminal.error(failure.text) }
            exit(failure.status.rawValue)
        } catch {
            let message = Ballast.fullMessage(for: error)
            switch Ballast.exitCode(for: error) {
            case .success:
                Terminal.print(message)
                exit(0)
            default:
                Terminal.error(lowerCased(message))
                exit(CommandFailure.Status.wrongUse.rawValue)
            }
        }
        exit(0)
    }

    /// The argument parser's message in the form of all others.
    private static func lowerCased(_ message: String) -> String {
        message.hasPrefix("Error: ") ? "error: " + message.dropFirst(7) : message
    }
}
