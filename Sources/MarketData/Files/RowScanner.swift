/// Splits CSV bytes into rows of byte ranges: RFC 4180 with `\n` or `\r\n`, in one pass, without copying.
struct RowScanner {
    /// One field: its bytes without the quotes around it.
    struct Field {
        var start: Int
        var end: Int
    }

    /// Why a row does not end where it should, and at which byte.
    enum Failure: Error {
        case openQuote(at: Int)
        case textAfterQuote(at: Int)
    }

    /// The byte at which the row last read begins.
    private(set) var rowStart = 0

    /// The line, from 1, at which the row last read begins.
    private(set) var rowLine = 0

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private var line = 1

    // SAFETY: the buffer must outlive the scanner; `CandleFileReader` keeps it inside the closure that lends the buffer.
    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        position = hasMark ? 3 : 0
    }

    /// Whether nothing but ends of lines follows.
    var isAtEnd: Bool {
        var index = position
        while index < bytes.count, bytes[index] == 0x0A || bytes[index] == 0x0D { index += 1 }
        return index == bytes.count
    }

    /// Reads the next row into `fields`; false at the end of the bytes.
    mutating func next(into fields: inout [Field]) throws(Failure) -> Bool {
        fields.removeAll(keepingCapacity: true)
        guard position < bytes.count else { return false }
        rowStart = position
        rowLine = line
        while true {
            fields.append(try field())
            guard position < bytes.count else { return true }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ",") { continue }
            if byte == 0x0D { position += 1 }
            line += 1
            return true
        }
    }

    /// Reads one field and stops at the comma or line end behind it.
    private mutating func field() throws(Failure) -> Field {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while !isFieldEnd { position += 1 }
            return Field(start: start, end: position)
        }
        let quote = position
        position += 1
        while true {
            guard position < bytes.count else { throw .openQuote(at: quote) }
            if bytes[position] == UInt8(ascii: "\"") {
                // A doubled quote stands for one; no field that is read can hold one, so it needs no decoding.
                guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else { break }
                position += 1
            } else if bytes[position] == 0x0A {
                line += 1
            }
            position += 1
        }
        let end = position
        position += 1
        guard isFieldEnd else { throw .textAfterQuote(at: position) }
        return Field(start: quote + 1, end: end)
    }

    private var isFieldEnd: Bool {
        guard position < bytes.count else { return true }
        let byte = bytes[position]
        return byte == UInt8(ascii: ",") || byte == 0x0A
            || (byte == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A)
    }
}
