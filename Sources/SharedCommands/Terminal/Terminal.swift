package import CanonicalJSON

#if canImport(Glibc)
    import Glibc
#endif

/// Standard output and standard error, written whole and unbuffered.
package enum Terminal {
    /// Writes a line of results, or several.
    ///
    /// What is quoted of a stranger's file cannot move the cursor or hide what follows: control characters but tabs and the
    /// ends of lines are replaced.
    package static func print(_ line: String) {
        write(line.withoutControls + "\n", to: STDOUT_FILENO)
    }

    /// Writes a JSON value, whose text ends its own last line.
    package static func printJSON(_ value: JSONValue) {
        write(value.prettyText, to: STDOUT_FILENO)
    }

    /// Writes a line about what went wrong or what to mind.
    package static func error(_ line: String) {
        write(line.withoutControls + "\n", to: STDERR_FILENO)
    }

    /// Whether a person watches standard error.
    package static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes all of a text to a file descriptor.
    package static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            // A reader that went away ends the output, not the work.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

extension String {
    /// The text with what moves a cursor, breaks a line or shows nothing replaced: a stranger's file name must not speak for us.
    package var printable: String { replacingUnprintable(but: []) }

    /// The same but for tabs and ends of lines.
    fileprivate var withoutControls: String {
        // Nearly every text has none of these bytes, and then stays as it is; 0xC2 begins the second block of controls.
        let isSuspect = utf8.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F || $0 == 0xC2 }
        return isSuspect ? replacingUnprintable(but: ["\n", "\t"]) : self
    }

    private func replacingUnprintable(but kept: Set<Unicode.Scalar>) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                scalars.append(kept.contains(scalar) ? scalar : "\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// The text with spaces behind it, for a column of a table.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
