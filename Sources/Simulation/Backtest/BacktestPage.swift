/// A report as one self-contained page.
public struct BacktestPage: Sendable {
    /// The page.
    public let html: String

    /// Draws a report.
    public init(_ report: BacktestReport) { html = report.lines.joined(separator: "\n") }
}
