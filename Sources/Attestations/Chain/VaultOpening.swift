public import BigIntegers
public import MarketData
public import Ristretto
import ZeroKnowledge

/// The secret side of a vault's commitments: quantities, carried turnover and their blindings.
public struct VaultOpening: Sendable, CustomStringConvertible, CustomReflectable {
    /// Quantities in the order of the assets.
    public let quantities: [Quantity]
    /// Twice the day's turnover in value units; `nil` if the policy carries none.
    public let carried: Scalar?
    /// What the slippage bucket holds, in value units; `nil` if the policy has none.
    public let slippage: Scalar?
    private let factors: BlindingFactors
    /// One blinding factor a quantity.
    var blindings: [Scalar] { Array(factors.scalars.prefix(quantities.count)) }
    /// The blinding factor of the carried turnover.
    var carriedBlinding: Scalar? { carried == nil ? nil : factors.scalars[quantities.count] }
    /// The blinding factor of the slippage bucket.
    var slippageBlinding: Scalar? { slippage == nil ? nil : factors.scalars.last }

    init(
        quantities: [Quantity],
        blindings: [Scalar],
        carried: Scalar?,
        carriedBlinding: Scalar?,
        slippage: Scalar? = nil,
        slippageBlinding: Scalar? = nil
    ) {
        self.slippage = slippage
        self.quantities = quantities
        self.carried = carried
        factors = BlindingFactors(blindings + [carriedBlinding, slippageBlinding].compactMap { $0 })
    }

    /// The carried turnover as an integer, 0 if none is carried: for the planner, which is outside the constant-time claim.
    public var carriedTurnover: BigInteger {
        BigInteger(littleEndianMagnitude: carried?.bytes ?? [])
    }

    /// What the bucket holds as an integer, 0 without one: for the planner, too.
    public var carriedSlippage: BigInteger {
        BigInteger(littleEndianMagnitude: slippage?.bytes ?? [])
    }

    /// The carried values in the order of their commitments: the day's turnover, the slippage bucket.
    var carriedValues: [Scalar] { [carried, slippage].compactMap { $0 } }
    /// Their blinding factors.
    var carriedBlindings: [Scalar] { [carriedBlinding, slippageBlinding].compactMap { $0 } }

    /// Commitments to the quantities.
    func commitments() -> [CompressedRistretto] {
        zip(quantities, blindings).map { PedersenCommitment.commit(value: Scalar($0.units), blinding: $1).compressed }
    }

    /// Commitments to the carried state, one a value.
    func carriedCommitments() -> [CompressedRistretto] {
        zip(carriedValues, carriedBlindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed }
    }

    /// The committed values, quantities first.
    var values: [Scalar] { quantities.map { Scalar($0.units) } }

    /// Fixed layout for sealed storage: version, count, carried flags, then values and blindings.
    ///
    /// Version 1 knows the day's turnover alone, and is written where there is no slippage bucket; in version 2 the flags are
    /// 2 for the bucket and 3 for both.
    ///
    /// - Important: These bytes are the secret. They are sealed before they touch a disk.
    public var secretBytes: [UInt8] {
        let flags: UInt8 = (carried == nil ? 0 : 1) | (slippage == nil ? 0 : 2)
        var bytes: [UInt8] = [slippage == nil ? 1 : 2, UInt8(quantities.count), flags]
        for (quantity, blinding) in zip(quantities, blindings) {
            bytes += quantity.units.littleEndianBytes + blinding.bytes
        }
        for (value, blinding) in zip(carriedValues, carriedBlindings) { bytes += value.bytes + blinding.bytes }
        return bytes
    }

    /// Reads ``secretBytes`` back.
    ///
    /// - Throws: ``AttestationError/openingsUnreadable`` on any other bytes.
    public init(secretBytes bytes: [UInt8]) throws(AttestationError) {
        guard bytes.count >= 3, bytes[0] == 1 || bytes[0] == 2, bytes[2] <= 3, (bytes[2] >= 2) == (bytes[0] == 2) else {
            throw .openingsUnreadable
        }
        let count = Int(bytes[1])
        let (hasTurnover, hasBucket) = (bytes[2] & 1 == 1, bytes[2] & 2 == 2)
        guard bytes.count == 3 + 40 * count + (hasTurnover ? 64 : 0) + (hasBucket ? 64 : 0) else {
            throw .openingsUnreadable
        }
        func scalar(at offset: Int) throws(AttestationError) -> Scalar {
            guard let scalar = Scalar(canonical: Array(bytes[offset..<offset + 32])) else { throw .openingsUnreadable }
            return scalar
        }
        var quantities: [Quantity] = []
        var blindings: [Scalar] = []
        for index in 0..<count {
            let offset = 3 + 40 * index
            let units = bytes[offset..<offset + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            quantities.append(Quantity(units: units))
            blindings.append(try scalar(at: offset + 8))
        }
        let carriedAt = 3 + 40 * count
        let bucketAt = carriedAt + (hasTurnover ? 64 : 0)
        self.init(
            quantities: quantities,
            blindings: blindings,
            carried: hasTurnover ? try scalar(at: carriedAt) : nil,
            carriedBlinding: hasTurnover ? try scalar(at: carriedAt + 32) : nil,
            slippage: hasBucket ? try scalar(at: bucketAt) : nil,
            slippageBlinding: hasBucket ? try scalar(at: bucketAt + 32) : nil
        )
    }

    /// `<hidden>`.
    public var description: String { "<hidden>" }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Blinding factors that are overwritten when the last opening that holds them goes.
private final class BlindingFactors: Sendable {
    // SAFETY: written only in `deinit`, when nobody else holds a reference.
    private nonisolated(unsafe) var storage: [Scalar]

    init(_ scalars: consuming [Scalar]) {
        storage = scalars
    }

    deinit {
        storage.erase()
    }

    var scalars: [Scalar] { storage }
}
