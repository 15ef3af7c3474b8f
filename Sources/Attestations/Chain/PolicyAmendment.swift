import MarketData
import Rebalancing
public import Ristretto

/// How a vault's commitments pass from one policy to the next: byte for byte, without a proof.
///
/// Assets of the old policy keep their commitments, in whatever order the new one lists them. An asset that is new begins with
/// the commitment to zero without blinding, the group's identity, which anybody can write down. What would need a proof is
/// refused: an asset that is left out, for its hidden quantity may not be zero, and other units, for a hidden quantity cannot
/// be counted anew.
public struct PolicyAmendment: Sendable {
    /// For each asset of the new policy its index in the old one; `nil` for one that is new.
    private let sources: [Int?]
    /// For each value that the new policy carries its place among the old one's; `nil` for one that begins at zero.
    private let carried: [Int?]
    private let carriesTurnover: Bool
    private let carriesBucket: Bool

    /// Compares two policies.
    ///
    /// - Throws: ``AttestationError/unamendable(reason:)``.
    public init(from old: CompiledPolicy, to new: CompiledPolicy) throws(AttestationError) {
        guard new.quote == old.quote else {
            throw .unamendable(reason: "prices are in \(old.quote), and the new policy's are in \(new.quote)")
        }
        for (index, asset) in old.assets.enumerated() {
            guard let place = new.assets.firstIndex(of: asset) else {
                throw .unamendable(
                    reason:
                        "the new policy leaves out \(asset), of which the vault may hold some: keep it with a target of 0%"
                )
            }
            guard new.units[place] == old.units[index] else {
                throw .unamendable(
                    reason: "\(asset) is counted in other units, and a hidden quantity cannot be counted anew"
                )
            }
        }
        let exponents = [old, new].map { $0.mandates[0].valueExponent }
        guard exponents[0] == exponents[1] else {
            throw .unamendable(reason: "values are counted in other units, because a new asset has finer ones")
        }
        sources = new.assets.map { old.assets.firstIndex(of: $0) }
        let (mine, theirs) = (old.carriedNames, new.carriedNames)
        carried = theirs.map { mine.firstIndex(of: $0) }
        (carriesTurnover, carriesBucket) = (new.carriesTurnover, new.carriesBucket)
    }

    /// The commitment to zero without blinding.
    private static var zero: CompressedRistretto { RistrettoPoint.identity.compressed() }

    /// C⁺ from C⁻.
    ///
    /// - Returns: `nil` if there are not as many as the old policy has assets.
    public func commitments(_ before: [CompressedRistretto]) -> [CompressedRistretto]? {
        guard before.count == sources.count(where: { $0 != nil }) else { return nil }
        return sources.map { source in source.map { before[$0] } ?? Self.zero }
    }

    /// A⁺ from A⁻; a value that is not there before, in a statement that does not fit its predecessor, counts as zero.
    public func carriedCommitments(_ before: [CompressedRistretto]) -> [CompressedRistretto] {
        carried.map { source in source.flatMap { before.indices.contains($0) ? before[$0] : nil } ?? Self.zero }
    }

    /// The opening of what ``commitments(_:)`` and ``carriedCommitments(_:)`` give.
    func opening(_ before: VaultOpening) throws(AttestationError) -> VaultOpening {
        guard before.quantities.count == sources.count(where: { $0 != nil }) else {
            throw .wrongLength(
                field: "quantities",
                got: before.quantities.count,
                expected: sources.count(where: { $0 != nil })
            )
        }
        let blindings = before.blindings
        return VaultOpening(
            quantities: sources.map { source in source.map { before.quantities[$0] } ?? Quantity(units: 0) },
            blindings: sources.map { source in source.map { blindings[$0] } ?? .zero },
            carried: carriesTurnover ? before.carried ?? .zero : nil,
            carriedBlinding: carriesTurnover ? before.carriedBlinding ?? .zero : nil,
            slippage: carriesBucket ? before.slippage ?? .zero : nil,
            slippageBlinding: carriesBucket ? before.slippageBlinding ?? .zero : nil
        )
    }
}
