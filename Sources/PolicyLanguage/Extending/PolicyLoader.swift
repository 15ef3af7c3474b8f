/// Where the policies come from that others extend: an effect, given as an argument.
public struct PolicyLoader: Sendable {
    private let read: (@Sendable (String) throws -> PolicySource)?

    /// Loads by `read`, which takes the path: the extending policy's folder and what it wrote.
    public init(_ read: @escaping @Sendable (_ path: String) throws -> PolicySource) {
        self.read = read
    }

    private init() { read = nil }

    /// Loads nothing: a policy that extends another is refused.
    public static let none = PolicyLoader()

    /// Why a policy could not be loaded.
    struct Failure: Error {
        let reason: String
    }

    func source(at path: String) throws(Failure) -> PolicySource {
        guard let read else { throw Failure(reason: "no files are read here") }
        do {
            return try read(path)
        } catch {
            throw Failure(reason: "\(error)")
        }
    }
}
