public import MarketData
public import Rebalancing

/// A policy as its proofs see it: mandates, circuit templates and one digest over all of it and the model.
///
/// The digest is P of the statement. It covers what a decision depends on (obligations of every regime, templates, the
/// calendar, the regime rules, the model file) and leaves out comments and layout.
public struct CompiledPolicy: Sendable {
    /// The policy's name.
    public let name: String
    /// Assets in the order of every statement.
    public let assets: [Asset]
    /// Units of each asset.
    public let units: [AssetUnits]
    /// What prices are counted in.
    public let quote: Asset
    /// One mandate a regime, in the order of the model's labels.
    public let mandates: [Mandate]
    /// Grid of attestations in milliseconds, if the policy claims one.
    public let attestEvery: Int64?
    /// P: SHA-256 of ``document`` without its last line.
    public let digest: ContentDigest
    /// The text that `Circuits/` holds: obligations in mathematics, templates, digest.
    public let document: String
    /// The commitments to the secret parameters, proved to be what they should; `nil` for a policy without any.
    public let sealed: SealedParameters?
    /// Breakers and the oracle's rule.
    public let safeguards: Safeguards
    /// The sources whose reports the oracle's rule speaks of; `nil` without an oracle.
    public let sources: OracleSources?
    private let templates: [TemplateKey: CircuitTemplate]
    /// The circuit of deposits and withdrawals, which P leaves out: it follows from the assets alone, and its own digest enters
    /// every flow's transcript.
    private let flow: CircuitTemplate

    /// Compiles every template that the policy can need.
    ///
    /// - Parameters:
    ///   - name: The policy's name.
    ///   - version: The policy's own version number.
    ///   - mandates: One a regime.
    ///   - regimeRules: The policy's rules that replace the model's hysteresis, one line each, canonical.
    ///   - attestEvery: Grid of attestations in milliseconds.
    ///   - modelDigest: SHA-256 of the model file; `nil` for a policy without regimes.
    ///   - sealed: The commitments to the mandates' secret parameters; their proof is verified here.
    ///   - safeguards: Breakers and the oracle's rule.
    ///   - sources: The sources that the oracle's rule speaks of.
    /// - Throws: ``AttestationError`` if a rule cannot be proved, or the secret parameters are not what they should be.
    public init(
        name: String,
        version: Int,
        mandates: [Mandate],
        regimeRules: [String],
        attestEvery: Int64?,
        modelDigest: ContentDigest?,
        sealed: SealedParameters? = nil,
        safeguards: Safeguards = .none,
        sources: OracleSources? = nil
    ) throws(AttestationError) {
        let first = try Self.checked(mandates)
        try SealedParameters.check(sealed, of: mandates)
        if let attestEvery, attestEvery <= 0 {
            throw .unprovable(reason: "a grid of attestations every \(attestEvery) ms: expected a positive step")
        }
        var templates: [TemplateKey: CircuitTemplate] = [:]
        var lines = [
            "ballast circuits v1",
            "policy \(CircuitText.quoted(name)) version \(version)",
            "quote \(first.quote.symbol)",
        ]
        lines += zip(first.assets, first.units).map {
            "asset \($0.symbol) quantities in 10^-\($1.quantityExponent), prices in 10^-\($1.priceExponent)"
        }
        lines.append("model \(modelDigest?.description ?? "none")")
        lines.append("attest \(attestEvery.map { "every \($0) ms" } ?? "on every decision, no grid claimed")")
        lines += regimeRules.map { "rule \(CircuitText.quoted($0))" }
        lines += sealed?.lines(first.secrets) ?? []
        lines += try Self.lines(of: safeguards, sources)
        for (regime, mandate) in mandates.enumerated() {
            lines += ["", "regime \(regime) \(CircuitText.quoted(mandate.regime))"]
            lines += mandate.schedules.map { "  due \(CircuitText.text($0))" }
            lines.append("  cooldown \(mandate.cooldown) ms")
            for kind in AttestationKind.allCases where kind.isDecision {
                for variant in Self.variants(of: kind, mandate: mandate) {
                    let template = try CircuitTemplate(kind: kind, mandate: mandate, variant: variant)
                    templates[TemplateKey(kind: kind, regime: regime, variant: variant)] = template
                    lines += ["", template.text + "  digest \(template.digest)"]
                }
            }
        }
        let text = lines.joined(separator: "\n") + "\n"
        self.name = name
        assets = first.assets
        units = first.units
        quote = first.quote
        self.mandates = mandates
        self.attestEvery = attestEvery
        self.safeguards = safeguards
        self.sources = sources
        self.templates = templates
        self.sealed = sealed
        flow = try CircuitTemplate(kind: .flow, mandate: first, variant: .init(sameDay: false, scheduleDue: false))
        digest = ContentDigest(hashing: Array(text.utf8))
        document = text + "\npolicy digest \(digest)\n"
    }

    /// One byte numbers the regimes.
    private static let mostRegimes = 255

    /// The first mandate, once all of them agree in what a statement must have throughout: a regime changes rules, never the
    /// number, meaning or order of commitments.
    private static func checked(_ mandates: [Mandate]) throws(AttestationError) -> Mandate {
        guard let first = mandates.first else { throw .wrongLength(field: "regimes", got: 0, expected: 1) }
        guard mandates.count <= mostRegimes else {
            throw .unprovable(reason: "\(mandates.count) regimes: at most \(mostRegimes) can be attested")
        }
        for mandate in mandates {
            guard mandate.assets == first.assets, mandate.units == first.units, mandate.quote == first.quote else {
                throw .unprovable(
                    reason:
                        "regimes `\(first.regime)` and `\(mandate.regime)` differ in assets, units or quote currency"
                )
            }
            guard mandate.carriesTurnover == first.carriesTurnover else {
                throw .unprovable(
                    reason:
                        "turnover per day is limited in one of the regimes `\(first.regime)` and `\(mandate.regime)` "
                        + "and not in the other: it is carried in all or in none"
                )
            }
            guard mandate.carriesBucket == first.carriesBucket else {
                throw .unprovable(
                    reason:
                        "regimes `\(first.regime)` and `\(mandate.regime)` do not both have a slippage bucket: "
                        + "it is carried in all or in none"
                )
            }
        }
        return first
    }

    /// What a statement of this kind carries beside prices and candles, in the order of ``PublicInput/Name``.
    func inputs(of kind: AttestationKind) -> [PublicInput.Name] {
        let isMeasured = (kind == .rebalance || kind == .hold) && !riskWindows.isEmpty
        return (isMeasured ? [.covariance] : []) + (kind.isDecision && safeguards.oracle != nil ? [.reports] : [])
    }

    /// The windows in days that rules over volatility or tracking error look back over, in any regime, ascending.
    public var riskWindows: [Int] { Set(mandates.flatMap(\.riskWindows)).sorted() }

    /// The template of a kind in a regime at a moment, by public times alone.
    ///
    /// - Returns: `nil` if the policy knows no such regime, or allows no such attestation at that moment.
    public func template(
        _ kind: AttestationKind,
        regime: Int,
        lastRebalance: Timestamp,
        time: Timestamp
    ) -> CircuitTemplate? {
        guard kind.isDecision else { return kind.hasCircuit ? flow : nil }
        guard mandates.indices.contains(regime) else { return nil }
        let variant =
            kind == .genesis
            ? CircuitTemplate.Variant(sameDay: false, scheduleDue: false)
            : mandates[regime].variant(lastRebalance: lastRebalance, time: time)
        return templates[TemplateKey(kind: kind, regime: regime, variant: variant)]
    }

    /// The kinds of circuits a policy can need: only flags that its rules can tell apart.
    private static func variants(of kind: AttestationKind, mandate: Mandate) -> [CircuitTemplate.Variant] {
        guard kind != .genesis else { return [.init(sameDay: false, scheduleDue: false)] }
        let days = mandate.carriesTurnover ? [false, true] : [false]
        let schedules = mandate.schedules.isEmpty ? [false] : [false, true]
        return schedules.flatMap { due in days.map { .init(sameDay: $0, scheduleDue: due) } }
            .filter { variant in
                // Under a due schedule only an exhausted limit excuses a hold, or that no trade pays; without either, no such hold exists.
                kind != .hold || !variant.scheduleDue || mandate.noTrade != nil
                    || !mandate.holdObligations(sameDay: variant.sameDay, scheduleDue: true).exhaustions.isEmpty
            }
    }

    private struct TemplateKey: Hashable {
        let kind: AttestationKind
        let regime: Int
        let variant: CircuitTemplate.Variant
    }
}

extension Mandate {
    /// Which circuit a moment needs: whether the day's turnover still counts and whether a schedule was due.
    public func variant(lastRebalance: Timestamp, time: Timestamp) -> CircuitTemplate.Variant {
        CircuitTemplate.Variant(
            sameDay: carriesTurnover && lastRebalance.dayNumber == time.dayNumber,
            scheduleDue: schedules.contains { $0.isDue(after: lastRebalance, at: time) }
        )
    }
}
