import ArgumentParser
import Attestations
import SharedCommands

/// `--guardian` and `--guardian-threshold`: who may order halts and end them.
struct GuardianOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("A guardian's public key. May be given again.", valueName: "HEX"))
    var guardian: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many guardians act together; all of them if absent.", valueName: "N"))
    var guardianThreshold: Int?

    /// The set; `nil` where none is named.
    func set() throws -> GuardianSet? {
        guard !guardian.isEmpty else {
            guard guardianThreshold == nil else {
                throw CommandFailure(.wrongUse, "--guardian-threshold without guardians: give --guardian HEX")
            }
            return nil
        }
        let keys = try guardian.map(VerifyArguments.key)
        return try failing(.wrongUse) { try GuardianSet(keys: keys, threshold: guardianThreshold ?? keys.count) }
    }
}

/// `--order`: guardians' orders as files.
struct OrderOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("An order that `ballast guardian sign` made. May be given again.", valueName: "FILE")
    )
    var order: [String] = []

    /// Reads every file.
    func load() throws -> [GuardianOrder] {
        try order.map { path in
            let bytes = try Files.read(path, limit: GuardianOrder.largestFile)
            return try failing(.cannotRun, in: path) { try GuardianOrder(fileBytes: bytes) }
        }
    }
}
