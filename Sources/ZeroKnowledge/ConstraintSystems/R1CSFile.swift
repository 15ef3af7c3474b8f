public import Ristretto

/// A circuit in the binary `.r1cs` format of the iden3 tools, over the scalar field of ristretto255.
///
/// Wire 0 is the constant 1; wires 1 … m are the committed values, as private inputs; then left, right and output of every
/// multiplier in turn. Rows are A·B = C: first left·right = output of every multiplier, then every linear constraint as
/// A·1 = 0, first phase first. There are no public inputs: public values stand in the coefficients.
///
/// The second phase's coefficients are taken at given challenges. The file then says what one proof with these challenges
/// says. It is no circuit to prove anew in another system: a prover who knows the lookup's challenge before fixing the digits
/// can pass false ones, and only a proof that draws the challenge after committing to them checks ranges.
///
/// - Note: Source: iden3/r1csfile, `doc/r1cs_bin_format.md`, version 1: sections 1 (header), 2 (constraints) and 3 (labels).
public struct R1CSFile: Sendable {
    /// The file's bytes.
    public private(set) var bytes: [UInt8] = []

    /// Number of wires, the constant included.
    public let wireCount: Int
    /// Number of rows.
    public let constraintCount: Int

    /// Writes a circuit.
    ///
    /// - Parameters:
    ///   - circuit: The circuit.
    ///   - challenges: The second phase's challenges; none for a circuit of one phase.
    /// - Throws: What is wrong with the circuit, or with these challenges for it.
    public init(_ circuit: Circuit, challenges: [Scalar]) throws(CircuitError) {
        try circuit.check()
        let secondConstraints = try circuit.secondPhaseConstraints(at: challenges)
        // `check` refuses counts that make no sense; what does not fit 32 bits would not fit memory.
        guard let multiplierCount = circuit.multiplierCount,
            let wires = UInt32(exactly: 1 + circuit.committedCount + 3 * multiplierCount)
        else { throw .count }
        let linear = circuit.firstPhase.constraints + secondConstraints
        wireCount = Int(wires)
        constraintCount = multiplierCount + linear.count

        var header: [UInt8] = []
        header.append(littleEndian: UInt32(32))
        // ℓ − 1 is the largest scalar, and ends in 0xec: adding 1 carries nowhere.
        var prime = (-Scalar.one).bytes
        prime[0] += 1
        header += prime
        for count in [wires, 0, 0, UInt32(circuit.committedCount)] { header.append(littleEndian: count) }
        header.append(littleEndian: UInt64(wires))
        header.append(littleEndian: UInt32(constraintCount))

        let firstGate = 1 + circuit.committedCount
        func wire(_ variable: Variable) -> UInt32 {
            switch variable {
            case .one: 0
            case .committed(let index): UInt32(1 + index)
            case .left(let index): UInt32(firstGate + 3 * index)
            case .right(let index): UInt32(firstGate + 3 * index + 1)
            case .output(let index): UInt32(firstGate + 3 * index + 2)
            }
        }
        var rows: [UInt8] = []
        for gate in 0..<multiplierCount {
            for variable in [Variable.left(gate), .right(gate), .output(gate)] {
                rows.append(combination: [wire(variable): .one])
            }
        }
        for constraint in linear {
            var factors: [UInt32: Scalar] = [:]
            for term in constraint.terms { factors[wire(term.variable), default: .zero] += term.coefficient }
            rows.append(combination: factors)
            rows.append(combination: [0: .one])
            rows.append(combination: [:])
        }
        var labels: [UInt8] = []
        for wire in 0..<UInt64(wires) { labels.append(littleEndian: wire) }

        bytes += Array("r1cs".utf8)
        bytes.append(littleEndian: UInt32(1))
        bytes.append(littleEndian: UInt32(3))
        for (type, content) in [(UInt32(1), header), (2, rows), (3, labels)] {
            bytes.append(littleEndian: type)
            bytes.append(littleEndian: UInt64(content.count))
            bytes += content
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// The factors that are not zero, by ascending wire.
    fileprivate mutating func append(combination: [UInt32: Scalar]) {
        let factors = combination.filter { $0.value != .zero }.sorted { $0.key < $1.key }
        append(littleEndian: UInt32(factors.count))
        for (wire, factor) in factors {
            append(littleEndian: wire)
            self += factor.bytes
        }
    }
}
