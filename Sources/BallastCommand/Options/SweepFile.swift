import CanonicalJSON
import FoundationEssentials
import MarketData
import SharedCommands
import Simulation

#if canImport(Glibc)
    import Glibc
#endif

/// The results of a sweep: one JSON object a line, appended as they come.
///
/// A line that a kill cut short is dropped, and its combination run again.
struct SweepFile {
    /// The results that stand in the file, by their combination's name.
    private(set) var results: [String: SweepResult] = [:]
    private let path: String
    private let sweep: ContentDigest

    /// Reads what is there.
    ///
    /// - Throws: `CommandFailure` for a file of another sweep, or one that holds something else.
    init(path: String, sweep: ContentDigest) throws {
        self.path = path
        self.sweep = sweep
        guard Files.exists(path) else { return }
        let bytes = try Files.read(path)
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        for (number, line) in bytes[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
            let result: SweepResult
            let owner: JSONValue?
            do {
                let value = try JSONValue.read(Array(line))
                guard value["version"] == .integer(1) else {
                    throw CommandFailure(.cannotRun, "\(path):\(number + 1): of another version, expected 1")
                }
                owner = value["sweep"]
                result = try SweepResult(json: value)
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw CommandFailure(.cannotRun, "\(path):\(number + 1): not a result of a sweep: \(error)")
            }
            guard owner == .string(sweep.description) else {
                throw CommandFailure(
                    .cannotRun,
                    "\(path) holds results of another policy, market, opening or cost: name another file"
                )
            }
            results[result.point] = result
        }
        if whole < bytes.count { try Files.write(String(decoding: bytes[..<whole], as: UTF8.self), to: path) }
    }

    /// Adds a result; it is in the file when this returns.
    mutating func append(_ result: SweepResult) throws {
        let line = result.json(of: sweep).canonicalBytes + [UInt8(ascii: "\n")]
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure(.cannotRun, "\(path): cannot be written") }
        defer { close(descriptor) }
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else { throw CommandFailure(.cannotRun, "\(path): cannot be written") }
        results[result.point] = result
    }
}

extension Files {
    /// How many cores the machine has.
    static var coreCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
