import Attestations
import CanonicalJSON
import MarketData

/// The custodian's receipts that a verifier has, matched with the attestations that they are about.
public struct CustodyReceipts: Sendable {
    /// The custodian's public key, known from elsewhere.
    private let custodian: [UInt8]
    private var receipts: [UInt64: [Given]] = [:]
    private var refusals: [(file: String, reason: String)] = []
    /// The newest attestation with a receipt.
    private var newest: Statement?
    /// How many attestations have one.
    private var attested = 0
    private var last: Statement?

    private struct Given {
        let file: String
        let receipt: CustodyReceipt
    }

    /// No receipts yet.
    ///
    /// - Parameter custodian: Whose word counts.
    public init(custodian: [UInt8]) {
        self.custodian = custodian
    }

    /// Adds a receipt's file; what is none is a failure of the report.
    public mutating func add(_ file: AttestationAuditor.File) {
        do throws(AttestationError) {
            let receipt = try CustodyReceipt(fileBytes: file.bytes)
            receipts[receipt.sequence, default: []].append(Given(file: file.name, receipt: receipt))
        } catch {
            refusals.append((file.name, error.description))
        }
    }

    /// Matches the receipts of an attestation's number with it.
    mutating func see(_ statement: Statement) {
        last = statement
        guard let given = receipts.removeValue(forKey: statement.sequence) else { return }
        var isAttested = false
        for item in given {
            if item.receipt.custodian != custodian {
                refusals.append((item.file, "it is signed by another key than the custodian's"))
            } else if let reason = item.receipt.refusal(about: statement) {
                refusals.append((item.file, reason))
            } else {
                isAttested = true
            }
        }
        guard isAttested else { return }
        attested += 1
        newest = statement
    }

    /// Receipts that are refused, and those of attestations that are not here.
    var failures: [AuditReport.ChainFailure] {
        let strays = receipts.sorted { $0.key < $1.key }.flatMap { sequence, given in
            given.map { (file: $0.file, reason: "it is of number \(sequence), which is not here") }
        }
        return (refusals + strays).map {
            .init(file: $0.file, check: "custody", reason: $0.reason, place: .max)
        }
    }

    /// What is to be said of the holdings.
    var caveat: String {
        guard let newest, let last else {
            return "holdings self-declared: none of the custodian's receipts is of an attestation here"
        }
        let age = last.time.milliseconds(since: newest.time)
        return age == 0
            ? "holdings: signed for by the custodian as of the last attestation, number \(newest.sequence); that the custodian "
                + "looked was not checked"
            : "holdings self-declared since number \(newest.sequence) at \(newest.time): the newest of \(attested) custody "
                + "receipts is \(Self.words(age)) older than the last attestation"
    }

    var json: JSONValue {
        .object([
            JSONMember("receipts", .integer(attested)),
            JSONMember("newestSequence", newest.map { .integer($0.sequence) } ?? .null),
            JSONMember("newestTime", newest.map { .string($0.time.description) } ?? .null),
            JSONMember(
                "ageMilliseconds",
                newest.flatMap { newest in last.map { .integer(Int($0.time.milliseconds(since: newest.time))) } }
                    ?? .null
            ),
        ])
    }

    /// `2 d 3 h`, or minutes where it is less than an hour.
    private static func words(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        guard minutes >= 60 else { return "\(minutes) min" }
        let (days, hours) = (minutes / 1_440, minutes % 1_440 / 60)
        return days == 0 ? "\(hours) h" : hours == 0 ? "\(days) d" : "\(days) d \(hours) h"
    }
}
