import Foundation

/// A file of test vectors in the format zkvec/1: known answers for everything from scalars to proofs.
///
/// Reading and checking are total: a hostile file is refused or its items are, nothing traps, and nothing is made at a size
/// that the file merely claims.
public struct ProofVectorFile {
    /// The largest file that is read: 256 MB.
    public static let maximumByteCount = 1 << 28

    private let items: [JSONItem]

    /// Number of items.
    public var count: Int { items.count }

    /// Reads a file's bytes.
    ///
    /// - Throws: ``ProofVectorError`` where the bytes are no zkvec/1 file. What is wrong with a single item is said by
    ///   ``check()``.
    public static func read(_ bytes: [UInt8]) throws(ProofVectorError) -> ProofVectorFile {
        guard bytes.count <= maximumByteCount else {
            throw .tooLarge(bytes: bytes.count, limit: maximumByteCount)
        }
        let parsed: Any
        do {
            parsed = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        } catch {
            let description = (error as NSError).userInfo["NSDebugDescription"] as? String
            throw .notJSON(description ?? "unreadable")
        }
        guard let file = parsed as? [String: Any] else { throw .notVectors("expected an object") }
        guard file["format"] as? String == "zkvec/1" else { throw .notVectors("expected `format` to be `zkvec/1`") }
        guard let items = file["items"] as? [Any] else { throw .notVectors("expected a list of `items`") }
        var objects: [JSONItem] = []
        for (index, item) in items.enumerated() {
            guard let members = item as? [String: Any] else { throw .notVectors("item \(index) is no object") }
            objects.append(JSONItem(members))
        }
        return ProofVectorFile(items: objects)
    }

    /// Checks every item, in order.
    public func check() -> [ProofVectorResult] {
        items.map { ProofVectorResult(checking: $0) }
    }

    /// Checks every item in order, and hands over each result as soon as it is known.
    public func check(reportingTo report: (ProofVectorResult) throws -> Void) rethrows {
        for item in items { try report(ProofVectorResult(checking: item)) }
    }
}

/// What came of one item of a ``ProofVectorFile``.
public struct ProofVectorResult: Sendable, Hashable {
    /// The item's name; empty where it has none.
    public let name: String
    /// The item's kind; empty where it has none.
    public let kind: String
    /// Whether the item could be read and everything in it holds.
    public let accepted: Bool
    /// Whether the item says that it must be accepted.
    public let expect: Bool
    /// Whether both are the same.
    public let agree: Bool
    /// Why the item was not accepted, or does not agree; `nil` otherwise.
    public let reason: String?

    init(checking item: JSONItem) {
        name = item.optionalString("name") ?? ""
        kind = item.optionalString("kind") ?? ""
        var refusal: String?
        do throws(ProofVectorRefusal) {
            try ProofVectorCheck.check(item, kind: kind)
        } catch {
            refusal = "\(error)"
        }
        accepted = refusal == nil
        do throws(ProofVectorRefusal) {
            expect = try item.optionalBool("expect") ?? true
            agree = accepted == expect
            reason = refusal ?? (agree ? nil : "accepted, and must not be")
        } catch {
            expect = true
            agree = false
            reason = "\(error)"
        }
    }
}
