import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A run that is killed")
struct ResumptionTests {
    @Test("goes on after its last entry, and ends with the same kinds at the same times")
    func resumesAfterKills() throws {
        let undisturbed = try Workspace.shared.get()
        let workspace = try Workspace()
        let command = workspace.run(to: "2024-01-15", ledger: "killed.ledger")
        var random = SplitMix64(seed: 3)
        let scratch = workspace.folder.appending(path: "output")
        var kills = 0
        for _ in 0..<8 {
            let process = try BallastExecutable.start(command, in: workspace.folder, output: scratch, errors: scratch)
            // The moment differs from machine to machine; what must hold afterwards does not.
            usleep(UInt32.random(in: 1_000...500_000, using: &random))
            kill(process, SIGKILL)
            if BallastExecutable.wait(for: process).wasKilled { kills += 1 }
            if FileManager.default.fileExists(atPath: workspace.folder.appending(path: "killed.ledger.key").path) {
                let audit = try workspace.ballast(["ledger", "audit", "--ledger", "killed.ledger"])
                // A ledger that was killed before its first page is none yet, and says so.
                #expect(audit.status == 0 || audit.all.contains("ledger"), "\(audit.all)")
            }
        }
        #expect(kills > 0)
        let last = try workspace.ballast(command)
        #expect(last.status == 0, "\(last.all)")
        let audit = try workspace.ballast(["ledger", "audit", "--ledger", "killed.ledger"])
        #expect(audit.lastLine == "clean: 4 entries")
        #expect(try story(workspace, "killed.ledger") == story(undisturbed, "vault.ledger"))

        let again = try workspace.ballast(command)
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("nothing to do"))
        let later = try workspace.ballast(workspace.run(to: "2024-01-16", ledger: "killed.ledger"))
        #expect(later.status == 0)
        #expect(try story(workspace, "killed.ledger").count == 5)
    }

    /// File names, and with them kinds and order, and times.
    private func story(_ workspace: Workspace, _ ledger: String) throws -> [String] {
        let list = try workspace.ballast(["attestation", "list", "--ledger", ledger])
        return list.output.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).prefix(2).joined(separator: " ")
        }
    }
}
