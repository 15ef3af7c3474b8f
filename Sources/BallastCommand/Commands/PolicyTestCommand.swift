import ArgumentParser
import PolicyAnalysis
import PolicyLanguage
import SharedCommands

/// `ballast policy test`.
struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests that policies hold, against the engine's decisions and plans; 1 if one fails.",
        discussion:
            "Properties are asked of the solver; one that is not decided within the time is said to be so, and is no failure."
    )

    @Argument(help: "Policy files.")
    var files: [String]

    @Flag(name: .long, help: "Name every rule that no test has seen true, or none false.")
    var coverage = false

    @Option(name: .long, help: "The longest time for one question about a property, in milliseconds.")
    var timeLimit = 2_000

    func validate() throws {
        guard (1...3_600_000).contains(timeLimit) else {
            throw ValidationError("--time-limit \(timeLimit): expected 1 to 3600000 milliseconds")
        }
    }

    func run() throws {
        let analyzer = PolicyAnalyzer(timeLimit: timeLimit)
        var properties: [PropertyAnswer] = []
        var counts = (passed: 0, failed: 0, skipped: 0)
        for file in files {
            let policy = try VaultInputs.policy(at: file)
            let results = PolicyTests.run(policy)
            for result in results {
                let verdict = result.isSkipped ? "skipped" : result.passed ? "passed " : "failed "
                Terminal.print("\(verdict)  \(file):\(result.line): \(result.name)")
                for failure in result.failures { Terminal.print(failure.description) }
            }
            if !policy.properties.isEmpty {
                var line = ProgressLine("asking about properties")
                line.update(0, of: 1, file)
                let answers = PropertyAnswer.all(of: policy, analyzer)
                line.finish()
                for answer in answers { Terminal.print("\(file):\(answer.property.line): \(answer.text)") }
                properties += answers
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
        if !properties.isEmpty {
            let numbers = [Finding.Verdict.proved, .violated, .undecided].map { verdict in
                "\(properties.count { $0.verdict == verdict }) \(verdict.rawValue)"
            }
            Terminal.print(
                "\(properties.count) propert\(properties.count == 1 ? "y" : "ies"): \(numbers.joined(separator: ", "))"
            )
        }
        if counts.failed > 0 || properties.contains(where: { $0.verdict == .violated }) {
            throw CommandFailure(.checkFailed)
        }
    }
}
