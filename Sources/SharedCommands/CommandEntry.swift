package import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// The version of this build.
package enum BallastVersion {
    /// The number alone.
    package static let number = "0.1.0"

    /// What `--version` prints.
    package static func text(of executable: String) -> String {
        "\(executable) \(number) (attestation format 1)"
    }
}

/// How every executable begins and ends.
package enum CommandEntry {
    /// Parses the command line, runs the command, and exits with its status.
    package static func run<Command: ParsableCommand>(_ type: Command.Type) async -> Never {
        // A reader that goes away ends the output, not the work: `ballast run … | head` still records its decisions.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Command.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            if !failure.text.isEmpty { Terminal.error(failure.text) }
            exit(failure.status.rawValue)
        } catch {
            let message = Command.fullMessage(for: error)
            switch Command.exitCode(for: error) {
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
