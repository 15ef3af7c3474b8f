import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The built `ballast`, run as a person at the prompt runs it.
///
/// Spawned and awaited by the operating system's own calls: Foundation's `Process` waits on a run loop, which the
/// threads of concurrent tests do not turn.
enum BallastExecutable {
    /// What a command said and how it ended.
    struct Outcome {
        let status: Int32
        /// Whether a signal ended it: a trap, where the test sent none.
        let wasKilled: Bool
        let output: String
        let errors: String

        var lastLine: String { output.split(separator: "\n").last.map(String.init) ?? "" }
        var all: String { output + errors }
    }

    struct CannotStart: Error { let code: Int32 }

    /// Next to the test bundle, where the build leaves both.
    static let path = path(of: "ballast")

    /// Where the executable of this name lies.
    static func path(of name: String) -> String {
        let candidates = ["/proc/self/exe"] + CommandLine.arguments.filter { $0.contains(".xctest") }
        for candidate in candidates {
            var folder = URL(filePath: candidate).resolvingSymlinksInPath().deletingLastPathComponent()
            for _ in 0..<4 {
                let executable = folder.appending(path: name).path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: executable, isDirectory: &isFolder), !isFolder.boolValue {
                    return executable
                }
                folder.deleteLastPathComponent()
            }
        }
        return name
    }

    /// Starts a command with its output in files: a pipe that nobody reads would stop it.
    static func start(
        _ arguments: [String],
        of executable: String = path,
        in folder: URL,
        output: URL,
        errors: URL
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // The shell only changes the folder, then becomes the command: its number is the command's.
        let shell = ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh"]
        var words: [UnsafeMutablePointer<CChar>?] =
            (shell + [folder.path, executable] + arguments).map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [
            strdup("COLUMNS=80"), strdup("LC_ALL=C.UTF-8"), strdup("HOME=\(folder.path)"), nil,
        ]
        defer { for word in words + environment { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, nil, &words, &environment)
        guard code == 0 else { throw CannotStart(code: code) }
        return process
    }

    /// Waits for a process of ``start(_:in:output:errors:)``: its exit status, or the signal that ended it.
    static func wait(for process: pid_t) -> (status: Int32, wasKilled: Bool) {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? ((status >> 8) & 0xFF, false) : (signal, true)
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], of executable: String = path, in folder: URL) throws -> Outcome {
        let scratch = FileManager.default.temporaryDirectory
        let name = UUID().uuidString
        let output = scratch.appending(path: "ballast-\(name).out")
        let errors = scratch.appending(path: "ballast-\(name).err")
        defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
        let end = wait(for: try start(arguments, of: executable, in: folder, output: output, errors: errors))
        return Outcome(
            status: end.status,
            wasKilled: end.wasKilled,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}
