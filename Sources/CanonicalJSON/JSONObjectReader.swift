/// Reads an object member by member, and refuses at the end what nobody asked for.
///
/// ```swift
/// var reader = try JSONObjectReader(value, at: "statement")
/// let sequence = try reader.unsigned("sequence")
/// let digest = try reader.hexBytes("policy", count: 32)
/// try reader.finish()
/// ```
public struct JSONObjectReader: Sendable {
    /// The way from the root of the text to this object, for messages; empty at the root.
    public let path: String

    private let members: [JSONMember]
    private var isRead: [Bool]

    /// Starts to read an object.
    ///
    /// - Throws: ``JSONError`` if the value is no object.
    public init(_ value: JSONValue, at path: String = "") throws(JSONError) {
        guard case .object(let members) = value else {
            throw JSONError(.wrongKind(expected: "an object", got: value.kind), at: .path(path))
        }
        self.path = path
        self.members = members
        isRead = [Bool](repeating: false, count: members.count)
    }

    /// The way to a member, for messages.
    public func path(to name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    /// The names that nothing has read yet, in the order of the text.
    public var unreadNames: [String] {
        zip(members, isRead).filter { !$1 }.map(\.0.name)
    }

    /// The value of a member that need not be there.
    public mutating func optional(_ name: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        isRead[index] = true
        return members[index].value
    }

    /// The value of a member that must be there.
    public mutating func required(_ name: String) throws(JSONError) -> JSONValue {
        guard let value = optional(name) else { throw JSONError(.missingKey(name), at: .path(path)) }
        return value
    }

    /// Refuses members that nothing has read.
    public func finish() throws(JSONError) {
        guard let name = unreadNames.first else { return }
        throw JSONError(.unknownKey(JSONParser.excerpt(name)), at: .path(path))
    }
}

extension JSONObjectReader {
    /// The string of a required member.
    public mutating func string(_ name: String) throws(JSONError) -> String {
        try required(name).string(at: path(to: name))
    }

    /// The boolean of a required member.
    public mutating func bool(_ name: String) throws(JSONError) -> Bool {
        try required(name).bool(at: path(to: name))
    }

    /// The integer of a required member.
    public mutating func integer(_ name: String) throws(JSONError) -> Int {
        try required(name).integer(at: path(to: name))
    }

    /// The integer from 0 through 2⁶⁴ − 1 of a required member.
    public mutating func unsigned(_ name: String) throws(JSONError) -> UInt64 {
        try required(name).unsigned(at: path(to: name))
    }

    /// The number of a required member, rounded to the nearest `Double`.
    public mutating func double(_ name: String) throws(JSONError) -> Double {
        try required(name).double(at: path(to: name))
    }

    /// The bytes of a required member of lower-case hexadecimal digits; exactly `count` of them unless it is absent.
    public mutating func hexBytes(_ name: String, count: Int? = nil) throws(JSONError) -> [UInt8] {
        try required(name).hexBytes(count: count, at: path(to: name))
    }

    /// The elements of a required array.
    public mutating func array(_ name: String) throws(JSONError) -> [JSONValue] {
        try required(name).array(at: path(to: name))
    }

    /// A reader of a required object.
    public mutating func object(_ name: String) throws(JSONError) -> JSONObjectReader {
        try required(name).object(at: path(to: name))
    }

    /// The strings of a required array.
    public mutating func strings(_ name: String) throws(JSONError) -> [String] {
        try each(name) { (value, path) throws(JSONError) in try value.string(at: path) }
    }

    /// The integers of a required array.
    public mutating func integers(_ name: String) throws(JSONError) -> [Int] {
        try each(name) { (value, path) throws(JSONError) in try value.integer(at: path) }
    }

    /// The numbers of a required array, each rounded to the nearest `Double`.
    public mutating func doubles(_ name: String) throws(JSONError) -> [Double] {
        try each(name) { (value, path) throws(JSONError) in try value.double(at: path) }
    }

    /// Readers of the objects of a required array.
    public mutating func objects(_ name: String) throws(JSONError) -> [JSONObjectReader] {
        try each(name) { (value, path) throws(JSONError) in try value.object(at: path) }
    }

    /// Reads every element of a required array; `read` gets the element and the way to it.
    public mutating func each<Element>(
        _ name: String,
        _ read: (JSONValue, String) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        let arrayPath = path(to: name)
        var elements: [Element] = []
        for (index, value) in try array(name).enumerated() {
            elements.append(try read(value, "\(arrayPath)[\(index)]"))
        }
        return elements
    }
}

extension JSONObjectReader {
    /// The string of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalString(_ name: String) throws(JSONError) -> String? {
        guard let value = optional(name) else { return nil }
        return try value.string(at: path(to: name))
    }

    /// The boolean of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalBool(_ name: String) throws(JSONError) -> Bool? {
        guard let value = optional(name) else { return nil }
        return try value.bool(at: path(to: name))
    }

    /// The integer of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalInteger(_ name: String) throws(JSONError) -> Int? {
        guard let value = optional(name) else { return nil }
        return try value.integer(at: path(to: name))
    }

    /// The unsigned integer of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalUnsigned(_ name: String) throws(JSONError) -> UInt64? {
        guard let value = optional(name) else { return nil }
        return try value.unsigned(at: path(to: name))
    }

    /// The number of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalDouble(_ name: String) throws(JSONError) -> Double? {
        guard let value = optional(name) else { return nil }
        return try value.double(at: path(to: name))
    }

    /// The bytes of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalHexBytes(_ name: String, count: Int? = nil) throws(JSONError) -> [UInt8]? {
        guard let value = optional(name) else { return nil }
        return try value.hexBytes(count: count, at: path(to: name))
    }

    /// The elements of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalArray(_ name: String) throws(JSONError) -> [JSONValue]? {
        guard let value = optional(name) else { return nil }
        return try value.array(at: path(to: name))
    }

    /// A reader of a member, or nothing if the member is absent; `null` is not absence.
    public mutating func optionalObject(_ name: String) throws(JSONError) -> JSONObjectReader? {
        guard let value = optional(name) else { return nil }
        return try value.object(at: path(to: name))
    }
}
