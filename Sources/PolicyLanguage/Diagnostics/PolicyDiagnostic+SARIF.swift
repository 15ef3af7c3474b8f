public import CanonicalJSON

extension PolicyDiagnostics {
    /// The diagnostics as a SARIF 2.1.0 log with one run, as code hosts and editors read it.
    ///
    /// Paths are written as URI references relative to where the check was run; columns count Unicode code points.
    ///
    /// - Parameter version: The version of the tool that made the check.
    public func sarif(toolVersion version: String) -> JSONValue {
        let codes = Set(diagnostics.map(\.code)).sorted { $0.rawValue < $1.rawValue }
        let rules = codes.map { code in
            JSONValue.object([
                JSONMember("id", .string(code.rawValue)),
                JSONMember(
                    "defaultConfiguration",
                    .object([JSONMember("level", .string(code.severity.rawValue))])
                ),
            ])
        }
        let driver = JSONValue.object([
            JSONMember("name", .string("ballast policy check")),
            JSONMember("version", .string(version)),
            JSONMember("rules", .array(rules)),
        ])
        let run = JSONValue.object([
            JSONMember("tool", .object([JSONMember("driver", driver)])),
            JSONMember("columnKind", .string("unicodeCodePoints")),
            JSONMember("results", .array(diagnostics.map(\.sarifResult))),
        ])
        return .object([
            JSONMember("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            JSONMember("version", .string("2.1.0")),
            JSONMember("runs", .array([run])),
        ])
    }
}

extension PolicyDiagnostic {
    fileprivate var sarifResult: JSONValue {
        let text = message + (help.map { ". Help: \($0)" } ?? "")
        var members = [
            JSONMember("ruleId", .string(code.rawValue)),
            JSONMember("level", .string(severity.rawValue)),
            JSONMember("message", .object([JSONMember("text", .string(text))])),
            JSONMember("locations", .array([location(file, line, column, endColumn, note: nil)])),
        ]
        if let related {
            let other = location(related.file, related.line, related.column, related.endColumn, note: related.note)
            members.append(JSONMember("relatedLocations", .array([other])))
        }
        if let replacement {
            let change = JSONValue.object([
                JSONMember("deletedRegion", Self.region(line, column, endColumn)),
                JSONMember("insertedContent", .object([JSONMember("text", .string(replacement))])),
            ])
            let artifact = JSONValue.object([
                JSONMember("artifactLocation", Self.artifactLocation(file)),
                JSONMember("replacements", .array([change])),
            ])
            let fix = JSONValue.object([JSONMember("artifactChanges", .array([artifact]))])
            members.append(JSONMember("fixes", .array([fix])))
        }
        return .object(members)
    }

    private static func artifactLocation(_ file: String) -> JSONValue {
        .object([JSONMember("uri", .string(reference(file)))])
    }

    private func location(_ file: String, _ line: Int, _ column: Int, _ endColumn: Int, note: String?) -> JSONValue {
        let region = Self.region(line, column, endColumn)
        let place = JSONValue.object([
            JSONMember("artifactLocation", Self.artifactLocation(file)), JSONMember("region", region),
        ])
        var members = [JSONMember("physicalLocation", place)]
        if let note { members.append(JSONMember("message", .object([JSONMember("text", .string(note))]))) }
        return .object(members)
    }

    /// A replaced span never crosses the end of its line.
    private static func region(_ line: Int, _ column: Int, _ endColumn: Int) -> JSONValue {
        .object([
            JSONMember("startLine", .integer(line)), JSONMember("startColumn", .integer(column)),
            JSONMember("endColumn", .integer(endColumn)),
        ])
    }

    /// A path as a URI reference: what RFC 3986 does not allow in a path is percent-encoded.
    private static func reference(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            let lower = byte | 0x20
            let isPlain =
                lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
                || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || "-._~/".utf8.contains(byte)
            bytes += isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
