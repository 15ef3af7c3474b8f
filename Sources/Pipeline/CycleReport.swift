public import Attestations
import BigIntegers
import CanonicalJSON
import LedgerStorage
import MarketData
public import Rebalancing
public import Regimes

/// What one cycle did: the new head of the chain, and everything the operator may want to know. **Secret.**
public struct CycleReport: Sendable {
    /// The chain's new head.
    public let head: AttestationProver.Head
    /// What was known.
    public let moment: MarketReplay.Moment
    /// What was demanded.
    public let mandate: Mandate
    /// The state before.
    public let state: VaultState
    /// What was decided.
    public let event: Event
    /// What was executed.
    public let fills: [Fill]
    /// The plan behind it.
    public let plan: TradePlan?

    /// The decision of a cycle.
    public enum Event: Sendable, Hashable {
        /// The vault opened.
        case genesis
        /// Nothing moved.
        case hold(HoldReason)
        /// Trades brought the portfolio back.
        case rebalance([TriggerReason])
    }

    /// The decision in words, without figures of the holdings.
    public var reason: String {
        switch event {
        case .genesis: "the vault opens"
        case .hold(let reason): "\(reason)"
        case .rebalance(let reasons): reasons.map(\.description).joined(separator: ", ")
        }
    }

    /// The entry that the ledger records: words in the clear, every figure sealed.
    func draft() -> LedgerDraft {
        let decision = JSONValue.object([
            JSONMember("decision", .string(head.attestation.statement.kind.name)),
            JSONMember("regime", .string(mandate.regime)),
            JSONMember("reason", .string(reason)),
            JSONMember("limited", .bool(plan?.isLimited ?? false)),
        ])
        let legs = JSONValue.array(fills.map { .string("\($0)") })
        return LedgerDraft(
            kind: head.attestation.statement.kind.name,
            time: moment.time,
            decision: decision.canonicalBytes,
            fills: legs.canonicalBytes,
            attestation: head.attestation.json.canonicalBytes,
            openings: SecretBytes(SealedRecord(self).bytes)
        )
    }
}

/// The sealed part of a ledger entry: the opening of the commitments and the figures behind the decision. **Secret.**
struct SealedRecord: Sendable {
    let opening: VaultOpening
    /// Value of the portfolio after, turnover and cost, in value units.
    let value: BigInteger
    let twiceTurnover: BigInteger
    let cost: BigInteger
    let explanation: String
    let fills: [String]
    /// What the owner paid in, or took out if negative, at the last decision's prices; `nil` for decisions.
    let paidIn: BigInteger?

    init(_ report: CycleReport) {
        opening = report.head.opening
        value = report.mandate.value(of: opening.quantities, at: report.state.prices)
        twiceTurnover = report.plan?.twiceTurnover ?? 0
        cost = report.plan?.cost ?? 0
        paidIn = nil
        fills = report.fills.map { "\($0), units \($0.quantity.units), value \($0.value), fee \($0.fee)" }
        explanation =
            switch report.event {
            case .genesis: "the vault opens"
            case .hold(let reason): DriftDecision.hold(reason).explanation
            case .rebalance(let reasons): DriftDecision.rebalance(because: reasons).explanation
            }
    }

    /// What an event leaves behind that moves nothing.
    init(unmoved opening: VaultOpening, value: BigInteger, explanation: String) {
        self.opening = opening
        self.value = value
        self.explanation = explanation
        (twiceTurnover, cost) = (0, 0)
        fills = []
        paidIn = nil
    }

    init(flow opening: VaultOpening, value: BigInteger, paidIn: BigInteger) {
        self.opening = opening
        self.value = value
        self.paidIn = paidIn
        (twiceTurnover, cost) = (0, 0)
        explanation = paidIn < 0 ? "the owner took out" : "the owner paid in"
        fills = []
    }

    var bytes: [UInt8] {
        let members = [
            JSONMember("version", .integer(1)),
            JSONMember("opening", .hex(opening.secretBytes)),
            JSONMember("value", .string(value.description)),
            JSONMember("twiceTurnover", .string(twiceTurnover.description)),
            JSONMember("cost", .string(cost.description)),
            JSONMember("explanation", .string(explanation)),
            JSONMember("fills", .array(fills.map { .string($0) })),
        ]
        let flow = paidIn.map { [JSONMember("paidIn", .string($0.description))] } ?? []
        return JSONValue.object(members + flow).canonicalBytes
    }

    /// Reads what ``bytes`` wrote.
    ///
    /// - Throws: ``AttestationError/openingsUnreadable``.
    init(bytes: [UInt8]) throws(AttestationError) {
        do {
            var object = try JSONObjectReader(JSONValue.read(bytes))
            guard try object.integer("version") == 1,
                let value = BigInteger(try object.string("value")),
                let twiceTurnover = BigInteger(try object.string("twiceTurnover")),
                let cost = BigInteger(try object.string("cost"))
            else { throw AttestationError.openingsUnreadable }
            opening = try VaultOpening(secretBytes: object.hexBytes("opening"))
            self.value = value
            self.twiceTurnover = twiceTurnover
            self.cost = cost
            explanation = try object.string("explanation")
            fills = try object.strings("fills")
            paidIn = try object.optionalString("paidIn").map { text in
                guard let amount = BigInteger(text) else { throw AttestationError.openingsUnreadable }
                return amount
            }
            try object.finish()
        } catch {
            throw .openingsUnreadable
        }
    }
}
