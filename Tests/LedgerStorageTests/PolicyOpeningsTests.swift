import Foundation
import LedgerStorage
import MarketData
import Testing

@Suite("The openings of a sealed policy")
struct PolicyOpeningsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "openings-\(UUID().uuidString)")
    private let sealed = ContentDigest(hashing: [1])
    private var path: String { folder.appending(path: "p.openings").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test("are read as they were written, from a file that nobody else may read")
    func roundTrip() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes: [UInt8] = (0..<200).map { UInt8($0) }
        try PolicyOpenings(of: sealed, SecretBytes(bytes)).make(at: path)
        let read = try PolicyOpenings.read(from: path)
        #expect(read.sealed == sealed)
        #expect(read.openings == SecretBytes(bytes))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect("\(read)" == "<hidden>")
        var dumped = ""
        dump(read, to: &dumped)
        #expect(!dumped.contains("0001"))
    }

    @Test("are never written over others, and refused where others may read them")
    func refusesFiles() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let openings = PolicyOpenings(of: sealed, SecretBytes([7, 8, 9]))
        #expect(throws: PolicyOpeningsError.missing(path: path)) { try PolicyOpenings.read(from: path) }
        try openings.make(at: path)
        #expect(throws: PolicyOpeningsError.present(path: path)) { try openings.make(at: path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: PolicyOpeningsError.openToOthers(path: path, mode: 0o640)) {
            try PolicyOpenings.read(from: path)
        }
    }

    @Test(
        "of another form are refused without a word of what they hold",
        arguments: [
            ("", 1), ("ballast-owner-key/1\n", 1), ("ballast-policy-openings/1\n", 2),
            ("ballast-policy-openings/1\nsealed: 00\nopenings: 5ec7e7\n", 2),
            ("ballast-policy-openings/1\nsealed: DIGEST\nopenings: 5ec7e\n", 3),
            ("ballast-policy-openings/1\nsealed: DIGEST\nopenings: 5ec7e7", 3),
            ("ballast-policy-openings/1\nsealed: DIGEST\nopenings: 5ec7e7\nmore\n", 4),
        ]
    )
    func refusesOtherForms(text: String, line: Int) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.replacing("DIGEST", with: sealed.description).utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        do throws(PolicyOpeningsError) {
            _ = try PolicyOpenings.read(from: path)
            Issue.record("read")
        } catch {
            guard case .malformed(_, let place, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(place == line)
            #expect(!error.description.contains("5ec7e"))
        }
    }
}
