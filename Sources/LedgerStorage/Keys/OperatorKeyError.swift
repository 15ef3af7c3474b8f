/// What can be wrong with an operator's key file.
public enum OperatorKeyError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)
    /// There is no owner's key at `path`.
    case ownerMissing(path: String)
    /// There is no key of this role at `path`.
    case signatoryMissing(path: String, role: SignatoryKey.Role)
    /// There is a file at `path` already.
    case present(path: String)
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is not a key file of a format that this version reads.
    case malformed(path: String, line: Int, reason: String)
    /// Others than the owner may read or write the file; `mode` holds its permission bits.
    case openToOthers(path: String, mode: UInt16)
    /// The file cannot be made.
    case unwritable(path: String, reason: String)
}

extension OperatorKeyError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .missing(let path):
            "no key file at `\(path)`: this ledger cannot be continued or opened without the key it was made with"
        case .ownerMissing(let path):
            "no owner's key at `\(path)`: `ballast owner new \(path)` makes one for a vault that is not opened yet"
        case .signatoryMissing(let path, let role):
            "no \(role.rawValue)'s key at `\(path)`: `ballast \(role == .custodian ? "custody" : role.rawValue) new \(path)` makes one"
        case .present(let path):
            "`\(path)` is there already: a key is never written over another"
        case .unreadable(let path, let reason):
            "key file `\(path)` cannot be read: \(reason)"
        case .malformed(let path, let line, let reason):
            "\(path):\(line):1: error: \(reason)"
        case .openToOthers(let path, let mode):
            "key file `\(path)` is open to other users: got mode 0\(String(mode, radix: 8)), expected 0600"
                + " (run `chmod 600 \(path)`)"
        case .unwritable(let path, let reason):
            "key file `\(path)` cannot be made: \(reason)"
        }
    }
}
