import CanonicalJSON

extension RegimeModel {
    /// Reads the fixed-point numbers of a file of version 2, and checks that they are those of `parameters`.
    static func fixedPoint(
        _ root: inout JSONObjectReader,
        _ parameters: HiddenMarkovModel
    ) throws(RegimeModelError) -> FixedPointRegimes {
        let expected = try FixedPointRegimes(parameters)
        let count = parameters.stateCount
        var numbers = try object("fixed_point", &root)
        let places = try reading { () throws(JSONError) in try numbers.integer("places") }
        guard places == FixedPoint.places else {
            throw .malformed("fixed_point.places: expected \(FixedPoint.places), got \(places)")
        }
        let initial = try fixed("log_initial", count, &numbers)
        let rows = try reading { () throws(JSONError) in try numbers.array("log_transitions") }
        guard rows.count == count else {
            throw .count(of: "fixed_point.log_transitions", got: rows.count, expected: count)
        }
        var transitions: [FixedPoint?] = []
        for (index, row) in rows.enumerated() {
            transitions += try fixed(row, count, at: "fixed_point.log_transitions[\(index)]")
        }
        let locations = try fixed("locations", count, &numbers)
        let widths = try fixed("inverse_widths", count, &numbers)
        let normalizers = try fixed("log_normalizers", count, &numbers)
        let isStudent = expected.emissions.contains { $0.tailExponent != nil }
        let tails =
            isStudent ? try fixed("tail_exponents", count, &numbers) : [FixedPoint?](repeating: nil, count: count)
        try reading { () throws(JSONError) in try numbers.finish() }
        let regimes = FixedPointRegimes(
            initial: initial,
            transitions: transitions,
            emissions: (0..<count).map { state in
                FixedPointRegimes.Emission(
                    location: locations[state] ?? .zero,
                    inverseWidth: widths[state] ?? .zero,
                    logNormalizer: normalizers[state] ?? .zero,
                    tailExponent: tails[state]
                )
            }
        )
        // Covers what stands in for a null above, too: it is none of the parameters' numbers.
        guard regimes.isClose(to: expected) else {
            throw .malformed("fixed_point: these are not the numbers of `parameters`")
        }
        return regimes
    }

    private static func fixed(
        _ name: String,
        _ count: Int,
        _ reader: inout JSONObjectReader
    ) throws(RegimeModelError) -> [FixedPoint?] {
        let value = try reading { () throws(JSONError) in try reader.required(name) }
        return try fixed(value, count, at: reader.path(to: name))
    }

    /// A list of `count` decimal integers, or nulls.
    private static func fixed(
        _ value: JSONValue,
        _ count: Int,
        at path: String
    ) throws(RegimeModelError) -> [FixedPoint?] {
        let elements = try reading { () throws(JSONError) in try value.array(at: path) }
        guard elements.count == count else { throw .count(of: path, got: elements.count, expected: count) }
        var numbers: [FixedPoint?] = []
        for (index, element) in elements.enumerated() {
            if case .null = element {
                numbers.append(nil)
                continue
            }
            let text = try reading { () throws(JSONError) in try element.string(at: "\(path)[\(index)]") }
            guard text.utf8.count <= 40, let units = Int128(text), String(units) == text else {
                throw .malformed("\(path)[\(index)]: expected an integer in a string, got `\(text.prefix(64))`")
            }
            numbers.append(FixedPoint(units: units))
        }
        return numbers
    }
}
