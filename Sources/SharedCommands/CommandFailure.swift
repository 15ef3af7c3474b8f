import Auditing
import MarketData
import PolicyLanguage

/// Why a command ends with a status other than 0.
package struct CommandFailure: Error {
    /// The exit status.
    package let status: Status
    /// What to print on standard error, whole; empty if all was said.
    package let text: String

    /// The exit statuses of every command.
    package enum Status: Int32 {
        /// A well-formed input failed a check.
        case checkFailed = 1
        /// The command line is wrong.
        case wrongUse = 2
        /// A file is missing, unreadable or not of its format.
        case cannotRun = 3
    }

    /// A failure of which everything was said.
    package init(_ status: Status) {
        self.status = status
        text = ""
    }

    /// A failure with a message, lower case and one line.
    package init(_ status: Status, _ message: String) {
        self.status = status
        text = "error: \(message)"
    }

    /// A failure that a module's error tells.
    ///
    /// - Parameters:
    ///   - status: The exit status.
    ///   - error: The error. Those that say file, line and column by themselves are printed as they are.
    ///   - path: The file that the error is about, if the error does not name it.
    package init(_ status: Status, _ error: any Error, in path: String? = nil) {
        self.status = status
        switch error {
        case is CandleError, is PolicyDiagnostics: text = "\(error)"
        case PolicyCompilationError.unsupported(let diagnostic):
            text = "\(diagnostic)\nerror: \(diagnostic.file) uses what this version cannot prove yet"
        case PolicyCompilationError.labels(let diagnostic): text = "\(diagnostic)"
        default: text = "error: " + (path.map { "\($0): " } ?? "") + "\(error)"
        }
    }
}

/// Runs `body`, and turns any error of it into a failure with `status`.
package func failing<Result>(_ status: CommandFailure.Status, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, error)
    }
}

/// Runs `body`, and turns any error of it into a failure with `status` about the file at `path`.
package func failing<Result>(_ status: CommandFailure.Status, in path: String, _ body: () throws -> Result) throws
    -> Result
{
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, error, in: path)
    }
}

/// Runs `body`, and turns any error of it into a failure with `status`.
package func failing<Result>(_ status: CommandFailure.Status, _ body: () async throws -> Result) async throws -> Result
{
    do {
        return try await body()
    } catch let failure as CommandFailure {
        throw failure
    } catch {
        throw CommandFailure(status, error)
    }
}
