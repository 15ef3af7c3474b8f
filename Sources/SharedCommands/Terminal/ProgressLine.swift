/// One line on a terminal that says how far a long command is; silent in a pipe.
package struct ProgressLine {
    private let title: String
    private let isShown = Terminal.isWatched
    private let start = ContinuousClock.now
    private var shown = ContinuousClock.now - .seconds(1)

    /// Starts the line of what is called `title`.
    package init(_ title: String) {
        self.title = title
    }

    /// Redraws the line, at most ten times a second.
    package mutating func update(_ done: Int, of total: Int, _ note: String = "") {
        let now = ContinuousClock.now
        guard isShown, done == total || now - shown > .milliseconds(100) else { return }
        shown = now
        let width = 24
        let filled = total > 0 ? done * width / total : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
        let elapsed = (now - start).components.seconds
        let left = done > 0 ? Int64(Double(elapsed) * Double(total - done) / Double(done)) : 0
        Terminal.write("\r\u{1B}[K\(title) \(bar) \(done)/\(total) \(left) s left \(note)", to: 2)
    }

    /// Takes the line away.
    package func finish() {
        if isShown { Terminal.write("\r\u{1B}[K", to: 2) }
    }
}
