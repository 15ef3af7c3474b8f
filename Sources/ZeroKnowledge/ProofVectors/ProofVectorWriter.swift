public import Ristretto

extension ProofVectorFile {
    /// The text of a zkvec/1 file with one `r1cs` item, so that any independent checker can verify a proof.
    ///
    /// Members come in a fixed order, without whitespace: the text is a function of the arguments.
    ///
    /// - Parameters:
    ///   - name: A free name.
    ///   - label: The label of the transcript.
    ///   - prelude: The messages that the transcript holds before the proof: the statement.
    ///   - circuit: What was proved.
    ///   - commitments: V.
    ///   - proof: The proof.
    public static func text(
        name: String,
        label: String,
        prelude: [TranscriptMessage],
        circuit: Circuit,
        commitments: [CompressedRistretto],
        proof: R1CSProof
    ) -> String {
        let item = JSONText.object([
            ("kind", JSONText.string("r1cs")),
            ("name", JSONText.string(name)),
            ("label", JSONText.string(label)),
            ("prelude", JSONText.array(prelude.map(\.zkvecText))),
            ("circuit", circuit.zkvecText),
            ("commitments", JSONText.array(commitments.map { JSONText.hex($0.bytes) })),
            ("proof", JSONText.hex(proof.bytes)),
            ("expect", "true"),
        ])
        return JSONText.object([
            ("format", JSONText.string("zkvec/1")),
            ("source", JSONText.string("ballast")),
            ("items", JSONText.array([item])),
        ]) + "\n"
    }
}

extension Circuit {
    /// The circuit as the `circuit` member of a zkvec/1 item: one line of JSON, a function of the circuit alone.
    public var zkvecText: String {
        JSONText.object([
            ("committed", "\(committedCount)"),
            (
                "phase1",
                JSONText.object([
                    ("multipliers", "\(firstPhase.multiplierCount)"),
                    (
                        "constraints",
                        JSONText.array(
                            firstPhase.constraints.map { constraint in
                                JSONText.array(
                                    constraint.terms.map {
                                        JSONText.term($0.variable, JSONText.coefficient($0.coefficient))
                                    }
                                )
                            }
                        )
                    ),
                ])
            ),
            ("phase2", secondPhase?.zkvecText ?? "null"),
        ])
    }
}

extension Circuit.SecondPhase {
    fileprivate var zkvecText: String {
        let rows = constraints.map { constraint in
            JSONText.array(constraint.terms.map { JSONText.term($0.variable, $0.coefficient.zkvecText) })
        }
        return JSONText.object([
            ("challenges", JSONText.array(challengeLabels.map(JSONText.string))),
            ("multipliers", "\(multiplierCount)"),
            ("constraints", JSONText.array(rows)),
        ])
    }
}

extension ChallengeCoefficient {
    fileprivate var zkvecText: String {
        switch self {
        case .constant(let constant): JSONText.coefficient(constant)
        case .polynomial(let polynomial): polynomial.zkvecText
        case .quotient(let numerator, let denominator):
            JSONText.object([("num", numerator.zkvecText), ("den", denominator.zkvecText)])
        }
    }
}

extension ChallengePolynomial {
    fileprivate var zkvecText: String {
        JSONText.array(
            terms.map { term in
                JSONText.array([
                    JSONText.coefficient(term.coefficient), JSONText.array(term.exponents.map { "\($0)" }),
                ])
            }
        )
    }
}

extension TranscriptMessage {
    fileprivate var zkvecText: String {
        switch self {
        case .bytes(let label, let bytes):
            JSONText.object([
                ("op", JSONText.string("append")), ("label", JSONText.string(label)), ("data", JSONText.hex(bytes)),
            ])
        case .number(let label, let number):
            JSONText.object([
                ("op", JSONText.string("append_u64")), ("label", JSONText.string(label)), ("value", "\(number)"),
            ])
        }
    }
}

/// JSON without whitespace, from parts that are JSON already.
private enum JSONText {
    static func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { string($0.name) + ":" + $0.value }.joined(separator: ",") + "}"
    }

    static func array(_ elements: [String]) -> String {
        "[" + elements.joined(separator: ",") + "]"
    }

    static func hex(_ bytes: [UInt8]) -> String {
        "\"" + Hexadecimal.text(bytes) + "\""
    }

    static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..<"\u{20}":
                quoted += "\\u00" + Hexadecimal.text(CollectionOfOne(UInt8(truncatingIfNeeded: scalar.value)))
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    static func term(_ variable: Variable, _ coefficient: String) -> String {
        let (kind, index) =
            switch variable {
            case .left(let index): ("L", index)
            case .right(let index): ("R", index)
            case .output(let index): ("O", index)
            case .committed(let index): ("V", index)
            case .one: ("1", 0)
            }
        return "[\"\(kind)\",\(index),\(coefficient)]"
    }

    /// The shortest of "hex" and "-hex", least significant byte first, at least one byte.
    static func coefficient(_ scalar: Scalar) -> String {
        let (positive, negative) = (significantBytes(scalar), significantBytes(-scalar))
        return negative.count < positive.count
            ? "\"-" + Hexadecimal.text(negative) + "\"" : hex(positive)
    }

    private static func significantBytes(_ scalar: Scalar) -> [UInt8] {
        var bytes = scalar.bytes
        while bytes.count > 1, bytes[bytes.count - 1] == 0 { bytes.removeLast() }
        return bytes
    }
}
