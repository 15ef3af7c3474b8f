import Foundation
import Ristretto

/// A JSON object of a vector file, read member by member; every getter names the member that it refuses.
struct JSONItem {
    private let members: [String: Any]

    init(_ members: [String: Any]) {
        self.members = members
    }

    init(_ value: Any, _ what: String) throws(ProofVectorRefusal) {
        guard let members = value as? [String: Any] else { throw .malformed("`\(what)` is no object") }
        self.members = members
    }

    /// Whether the member is there and not null.
    func has(_ name: String) -> Bool {
        members[name].map { !($0 is NSNull) } ?? false
    }

    func optionalString(_ name: String) -> String? {
        members[name] as? String
    }

    func optionalBool(_ name: String) throws(ProofVectorRefusal) -> Bool? {
        guard let value = members[name] else { return nil }
        guard let number = value as? NSNumber, JSONItem.isBool(number) else {
            throw .malformed("`\(name)` is neither true nor false")
        }
        return number.boolValue
    }

    func string(_ name: String) throws(ProofVectorRefusal) -> String {
        guard let string = members[name] as? String else { throw .malformed("`\(name)` is no string") }
        return string
    }

    func bool(_ name: String) throws(ProofVectorRefusal) -> Bool {
        guard let value = try optionalBool(name) else { throw .malformed("`\(name)` is missing") }
        return value
    }

    func array(_ name: String) throws(ProofVectorRefusal) -> [Any] {
        guard let array = members[name] as? [Any] else { throw .malformed("`\(name)` is no list") }
        return array
    }

    func object(_ name: String) throws(ProofVectorRefusal) -> JSONItem {
        try JSONItem(members[name] as Any, name)
    }

    func unsigned(_ name: String) throws(ProofVectorRefusal) -> UInt64 {
        try JSONItem.unsigned(members[name] as Any, name)
    }

    /// An integer from 0 to `limit`.
    func count(_ name: String, limit: Int = Int.max) throws(ProofVectorRefusal) -> Int {
        guard let count = Int(exactly: try unsigned(name)), count <= limit else {
            throw .malformed("`\(name)` is too large")
        }
        return count
    }

    func bytes(_ name: String) throws(ProofVectorRefusal) -> [UInt8] {
        try JSONItem.bytes(members[name] as Any, name)
    }

    func bytes(_ name: String, count: Int) throws(ProofVectorRefusal) -> [UInt8] {
        try JSONItem.bytes(members[name] as Any, name, count: count)
    }

    func scalar(_ name: String) throws(ProofVectorRefusal) -> Scalar {
        guard let scalar = Scalar(canonical: try bytes(name, count: 32)) else {
            throw .malformed("`\(name)` is no canonical scalar")
        }
        return scalar
    }

    func compressed(_ name: String) throws(ProofVectorRefusal) -> CompressedRistretto {
        guard let point = CompressedRistretto(try bytes(name, count: 32)) else {
            throw .malformed("`\(name)` has not 32 bytes")
        }
        return point
    }

    func point(_ name: String) throws(ProofVectorRefusal) -> RistrettoPoint {
        guard let point = try compressed(name).decompressed() else {
            throw .malformed("`\(name)` encodes no group element")
        }
        return point
    }
}

extension JSONItem {
    static func bytes(_ value: Any, _ what: String) throws(ProofVectorRefusal) -> [UInt8] {
        guard let string = value as? String, let bytes = Hexadecimal.bytes(string) else {
            throw .malformed("`\(what)` is no lower-case hex")
        }
        return bytes
    }

    static func bytes(_ value: Any, _ what: String, count: Int) throws(ProofVectorRefusal) -> [UInt8] {
        let bytes = try bytes(value, what)
        guard bytes.count == count else { throw .malformed("`\(what)` has \(bytes.count) bytes, expected \(count)") }
        return bytes
    }

    static func unsigned(_ value: Any, _ what: String) throws(ProofVectorRefusal) -> UInt64 {
        guard let number = value as? NSNumber, isInteger(number), let integer = UInt64(exactly: number) else {
            throw .malformed("`\(what)` is no unsigned integer")
        }
        return integer
    }

    static func string(_ value: Any, _ what: String) throws(ProofVectorRefusal) -> String {
        guard let string = value as? String else { throw .malformed("`\(what)` is no string") }
        return string
    }

    // JSONSerialization makes 8.0, 1e2 and integers beyond 64 bits floating-point numbers, and truth values chars.
    private static func isInteger(_ number: NSNumber) -> Bool {
        !["d", "f", "c", "B"].contains(String(cString: number.objCType))
    }

    private static func isBool(_ number: NSNumber) -> Bool {
        ["c", "B"].contains(String(cString: number.objCType))
    }
}

/// Lower-case hexadecimal text.
enum Hexadecimal {
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for character in text.utf8 {
            let nibble: UInt8
            switch character {
            case 0x30...0x39: nibble = character - 0x30
            case 0x61...0x66: nibble = character - 0x61 + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return high == nil ? bytes : nil
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
