import CanonicalJSON
import MarketData

extension RegimeModel {
    /// Reads a model file and checks all of it.
    ///
    /// - Throws: ``RegimeModelError``: another version by name; anything else that is not of the format, or not a model,
    ///   with the place in the file where that is known.
    public init(fileBytes: [UInt8]) throws(RegimeModelError) {
        var root = try Self.reading { () throws(JSONError) in try JSONObjectReader(try JSONValue.read(fileBytes)) }
        let format = try Self.reading { () throws(JSONError) in try root.string("format") }
        guard format == RegimeModelFile.format else {
            throw .malformed("format: expected `\(RegimeModelFile.format)`, got `\(format.prefix(64))`")
        }
        let version = try Self.reading { () throws(JSONError) in try root.integer("version") }
        guard RegimeModelFile.versions.contains(version) else {
            let known = RegimeModelFile.versions
            throw .unsupportedVersion(got: "\(version)", expected: "\(known.lowerBound) to \(known.upperBound)")
        }
        let symbol = try Self.reading { () throws(JSONError) in try root.string("asset") }
        guard let asset = try? Asset(symbol) else { throw .malformed("asset: `\(symbol.prefix(64))` is not a symbol") }
        let bar = try Self.interval("bar_ms", &root)
        let candleInterval = try Self.interval("candle_ms", &root)
        guard bar % candleInterval == 0 else {
            throw .malformed("bar_ms: \(bar) is no multiple of candle_ms, \(candleInterval)")
        }
        let name = try Self.reading { () throws(JSONError) in try root.string("estimator") }
        guard let estimator = VolatilityEstimator(rawValue: name) else {
            let known = VolatilityEstimator.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw .malformed("estimator: expected one of \(known), got `\(name.prefix(64))`")
        }
        guard !estimator.needsFinerCandles || candleInterval < bar else {
            throw .volatility(.needsFinerCandles(estimator, bar: bar))
        }
        let labels = try Self.reading { () throws(JSONError) in try root.strings("labels") }
        let hysteresis = try Self.hysteresis(&root)
        let parameters = try Self.parameters(&root, named: "parameters")
        var fixedPoint: FixedPointRegimes?
        var forecast: AutoregressiveRegimes?
        if version > 1 {
            fixedPoint = try Self.fixedPoint(&root, parameters)
            forecast = try Self.forecast(&root)
        }
        let (span, digest, seed) = try Self.training(&root)
        let fit = try Self.fit(&root)
        try Self.reading { () throws(JSONError) in try root.finish() }
        try self.init(
            asset: asset,
            bar: bar,
            candleInterval: candleInterval,
            estimator: estimator,
            trainingSpan: span,
            dataDigest: digest,
            seed: seed,
            parameters: parameters,
            fixedPoint: fixedPoint,
            forecast: forecast,
            labels: labels,
            hysteresis: hysteresis,
            fit: fit,
            fileBytes: fileBytes
        )
    }

    private static func hysteresis(_ root: inout JSONObjectReader) throws(RegimeModelError) -> Hysteresis {
        var rule = try object("hysteresis", &root)
        let enterAt = try decimal("enter_at", &rule)
        let enterBars = try reading { () throws(JSONError) in try rule.integer("enter_bars") }
        let minimumDwell = try reading { () throws(JSONError) in try rule.integer("minimum_dwell_bars") }
        try reading { () throws(JSONError) in try rule.finish() }
        return try Hysteresis(enterAt: enterAt, enterBars: enterBars, minimumDwell: minimumDwell)
    }

    static func parameters(
        _ reader: inout JSONObjectReader,
        named name: String
    ) throws(RegimeModelError) -> HiddenMarkovModel {
        var chain = try object(name, &reader)
        let emission = try reading { () throws(JSONError) in try chain.string("emission") }
        guard let family = EmissionFamily(rawValue: emission) else {
            throw .malformed(
                "\(chain.path(to: "emission")): expected `gaussian` or `student-t`, got `\(emission.prefix(64))`"
            )
        }
        let initial = try decimals("initial", &chain)
        let means = try decimals("means", &chain)
        let widths = try decimals(family == .gaussian ? "variances" : "scales", &chain)
        let degrees = family == .gaussian ? [] : try decimals("degrees_of_freedom", &chain)
        let rows = try reading { () throws(JSONError) in try chain.array("transitions") }
        // Bounded before anything is computed with the rows: a file may claim any number of them.
        guard rows.count <= HiddenMarkovModel.maximumStateCount else {
            throw .stateCount(got: rows.count, allowed: 1...HiddenMarkovModel.maximumStateCount)
        }
        var transitions: [[Double]] = []
        for (index, row) in rows.enumerated() {
            transitions.append(try decimals(row, at: chain.path(to: "transitions[\(index)]")))
        }
        try reading { () throws(JSONError) in try chain.finish() }
        if family == .gaussian {
            return try HiddenMarkovModel(
                initialDistribution: initial,
                transitionMatrix: transitions,
                means: means,
                variances: widths
            )
        }
        for (part, list) in [("scales", widths), ("degrees_of_freedom", degrees)] where list.count != means.count {
            throw .count(of: part, got: list.count, expected: means.count)
        }
        return try HiddenMarkovModel(
            initialDistribution: initial,
            transitionMatrix: transitions,
            emissions: means.indices.map {
                .studentT(location: means[$0], scale: widths[$0], degreesOfFreedom: degrees[$0])
            }
        )
    }

    private static func training(
        _ root: inout JSONObjectReader
    ) throws(RegimeModelError) -> (Range<Timestamp>, ContentDigest, UInt64) {
        var training = try object("training", &root)
        let from = try timestamp("from", &training)
        let to = try timestamp("to", &training)
        guard from < to else { throw .malformed("training: `from` is not before `to`") }
        let bytes = try reading { () throws(JSONError) in try training.hexBytes("candles_digest", count: 32) }
        guard let digest = ContentDigest(bytes: bytes) else {
            throw .malformed("training.candles_digest: not a digest")
        }
        let seed = try reading { () throws(JSONError) in try training.unsigned("seed") }
        try reading { () throws(JSONError) in try training.finish() }
        return (from..<to, digest, seed)
    }

    private static func fit(_ root: inout JSONObjectReader) throws(RegimeModelError) -> FitSummary {
        var fit = try object("fit", &root)
        let logLikelihood = try decimal("log_likelihood", &fit)
        let aic = try decimal("aic", &fit)
        let bic = try decimal("bic", &fit)
        let icl = try decimal("icl", &fit)
        let summary = try reading { () throws(JSONError) in
            FitSummary(
                logLikelihood: logLikelihood,
                aic: aic,
                bic: bic,
                icl: icl,
                observedCount: try fit.integer("observed_bars"),
                missingCount: try fit.integer("missing_bars"),
                restarts: try fit.integer("restarts"),
                agreeingRestarts: try fit.integer("agreeing_restarts"),
                iterations: try fit.integer("iterations"),
                hasConverged: try fit.bool("converged")
            )
        }
        try reading { () throws(JSONError) in try fit.finish() }
        return summary
    }

    static func interval(_ name: String, _ reader: inout JSONObjectReader) throws(RegimeModelError) -> Int64 {
        let value = try reading { () throws(JSONError) in try reader.integer(name) }
        guard (1...366 * 86_400_000).contains(value) else {
            throw .malformed("\(reader.path(to: name)): expected 1 ms to 366 days, got \(value)")
        }
        return Int64(value)
    }

    static func timestamp(
        _ name: String,
        _ reader: inout JSONObjectReader
    ) throws(RegimeModelError) -> Timestamp {
        let text = try reading { () throws(JSONError) in try reader.string(name) }
        do throws(TimestampError) {
            return try Timestamp(text)
        } catch {
            throw .malformed("\(reader.path(to: name)): \(error)")
        }
    }

    static func object(
        _ name: String,
        _ reader: inout JSONObjectReader
    ) throws(RegimeModelError) -> JSONObjectReader {
        try reading { () throws(JSONError) in try reader.object(name) }
    }

    static func decimal(_ name: String, _ reader: inout JSONObjectReader) throws(RegimeModelError) -> Double {
        let text = try reading { () throws(JSONError) in try reader.string(name) }
        return try decimal(text, at: reader.path(to: name))
    }

    static func decimals(
        _ name: String,
        _ reader: inout JSONObjectReader
    ) throws(RegimeModelError) -> [Double] {
        let value = try reading { () throws(JSONError) in try reader.required(name) }
        return try decimals(value, at: reader.path(to: name))
    }

    static func decimals(_ value: JSONValue, at path: String) throws(RegimeModelError) -> [Double] {
        var numbers: [Double] = []
        for element in try reading({ () throws(JSONError) in try value.array(at: path) }) {
            let text = try reading { () throws(JSONError) in try element.string(at: "\(path)[\(numbers.count)]") }
            numbers.append(try decimal(text, at: "\(path)[\(numbers.count)]"))
        }
        return numbers
    }

    /// A finite number in decimal digits. Stricter than `Double(_:)`, which also reads `nan` and hexadecimal.
    static func decimal(_ text: String, at path: String) throws(RegimeModelError) -> Double {
        let isDecimal = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
        }
        guard isDecimal, text.utf8.count <= 64, let value = Double(text), value.isFinite else {
            throw .malformed("\(path): expected a decimal number in a string, got `\(text.prefix(64))`")
        }
        return value
    }

    /// Runs a reading step, and says of its failure what the reader says.
    static func reading<Value>(
        _ step: () throws(JSONError) -> Value
    ) throws(RegimeModelError) -> Value {
        do throws(JSONError) {
            return try step()
        } catch {
            throw .malformed(error.description)
        }
    }
}
