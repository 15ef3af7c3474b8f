import BigIntegers
public import MarketData
import Rebalancing
package import Ristretto

/// How a vault's commitments pass from one policy to the next.
///
/// Assets that both policies count in the same units keep their commitments byte for byte, in whatever order the new one lists
/// them. An asset that is new begins with the commitment to zero without blinding, the group's identity, which anybody can
/// write down. What a copy cannot do has a proof: that an asset which the new policy leaves out is not held, and that one
/// counted in other units is the same amount in them. So has carried state where values are counted in other units. Where
/// none of this happens there is nothing to prove, and an amend has no proof.
public struct PolicyAmendment: Sendable {
    /// For each asset of the new policy where its quantity comes from.
    let quantities: [Source]
    /// For each value that the new policy carries where it comes from.
    let carried: [Source]
    /// The old policy's assets that the new one leaves out, by their places there, ascending.
    let dropped: [Int]
    private let oldAssets: [Asset]
    private let newAssets: [Asset]
    private let carriesTurnover: Bool
    private let carriesBucket: Bool
    /// By how many powers of ten values are counted more finely; more coarsely if negative.
    private let valueExponent: Int
    /// What an amend has to prove; `nil` where copies do.
    let circuit: AmendmentCircuit?

    /// Where a committed number comes from.
    enum Source: Sendable, Hashable {
        /// It begins at zero.
        case zero
        /// The number at this place before, its commitment copied.
        case copy(Int)
        /// The number at this place before, counted 10^exponent times as finely, under a commitment of its own.
        case recount(Int, exponent: Int)

        /// The place before.
        var place: Int? {
            switch self {
            case .zero: nil
            case .copy(let place), .recount(let place, _): place
            }
        }

        init(_ place: Int, exponent: Int) {
            self = exponent == 0 ? .copy(place) : .recount(place, exponent: exponent)
        }
    }

    /// The most powers of ten between the units of carried values before and after, so that no multiple of one wraps around:
    /// 10^34 · 2^136 < 2^249.
    static let mostValueExponents = 34

    /// Compares two policies.
    ///
    /// - Throws: ``AttestationError/unamendable(reason:)``.
    public init(from old: CompiledPolicy, to new: CompiledPolicy) throws(AttestationError) {
        guard new.quote == old.quote else {
            throw .unamendable(reason: "prices are in \(old.quote), and the new policy's are in \(new.quote)")
        }
        valueExponent = new.mandates[0].valueExponent - old.mandates[0].valueExponent
        let (mine, theirs) = (old.carriedNames, new.carriedNames)
        let isCarriedOn = theirs.contains { mine.contains($0) }
        if isCarriedOn, abs(valueExponent) > Self.mostValueExponents {
            throw .unamendable(
                reason:
                    "values are counted in units 10^\(abs(valueExponent)) times as \(valueExponent > 0 ? "fine" : "coarse"), "
                    + "and what is carried passes through at most 10^\(Self.mostValueExponents)"
            )
        }
        quantities = zip(new.assets, new.units).map { asset, units in
            guard let place = old.assets.firstIndex(of: asset) else { return .zero }
            return Source(place, exponent: units.quantityExponent - old.units[place].quantityExponent)
        }
        let exponent = valueExponent
        carried = theirs.map { name in mine.firstIndex(of: name).map { Source($0, exponent: exponent) } ?? .zero }
        dropped = old.assets.indices.filter { !new.assets.contains(old.assets[$0]) }
        (oldAssets, newAssets) = (old.assets, new.assets)
        (carriesTurnover, carriesBucket) = (new.carriesTurnover, new.carriesBucket)
        circuit = try AmendmentCircuit(
            from: old,
            to: new,
            dropped: dropped,
            quantities: quantities,
            carried: zip(theirs, carried).map { ($0, $1) }
        )
    }

    /// Whether the amend needs a proof.
    public var needsProof: Bool { circuit != nil }

    /// The assets that the new policy leaves out, of which the vault holds none.
    public var droppedAssets: [Asset] { dropped.map { oldAssets[$0] } }

    /// The assets that the new policy counts in other units, and by how many powers of ten more finely.
    public var recountedAssets: [(asset: Asset, exponent: Int)] {
        zip(newAssets, quantities).compactMap { asset, source in
            if case .recount(_, let exponent) = source { (asset, exponent) } else { nil }
        }
    }

    /// By how many powers of ten carried values are counted more finely; `nil` where none passes into other units.
    public var recountedValues: Int? {
        let isRecounted = carried.contains { if case .recount = $0 { true } else { false } }
        return isRecounted ? valueExponent : nil
    }

    /// The commitment to zero without blinding.
    private static var zero: CompressedRistretto { RistrettoPoint.identity.compressed() }

    /// Whether every commitment of an amend's statement is there, and each that is no matter of proof the copy, or the zero,
    /// that it has to be.
    func fits(_ statement: Statement) -> Bool {
        func agree(_ sources: [Source], _ before: [CompressedRistretto], _ after: [CompressedRistretto]) -> Bool {
            guard after.count == sources.count, sources.compactMap(\.place).allSatisfy(before.indices.contains) else {
                return false
            }
            return zip(sources, after).allSatisfy { source, commitment in
                switch source {
                case .zero: commitment == Self.zero
                case .copy(let place): commitment == before[place]
                case .recount: true
                }
            }
        }
        return statement.before.count == oldAssets.count && agree(quantities, statement.before, statement.after)
            && agree(carried, statement.carriedBefore, statement.carriedAfter)
    }

    /// What the proof is about, in the circuit's order: those left out, then before and after of each that is counted anew.
    ///
    /// - Precondition: The statement ``fits(_:)``.
    func circuitCommitments(of statement: Statement) -> [CompressedRistretto] {
        inCircuitOrder(
            (statement.before, statement.after),
            (statement.carriedBefore, statement.carriedAfter)
        )
    }

    /// Picks the circuit's numbers, commitments or blindings out of those before and after.
    func inCircuitOrder<Element>(
        _ quantity: (before: [Element], after: [Element]),
        _ carriedValue: (before: [Element], after: [Element])
    ) -> [Element] {
        func recounted(_ sources: [Source], _ pair: (before: [Element], after: [Element])) -> [Element] {
            sources.indices.flatMap { index -> [Element] in
                if case .recount(let place, _) = sources[index] { [pair.before[place], pair.after[index]] } else { [] }
            }
        }
        return dropped.map { quantity.before[$0] } + recounted(quantities, quantity)
            + recounted(carried, carriedValue)
    }

    /// The opening of what the amend comes to.
    ///
    /// - Parameters:
    ///   - before: Opens what it comes from.
    ///   - draw: Fresh blindings for all numbers; those counted anew take theirs.
    /// - Throws: ``AttestationError/notSatisfied(kind:reason:)`` if what is left out is held, or more units of an asset would be
    ///   held than can be counted.
    func opening(
        _ before: VaultOpening,
        drawing draw: ([Quantity], Scalar?, Scalar?) -> VaultOpening
    ) throws(AttestationError) -> VaultOpening {
        guard before.quantities.count == oldAssets.count else {
            throw .wrongLength(field: "quantities", got: before.quantities.count, expected: oldAssets.count)
        }
        for place in dropped where before.quantities[place].units != 0 {
            throw .notSatisfied(
                kind: .amend,
                reason:
                    "the new policy leaves out \(oldAssets[place]), of which the vault holds some: sell it or take it out first"
            )
        }
        var counted: [Quantity] = []
        for (index, source) in quantities.enumerated() {
            switch source {
            case .zero: counted.append(Quantity(units: 0))
            case .copy(let place): counted.append(before.quantities[place])
            case .recount(let place, let exponent):
                let units = Scalar(before.quantities[place].units).recounted(exponent, bits: 64, rounding: .down).limbs
                guard units.1 | units.2 | units.3 == 0 else {
                    let reason = "of \(newAssets[index]) the vault holds more than 2^64 - 1 of the new units"
                    throw .notSatisfied(kind: .amend, reason: reason)
                }
                counted.append(Quantity(units: units.0))
            }
        }
        let held = before.carriedValues
        let values = carried.map { source -> Scalar in
            switch source {
            case .zero: .zero
            case .copy(let place): held[place]
            case .recount(let place, let exponent):
                held[place].recounted(exponent, bits: FormBounds.carriedBits, rounding: .up)
            }
        }
        let turnover = carriesTurnover ? values.first : nil
        let slippage = carriesBucket ? values.last : nil
        let fresh = draw(counted, turnover, slippage)
        func blindings(_ sources: [Source], _ old: [Scalar], _ new: [Scalar]) -> [Scalar] {
            sources.indices.map { index in
                switch sources[index] {
                case .zero: .zero
                case .copy(let place): old[place]
                case .recount: new[index]
                }
            }
        }
        let carriedBlindings = blindings(carried, before.carriedBlindings, fresh.carriedBlindings)
        return VaultOpening(
            quantities: counted,
            blindings: blindings(quantities, before.blindings, fresh.blindings),
            carried: turnover,
            carriedBlinding: carriesTurnover ? carriedBlindings.first : nil,
            slippage: slippage,
            slippageBlinding: carriesBucket ? carriedBlindings.last : nil
        )
    }
}

extension Scalar {
    /// Which way a count in coarser units is rounded.
    package enum Rounding: Sendable {
        /// To the units that are whole.
        case down
        /// To units that are no less.
        case up
    }

    /// A non-negative integer counted in units 10^exponent times as fine, in constant time.
    ///
    /// - Parameters:
    ///   - exponent: Powers of ten; negative for coarser units.
    ///   - bits: The integer is below 2^bits.
    ///   - rounding: What becomes of a part of a coarser unit.
    package func recounted(_ exponent: Int, bits: Int, rounding: Rounding) -> Scalar {
        let factor = Scalar(BigInteger.tenPower(abs(exponent)))
        guard exponent < 0 else { return self * factor }
        // ⌈x/y⌉ = ⌊(x + y − 1)/y⌋; the quotient bit by bit from the top, each taken or not by a mask.
        let dividend = rounding == .down ? self : self + factor - .one
        var quotient = Scalar.zero
        for bit in (0..<bits).reversed() {
            let candidate = quotient + Scalar(BigInteger(1) << bit)
            quotient = Scalar.select((dividend - factor * candidate).isNegative, quotient, candidate)
        }
        return quotient
    }
}

extension BigInteger {
    /// 10 to the power of a small non-negative exponent.
    static func tenPower(_ exponent: Int) -> BigInteger {
        (0..<max(0, exponent)).reduce(1) { power, _ in power * 10 }
    }
}
