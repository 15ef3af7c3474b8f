import Ristretto
import ZeroKnowledge

/// Proofs: ranges by bits, circuits of plain multipliers, and ranges by digit lookup.
func proofBenchmarks(_ bench: Bench) {
    var random = BenchRandom(seed: 5)
    let values = (0..<16).map { _ in random.next() }
    let blindings = (0..<16).map { _ in Scalar(wide: random.bytes(64)) }
    rangeBenchmarks(bench, values, blindings)
    batchBenchmarks(bench, values[0], blindings[0])
    circuitBenchmarks(bench, "prove/r1cs-2048-multipliers", "verify/r1cs-2048-multipliers", [values[0]], [blindings[0]])
    {
        var power = LinearCombination(.committed(0))
        for _ in 0..<2_048 { power = LinearCombination($0.multiply(power, power).output) }
    }
    circuitBenchmarks(bench, "prove/lookup-16x64", "verify/lookup-16x64", values, blindings) {
        for index in 0..<16 { $0.checkRange(LinearCombination(.committed(index)), bits: 64, upperBound: .exact) }
    }
}

private func rangeBenchmarks(_ bench: Bench, _ values: [UInt64], _ blindings: [Scalar]) {
    func prove() -> (proof: RangeProof, commitments: [PedersenCommitment])? {
        var transcript = MerlinTranscript(label: "benchmark")
        return try? RangeProof.prove(values: values, blindings: blindings, bits: 64, transcript: &transcript)
    }
    guard let (proof, commitments) = prove() else { return }
    let compressed = commitments.map(\.compressed)
    bench.measure("prove/range-16x64", time: .wall) { consume(prove()) }
    bench.measure("verify/range-16x64", time: .wall) {
        var transcript = MerlinTranscript(label: "benchmark")
        consume(try? proof.verify(commitments: compressed, bits: 64, transcript: &transcript))
    }
}

private func batchBenchmarks(_ bench: Bench, _ value: UInt64, _ blinding: Scalar) {
    let start = MerlinTranscript(label: "benchmark")
    var transcript = start
    guard
        let (proof, commitments) = try? RangeProof.prove(
            values: [value],
            blindings: [blinding],
            bits: 64,
            transcript: &transcript
        )
    else { return }
    var batch = BatchVerifier()
    for _ in 0..<64 { batch.add(proof, commitments: commitments.map(\.compressed), bits: 64, transcript: start) }
    bench.measure("verify/range-64-each-of-64", time: .wall, repetitions: 64) { consume(batch.verify()) }
    bench.measure("verify/range-64-alone", time: .wall) {
        var transcript = start
        consume(try? proof.verify(commitments: commitments.map(\.compressed), bits: 64, transcript: &transcript))
    }
}

private func circuitBenchmarks(
    _ bench: Bench,
    _ proving: String,
    _ verifying: String,
    _ values: [UInt64],
    _ blindings: [Scalar],
    _ build: (inout ConstraintSystem) -> Void
) {
    var system = ConstraintSystem(committedValues: values.map { Scalar($0) })
    build(&system)
    let digitBits = DigitSize.cheapest(forChecks: system.rangeChecks, otherMultipliers: system.multiplierCount) ?? 1
    guard let (circuit, assigned) = try? system.finish(digitBits: digitBits), let assignment = assigned else { return }
    func prove() -> R1CSProof? {
        var transcript = MerlinTranscript(label: "benchmark")
        return try? Prover.prove(
            circuit: circuit,
            assignment: assignment,
            blindings: blindings,
            transcript: &transcript
        )
    }
    guard let proof = prove() else { return }
    let commitments = zip(values, blindings).map {
        PedersenCommitment.commit(value: Scalar($0), blinding: $1).compressed
    }
    bench.measure(proving, time: .wall) { consume(prove()) }
    bench.measure(verifying, time: .wall) {
        var transcript = MerlinTranscript(label: "benchmark")
        consume(try? Verifier.verify(circuit: circuit, commitments: commitments, proof: proof, transcript: &transcript))
    }
}
