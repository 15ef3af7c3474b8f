import ArgumentParser
import PolicyLanguage
import SharedCommands

#if canImport(Glibc)
    import Glibc
#endif

/// `ballast policy lsp`.
struct PolicyServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp",
        abstract: "A language server for editors, over standard input and output."
    )

    func run() throws {
        var server = PolicyLanguageServer(loading: .documents, costs: .circuits)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while server.exitStatus == nil {
            let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A client that goes away without `exit` ends the session too.
            guard count > 0 else { throw CommandFailure(.checkFailed) }
            Terminal.write(String(decoding: server.receive(Array(buffer[..<count])), as: UTF8.self), to: STDOUT_FILENO)
        }
        if server.exitStatus != 0 { throw CommandFailure(.checkFailed) }
    }
}
