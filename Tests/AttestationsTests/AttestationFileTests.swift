import CanonicalJSON
import MarketData
import TestSupport
import Testing

@testable import Attestations

@Suite("An attestation file")
struct AttestationFileTests {
    private static func all() throws -> [Attestation] {
        let chain = try ProvedChain.shared.get()
        return [chain.genesis.attestation, chain.hold.attestation, chain.rebalance.attestation]
    }

    private static func members(_ attestation: Attestation) throws -> [JSONMember] {
        guard case .object(let members) = attestation.json else { throw AttestationError.openingsUnreadable }
        return members
    }

    private static func isRefused(_ members: [JSONMember]) -> Bool {
        isRefused(Array(JSONValue.object(members).prettyText.utf8))
    }

    private static func isRefused(_ bytes: [UInt8]) -> Bool {
        do throws(AttestationError) {
            _ = try Attestation(fileBytes: bytes)
            return false
        } catch {
            if case .unreadable = error { return true }
            return false
        }
    }

    @Test("reads back as what was written, in any order and with any white space", arguments: 0..<3)
    func roundTrip(index: Int) throws {
        let attestation = try Self.all()[index]
        #expect(try Attestation(fileBytes: Array(attestation.fileText.utf8)) == attestation)
        #expect(try Attestation(fileBytes: attestation.json.canonicalBytes) == attestation)
        let reversed = JSONValue.object(try Self.members(attestation).reversed()).prettyText
        let spaced = reversed.split(separator: "\n").joined(separator: "\r\n\t ")
        #expect(try Attestation(fileBytes: Array(spaced.utf8)) == attestation)
        #expect(try Attestation(fileBytes: Array(spaced.utf8)).digest == attestation.digest)
    }

    @Test("reads back with the inputs that its policy uses, and none is no key", arguments: [false, true])
    func inputs(both: Bool) throws {
        let inputs =
            [PublicInput(.covariance, .zero)] + (both ? [PublicInput(.cause, ContentDigest(hashing: [1]))] : [])
        let attestation = try Self.all()[1].altered { $0.inputs = inputs }
        #expect(try Attestation(fileBytes: Array(attestation.fileText.utf8)) == attestation)
        var members = try Self.members(attestation)
        let place = try #require(members.firstIndex { $0.name == "inputs" })
        members[place] = JSONMember("inputs", .object([]))
        #expect(Self.isRefused(members))
        members[place] = JSONMember("inputs", .object([JSONMember("weather", .hex([UInt8](repeating: 0, count: 32)))]))
        #expect(Self.isRefused(members))
    }

    @Test("is refused with a key too few, a key twice or a key unknown", arguments: 0..<3)
    func keys(index: Int) throws {
        let members = try Self.members(Self.all()[index])
        for member in members.indices {
            var fewer = members
            fewer.remove(at: member)
            #expect(Self.isRefused(fewer), "without \(members[member].name)")
            let text = JSONValue.object(members).prettyText
            let twice = text.replacing("\n}", with: ",\n  \"\(members[member].name)\": 1\n}")
            #expect(Self.isRefused(Array(twice.utf8)), "with \(members[member].name) twice")
        }
        #expect(Self.isRefused(members + [JSONMember("note", .string("hello"))]))
        let foreign = index == 0 ? [] : [JSONMember("nonce", .hex([UInt8](repeating: 0, count: 32)))]
        #expect(foreign.isEmpty || Self.isRefused(members + foreign))
    }

    @Test("is refused with a value of another type or spelling", arguments: 0..<3)
    func values(index: Int) throws {
        let members = try Self.members(Self.all()[index])
        for member in members.indices {
            let wrong: [JSONValue] = [
                .null, .bool(true), .number("-1"), .number("1e3"), .number("0.5"), .number("99999999999999999999"),
                .string("AB"), .string("0x"), .string("abc"), .array([.null]), .object([]),
                .string(String(repeating: "A", count: 64)),
            ]
            for value in wrong {
                var altered = members
                altered[member] = JSONMember(members[member].name, value)
                #expect(Self.isRefused(altered), "\(members[member].name): \(value)")
            }
            if case .string(let text) = members[member].value, text.uppercased() != text {
                var upper = members
                upper[member] = JSONMember(members[member].name, .string(text.uppercased()))
                #expect(Self.isRefused(upper), "upper-case \(members[member].name)")
            }
        }
    }

    @Test("that is truncated, random, deep or huge is refused, and nothing traps")
    func hostileBytes() throws {
        let bytes = Array(try Self.all()[2].fileText.utf8)
        for end in stride(from: 0, to: bytes.count - 2, by: 7) { #expect(Self.isRefused(Array(bytes[..<end]))) }
        var random = SplitMix64(seed: 11)
        for _ in 0..<300 {
            let noise = (0..<Int.random(in: 0..<400, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(Self.isRefused(noise))
            var flipped = bytes
            flipped[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            // One byte may well turn one digit into another: then it is a file, and what it says is the verifier's affair.
            _ = try? Attestation(fileBytes: flipped)
        }
        #expect(Self.isRefused(Array(String(repeating: "[", count: 100_000).utf8)))
        #expect(Self.isRefused([UInt8](repeating: 0x20, count: Attestation.largestFile + 1)))
    }

    @Test("has no key that speaks of what is hidden")
    func innocentKeys() throws {
        for attestation in try Self.all() {
            for member in try Self.members(attestation) {
                for word in ["quantity", "holding", "blinding", "opening", "weight", "witness"] {
                    #expect(!member.name.lowercased().contains(word))
                }
            }
        }
    }

    @Test("of another version or format is refused")
    func versions() throws {
        var members = try Self.members(Self.all()[1])
        members[1] = JSONMember("version", .number("2"))
        #expect(Self.isRefused(members))
        members[1] = JSONMember("version", .number("1"))
        members[0] = JSONMember("format", .string("ballast ledger"))
        #expect(Self.isRefused(members))
    }

    @Test("never shows the secret side: openings print as hidden and read back exactly")
    func openings() throws {
        let opening = try ProvedChain.shared.get().rebalance.opening
        #expect("\(opening)" == "<hidden>")
        #expect(Mirror(reflecting: opening).children.isEmpty)
        let read = try VaultOpening(secretBytes: opening.secretBytes)
        #expect(read.secretBytes == opening.secretBytes)
        #expect(read.commitments() == opening.commitments())
        #expect(read.carriedCommitments() == opening.carriedCommitments())
        for end in 0..<opening.secretBytes.count {
            #expect(throws: AttestationError.openingsUnreadable) {
                try VaultOpening(secretBytes: Array(opening.secretBytes[..<end]))
            }
        }
    }
}
