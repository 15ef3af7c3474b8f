import Crypto
import Foundation
import Testing

@testable import LedgerStorage

@Suite("The owner's key")
struct OwnerKeyTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/ballast-owner-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func cleaned<Result>(_ body: () throws -> Result) rethrows -> Result {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body()
    }

    @Test("comes back from its file, signs, prints nothing, and nobody else may read it")
    func roundTrips() throws {
        try cleaned {
            let path = folder + "/owner.key"
            let made = try SignatoryKey.make(.owner, at: path)
            let read = try SignatoryKey.read(.owner, from: path)
            #expect(read.publicKey == made.publicKey)
            let message = Array("a flow".utf8)
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: made.publicKey)
            #expect(try key.isValidSignature(read.signature(for: message), for: message))
            #expect("\(read)" == "<hidden>")
            #expect(Mirror(reflecting: read).children.isEmpty)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("is never written over another")
    func isKept() throws {
        try cleaned {
            let path = folder + "/owner.key"
            let first = try SignatoryKey.make(.owner, at: path)
            #expect(throws: OperatorKeyError.present(path: path)) { try SignatoryKey.make(.owner, at: path) }
            #expect(try SignatoryKey.read(.owner, from: path).publicKey == first.publicKey)
        }
    }

    @Test("is refused where it is missing, open to others or the operator's")
    func refusals() throws {
        try cleaned {
            let path = folder + "/owner.key"
            #expect(throws: OperatorKeyError.ownerMissing(path: path)) { try SignatoryKey.read(.owner, from: path) }
            _ = try SignatoryKey.make(.owner, at: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: OperatorKeyError.openToOthers(path: path, mode: 0o644)) {
                try SignatoryKey.read(.owner, from: path)
            }
            let operators = folder + "/operator.key"
            _ = try OperatorKeys.make(at: operators)
            let error = #expect(throws: OperatorKeyError.self) { try SignatoryKey.read(.owner, from: operators) }
            #expect(error?.description.contains("not an owner's key file: expected `ballast-owner-key/1`") == true)
        }
    }
}
