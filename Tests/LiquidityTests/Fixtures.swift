import BigIntegers
import CanonicalJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where test data lie.
enum Fixtures {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// Pool and book files that are not part of the project; nil where this machine does not have them.
    static let marketData: String? = {
        let shared = ProcessInfo.processInfo.environment["BALLAST_SHARED"] ?? root + "/../shared"
        return FileManager.default.fileExists(atPath: shared + "/data/pools") ? shared + "/data" : nil
    }()

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    static func engine(_ name: String) throws -> JSONValue {
        try JSONValue.read(try bytes(root + "/Tests/Fixtures/engine/\(name).json"))
    }
}

/// What a vector does not say, or says in another form than expected.
struct FixtureError: Error {
    let member: String
}

/// Reading of vectors: big integers are decimal strings, small ones numbers.
extension JSONValue {
    func member(_ name: String) throws -> JSONValue {
        guard let value = self[name] else { throw FixtureError(member: name) }
        return value
    }

    func elements(_ name: String) throws -> [JSONValue] { try member(name).array(at: name) }

    func integer() throws -> BigInteger {
        switch self {
        case .string(let text), .number(let text):
            guard let value = BigInteger(text) else { throw FixtureError(member: text) }
            return value
        default: throw FixtureError(member: "integer")
        }
    }

    func integer(_ name: String) throws -> BigInteger { try member(name).integer() }

    func integers(_ name: String) throws -> [BigInteger] { try elements(name).map { try $0.integer() } }

    func int(_ name: String) throws -> Int {
        guard let value = Int(exactly: try integer(name)) else { throw FixtureError(member: name) }
        return value
    }

    func word(_ name: String) throws -> UInt128 {
        guard let value = UInt128(exactly: try integer(name)) else { throw FixtureError(member: name) }
        return value
    }

    func double(_ name: String) throws -> Double { try member(name).double(at: name) }

    func text(_ name: String) throws -> String { try member(name).string(at: name) }
}
