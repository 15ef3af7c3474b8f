#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Something that reads bytes and must answer whatever they are.
///
/// Each has a test of a few hundred inputs, and one that goes on for `BALLAST_FUZZ_SECONDS`, from `BALLAST_FUZZ_SEED` (1 if absent).
/// That one keeps the input that is being read in the file `BALLAST_FUZZ_INPUT` with the target's name after it, so that a trap leaves
/// behind what caused it.
public struct FuzzTarget: Sendable {
    private let name: String
    private let corpus: [[UInt8]]
    private let dictionary: [String]
    private let read: @Sendable ([UInt8], inout ByteMutator) throws -> Void

    /// Creates a target.
    ///
    /// - Parameters:
    ///   - name: What it reads, in a word.
    ///   - corpus: Inputs to mutate.
    ///   - dictionary: Words of the format.
    ///   - read: Reads an input; whatever it throws is an answer.
    public init(
        _ name: String,
        corpus: [[UInt8]],
        dictionary: [String] = ["{", "}", "[", "]", ",", ":", "\"", "null", "true", "-", "e9", "\\u0000", "\u{FEFF}"],
        read: @escaping @Sendable (_ bytes: [UInt8], _ mutator: inout ByteMutator) throws -> Void
    ) {
        (self.name, self.corpus, self.dictionary, self.read) = (name, corpus, dictionary, read)
    }

    private static let environment = ProcessInfo.processInfo.environment

    /// Whether this run was asked to go on for longer.
    public static var isLong: Bool { environment["BALLAST_FUZZ_SECONDS"] != nil }

    /// Reads `count` inputs.
    public func run(seed: UInt64, count: Int) {
        var mutator = ByteMutator(seed: seed, corpus: corpus, dictionary: dictionary)
        for _ in 0..<count { try? read(mutator.next(), &mutator) }
    }

    /// Reads inputs for as long as was asked.
    public func runLong() throws {
        let seconds = Int(Self.environment["BALLAST_FUZZ_SECONDS"] ?? "") ?? 0
        let seed = UInt64(Self.environment["BALLAST_FUZZ_SEED"] ?? "") ?? 1
        var mutator = ByteMutator(seed: seed, corpus: corpus, dictionary: dictionary)
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        while ContinuousClock.now < end {
            let input = mutator.next()
            if let path = Self.environment["BALLAST_FUZZ_INPUT"] {
                try Data(input).write(to: URL(filePath: "\(path)-\(name)"))
            }
            try? read(input, &mutator)
            count += 1
        }
        print("\(name): \(count) inputs from seed \(seed)")
    }
}
