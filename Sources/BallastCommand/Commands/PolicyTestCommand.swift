import ArgumentParser
import PolicyLanguage
import SharedCommands

/// `ballast policy test`.
struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests that policies hold, against the engine's decisions and plans; 1 if one fails."
    )

    @Argument(help: "Policy files.")
    var files: [String]

    @Flag(name: .long, help: "Name every rule that no test has seen true, or none false.")
    var coverage = false

    func run() throws {
        var counts = (passed: 0, failed: 0, skipped: 0)
        for file in files {
            let policy = try VaultInputs.policy(at: file)
            let results = PolicyTests.run(policy)
            for result in results {
                let verdict = result.isSkipped ? "skipped" : result.passed ? "passed " : "failed "
                Terminal.print("\(verdict)  \(file):\(result.line): \(result.name)")
                for failure in result.failures { Terminal.print(failure.description) }
            }
            counts.passed += results.count { $0.passed }
            counts.skipped += results.count { $0.isSkipped }
            counts.failed += results.count { !$0.passed && !$0.isSkipped }
            if coverage { Terminal.print("\(file): \(PolicyCoverage(of: policy, results))") }
        }
        let total = counts.passed + counts.failed + counts.skipped
        Terminal.print(
            "\(total) test\(total == 1 ? "" : "s"): \(counts.passed) passed, \(counts.failed) failed, "
                + "\(counts.skipped) skipped"
        )
        if counts.failed > 0 { throw CommandFailure(.checkFailed) }
    }
}
