import CanonicalJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The reference answers in Tests/Fixtures/engine.
enum EngineVectors {
    static func read(_ name: String) throws -> JSONValue {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        return try JSONValue.read(
            [UInt8](Data(contentsOf: URL(filePath: root + "/Tests/Fixtures/engine/\(name).json")))
        )
    }
}

/// What a vector does not say.
struct MissingMember: Error {
    let name: String
}

extension JSONValue {
    func member(_ name: String) throws -> JSONValue {
        guard let value = self[name] else { throw MissingMember(name: name) }
        return value
    }

    func double(_ name: String) throws -> Double { try member(name).double(at: name) }

    func doubles(_ name: String) throws -> [Double] {
        try member(name).array(at: name).map { try $0.double(at: name) }
    }

    func elements(_ name: String) throws -> [JSONValue] { try member(name).array(at: name) }
}
