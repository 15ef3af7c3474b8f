import PolicyLanguage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Files of this repository that the tests read.
enum PolicyFixtures {
    static let root = String(#filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined())
    static let policies = root + "/Policies"
    static let fixtures = root + "/Tests/Fixtures/policies"

    static func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    static func source(_ path: String) throws -> PolicySource {
        let name = path.split(separator: "/").suffix(2).joined(separator: "/")
        return PolicySource(path: name, text: try read(path))
    }

    /// Paths of the shipped policies.
    static let shipped = [
        "core-satellite", "equal-weight", "cash-buffer", "all-weather", "treasury", "storm-shelter", "slow-hands",
        "two-halves", "house-rules", "careful-vault", "regime-rotation", "intent-limits", "secret-strategy",
        "only-what-pays",
    ].map { "\(policies)/\($0).policy" }

    /// Reads the policies that others extend, beside them.
    static let loader = PolicyLoader { path in PolicySource(path: path, text: try read("\(root)/\(path)")) }

    /// A small policy that checks clean, whose parts a test may replace.
    static let small = """
        policy "Small" version 1 {
          quote USD

          target {
            BTC  60%
            USD  40%
          }

          bands {
            each  trigger 4pp  to edge
          }

          rebalance {
            when any drift > band
          }

          limits {
            cost  <= 35bps per rebalance
          }
        }

        """
}
