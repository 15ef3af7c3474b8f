import CanonicalJSON
import MarketData
import Ristretto

// The values of a statement as attestations and reports over a period write them.

extension AttestationError {
    /// A field that is not what it should be.
    static func malformed(_ field: String, _ expected: String) -> AttestationError {
        .malformed(reason: "\(field): expected \(expected)")
    }

    /// Reads a file of one JSON object: its size first, then what `body` takes, then that nothing is left over.
    static func reading<Value>(
        _ bytes: [UInt8],
        as file: String,
        atMost limit: Int,
        _ body: (inout JSONObjectReader) throws -> Value
    ) throws(AttestationError) -> Value {
        guard bytes.count <= limit else {
            throw .unreadable(file: file, reason: "\(bytes.count) bytes: at most \(limit) are read")
        }
        do {
            var object = try JSONObjectReader(JSONValue.read(bytes))
            let value = try body(&object)
            try object.finish()
            return value
        } catch {
            throw .unreadable(file: file, reason: "\(error)")
        }
    }
}

extension JSONObjectReader {
    /// 32 bytes.
    mutating func digest(_ name: String) throws -> ContentDigest {
        guard let digest = ContentDigest(bytes: try hexBytes(name, count: 32)) else {
            throw AttestationError.malformed(name, "32 bytes")
        }
        return digest
    }

    /// Times run from 1970 to 9999, so that sums of times and durations stay far from the integers' ends.
    mutating func time(_ name: String) throws -> Timestamp {
        let milliseconds = Int64(try integer(name))
        guard (0...253_402_300_799_999).contains(milliseconds) else {
            throw AttestationError.malformed(name, "Unix milliseconds of the years 1970 to 9999")
        }
        return Timestamp(milliseconds: milliseconds)
    }

    mutating func regime() throws -> UInt8 {
        guard let regime = UInt8(exactly: try integer("regime")) else {
            throw AttestationError.malformed("regime", "0…255")
        }
        return regime
    }

    mutating func ground() throws -> HoldGround {
        guard let ground = HoldGround(name: try string("ground")) else {
            let names = HoldGround.allCases.map(\.name).joined(separator: ", ")
            throw AttestationError.malformed("ground", "one of \(names)")
        }
        return ground
    }

    mutating func prices() throws -> [Price] {
        try strings("prices").map { text in
            guard let units = UInt64(text), "\(units)" == text, let price = Price(units: units) else {
                throw AttestationError.malformed("prices", "whole numbers from 1 to 2^64 - 1 as strings")
            }
            return price
        }
    }

    /// No key `inputs` where there are none, so that a statement has one form.
    mutating func inputs() throws -> [PublicInput] {
        guard var members = try optionalObject("inputs") else { return [] }
        let inputs = try PublicInput.Name.allCases.compactMap { name -> PublicInput? in
            guard let bytes = try members.optionalHexBytes(name.rawValue, count: 32) else { return nil }
            return ContentDigest(bytes: bytes).map { PublicInput(name, $0) }
        }
        try members.finish()
        guard !inputs.isEmpty else {
            throw AttestationError.malformed("inputs", "at least one input, or no such key")
        }
        return inputs
    }

    mutating func points(_ name: String) throws -> [CompressedRistretto] {
        let values = try array(name)
        guard values.count <= 256 else { throw AttestationError.malformed(name, "at most 256 commitments") }
        return try values.map { value in
            guard let point = CompressedRistretto(try value.hexBytes(count: 32, at: name)) else {
                throw AttestationError.malformed(name, "32 bytes a commitment")
            }
            return point
        }
    }
}

extension JSONValue {
    static func points(_ points: [CompressedRistretto]) -> JSONValue { .array(points.map { .hex($0.bytes) }) }

    /// As strings: most readers keep integers only to 2⁵³.
    static func prices(_ prices: [Price]) -> JSONValue { .array(prices.map { .string("\($0.units)") }) }
}

extension Statement {
    /// The key `inputs`, where there are some.
    var inputMembers: [JSONMember] {
        inputs.isEmpty
            ? [] : [JSONMember("inputs", .object(inputs.map { JSONMember($0.name.rawValue, .hex($0.digest.bytes)) }))]
    }
}
