public import Ristretto
import ZeroKnowledge

/// The secret side of a sealed policy's commitments: its parameters and their blindings. Printing it prints `<hidden>`.
public struct ParameterOpening: Sendable {
    private let secrets: Secrets
    /// How many parameters there are.
    public let count: Int

    /// Values and blindings are overwritten when the last opening that holds them goes.
    private final class Secrets: Sendable {
        // SAFETY: written only in `deinit`, when nobody else holds a reference.
        private nonisolated(unsafe) var values: [Scalar]
        private nonisolated(unsafe) var factors: [Scalar]

        init(values: consuming [Scalar], factors: consuming [Scalar]) {
            self.values = values
            self.factors = factors
        }

        deinit {
            values.erase()
            factors.erase()
        }

        var scalars: [Scalar] { values }
        var blindings: [Scalar] { factors }
    }

    /// Draws a fresh blinding for every parameter: two seals of one policy share nothing that shows.
    ///
    /// - Parameters:
    ///   - values: The parameters, in parts per million; none below 0.
    ///   - entropy: That many random bytes from the system.
    public init(drawingFor values: [Int64], entropy: (Int) -> [UInt8]) {
        let scalars = values.map { Scalar(UInt64(clamping: $0)) }
        let factors = scalars.enumerated().map { index, value in
            var transcript = MerlinTranscript(label: "ballast parameter blindings v1")
            transcript.append("index", UInt64(index))
            var randomness = transcript.makeRandomness(rekeyed: [("value", value.bytes)], entropy: entropy(32))
            return randomness.scalar()
        }
        self.init(scalars: scalars, blindings: factors)
    }

    /// One blinding a value.
    init(scalars: consuming [Scalar], blindings: consuming [Scalar]) {
        count = scalars.count
        secrets = Secrets(values: scalars, factors: blindings)
    }

    /// The parameters, as committed.
    var scalars: [Scalar] { secrets.scalars }
    /// One blinding factor a parameter.
    var blindings: [Scalar] { secrets.blindings }

    /// The parameters in parts per million, for the engine, which is outside the constant-time claim.
    public var values: [Int64] {
        scalars.map { scalar in
            Int64(truncatingIfNeeded: scalar.bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    /// Commitments to the parameters.
    public func commitments() -> [CompressedRistretto] {
        zip(scalars, blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed }
    }

    /// Fixed layout for a file of secrets: version, count, then each value (8 bytes) with its blinding (32).
    ///
    /// - Important: These bytes are the secret. They are kept in a file that nobody else may read.
    public var secretBytes: [UInt8] {
        var bytes: [UInt8] = [1] + UInt16(count).littleEndianBytes
        for (value, blinding) in zip(scalars, blindings) { bytes += value.bytes.prefix(8) + blinding.bytes }
        return bytes
    }

    /// Reads ``secretBytes`` back.
    ///
    /// - Throws: ``AttestationError/openingsUnreadable`` on any other bytes.
    public init(secretBytes bytes: [UInt8]) throws(AttestationError) {
        guard bytes.count >= 3, bytes[0] == 1 else { throw .openingsUnreadable }
        let count = Int(bytes[1]) | Int(bytes[2]) << 8
        guard bytes.count == 3 + 40 * count else { throw .openingsUnreadable }
        var scalars: [Scalar] = []
        var factors: [Scalar] = []
        for offset in stride(from: 3, to: bytes.count, by: 40) {
            let value = bytes[offset..<offset + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard value <= 1_000_000, let factor = Scalar(canonical: Array(bytes[offset + 8..<offset + 40])) else {
                throw .openingsUnreadable
            }
            scalars.append(Scalar(value))
            factors.append(factor)
        }
        self.init(scalars: scalars, blindings: factors)
    }
}

extension ParameterOpening: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }
    /// `<hidden>`, always.
    public var debugDescription: String { "<hidden>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
