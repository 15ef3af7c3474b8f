import MarketData
import Rebalancing
import Ristretto
import Synchronization
import ZeroKnowledge

/// A template's circuit, laid out once, with the places that prices and risk matrices enter.
///
/// Every coefficient of a template is a constant or a constant times one public number: a price, or an entry of a risk measure's
/// matrix. The circuit is laid out with all of them one and with a second set, all different; a coefficient that grew by the
/// factor of one of them is that one's. What grew otherwise is no coefficient of a template and is refused. Filling in prices then costs a multiplication a place, where laying the
/// circuit out anew costs every constraint.
struct CircuitPattern: Sendable {
    private let unit: Circuit
    private let places: [Place]

    /// The terms of one constraint that a public number multiplies: prices first, then matrix entries.
    private struct Place: Sendable {
        let constraint: Int
        let terms: [(term: Int, input: Int)]
    }

    /// Lays out the template's circuit.
    init(_ template: CircuitTemplate) throws(AttestationError) {
        let count = template.kind.isDecision ? template.mandate.assets.count : 0
        let probes = (0..<count).compactMap { Price(units: 1_000_003 + UInt64($0)) }
        let mandate = template.mandate
        let matrices = count > 0 ? CircuitMatrices.counted(mandate, from: 2_000_003) : .none
        let unit = try CircuitSynthesis.build(
            template,
            prices: (0..<count).compactMap { _ in Price(units: 1) },
            matrices: count > 0 ? .uniform(mandate) : .none,
            committed: nil
        ).circuit
        let probed = try CircuitSynthesis.build(template, prices: probes, matrices: matrices, committed: nil).circuit
        guard unit.secondPhase == probed.secondPhase else {
            throw .unprovable(reason: "a second-phase coefficient depends on prices")
        }
        let factors = probes.map { Scalar($0.units) } + matrices.entries
        var places: [Place] = []
        for (index, (one, other)) in zip(unit.firstPhase.constraints, probed.firstPhase.constraints).enumerated() {
            var terms: [(term: Int, input: Int)] = []
            for (position, (base, scaled)) in zip(one.terms, other.terms).enumerated()
            where base.coefficient != scaled.coefficient {
                guard let input = factors.firstIndex(where: { base.coefficient * $0 == scaled.coefficient }) else {
                    throw .unprovable(
                        reason: "a coefficient of constraint \(index) is no multiple of one public number"
                    )
                }
                terms.append((position, input))
            }
            if !terms.isEmpty { places.append(Place(constraint: index, terms: terms)) }
        }
        self.unit = unit
        self.places = places
    }

    /// The circuit with these prices and matrices filled in.
    ///
    /// - Precondition: one price an asset, or none where the template reads none; a matrix a measure of the mandate, or none where
    ///   the template reads none.
    func circuit(prices: [Price], matrices: CircuitMatrices = .none) -> Circuit {
        let factors = prices.map { Scalar($0.units) } + matrices.entries
        var circuit = unit
        for place in places {
            var terms = unit.firstPhase.constraints[place.constraint].terms
            for (term, input) in place.terms {
                terms[term] = LinearCombination.Term(terms[term].variable, terms[term].coefficient * factors[input])
            }
            circuit.firstPhase.constraints[place.constraint] = LinearCombination(terms: terms)
        }
        return circuit
    }
}

/// The patterns of a policy's templates, each laid out when the first statement asks for it.
///
/// Shared by the copies of a verifier and by its threads.
final class CircuitCatalog: Sendable {
    private let patterns = Mutex<[ContentDigest: CircuitPattern]>([:])

    /// The pattern of a template.
    func pattern(of template: CircuitTemplate) throws(AttestationError) -> CircuitPattern {
        if let known = patterns.withLock({ $0[template.digest] }) { return known }
        // Outside the lock: two threads may do it twice, and agree.
        let pattern = try CircuitPattern(template)
        patterns.withLock { $0[template.digest] = pattern }
        return pattern
    }
}
