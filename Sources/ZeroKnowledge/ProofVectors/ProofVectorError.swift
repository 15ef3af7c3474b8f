/// Why a file is not a zkvec/1 file.
public enum ProofVectorError: Error, Sendable, Equatable {
    /// More bytes than a reader takes.
    case tooLarge(bytes: Int, limit: Int)
    /// Not JSON.
    case notJSON(String)
    /// JSON, but not an object whose `format` is "zkvec/1" with a list of `items`, each an object.
    case notVectors(String)
}

extension ProofVectorError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "file too large: got \(bytes) bytes, expected at most \(limit)"
        case .notJSON(let reason): "not JSON: \(reason)"
        case .notVectors(let reason): "not a zkvec/1 file: \(reason)"
        }
    }
}

/// Why one item is not accepted.
enum ProofVectorRefusal: Error {
    /// The item cannot be read.
    case malformed(String)
    /// The item can be read, and a value in it is not the one that was computed.
    case mismatch(String)
    /// The item's proof does not verify.
    case verification(VerificationError)
}

extension ProofVectorRefusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed(let reason): "malformed: \(reason)"
        case .mismatch(let what): "`\(what)` differs from what was computed"
        case .verification(let error): "\(error)"
        }
    }
}
