/// Cuts a stream of bytes into the messages of the language server protocol, and frames answers.
///
/// Everything is bounded: a header of at most ``longestHeader`` bytes, a body of at most ``longestBody``.
struct MessageFraming {
    static let longestHeader = 4_096
    static let longestBody = 1 << 24

    private var buffer: [UInt8] = []
    /// Bytes of the body that is awaited, once its header is read.
    private var awaited: Int?

    /// A stream that is no sequence of messages: there is no place from which reading could go on.
    enum Failure: Error { case badHeader }

    /// Takes the bytes that arrived.
    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// The next whole message's body, if it has arrived.
    mutating func next() throws(Failure) -> [UInt8]? {
        if awaited == nil {
            guard let end = headerEnd else {
                if buffer.count > Self.longestHeader { throw .badHeader }
                return nil
            }
            guard end <= Self.longestHeader else { throw .badHeader }
            awaited = try Self.length(in: buffer[..<end])
            buffer.removeFirst(end)
        }
        guard let count = awaited, buffer.count >= count else { return nil }
        let body = Array(buffer[..<count])
        buffer.removeFirst(count)
        awaited = nil
        return body
    }

    /// A body with its header.
    static func framed(_ body: [UInt8]) -> [UInt8] { Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body }

    /// One past the empty line that ends a header.
    private var headerEnd: Int? {
        let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        let last = min(buffer.count, Self.longestHeader + mark.count) - mark.count
        guard last >= 0 else { return nil }
        return (0...last).first { buffer[$0..<$0 + mark.count].elementsEqual(mark) }.map { $0 + mark.count }
    }

    /// The one length that a header must give; other fields are passed over.
    private static func length(in header: ArraySlice<UInt8>) throws(Failure) -> Int {
        var length: Int?
        for line in String(decoding: header, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { throw .badHeader }
            guard line[..<colon].lowercased() == "content-length" else { continue }
            let digits = line[line.index(after: colon)...].filter { $0 != " " }
            guard length == nil, !digits.isEmpty, digits.utf8.count <= 9,
                digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let count = Int(digits), count <= longestBody
            else { throw .badHeader }
            length = count
        }
        guard let length else { throw .badHeader }
        return length
    }
}
