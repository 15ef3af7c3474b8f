import Foundation
import MarketData
import Testing

@testable import Attestations

/// Files of `Fixtures/Forever`: written once, where none stand, and read for ever.
enum StoredFiles {
    static let folder = Forever.folder.deletingLastPathComponent()

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// Writes a file if this run regenerates and none stands there: what is stored is never written anew.
    static func store(_ path: String, _ text: @autoclosure () throws -> String) throws {
        let file = folder.appending(path: path)
        guard Forever.regenerates, !FileManager.default.fileExists(atPath: file.path) else { return }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text().utf8).write(to: file)
    }

    /// Stores a chain under the names that an export gives.
    static func store(_ chain: () throws -> [AttestationProver.Head], in name: String, kinds: [AttestationKind]) throws
    {
        guard Forever.regenerates, !FileManager.default.fileExists(atPath: folder.appending(path: name).path) else {
            return
        }
        for (path, head) in zip(paths(name, kinds), try chain()) { try store(path, head.attestation.fileText + "\n") }
    }

    /// The stored chain; each file is byte for byte what this build writes of it.
    static func chain(_ name: String, kinds: [AttestationKind]) throws -> [Attestation] {
        try paths(name, kinds).map { path in
            let attestation = try Attestation(fileBytes: bytes(path))
            #expect(try attestation.fileText + "\n" == text(path), "\(path)")
            return attestation
        }
    }

    private static func paths(_ name: String, _ kinds: [AttestationKind]) -> [String] {
        kinds.enumerated().map { "\(name)/00000\($0)-\($1.name).json" }
    }

    /// The names of the checks that fail, an attestation each, along a chain from its genesis.
    static func failures(
        _ chain: [Attestation],
        by verifier: AttestationVerifier,
        expecting: (Attestation, ChainStanding) throws -> AttestationVerifier.Expectation
    ) rethrows -> [[String]] {
        var verifier = verifier
        verifier.standing = ChainStanding()
        var previous: Attestation?
        return try chain.map { attestation in
            let checks = verifier.checks(
                of: attestation,
                after: previous,
                expecting: try expecting(attestation, verifier.standing),
                now: TestVault.start.adding(milliseconds: 1_000 * TestVault.day)
            )
            previous = attestation
            verifier.standing.advance(past: attestation, under: verifier.policy)
            return checks.compactMap { if case .passed = $0.outcome { nil } else { $0.name } }
        }
    }
}
