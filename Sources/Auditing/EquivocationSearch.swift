public import Attestations
import CanonicalJSON
public import MarketData

/// Looks for two attestations with one vault id and one number that differ.
///
/// An operator who shows different chains to different people signs both. Two such attestations prove it to anybody, who
/// needs no policy and no candles for it. A difference proves nothing where a signature is missing: whoever wants to accuse an
/// operator can write a file.
///
/// Memory: some hundred bytes an attestation of the first chain.
public struct EquivocationSearch: Sendable {
    private var known: [Position: Mark] = [:]
    /// What differs, in the order of comparing.
    public private(set) var findings: [Finding] = []
    /// How many attestations stand in both, differing or not.
    public private(set) var comparedCount = 0
    /// Names of files that are no attestations.
    public private(set) var unreadable: [String] = []

    private struct Position: Hashable {
        let vault: ContentDigest
        let sequence: UInt64
    }

    private struct Mark {
        let file: String
        /// `nil` where a report over a period does not say it.
        let digest: ContentDigest?
        /// What a report over a period states, in place of the attestation itself.
        var statement: Statement?
        let operatorKey: [UInt8]
        let isSigned: Bool
    }

    /// Two attestations that cannot both be of one chain.
    public struct Finding: Sendable, Hashable {
        /// The vault of both.
        public let vault: ContentDigest
        /// The number of both.
        public let sequence: UInt64
        /// The file of the chain at hand.
        public let file: String
        /// The file from elsewhere.
        public let other: String
        /// Whether one operator's valid signature stands under both: then that operator equivocated.
        public let isProof: Bool

        /// One line for a person.
        public var text: String {
            "number \(sequence) of vault \(vault) differs in \(file) and \(other): "
                + (isProof
                    ? "one operator signed both"
                    : "they do not bear one operator's valid signature, so that this proves nothing about the operator")
        }

        var json: JSONValue {
            .object([
                JSONMember("vault", .hex(vault.bytes)), JSONMember("sequence", .integer(sequence)),
                JSONMember("file", .string(file)), JSONMember("other", .string(other)),
                JSONMember("bothSigned", .bool(isProof)),
            ])
        }
    }

    /// A search without attestations.
    public init() {}

    /// Adds an attestation of the chain at hand. What is none is left to the audit to report.
    public mutating func add(_ file: AttestationAuditor.File) {
        guard let attestation = try? Attestation(fileBytes: file.bytes) else { return }
        let position = Position(vault: attestation.statement.vault, sequence: attestation.statement.sequence)
        known[position] = Mark(
            file: file.name,
            digest: attestation.digest,
            operatorKey: attestation.operatorKey,
            isSigned: attestation.isSignedByItsOperator
        )
    }

    /// Adds what a report over a period says of the attestations that it stands for: the statement of each, and its digest.
    public mutating func add(_ report: PeriodReport, file: String) {
        let isSigned = report.isSignedByItsOperator
        func mark(_ digest: ContentDigest?, _ statement: Statement?) -> Mark {
            Mark(
                file: file,
                digest: digest,
                statement: statement,
                operatorKey: report.operatorKey,
                isSigned: isSigned
            )
        }
        for (index, step) in report.steps.enumerated() {
            // In version 1 a statement without its predecessor's digest says the rest.
            let isWhole = report.version == .spansEvents || index == 0
            known[Position(vault: step.vault, sequence: step.sequence)] =
                mark(report.digest(of: index), isWhole ? step : nil)
        }
        let first = report.steps[0]
        guard first.kind != .genesis, first.sequence > 0 else { return }
        known[Position(vault: first.vault, sequence: first.sequence - 1)] = mark(first.previous, nil)
    }

    /// Compares an attestation from elsewhere with the one of its vault and number.
    public mutating func compare(_ file: AttestationAuditor.File) {
        guard let attestation = try? Attestation(fileBytes: file.bytes) else {
            unreadable.append(file.name)
            return
        }
        let statement = attestation.statement
        guard let mark = known[Position(vault: statement.vault, sequence: statement.sequence)] else { return }
        comparedCount += 1
        let isOther = mark.digest.map { $0 != attestation.digest } ?? false
        guard isOther || mark.statement.map({ $0 != statement }) ?? false else { return }
        findings.append(
            Finding(
                vault: statement.vault,
                sequence: statement.sequence,
                file: mark.file,
                other: file.name,
                isProof: mark.isSigned && mark.operatorKey == attestation.operatorKey
                    && attestation.isSignedByItsOperator
            )
        )
    }

    /// What the comparison showed, for a person.
    func lines(with name: String) -> [String] {
        [
            "compared with \(name): \(comparedCount) of the same vault and number, "
                + (findings.isEmpty ? "none of them different" : "\(findings.count) of them different")
        ] + findings.map { "  \($0.text)" } + unreadable.map { "  no attestation: \($0)" }
    }

    /// What the comparison showed, for a program.
    func member(with name: String) -> JSONMember {
        JSONMember(
            "against",
            .object([
                JSONMember("path", .string(name)), JSONMember("compared", .integer(comparedCount)),
                JSONMember("differing", .array(findings.map(\.json))),
                JSONMember("unreadable", .array(unreadable.map { .string($0) })),
            ])
        )
    }
}
