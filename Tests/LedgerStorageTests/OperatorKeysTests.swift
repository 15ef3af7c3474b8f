import Crypto
import MarketData
import TestSupport
import Testing

@testable import LedgerStorage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("The operator's keys")
struct OperatorKeysTests {
    @Test("are looked for where --key says, else the environment, else beside the ledger")
    func areFound() {
        let environment = ["BALLAST_KEY_FILE": "/e"]
        #expect(OperatorKeys.path(option: "/o", environment: environment, ledger: "l") == "/o")
        #expect(OperatorKeys.path(option: nil, environment: environment, ledger: "l") == "/e")
        #expect(OperatorKeys.path(option: nil, environment: ["BALLAST_KEY_FILE": ""], ledger: "l") == "l.key")
        #expect(OperatorKeys.path(option: nil, environment: [:], ledger: "l") == "l.key")
    }

    @Test("are made on first use, for the owner alone, and read afterwards")
    func areMadeOnce() throws {
        let fixture = try LedgerFixture()
        let path = fixture.path + ".key"
        let made = try OperatorKeys.readOrMake(at: path, ledger: fixture.path)
        #expect(try DurableFile.contents(of: path, limit: 4_096).mode == 0o600)
        let read = try OperatorKeys.readOrMake(at: path, ledger: fixture.path)
        #expect(read.publicKey == made.publicKey)
        #expect(read.openingKey == made.openingKey)
        #expect(try OperatorKeys.make(at: path).publicKey == made.publicKey)
        // No draft of the file is left behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder) == ["vault.ledger.key"])
    }

    @Test("are never made anew for a ledger that exists")
    func areNotReplaced() async throws {
        let fixture = try await LedgerFixture.filled(1)
        let path = fixture.path + ".key"
        #expect(throws: OperatorKeyError.missing(path: path)) {
            try OperatorKeys.readOrMake(at: path, ledger: fixture.path)
        }
        #expect(!DurableFile.exists(path))
    }

    @Test("are refused where others may read or write them", arguments: [UInt16(0o644), 0o640, 0o602, 0o604, 0o620])
    func areGuarded(mode: UInt16) throws {
        let fixture = try LedgerFixture()
        let path = fixture.path + ".key"
        _ = try OperatorKeys.make(at: path)
        #expect(chmod(path, mode_t(mode)) == 0)
        #expect(throws: OperatorKeyError.openToOthers(path: path, mode: mode)) { try OperatorKeys.read(from: path) }
    }

    @Test("are refused, with the line, where the file is malformed")
    func areParsedStrictly() throws {
        let fixture = try LedgerFixture()
        let path = fixture.path + ".key"
        _ = try OperatorKeys.make(at: path)
        let whole = String(decoding: try DurableFile.contents(of: path, limit: 4_096).bytes, as: UTF8.self)
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (text, line) in [
            ("", 1), ("ballast-operator-keys/2\n", 1), (whole.replacing("/1", with: "/10"), 1),
            (lines[0], 1), (lines[0] + "\n" + lines[1], 2), (lines.dropLast().joined(separator: "\n"), 3),
            (whole + "\n", 4), (whole + "more: 1\n", 4),
            ([lines[0], lines[2], lines[1], ""].joined(separator: "\n"), 2),
            ([lines[0], lines[1] + "0", lines[2], ""].joined(separator: "\n"), 2),
            ([lines[0], lines[1], lines[2].uppercased(), ""].joined(separator: "\n"), 3),
            ([lines[0], lines[1], String(lines[2].dropLast(2)), ""].joined(separator: "\n"), 3),
            (whole.replacing("\n", with: "\r\n"), 1),
        ] {
            try replace(path, with: Array(text.utf8))
            let error = #expect(throws: OperatorKeyError.self, "\(text.debugDescription)") {
                try OperatorKeys.read(from: path)
            }
            guard case .malformed(_, let got, let reason) = error else {
                Issue.record("got \(String(describing: error))")
                continue
            }
            #expect(got == line)
            #expect(!reason.contains(lines[1].suffix(64)) && !reason.contains(lines[2].suffix(64)))
        }
    }

    @Test("survive noise, folders and large files in their place", arguments: UInt64(0)..<20)
    func surviveNoise(seed: UInt64) throws {
        let fixture = try LedgerFixture()
        let path = fixture.path + ".key"
        var random = SplitMix64(seed: seed)
        let noise = (0..<Int.random(in: 0...5_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
        }
        try replace(path, with: noise)
        #expect(throws: OperatorKeyError.self) { try OperatorKeys.read(from: path) }
        #expect(throws: OperatorKeyError.self) { try OperatorKeys.read(from: fixture.folder) }
        #expect(throws: OperatorKeyError.self) {
            try OperatorKeys.readOrMake(at: fixture.folder + "/no/such.key", ledger: fixture.path)
        }
    }

    @Test("and secrets are never printed")
    func arePrintedHidden() throws {
        let keys = try LedgerFixture.keys()
        let secret = SecretBytes([1, 2, 3])
        var dumped = ""
        dump(keys, to: &dumped)
        dump(secret, to: &dumped)
        for text in ["\(keys)", "\(secret)", String(reflecting: keys), String(reflecting: secret)] {
            #expect(text == "<hidden>")
        }
        #expect(!dumped.contains("1") && !dumped.contains("seed"), "\(dumped)")
    }

    @Test("sign so that the public key verifies")
    func sign() throws {
        let keys = try LedgerFixture.keys()
        let signature = try keys.signature(for: [1, 2, 3])
        let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: keys.publicKey)
        #expect(publicKey.isValidSignature(signature, for: [1, 2, 3]))
        #expect(!publicKey.isValidSignature(signature, for: [1, 2, 4]))
    }
}

private func replace(_ path: String, with bytes: [UInt8]) throws {
    try DurableFile.remove(path)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(chmod(path, 0o600) == 0)
}
