import CanonicalJSON
import Regimes

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where test data lie.
enum Fixtures {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    /// Reference data that are not part of the project; nil where this machine does not have them.
    static let shared: String? = {
        let path = ProcessInfo.processInfo.environment["BALLAST_SHARED"] ?? root + "/../shared"
        return FileManager.default.fileExists(atPath: path + "/vectors/regimes/series_btc_logrv.csv") ? path : nil
    }()

    /// Whether tests that print figures run.
    static let isMeasuring = ProcessInfo.processInfo.environment["BALLAST_MEASURE"] != nil

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    static func json(_ path: String) throws -> JSONValue { try JSONValue.read(try bytes(path)) }

    /// The rows of a CSV file without quotes, as one dictionary a row.
    static func rows(_ path: String) throws -> [[String: String]] {
        let lines = String(decoding: try bytes(path), as: UTF8.self).split(separator: "\n")
        let names = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return lines.dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(names, fields))
        }
    }

    /// The column `y` of a reference series.
    static func series(_ name: String) throws -> [Double] {
        try rows((shared ?? "") + "/vectors/regimes/" + name).compactMap { $0["y"].flatMap(Double.init) }
    }
}

extension JSONValue {
    /// The numbers of a number, a decimal string, or nested arrays of them, in reading order.
    var doubles: [Double] {
        switch self {
        case .number(let text), .string(let text): Double(text).map { [$0] } ?? []
        case .array(let elements): elements.flatMap(\.doubles)
        default: []
        }
    }
}

/// Whether two lists agree to 1e-10 relative, or to 1e-12 absolute near zero: the tolerance stated with the exact cases.
func agree(_ got: [Double], _ expected: [Double], absolute: Double = 1e-12) -> Bool {
    got.count == expected.count
        && zip(got, expected).allSatisfy { abs($0 - $1) <= max(1e-10 * abs($1), absolute) }
}
