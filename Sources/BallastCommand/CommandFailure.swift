/// Why a command ends with a status other than 0.
struct CommandFailure: Error {
    /// The exit status.
    let status: Status
    /// What to print on standard error; empty if all was said.
    let message: String

    /// The exit statuses of every command.
    enum Status: Int32 {
        /// A well-formed input failed a check.
        case checkFailed = 1
        /// The command line is wrong.
        case wrongUse = 2
        /// A file is missing, unreadable or not of its format.
        case cannotRun = 3
    }

    init(_ status: Status, _ message: String = "") {
        self.status = status
        self.message = message
    }
}

/// Runs `body`, and turns any error of it into a failure with `status`.
func failing<Result>(_ status: CommandFailure.Status, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, "\(error)")
    }
}

/// Runs `body`, and turns any error of it into a failure with `status`.
func failing<Result>(_ status: CommandFailure.Status, _ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, "\(error)")
    }
}
