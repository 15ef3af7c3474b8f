import CanonicalJSON

extension RegimeModel {
    /// Reads the autoregression of a file of version 2; nil where the file says `null`.
    static func autoregression(
        _ root: inout JSONObjectReader
    ) throws(RegimeModelError) -> HeterogeneousAutoregression? {
        let value = try reading { () throws(JSONError) in try root.required("autoregression") }
        if case .null = value { return nil }
        var level = try reading { () throws(JSONError) in try value.object(at: "autoregression") }
        let windows = try reading { () throws(JSONError) in try level.integers("windows") }
        guard windows == HeterogeneousAutoregression.windows else {
            throw .malformed("autoregression.windows: expected \(HeterogeneousAutoregression.windows), got \(windows)")
        }
        let coefficients = try decimals("coefficients", &level)
        let intercept = try decimal("intercept", &level)
        let variance = try decimal("residual_variance", &level)
        guard coefficients.count == windows.count else {
            throw .malformed(
                "autoregression.coefficients: expected one for each of \(windows.count) windows, got \(coefficients.count)"
            )
        }
        guard variance > 0 else {
            throw .malformed("autoregression.residual_variance: expected a number above 0, got \(variance)")
        }
        try reading { () throws(JSONError) in try level.finish() }
        return HeterogeneousAutoregression(
            intercept: intercept,
            coefficients: coefficients,
            residualVariance: variance
        )
    }

    /// Reads the fixed-point numbers of a file of version 2, and checks that they are those of `parameters`.
    static func fixedPoint(
        _ root: inout JSONObjectReader,
        _ parameters: HiddenMarkovModel,
        _ autoregression: HeterogeneousAutoregression?
    ) throws(RegimeModelError) -> FixedPointRegimes {
        let expected = try FixedPointRegimes(parameters, autoregression: autoregression)
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
        var level: FixedPointAutoregression?
        if autoregression != nil {
            let coefficients = try fixed("coefficients", HeterogeneousAutoregression.windows.count, &numbers)
            let value = try reading { () throws(JSONError) in try numbers.required("intercept") }
            let intercept = try fixed(.array([value]), 1, at: "fixed_point.intercept")
            level = FixedPointAutoregression(
                intercept: intercept[0] ?? .zero,
                coefficients: coefficients.map { $0 ?? .zero }
            )
        }
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
            },
            autoregression: level
        )
        // Covers what stands in for a null above, too: it is none of the parameters' numbers.
        guard regimes.isClose(to: expected) else {
            throw .malformed("fixed_point: these are not the numbers of `parameters` and `autoregression`")
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
