import ArgumentParser
import PolicyLanguage
import SharedCommands

/// `ballast policy fix`.
struct PolicyFixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Mends, in place, every mistake of a policy that has one sure mending; 1 if errors are left."
    )

    @Argument(help: "Policy files.")
    var files: [String]

    func run() throws {
        var errors = 0
        for file in files {
            let source = PolicySource(path: file, text: try Files.readText(file))
            let (mended, count) = PolicyFixes.apply(to: source, loading: .files)
            if count > 0 {
                try Files.write(mended.text, to: file)
                Terminal.print("\(file): \(count) replacement\(count == 1 ? "" : "s")")
            }
            let left = Policy.check(mended, loading: .files).diagnostics.filter { $0.severity == .error }
            for diagnostic in left { Terminal.print(diagnostic.description) }
            errors += left.count
        }
        if errors > 0 { throw CommandFailure(.checkFailed) }
    }
}
