/// Why a ledger cannot be opened, read, written or trusted.
public enum LedgerError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)
    /// The operating system does not let the file be read.
    case unreadable(path: String, reason: String)
    /// The operating system does not let the file be made or written.
    case unwritable(path: String, reason: String)
    /// The file is something else than a ledger.
    case notALedger(path: String, reason: String)
    /// The ledger's format is one that this version does not know.
    case unknownFormat(path: String, got: Int, expected: ClosedRange<Int>)
    /// Another writer has the ledger open.
    case inUse(path: String, process: Int32?)
    /// The ledger was made for something else than what it is opened with; `field` says what.
    case foreign(path: String, field: LedgerIdentity.Field, got: String, expected: String)
    /// The ledger holds several vaults, and none was named.
    case severalVaults(path: String, names: [String])
    /// The ledger holds no vault of this name.
    case noSuchVault(path: String, got: String, names: [String])
    /// The file's contents contradict themselves; `sequence` is the entry concerned, where it is one.
    case damaged(path: String, sequence: UInt64?, reason: String)
    /// The openings of an entry do not open: another key, or an altered entry.
    case sealedForAnother(path: String, sequence: UInt64)
    /// A part of an entry or of the identity has more bytes than the format allows.
    case tooLarge(part: String, got: Int, limit: Int)
    /// A part of an entry or of the identity is not of the form that the format demands.
    case malformed(part: String, got: String, expected: String)
    /// An entry is not later than the one before it; both in Unix milliseconds.
    case notLater(got: Int64, previous: Int64)
    /// The cryptographic library refused to seal.
    case sealingFailed
    /// The cryptographic library refused to sign.
    case signingFailed
    /// The ledger was closed before the call.
    case closed(path: String)
}

extension LedgerError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .missing(let path):
            "no ledger at `\(path)`"
        case .unreadable(let path, let reason):
            "ledger `\(path)` cannot be read: \(reason)"
        case .unwritable(let path, let reason):
            "ledger `\(path)` cannot be written: \(reason)"
        case .notALedger(let path, let reason):
            "`\(path)` is not a ledger: \(reason)"
        case .unknownFormat(let path, let got, let expected):
            "ledger `\(path)` has format version \(got): this program reads \(LedgerError.words(expected))"
        case .inUse(let path, let process):
            "ledger `\(path)` is in use by "
                + (process.map { "process \($0)" } ?? "another process") + ": one writer at a time"
        case .foreign(let path, let field, let got, let expected):
            "ledger `\(path)` was made with another \(field.name): got `\(got)`, expected `\(expected)`"
        case .severalVaults(let path, let names):
            "ledger `\(path)` holds several vaults: name one with --vault, of \(names.joined(separator: ", "))"
        case .noSuchVault(let path, let got, let names):
            "ledger `\(path)` holds no vault `\(got)`: expected one of \(names.joined(separator: ", "))"
        case .damaged(let path, let sequence, let reason):
            "ledger `\(path)` is damaged" + (sequence.map { " at entry \($0)" } ?? "") + ": \(reason)"
        case .sealedForAnother(let path, let sequence):
            "openings of entry \(sequence) of ledger `\(path)` do not open with this key"
        case .tooLarge(let part, let got, let limit):
            "\(part) is too large: got \(got) bytes, at most \(limit) are allowed"
        case .malformed(let part, let got, let expected):
            "\(part) is malformed: got `\(got)`, expected \(expected)"
        case .notLater(let got, let previous):
            "entry is not later than the one before: got \(got) ms, expected more than \(previous) ms"
        case .sealingFailed:
            "the openings could not be sealed"
        case .signingFailed:
            "the message could not be signed"
        case .closed(let path):
            "ledger `\(path)` is closed"
        }
    }

    private static func words(_ versions: ClosedRange<Int>) -> String {
        versions.count == 1 ? "version \(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
    }
}
